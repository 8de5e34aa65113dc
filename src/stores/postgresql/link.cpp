// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/link.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <metaxy/error.hpp>
#include <vector>

#include "stores/postgresql/errors.hpp"

namespace metaxy::stores::postgresql {

namespace {

constexpr int kLookEveryMilliseconds = 50;
constexpr auto kConnectTimeout = std::chrono::seconds(15);
constexpr int kLeastVersion = 150000;

/// Waits a moment for a socket; false when nothing came.
bool wait_for(int socket, short events) {
  pollfd waiting{socket, events, 0};
  return ::poll(&waiting, 1, kLookEveryMilliseconds) > 0;
}

/// What every connection is told: texts of values must not depend on how the server or user is set up.
constexpr const char* kSettings =
    "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SET TimeZone = 'UTC'; "
    "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; "
    "SET bytea_output = 'hex'; SET xmloption = 'content'; SET client_min_messages = warning; "
    // Compiling statements takes longer than most of them run.
    "SET jit = off; "
    // Most operators make digests, which are dear enough for parallel workers; tables are still read in their order.
    "SET cpu_operator_cost = 0.02; "
    "SELECT set_config('work_mem', '64MB', false) WHERE pg_size_bytes(current_setting('work_mem')) < 67108864";

}  // namespace

std::string text_of(const Result& result, int row, int column) {
  return {PQgetvalue(result.get(), row, column), static_cast<std::size_t>(PQgetlength(result.get(), row, column))};
}

Link::Link(const Options& options, const Watch& watch) {
  try {
    connect(options, watch);
    if (PQserverVersion(connection_) < kLeastVersion) {
      throw Error(ErrorCode::Unsupported,
                  fmt::format("the PostgreSQL server has version {}", PQparameterStatus(connection_, "server_version")),
                  "metaxy needs version 15 or later");
    }
    const char* encoding = PQparameterStatus(connection_, "server_encoding");
    if (encoding && std::string_view(encoding) != "UTF8") {
      throw Error(ErrorCode::Unsupported, fmt::format("database `{}` keeps texts as {}", PQdb(connection_), encoding),
                  "use a database that was created with ENCODING 'UTF8'");
    }
    execute(kSettings, watch);
    execute(fmt::format("SET lock_timeout = {}", options.lock_timeout.count()), watch);
  } catch (...) {
    PQfinish(connection_);
    throw;
  }
}

Link::~Link() { PQfinish(connection_); }

void Link::connect(const Options& options, const Watch& watch) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  const auto add = [&](const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  };
  if (!options.uri.empty()) add("dbname", options.uri.c_str());
  add("fallback_application_name", "metaxy");
  for (const auto& [name, value] : options.params) add(name.c_str(), value.c_str());
  add(nullptr, nullptr);
  connection_ = PQconnectStartParams(names.data(), values.data(), 1);
  if (!connection_) throw std::bad_alloc();
  const auto end = std::chrono::steady_clock::now() + kConnectTimeout;
  auto state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    watch.throw_if_stopped();
    if (PQstatus(connection_) == CONNECTION_BAD || state == PGRES_POLLING_FAILED) {
      throw connection_error(PQerrorMessage(connection_));
    }
    if (std::chrono::steady_clock::now() > end) throw connection_error("no answer within 15 seconds");
    if (!wait_for(PQsocket(connection_), state == PGRES_POLLING_READING ? POLLIN : POLLOUT)) continue;
    state = PQconnectPoll(connection_);
  }
}

bool Link::is_quiet() const noexcept {
  pollfd waiting{PQsocket(connection_), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 0;
}

bool Link::answers() noexcept {
  const Result result(PQexec(connection_, ""));
  return PQresultStatus(result.get()) == PGRES_EMPTY_QUERY && !is_broken();
}

void Link::cancel() noexcept {
  PGcancel* cancel = PQgetCancel(connection_);
  if (!cancel) return;
  char message[256];
  PQcancel(cancel, message, sizeof message);
  PQfreeCancel(cancel);
}

void Link::wait_readable(std::string_view sql, const Watch& watch) {
  while (!wait_for(PQsocket(connection_), POLLIN)) {
    if (watch.stop.stop_requested()) cancel();
  }
  if (PQconsumeInput(connection_) != 0) return;
  const Result told(PQgetResult(connection_));  // what came before the connection was lost
  fail(told.get(), sql, watch);
}

Result Link::next_result(std::string_view sql, const Watch& watch) {
  while (PQisBusy(connection_) != 0) wait_readable(sql, watch);
  return Result(PQgetResult(connection_));
}

void Link::send(int sent, std::string_view sql, const Watch& watch) {
  if (sent == 0) fail(nullptr, sql, watch);
}

Result Link::execute(const std::string& sql, const Watch& watch) {
  send(PQsendQuery(connection_, sql.c_str()), sql, watch);
  Result last;
  while (Result result = next_result(sql, watch)) {
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
      const Result failed = std::move(result);
      abandon();
      fail(failed.get(), sql, watch);
    }
    last = std::move(result);
  }
  return last;
}

Result Link::describe(const std::string& sql, const Watch& watch) {
  for (const bool parsing : {true, false}) {
    send(parsing ? PQsendPrepare(connection_, "", sql.c_str(), 0, nullptr) : PQsendDescribePrepared(connection_, ""),
         sql, watch);
    Result first = next_result(sql, watch);
    while (next_result(sql, watch)) {
    }
    if (PQresultStatus(first.get()) != PGRES_COMMAND_OK) fail(first.get(), sql, watch);
    if (!parsing) return first;
  }
  return {};
}

void Link::abandon() noexcept {
  const Watch watch;
  try {
    if (PQisBusy(connection_) != 0) cancel();
    while (const Result result = next_result({}, watch)) {
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_COPY_IN) PQputCopyEnd(connection_, "given up");
      if (status != PGRES_COPY_OUT) continue;
      cancel();
      char* row = nullptr;
      while (PQgetCopyData(connection_, &row, 0) > 0) PQfreemem(row);
    }
  } catch (...) {  // a broken connection has nothing left
  }
}

void Link::fail(const PGresult* result, std::string_view sql, const Watch& watch) {
  // The server's farewell says more than that it is gone.
  const char* farewell = result ? PQresultErrorMessage(result) : "";
  if (is_broken()) throw lost_connection(*farewell ? farewell : PQerrorMessage(connection_), sql);
  if (!result) throw connection_error(PQerrorMessage(connection_));
  throw translate(result, sql, watch.stop.stop_requested());
}

}  // namespace metaxy::stores::postgresql
