// SPDX-License-Identifier: Apache-2.0
// One open handle of SQLite with metaxy's functions.
#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <chrono>
#include <memory>
#include <metaxy/progress.hpp>
#include <string>

#include "store/session.hpp"
#include "stores/sqlite/options.hpp"

namespace metaxy::stores::sqlite {

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Throws: NotFound, Io or Backend when the file cannot be used for that, before anything is touched.
void check_file(const std::string& path, store::Mode mode);

class Database {
 public:
  /// Throws: Io, Backend, Conflict.
  Database(const Options& options, store::Mode mode, const Watch& watch);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  sqlite3* get() const { return handle_; }
  /// Whether this process opened it: a forked child must leave it alone.
  bool is_own() const;

  /// One statement. Throws: what SQLite says.
  Statement prepare(const std::string& sql, const Watch& watch);
  /// Runs statements to their end; the number of rows that the last one changed.
  std::uint64_t execute(const std::string& sql, const Watch& watch);
  /// Whether the file is another than the one that has its name now.
  bool has_moved() const;
  /// Takes a file away that this handle made and nothing was committed to. Requires: the transaction that keeps other
  /// writers out; it is over when the file is gone.
  bool remove_if_empty() noexcept;
  /// Throws the error of what failed last.
  [[noreturn]] void fail(const std::string& sql, const Watch& watch);

 private:
  friend class Watching;

  void open(store::Mode mode, bool immutable);
  void look(store::Mode mode, const Watch& watch);
  void prepare_to_write(const Watch& watch);
  std::string text(const std::string& sql, const Watch& watch);
  bool wait(int attempt);

  Options options_;
  bool is_maker_ = false;  ///< the file was not there before
  sqlite3* handle_ = nullptr;
  pid_t process_;
  const Watch* watch_ = nullptr;  ///< of what is running
  std::chrono::steady_clock::time_point waiting_since_;
  std::chrono::steady_clock::time_point told_;
};

/// Lets a stop request end what runs meanwhile.
class Watching {
 public:
  Watching(Database& database, const Watch& watch) : database_(database), before_(database.watch_) {
    database.watch_ = &watch;
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  ~Watching() { database_.watch_ = before_; }

 private:
  Database& database_;
  const Watch* before_;
};

/// Names and texts in SQL.
std::string quote_name(std::string_view name);
std::string quote_text(std::string_view text);

}  // namespace metaxy::stores::sqlite
