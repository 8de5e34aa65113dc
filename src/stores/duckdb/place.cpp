// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <metaxy/error.hpp>

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::Access;
using store::Mode;

namespace {

/// For how long a process goes on with a file that others wait for, so that handing over does not cost more than work.
constexpr milliseconds kSlice{100};
/// How long a file that nobody asks for stays attached.
constexpr milliseconds kLinger{100};
/// Who did nothing for so long has no next step right away.
constexpr milliseconds kQuiet{2};
/// New work waits at most so long for others' turn; it may be part of what they wait for.
constexpr milliseconds kPoliteness{1000};
constexpr milliseconds kPoll{2};
constexpr milliseconds kIdlePoll{10};
constexpr std::chrono::hours kAsleep{1};
/// A log of a few commits is replayed faster than a checkpoint is made.
constexpr std::uintmax_t kLogKept = 16U << 10U;

std::string this_process() { return "another thread of this process"; }

std::uintmax_t size_of(const std::string& file) {
  std::error_code failure;
  const auto size = fs::file_size(file, failure);
  return failure ? 0 : size;
}

}  // namespace

struct DatabasePlace::Alarm {
  std::mutex mutex;
  std::condition_variable changed;
  bool rings = false;
  bool over = false;

  void ring(bool last) {
    const std::lock_guard lock(mutex);
    rings = true;
    over = over || last;
    changed.notify_all();
  }
};

DatabasePlace::DatabasePlace(std::string shown, Options options)
    : shown_(std::move(shown)),
      options_(std::move(options)),
      process_(::getpid()),
      file_lock_(options_.path),
      alarm_(std::make_shared<Alarm>()) {
  // A snapshot is made and written by nobody, and the lock of a second place in this process would end the first's.
  if (options_.lake && options_.lake->snapshot.empty()) lake_lock_.emplace(*options_.lake);
}

DatabasePlace::~DatabasePlace() {
  if (::getpid() != process_) {
    static_cast<void>(keeper_.release());  // the thread stayed in the parent
    return;
  }
  if (!keeper_) return;
  alarm_->ring(true);
  if (keeper_->get_id() == std::this_thread::get_id()) {
    keeper_->detach();
  } else {
    keeper_->join();
  }
}

std::shared_ptr<DatabasePlace> DatabasePlace::of(const Options& options) {
  const bool in_file = options.lake ? options.lake->file.has_value() : options.path != kMemory;
  if (!in_file) return std::make_shared<DatabasePlace>(options.lake ? options.lake->shown : options.path, options);
  // The one thing known process-wide, because locks on files are.
  static std::mutex mutex;
  static std::map<std::pair<pid_t, std::string>, std::weak_ptr<DatabasePlace>> places;
  std::error_code failure;
  const fs::path given = fs::absolute(options.lake ? *options.lake->file : options.path);
  fs::path path = fs::weakly_canonical(given, failure);
  if (failure) path = given;
  const std::lock_guard lock(mutex);
  std::erase_if(places, [](const auto& entry) { return entry.second.expired(); });
  const std::string kind = options.lake ? "ducklake " + options.lake->snapshot + ":" : "";
  auto& known = places[{::getpid(), kind + path.string()}];
  if (auto place = known.lock()) return place;
  Options absolute = options;
  (options.lake ? absolute.lake->file.emplace() : absolute.path) = path.string();
  auto place = std::make_shared<DatabasePlace>(options.lake ? options.lake->shown : options.path, std::move(absolute));
  known = place;
  return place;
}

void DatabasePlace::enter(const Caller& caller, const Watch& watch) {
  {
    const Lock lock(mutex_);
    ++sessions_;
  }
  try {
    lease(Access::Read, caller, watch);
  } catch (...) {
    leave();
    throw;
  }
  give_back(Access::Read);
}

void DatabasePlace::leave() noexcept {
  if (::getpid() != process_) return;
  Lock lock(mutex_);
  --sessions_;
  changed_.wait(lock, [this] { return sessions_ > 0 || (!moving_ && !clearing_); });
  if (sessions_ == 0 && leases_ == 0 && held_ != Held::Nothing) let_go(lock);
}

DatabasePlace::Held DatabasePlace::needed(Access access, Mode mode) const {
  if (access == Access::Write) return Held::Writing;
  return mode == Mode::Write && size_of(options_.path) == 0 ? Held::Writing : Held::Reading;
}

bool DatabasePlace::serves(Held needed) const {
  if (moving_ || !database_ || database_->broken()) return false;
  return is_memory() || held_ == Held::Writing || held_ == needed;
}

