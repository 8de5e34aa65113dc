// SPDX-License-Identifier: Apache-2.0
// Open DuckDB databases of this process. A file is opened once, whoever asks, because two handles on one file would
// not see each other's writes.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/session.hpp"
#include "stores/duckdb/handles.hpp"
#include "stores/duckdb/input_scan.hpp"

namespace metaxy::stores::duckdb {

inline constexpr std::string_view kMemory = ":memory:";

struct Options {
  std::string path{kMemory};                    ///< a file, or `:memory:`
  std::map<std::string, std::string> settings;  ///< DuckDB's own settings, for example memory_limit, threads
  std::chrono::milliseconds lock_timeout{0};    ///< how long to wait for another process that holds the file
};

/// An open database and its idle connections. Thread-safe.
class Database {
 public:
  /// Throws: Conflict (locked by another process), Io, Backend, InvalidArgument (unknown settings).
  Database(const Options& options, store::Mode mode);

  store::Mode mode() const { return mode_; }
  const std::shared_ptr<InputRegistry>& inputs() const { return inputs_; }
  ConnectionHandle take_connection();
  void give_back(ConnectionHandle connection);
  /// Says that DuckDB refuses all further work, as it does after a failed write.
  void mark_broken();
  bool broken() const;

 private:
  store::Mode mode_;
  std::shared_ptr<InputRegistry> inputs_ = std::make_shared<InputRegistry>();
  mutable std::mutex mutex_;
  DatabaseHandle handle_;
  std::vector<ConnectionHandle> idle_;  // after handle_: connections close before their database
  bool broken_ = false;
};

/// The place of one database in this process, open while sessions on it live. Thread-safe.
class DatabasePlace {
 public:
  explicit DatabasePlace(Options options);
  /// The place of a file is shared by all that name it; every call for `:memory:` makes a new one.
  static std::shared_ptr<DatabasePlace> of(const Options& options);

  /// The database, opened when it is not. A database open for reading is opened anew for writing.
  /// Throws: NotFound (reading a file that is not there), Conflict, Io, Backend.
  std::shared_ptr<Database> open(store::Mode mode);

 private:
  std::shared_ptr<Database> open_patiently(store::Mode mode) const;
  bool is_memory() const { return options_.path == kMemory; }

  Options options_;
  std::mutex mutex_;
  std::shared_ptr<Database> database_;
};

}  // namespace metaxy::stores::duckdb
