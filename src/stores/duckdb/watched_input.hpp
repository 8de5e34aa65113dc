// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <metaxy/progress.hpp>
#include <string>

namespace metaxy::stores::duckdb {

/// Bytes of a pipe or terminal, whose writer may be slow or silent: a stop request ends the waiting.
class WatchedInput {
 public:
  /// Standard input, which stays open.
  static WatchedInput standard(const Watch& watch);
  /// Throws: Io.
  WatchedInput(const std::string& path, const Watch& watch);
  WatchedInput(WatchedInput&& other) noexcept;
  WatchedInput& operator=(WatchedInput&&) = delete;
  ~WatchedInput();

  /// A file, which can be read again from its beginning.
  bool is_file() const;
  /// Fills the buffer; fewer bytes only at the end. Throws: Io, Cancelled.
  std::size_t read(char* out, std::size_t size);

 private:
  WatchedInput(int descriptor, std::string name, const Watch& watch);
  void wait() const;
  [[noreturn]] void fail() const;

  int descriptor_;
  bool owned_ = false;
  std::string name_;
  Watch watch_;
};

}  // namespace metaxy::stores::duckdb
