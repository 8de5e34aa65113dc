// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace metaxy::stores::duckdb {

/// Whose turn it is to use a database file, agreed between processes through locks on an empty file beside it.
/// Those who ask first come first, so that neither readers nor writers starve. Record locks of the kernel: a killed
/// process leaves none behind, a forked child inherits none, and who holds one is known. Where the lock file can
/// neither be made nor opened, everybody is let through and only DuckDB's own lock keeps order.
/// Used by one thread at a time, and by one object per file and process.
class FileLock {
 public:
  enum class Kind { Shared, Exclusive };

  explicit FileLock(std::string database);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  /// Tries once; true when it is held now. Until `leave` the place in the queue is kept between attempts.
  bool attempt(Kind kind);
  void leave();
  void release();
  /// Takes the lock file away, when its database is gone; those who wait by it make another one. Requires: held
  /// exclusively.
  void remove();
  /// Whether another process waits.
  bool wanted() const;
  /// A process that keeps `kind` from being had.
  std::optional<pid_t> holder(Kind kind) const;

 private:
  bool open();
  bool is_gone() const;
  bool set(short type, off_t at) const;
  std::optional<off_t> lock_of_others(off_t from, off_t length, short type, pid_t* who = nullptr) const;

  std::string database_;
  int file_ = -1;
  bool writable_ = false;
  off_t ticket_ = 0;
};

}  // namespace metaxy::stores::duckdb
