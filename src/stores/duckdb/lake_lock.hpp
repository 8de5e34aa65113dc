// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "stores/duckdb/database.hpp"
#include "stores/duckdb/file_lock.hpp"
#include "stores/duckdb/patience.hpp"

namespace metaxy::stores::duckdb {

/// Keeps other processes from writing a lake, so that what a commit has read still holds when it is made: for a catalog
/// in a file by a lock beside it, for one in PostgreSQL by an advisory lock of the server. Used by one thread at a
/// time.
class LakeLock {
 public:
  /// Requires: `lake` outlives this.
  explicit LakeLock(const Lake& lake);
  /// Waits its turn. Throws: Conflict, Cancelled, Backend.
  void take(Database& database, Patience& patience);
  void release() noexcept;

 private:
  void take_on_server(Database& database, Patience& patience);

  const Lake& lake_;
  std::optional<FileLock> file_;
  ConnectionHandle server_;  ///< whose transaction has the lock
};

}  // namespace metaxy::stores::duckdb
