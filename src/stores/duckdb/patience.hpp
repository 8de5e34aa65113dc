// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <metaxy/progress.hpp>
#include <string>

namespace metaxy::stores::duckdb {

/// One wait for others: bounded, interruptible and shown.
class Patience {
 public:
  Patience(std::string path, std::chrono::milliseconds limit, const Watch& watch);

  /// To be called again and again while waiting for `whom`. Throws: Conflict when the limit is reached, Cancelled.
  void check(const std::function<std::string()>& whom);
  bool over() const { return std::chrono::steady_clock::now() >= start_ + limit_; }
  const Watch& watch() const { return watch_; }

 private:
  std::string path_;
  std::chrono::milliseconds limit_;
  const Watch& watch_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = start_;
};

/// "process 12 (/usr/bin/mx)".
std::string name_process(long process);

}  // namespace metaxy::stores::duckdb
