// SPDX-License-Identifier: Apache-2.0
// An instance of DuckDB. It lives in memory; a file is attached to it while it is used, because attaching takes a
// twentieth of the time that opening an instance on the file takes.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "store/session.hpp"
#include "stores/duckdb/ducklake.hpp"
#include "stores/duckdb/extensions.hpp"
#include "stores/duckdb/handles.hpp"
#include "stores/duckdb/input_scan.hpp"

namespace metaxy::stores::duckdb {

inline constexpr std::string_view kMemory = ":memory:";
inline constexpr std::chrono::seconds kLockTimeout{300};

struct Options {
  std::string path{kMemory};                             ///< a file, or `:memory:`
  std::map<std::string, std::string> settings = {};      ///< DuckDB's own settings, for example memory_limit, threads
  std::chrono::milliseconds lock_timeout{kLockTimeout};  ///< how long to wait for others who use the file
  std::vector<Extension> extensions = {};
  std::optional<Lake> lake = {};  ///< whose tables are used; then `path` is `:memory:`
  /// Bytes that are held at most before files are used, where settings do not say; what DuckDB takes when that is less.
  std::optional<std::uint64_t> memory_at_most = {};
};

/// An instance and its idle connections. Thread-safe, but for attaching and detaching.
class Database {
 public:
  /// Throws: InvalidArgument (unknown settings), Backend.
  explicit Database(const Options& options);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// Makes the file the one that all connections speak of. Throws: Conflict (locked by another process), Io, Backend,
  /// in DuckDB's words.
  void attach(store::Mode mode);
  /// Moves what the log beside the file holds into the file. Requires: attached for writing.
  void checkpoint();
  /// Whether the attached file has no table.
  bool is_empty();
  /// Requires: attached, and no connection is out.
  void detach();

  /// Makes the tables of a lake the ones that all connections speak of. Throws: NotFound (reading one that is not
  /// there), Io, Backend.
  void open_lake(const Lake& lake, store::Mode mode);

  const std::shared_ptr<InputRegistry>& inputs() const { return inputs_; }
  /// Requires: a file is attached, unless the database is in memory.
  ConnectionHandle take_connection();
  void give_back(ConnectionHandle connection);
  /// Says that DuckDB refuses all further work, as it does after a failed write.
  void mark_broken();
  /// A statement failed or was given up: one of DuckDB's threads may still be about to leave it.
  void mark_left() noexcept;
  bool broken() const;

 private:
  ConnectionHandle connect();
  void set_up(const Options& options, const std::map<std::string, std::string>& later);
  void reach(const Lake& lake, const std::string& statement);
  void check_storage(const Lake& lake);
  bool finds(const Lake& lake);
  void set_later(const std::map<std::string, std::string>& settings);

  std::string used_;  ///< statement that tells a connection whose tables are meant; empty: its own
  std::string path_;
  pid_t process_;
  std::shared_ptr<InputRegistry> inputs_ = std::make_shared<InputRegistry>();
  mutable std::mutex mutex_;
  DatabaseHandle handle_;
  ConnectionHandle own_;                // after handle_: connections close before their database
  std::vector<ConnectionHandle> idle_;  // so do these
  bool broken_ = false;
  std::chrono::steady_clock::time_point left_ = {};
};

/// For who reads a lake that nobody has made.
Error no_catalog(const Lake& lake);
/// Refuses what is clearly no database, in words of its own. Not to be called while this process has the file open:
/// closing a second descriptor would give the file's lock up. `shown` is the path in
/// messages. Throws: NotFound, Io, Backend.
void check_file(const std::string& path, const std::string& shown, store::Mode mode);
/// An empty file is what a full disk or a kill leaves of a database that was just being made, and DuckDB refuses it.
/// Whoever is making it at this moment holds its lock. Not to be called while this process has the file open: closing a
/// second descriptor would give the file's lock up.
void remove_empty(const std::string& path);
/// Removes a database that was made and not written, unless another program has opened it meanwhile. Not to be called
/// while this process has the file open.
void remove_unwritten(const std::string& path);

}  // namespace metaxy::stores::duckdb
