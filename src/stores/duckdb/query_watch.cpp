// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/query_watch.hpp"

#include <chrono>
#include <cmath>

namespace metaxy::stores::duckdb {

namespace {

constexpr auto kReportEvery = std::chrono::milliseconds(100);
constexpr auto kInterruptEvery = std::chrono::milliseconds(10);
constexpr std::uint64_t kPercent = 100;

}  // namespace

QueryWatch::QueryWatch(duckdb_connection connection, const Watch& watch) : connection_(connection), watch_(watch) {
  if (watch_.stop.stop_possible() || watch_.progress) {
    thread_ = std::jthread([this] { observe(); });
  }
}

QueryWatch::~QueryWatch() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_all();
}

void QueryWatch::observe() {
  const auto done = [this] { return done_; };
  std::unique_lock lock(mutex_);
  while (!done_ && !watch_.stop.stop_requested()) {
    if (watch_.progress) {
      if (!changed_.wait_for(lock, watch_.stop, kReportEvery, done) && !watch_.stop.stop_requested()) report();
    } else {
      changed_.wait(lock, watch_.stop, done);
    }
  }
  // A statement that is just starting forgets an earlier interrupt, so it is told until it is over.
  while (!done_) {
    duckdb_interrupt(connection_);
    changed_.wait_for(lock, kInterruptEvery, done);
  }
}

void QueryWatch::report() {
  const duckdb_query_progress_type state = duckdb_query_progress(connection_);
  if (!(state.percentage >= 0)) return;
  watch_.progress({"querying DuckDB", static_cast<std::uint64_t>(std::lround(state.percentage)), kPercent});
}

}  // namespace metaxy::stores::duckdb