bool DatabasePlace::should_yield() const {
  return held_ != Held::Nothing && !turn_ && steady_clock::now() - since_ >= kSlice && file_lock_.wanted();
}

std::shared_ptr<Database> DatabasePlace::lease(Access access, const Caller& caller, const Watch& watch) {
  if (::getpid() != process_) {
    throw Error(ErrorCode::InvalidArgument, "the store " + shown_ + " was opened before this process was forked",
                "open it in the process that uses it");
  }
  Patience patience(shown_, caller.patience, watch);
  Lock lock(mutex_);
  if (!caller.holds) be_polite(lock, patience);
  if (access == Access::Write) {
    while (turn_) wait(lock, patience);
    turn_ = true;
  }
  try {
    hold(lock, access, caller.mode, patience);
    if (access == Access::Write && lake_lock_) take_turn(lock, patience);
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    if (access == Access::Write) turn_ = false;
    changed_.notify_all();
    throw;
  }
  ++leases_;
  return database_;
}

void DatabasePlace::wait(Lock& lock, Patience& patience) {
  patience.check(this_process);
  changed_.wait_for(lock, kPoll);
}

void DatabasePlace::be_polite(Lock& lock, Patience& patience) {
  const auto enough = steady_clock::now() + kPoliteness;
  while (!moving_ && (clearing_ || should_yield()) && steady_clock::now() < enough) {
    if (leases_ == 0 && !clearing_) {
      let_go(lock);
    } else {
      wait(lock, patience);
    }
  }
}

/// Among the processes that write a lake. Requires: this thread's turn in this process.
void DatabasePlace::take_turn(Lock& lock, Patience& patience) {
  lock.unlock();
  try {
    lake_lock_->take(*database_, patience);
  } catch (...) {
    lake_lock_->release();
    throw;
  }
  lock.lock();
}

/// Two who make the same lake would meet.
void DatabasePlace::open_lake(Database& database, Mode mode, Patience& patience) {
  if (!lake_lock_) return database.open_lake(*options_.lake, mode);
  try {
    lake_lock_->take(database, patience);
    database.open_lake(*options_.lake, mode);
  } catch (...) {
    lake_lock_->release();
    throw;
  }
  lake_lock_->release();
}

void DatabasePlace::hold(Lock& lock, Access access, Mode mode, Patience& patience) {
  for (auto wanted = needed(access, mode); !serves(wanted); wanted = needed(access, mode)) {
    if (is_memory()) {
      auto database = std::make_shared<Database>(options_);
      if (options_.lake) open_lake(*database, mode, patience);
      database_ = std::move(database);
    } else if (moving_ || clearing_) {
      wait(lock, patience);
    } else if (held_ == Held::Nothing) {
      take(lock, wanted, mode, patience);
    } else {
      clear(lock, patience);
    }
  }
}

/// Lets the file go as soon as nobody in this process uses it.
void DatabasePlace::clear(Lock& lock, Patience& patience) {
  clearing_ = true;
  try {
    while (leases_ > 0) {
      if (!detach_rows(lock)) wait(lock, patience);
    }
  } catch (...) {
    clearing_ = false;
    throw;
  }
  clearing_ = false;
  let_go(lock);
}

/// Cuts the rows that are still being read off from the file; false when there are none.
bool DatabasePlace::detach_rows(Lock& lock) {
  const auto rows = std::exchange(rows_, {});
  lock.unlock();
  bool any = false;
  for (const auto& entry : rows) {
    if (const auto open = entry.lock()) {
      open->detach();
      any = true;
    }
  }
  lock.lock();
  return any;
}

void DatabasePlace::take(Lock& lock, Held needed, Mode mode, Patience& patience) {
  moving_ = true;
  lock.unlock();
  std::exception_ptr failure;
  try {
    attach(needed == Held::Writing ? Mode::Write : Mode::Read, patience);
  } catch (...) {
    failure = std::current_exception();
    file_lock_.release();
  }
  lock.lock();
  moving_ = false;
  changed_.notify_all();
  // Whoever had made the file while we waited was refused: now it is for us to make it.
  if (failure && needed == Held::Reading && mode == Mode::Write && size_of(options_.path) == 0) return;
  if (failure) std::rethrow_exception(failure);
  held_ = needed;
  since_ = last_use_ = steady_clock::now();
  if (!keeper_) keeper_ = std::make_unique<std::thread>(keep, weak_from_this(), alarm_);
  alarm_->ring(false);
}

