// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/writer_lock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "stores/clickhouse/errors.hpp"
#include "stores/clickhouse/types.hpp"

namespace metaxy::stores::clickhouse {

namespace {

constexpr auto kPause = std::chrono::milliseconds(10);

}  // namespace

WriterLock::WriterLock(std::shared_ptr<Server> server, const Watch& watch)
    : server_(std::move(server)), name_("metaxy-writer of " + server_->options().database) {
  // What keeps others out never answers: whether a host can be reached is seen before.
  if (server_->options().hosts.size() > 1) server_->rows(seat_, "SELECT 1", watch);
  seat_.is_fixed = true;
  const auto end = std::chrono::steady_clock::now() + server_->options().lock_timeout;
  while (!try_once(watch)) {
    if (std::chrono::steady_clock::now() > end) {
      throw Error(ErrorCode::Conflict,
                  fmt::format("another program writes the ClickHouse database {}", quote(server_->options().database)),
                  "wait until it is done, end it, or raise lock_timeout, the seconds to wait for others");
    }
    watch.throw_if_stopped();
    std::this_thread::sleep_for(kPause);
  }
}

WriterLock::~WriterLock() {
  if (held_) server_->know(nullptr);
  try {
    server_->execute(seat_, fmt::format("KILL QUERY WHERE query_id = {} ASYNC", quote_text(name_)), {});
  } catch (...) {  // the server ends it when it sees that nobody listens
  }
}

/// The statement is known to be ours by a mark in its text.
bool WriterLock::try_once(const Watch& watch) {
  const std::string mark = unique_name();
  const Parameters parameters = {
      {"query_id", name_},         {"max_block_size", "1"},        {"max_threads", "1"},
      {"max_execution_time", "0"}, {"replace_running_query", "0"}, {"default_format", "TSV"}};
  auto held = server_->start(
      seat_, "SELECT 1 FROM system.numbers WHERE sleepEachRow(0.02) /* metaxy writes: " + mark + " */", parameters, {});
  const auto seen =
      fmt::format("SELECT count() FROM system.processes WHERE query_id = {} AND position(query, '{}') > 0",
                  quote_text(name_), mark);
  while (held->is_alive()) {
    watch.throw_if_stopped();
    if (server_->rows(seat_, seen, watch).at(0).at(0) != "1") continue;
    held_ = std::move(held);
    server_->know(std::make_shared<KnownTables>());
    return true;
  }
  try {
    held->check();
  } catch (const Error&) {
    if (fault_number(held->transfer().tail()) != kQueryIdInUse) throw;
  }
  return false;
}

void WriterLock::check() {
  server_->know(nullptr);  // what is made visible now changes tables
  if (held_->is_alive()) return;
  throw Error(ErrorCode::Conflict, "ClickHouse ended the statement that keeps other writers out; nothing was written",
              "try again");
}

}  // namespace metaxy::stores::clickhouse
