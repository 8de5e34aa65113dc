// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/pool.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <thread>

#include "sql/dialect_postgresql.hpp"
#include "sql/quote.hpp"
#include "sql/writer.hpp"

namespace metaxy::stores::postgresql {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostIdle = 4;
/// After that long a link is asked whether it is still there.
constexpr auto kTrusted = std::chrono::seconds(1);
constexpr auto kRestartTime = std::chrono::seconds(10);
constexpr auto kPause = std::chrono::milliseconds(25);

std::uint64_t seconds(Clock::duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

std::string quote_name(std::string_view name) { return sql::quote_name(sql::postgresql(), name); }

std::string quote_text(std::string_view text) { return sql::quote_text(sql::postgresql(), text); }

std::shared_ptr<Link> Pool::take(const Watch& watch) {
  while (true) {
    Idle found;
    {
      const std::lock_guard lock(mutex_);
      if (idle_.empty()) break;
      found = std::move(idle_.back());
      idle_.pop_back();
    }
    if (found.link->is_broken()) continue;
    const bool fresh = Clock::now() - found.since < kTrusted && found.link->is_quiet();
    if (fresh || found.link->answers()) return found.link;
  }
  return connect(watch);
}

/// A server that was there is waited for while it restarts.
std::shared_ptr<Link> Pool::connect(const Watch& watch) {
  const auto end = Clock::now() + kRestartTime;
  while (true) {
    try {
      auto link = std::make_shared<Link>(options_, watch);
      set_schema(*link, watch);
      return link;
    } catch (const Error& error) {
      const bool starting = error.message().find("starting up") != std::string::npos;
      const bool was_there = was_reached_ && error.code() == ErrorCode::Io;
      if (!(starting || was_there) || Clock::now() > end) throw;
    }
    watch.throw_if_stopped();
    std::this_thread::sleep_for(4 * kPause);
  }
}

void Pool::set_schema(Link& link, const Watch& watch) {
  const std::lock_guard lock(mutex_);
  if (schema_.empty()) {
    schema_ = options_.schema;
    if (schema_.empty()) {
      const auto found = link.execute("SELECT current_schema()", watch);
      if (PQgetisnull(found.get(), 0, 0) == 1) {
        throw Error(ErrorCode::NotFound, "no schema of the server's search_path exists", "name one by `schema`");
      }
      schema_ = text_of(found, 0, 0);
    }
  }
  link.execute(fmt::format("SET search_path = {}, pg_temp", quote_name(schema_)), watch);
  was_reached_ = true;
}

void Pool::give_back(std::shared_ptr<Link> link) noexcept {
  if (!link || link->is_broken() || PQtransactionStatus(link->get()) != PQTRANS_IDLE) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back({std::move(link), Clock::now()});
}

std::string Pool::lock_key() const {
  return fmt::format("hashtextextended({}, 0)", quote_text("metaxy writes schema " + schema_));
}

std::string Pool::who_holds(Link& link) {
  const auto found = link.execute(
      fmt::format("SELECT a.pid, coalesce(nullif(a.application_name, ''), 'a program'), "
                  "coalesce(host(a.client_addr), 'this machine'), a.usename FROM pg_locks l JOIN pg_stat_activity a "
                  "ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND "
                  "((l.classid::bigint << 32) | l.objid::bigint) = {} LIMIT 1",
                  lock_key()),
      {});
  if (PQntuples(found.get()) == 0) return "another writer";
  return fmt::format("{} of {} at {} (server process {})", text_of(found, 0, 1), text_of(found, 0, 3),
                     text_of(found, 0, 2), text_of(found, 0, 0));
}

void Pool::keep_others_out(Link& link, const Watch& watch) {
  const auto start = Clock::now();
  const auto sql = fmt::format("SELECT pg_try_advisory_lock({})", lock_key());
  auto told = start;
  while (text_of(link.execute(sql, watch), 0, 0) != "t") {
    watch.throw_if_stopped();
    const auto now = Clock::now();
    if (now - start >= options_.lock_timeout) {
      throw Error(ErrorCode::Conflict, fmt::format("schema `{}` is being written by {}", schema_, who_holds(link)),
                  "wait until it is done, or raise lock_timeout, the seconds to wait for others");
    }
    if (watch.progress && now - told > 8 * kPause) {
      told = now;
      watch.report({fmt::format("waiting for {} to finish with schema {}", who_holds(link), schema_),
                    seconds(now - start), seconds(options_.lock_timeout)});
    }
    std::this_thread::sleep_for(kPause);
  }
  const auto exists = fmt::format("SELECT 1 FROM pg_namespace WHERE nspname = {}", quote_text(schema_));
  if (PQntuples(link.execute(exists, watch).get()) == 0) link.execute("CREATE SCHEMA " + quote_name(schema_), watch);
}

void Pool::let_in(Link& link) noexcept {
  try {
    link.execute(fmt::format("SELECT pg_advisory_unlock({})", lock_key()), {});
  } catch (const Error&) {  // a broken link holds nothing
  }
}

}  // namespace metaxy::stores::postgresql