void DatabasePlace::attach(Mode mode, Patience& patience) {
  const auto kind = mode == Mode::Write ? FileLock::Kind::Exclusive : FileLock::Kind::Shared;
  check_file(options_.path, shown_, mode);
  // Wrong settings are refused before anything lies beside the file.
  if (!database_) database_ = std::make_shared<Database>(options_);
  while (!file_lock_.attempt(kind)) {
    patience.check([&] {
      const auto holder = file_lock_.holder(kind);
      return holder ? name_process(*holder) : "other processes";
    });
    std::this_thread::sleep_for(milliseconds(1));
  }
  check_file(options_.path, shown_, mode);
  std::error_code ignored;
  made_ = !fs::exists(options_.path, ignored);
  if (mode == Mode::Write) remove_empty(options_.path);
  while (true) {
    try {
      return database_->attach(mode);
    } catch (const Error& error) {
      // Not one of metaxy's processes: these wait for the lock above.
      if (error.code() != ErrorCode::Conflict || patience.over()) {
        throw Error(error.code(), fmt::format("cannot open the database file {}: {}", shown_, error.message()),
                    error.hint());
      }
    }
    patience.check([] { return "another program"; });
    std::this_thread::sleep_for(kIdlePoll);
  }
}

/// Requires: nobody in this process uses the file.
void DatabasePlace::let_go(Lock& lock) noexcept {
  moving_ = true;
  lock.unlock();
  detach();
  file_lock_.release();
  lock.lock();
  held_ = Held::Nothing;
  moving_ = false;
  changed_.notify_all();
}

void DatabasePlace::detach() noexcept {
  try {
    if (!database_->broken()) {
      if (made_ && database_->is_empty()) return remove();
      const std::uintmax_t kept = file_lock_.wanted() ? kLogKept : 0;
      if (held_ == Held::Writing && size_of(options_.path + ".wal") > kept) database_->checkpoint();
      return database_->detach();
    }
  } catch (const Error&) {
    // What was committed is in the log. Ending the instance closes the file, whatever is wrong with it.
  }
  database_.reset();
}

/// What was refused leaves no file behind.
void DatabasePlace::remove() {
  database_->detach();
  remove_unwritten(options_.path);
  std::error_code ignored;
  if (!fs::exists(options_.path, ignored)) file_lock_.remove();
}

void DatabasePlace::give_back(Access access) noexcept {
  if (::getpid() != process_) return;
  if (access == Access::Write && lake_lock_) lake_lock_->release();
  Lock lock(mutex_);
  --leases_;
  if (access == Access::Write) turn_ = false;
  last_use_ = steady_clock::now();
  if (leases_ == 0 && held_ != Held::Nothing && !moving_ && !clearing_ && (sessions_ == 0 || should_yield())) {
    let_go(lock);
  }
  changed_.notify_all();
}

void DatabasePlace::add_rows(const std::shared_ptr<DetachableRows>& rows) {
  const Lock lock(mutex_);
  std::erase_if(rows_, [](const auto& entry) { return entry.expired(); });
  rows_.push_back(rows);
}

/// Lets a file go that is not used or that others wait for. Returns when to look again.
milliseconds DatabasePlace::tend() {
  Lock lock(mutex_);
  if (held_ == Held::Nothing) return kAsleep;
  std::erase_if(rows_, [](const auto& entry) { return entry.expired(); });
  const bool busy = moving_ || clearing_ || turn_ || leases_ > static_cast<int>(rows_.size());
  if (busy) return kPoll;
  const auto now = steady_clock::now();
  if (file_lock_.wanted()) {
    if (now - last_use_ < kQuiet && now - since_ < kSlice) return kPoll;
    clearing_ = true;
    detach_rows(lock);
    clearing_ = false;
    if (leases_ == 0 && !turn_) let_go(lock);
    changed_.notify_all();
    return kPoll;
  }
  if (leases_ == 0 && now - last_use_ >= kLinger) let_go(lock);
  return leases_ == 0 ? kPoll : kIdlePoll;
}

void DatabasePlace::keep(const std::weak_ptr<DatabasePlace>& place, const std::shared_ptr<Alarm>& alarm) {
  milliseconds pause = kAsleep;
  while (true) {
    {
      Lock lock(alarm->mutex);
      alarm->changed.wait_for(lock, pause, [&] { return alarm->rings; });
      alarm->rings = false;
      if (alarm->over) return;
    }
    const auto here = place.lock();
    if (!here) return;
    pause = here->tend();
  }
}

}  // namespace metaxy::stores::duckdb
