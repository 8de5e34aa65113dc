// SPDX-License-Identifier: Apache-2.0
// Who uses a database file when: threads and sessions of this process among themselves, and this process among
// others. docs/concurrency.md says why it is done this way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <metaxy/progress.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "store/connection.hpp"
#include "stores/duckdb/database.hpp"
#include "stores/duckdb/file_lock.hpp"
#include "stores/duckdb/lake_lock.hpp"
#include "stores/duckdb/patience.hpp"
#include "stores/duckdb/set_aside.hpp"

namespace metaxy::stores::duckdb {

/// Who asks for a database.
struct Caller {
  store::Mode mode = store::Mode::Read;  ///< for writing: a file that is missing is made
  std::chrono::milliseconds patience{0};
  bool holds = false;  ///< has a lease already: to let others go first would only make them wait longer
};

/// The place of one database in this process. The file is attached while it is used and a moment longer, so that an
/// open session does not keep others out. Thread-safe.
class DatabasePlace : public std::enable_shared_from_this<DatabasePlace> {
 public:
  DatabasePlace(std::string shown, Options options);
  DatabasePlace(const DatabasePlace&) = delete;
  DatabasePlace& operator=(const DatabasePlace&) = delete;
  ~DatabasePlace();
  /// The place of a file, or of a lake whose catalog is one, is shared by all that name it; every other call makes a
  /// new one.
  static std::shared_ptr<DatabasePlace> of(const Options& options);

  bool is_memory() const { return options_.path == kMemory; }
  /// Whether other processes wait while this one writes.
  bool keeps_out() const { return !is_memory() || lake_lock_.has_value(); }
  const std::string& path() const { return options_.path; }
  /// Null when the tables are those of a file, or in memory.
  const Lake* lake() const { return options_.lake ? &*options_.lake : nullptr; }

  /// A session begins; when the last one has left, the file is free. Tries the file: see `lease`.
  void enter(const Caller& caller, const Watch& watch);
  void leave() noexcept;

  /// The right to use the database until `give_back`. `Access::Write` is had by one at a time, and by no other process
  /// meanwhile. Throws: NotFound (a file that is missing and may not be made), Conflict (others use it for longer than
  /// the caller's patience), Cancelled, Io, Backend.
  std::shared_ptr<Database> lease(store::Access access, const Caller& caller, const Watch& watch);
  void give_back(store::Access access) noexcept;
  /// Rows whose reading holds a lease that they can let go.
  void add_rows(const std::shared_ptr<DetachableRows>& rows);

 private:
  enum class Held { Nothing, Reading, Writing };
  using Lock = std::unique_lock<std::mutex>;
  using Time = std::chrono::steady_clock::time_point;
  struct Alarm;

  Held needed(store::Access access, store::Mode mode) const;
  bool serves(Held needed) const;
  bool should_yield() const;
  void wait(Lock& lock, Patience& patience);
  void be_polite(Lock& lock, Patience& patience);
  void open_lake(Database& database, store::Mode mode, Patience& patience);
  void take_turn(Lock& lock, Patience& patience);
  void hold(Lock& lock, store::Access access, store::Mode mode, Patience& patience);
  void clear(Lock& lock, Patience& patience);
  bool detach_rows(Lock& lock);
  void take(Lock& lock, Held needed, store::Mode mode, Patience& patience);
  void attach(store::Mode mode, Patience& patience);
  void let_go(Lock& lock) noexcept;
  void detach() noexcept;
  void remove();
  std::chrono::milliseconds tend();
  static void keep(const std::weak_ptr<DatabasePlace>& place, const std::shared_ptr<Alarm>& alarm);

  std::string shown_;  ///< the path as it was given
  Options options_;
  pid_t process_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<Database> database_;
  FileLock file_lock_;
  std::optional<LakeLock> lake_lock_;
  Held held_ = Held::Nothing;
  bool moving_ = false;    ///< a thread is taking the file or letting it go
  bool clearing_ = false;  ///< who uses the file is asked to come to an end
  bool turn_ = false;      ///< a thread of this process writes
  bool made_ = false;      ///< the file is there because it was taken
  int leases_ = 0;
  int sessions_ = 0;
  std::vector<std::weak_ptr<DetachableRows>> rows_;
  Time since_{};     ///< when the file was taken
  Time last_use_{};  ///< when the last lease was given back
  std::shared_ptr<Alarm> alarm_;
  std::unique_ptr<std::thread> keeper_;
};

}  // namespace metaxy::stores::duckdb
