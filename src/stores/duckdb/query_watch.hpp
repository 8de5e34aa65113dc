// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <condition_variable>
#include <metaxy/progress.hpp>
#include <mutex>
#include <thread>

namespace metaxy::stores::duckdb {

/// While it lives, a stop request interrupts what the connection runs, and progress is passed on.
class QueryWatch {
 public:
  QueryWatch(duckdb_connection connection, const Watch& watch);
  QueryWatch(const QueryWatch&) = delete;
  QueryWatch& operator=(const QueryWatch&) = delete;
  ~QueryWatch();

 private:
  void observe();
  void report();

  duckdb_connection connection_;
  Watch watch_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool done_ = false;
  std::jthread thread_;
};

}  // namespace metaxy::stores::duckdb
