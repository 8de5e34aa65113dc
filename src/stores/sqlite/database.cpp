// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <metaxy/error.hpp>
#include <thread>
#include <utility>

#include "base/system_remedy.hpp"
#include "sql/dialect_sqlite.hpp"
#include "sql/quote.hpp"
#include "sql/writer.hpp"
#include "stores/sqlite/errors.hpp"
#include "stores/sqlite/function_values.hpp"

namespace metaxy::stores::sqlite {

namespace fs = std::filesystem;
using store::Mode;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kOperationsBetweenLooks = 4000;
constexpr mode_t kReadWrite = 0666;
constexpr auto kPause = std::chrono::milliseconds(2);
constexpr auto kTellEvery = std::chrono::milliseconds(200);

std::uint64_t seconds(SteadyClock::duration duration) {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

/// A path in a URI.
std::string escaped(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '.' || c == '-' || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

/// Makes an empty file; false: somebody else has. It has its name only once it is closed, as `check_file` says.
bool make_file(const std::string& path) {
  if (::access(path.c_str(), F_OK) == 0) return false;
  static std::atomic<int> count = 0;
  const auto own = fmt::format("{}-new-{}-{}", path, ::getpid(), count++);
  const int made = ::open(own.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kReadWrite);
  if (made < 0) return false;
  ::close(made);
  const bool is_first = ::link(own.c_str(), path.c_str()) == 0;
  ::unlink(own.c_str());
  return is_first;
}

Error cannot_open(const std::string& path, std::string_view why, std::string hint) {
  return Error(ErrorCode::Io, fmt::format("cannot open the database file {}: {}", path, why), std::move(hint));
}

void check_new(const std::string& path, Mode mode) {
  if (mode == Mode::Read) {
    throw Error(ErrorCode::NotFound, fmt::format("the database file {} does not exist", path),
                "check the path, or write something to create it");
  }
  const fs::path folder = fs::absolute(path).parent_path();
  if (!fs::exists(folder)) {
    throw Error(ErrorCode::Io,
                fmt::format("cannot create the database file {}: there is no folder {}", path, folder.string()),
                "create the folder first");
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    throw Error(ErrorCode::Io, fmt::format("cannot create the database file {}: {}", path, std::strerror(errno)),
                system_remedy(errno));
  }
}

}  // namespace

void check_file(const std::string& path, Mode mode) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (fs::is_directory(status)) throw cannot_open(path, "it is a folder", "name a file in it");
  if (status.type() == fs::file_type::none) {
    throw cannot_open(path, failure.message(), system_remedy(failure.value()));
  }
  if (!fs::exists(status)) return check_new(path, mode);
  if (::access(path.c_str(), mode == Mode::Read ? R_OK : R_OK | W_OK) != 0) {
    throw Error(ErrorCode::Io,
                fmt::format("cannot open the database file {} for {}: {}", path,
                            mode == Mode::Read ? "reading" : "writing", std::strerror(errno)),
                system_remedy(errno));
  }
  // Journals lie beside the file.
  if (mode == Mode::Write && ::access(fs::absolute(path).parent_path().c_str(), W_OK) != 0) {
    throw Error(ErrorCode::Io,
                fmt::format("cannot open the database file {} for writing: its folder cannot be written: {}", path,
                            std::strerror(errno)),
                system_remedy(errno));
  }
  // The file is not opened to look into it: when a process closes any handle of a file it loses its locks on it, and
  // with them what keeps SQLite's handles apart from other processes. What is no database SQLite finds out.
  if (mode == Mode::Read && fs::file_size(path, failure) == 0 && !failure) {
    throw Error(ErrorCode::NotFound, fmt::format("the database file {} is empty", path), "write something to fill it");
  }
}

std::string quote_name(std::string_view name) { return sql::quote_name(sql::sqlite(), name); }

std::string quote_text(std::string_view text) { return sql::quote_text(sql::sqlite(), text); }

Database::Database(const Options& options, Mode mode, const Watch& watch) : options_(options), process_(::getpid()) {
  try {
    if (mode == Mode::Write && options_.path != kMemory) {
      is_maker_ = make_file(options_.path);
    }
    open(mode, false);
    const Watching watching(*this, watch);
    look(mode, watch);
    register_functions(handle_);
    // A record is some hundred bytes: larger pages are fewer writes.
    if (is_maker_) execute("PRAGMA page_size = 16384", watch);
    // A commit is durable; what does not fit into memory goes to a file that is gone with the handle.
    execute(
        "PRAGMA synchronous = FULL; PRAGMA temp_store = FILE; PRAGMA cache_size = -65536; "
        "PRAGMA trusted_schema = OFF",
        watch);
    if (mode == Mode::Write && options_.path != kMemory) prepare_to_write(watch);
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

/// Finds out whether the file can be read, and helps where it cannot as it is.
void Database::look(Mode mode, const Watch& watch) {
  const auto read = [this] { return sqlite3_exec(handle_, "SELECT 1 FROM sqlite_schema", nullptr, nullptr, nullptr); };
  int result = read();
  if (result == SQLITE_READONLY && mode == Mode::Read && ::access(options_.path.c_str(), W_OK) == 0) {
    // A writer was killed, and what it left has to be tidied up.
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    open(Mode::Write, false);
    result = read();
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    open(mode, false);
    result = read();
  }
  if (result == SQLITE_CANTOPEN && mode == Mode::Read && !fs::exists(options_.path + "-wal")) {
    // In a folder that cannot be written there is nobody who could change the file, and no place for a journal.
    sqlite3_close_v2(std::exchange(handle_, nullptr));
    open(mode, true);
    result = read();
  }
  if (result != SQLITE_OK) fail({}, watch);
}

Database::~Database() {
  if (is_own()) sqlite3_close_v2(handle_);
}

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

bool Database::remove_if_empty() noexcept {
  if (!is_maker_ || sqlite3_get_autocommit(handle_) != 0) return false;
  // What was done is taken back but for the lock.
  sqlite3_stmt* prepared = nullptr;
  sqlite3_exec(handle_, "ROLLBACK; BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
  if (sqlite3_get_autocommit(handle_) != 0) return true;
  sqlite3_prepare_v2(handle_, "SELECT 1 FROM main.sqlite_schema LIMIT 1", -1, &prepared, nullptr);
  const Statement statement(prepared);
  is_maker_ = false;
  if (!statement || sqlite3_step(prepared) != SQLITE_DONE || has_moved()) return false;
  for (const char* ending : {"", "-wal", "-shm"}) ::unlink((options_.path + ending).c_str());
  sqlite3_reset(prepared);
  sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  return true;
}

bool Database::is_own() const { return ::getpid() == process_; }

void Database::open(Mode mode, bool immutable) {
  // A handle is used by one thread at a time: SQLite need not lock it for every value that is bound.
  const int access =
      SQLITE_OPEN_NOMUTEX | (mode == Mode::Read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  const auto name = immutable                  ? "file:" + escaped(fs::absolute(options_.path)) + "?immutable=1"
                    : options_.path == kMemory ? options_.path
                                               : fs::absolute(options_.path).string();
  const int result = sqlite3_open_v2(name.c_str(), &handle_, access | (immutable ? SQLITE_OPEN_URI : 0), nullptr);
  if (!handle_) throw std::bad_alloc();
  if (result != SQLITE_OK) fail({}, {});
  sqlite3_extended_result_codes(handle_, 0);
  sqlite3_busy_handler(
      handle_, [](void* self, int attempt) { return static_cast<Database*>(self)->wait(attempt) ? 1 : 0; }, this);
  sqlite3_progress_handler(
      handle_, kOperationsBetweenLooks,
      [](void* self) {
        const auto* watch = static_cast<Database*>(self)->watch_;
        return watch && watch->stop.stop_requested() ? 1 : 0;
      },
      this);
}

/// Readers and a writer do not wait for each other when changes go to a journal of their own first. File systems
/// without shared memory go on as they are.
void Database::prepare_to_write(const Watch& watch) {
  const auto start = SteadyClock::now();
  while (text("PRAGMA journal_mode", watch) != "wal") {
    try {
      text("PRAGMA journal_mode = WAL", watch);
      return;
    } catch (const Error& error) {
      // Another process does the same.
      if (error.code() != ErrorCode::Conflict || SteadyClock::now() - start > options_.lock_timeout) throw;
    }
    watch.throw_if_stopped();
    std::this_thread::sleep_for(kPause);
  }
}

std::string Database::text(const std::string& sql, const Watch& watch) {
  const auto statement = prepare(sql, watch);
  const Watching watching(*this, watch);
  const int step = sqlite3_step(statement.get());
  if (step != SQLITE_ROW) fail(sql, watch);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 0));
  return text ? text : "";
}

/// Whether to try again after a moment, while another process writes.
bool Database::wait(int attempt) {
  const auto now = SteadyClock::now();
  if (attempt == 0) waiting_since_ = told_ = now;
  if (now - waiting_since_ >= options_.lock_timeout || (watch_ && watch_->stop.stop_requested())) return false;
  if (watch_ && watch_->progress && now - told_ >= kTellEvery) {
    told_ = now;
    watch_->report({fmt::format("waiting for another process to finish with {}", options_.path),
                    seconds(now - waiting_since_), seconds(options_.lock_timeout)});
  }
  std::this_thread::sleep_for(kPause);
  return true;
}

Statement Database::prepare(const std::string& sql, const Watch& watch) {
  const Watching watching(*this, watch);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    fail(sql, watch);
  }
  return Statement(statement);
}

std::uint64_t Database::execute(const std::string& sql, const Watch& watch) {
  const Watching watching(*this, watch);
  const char* rest = sql.c_str();
  while (*rest != '\0') {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(handle_, rest, -1, &prepared, &rest) != SQLITE_OK) fail(sql, watch);
    const Statement statement(prepared);
    if (!statement) break;
    int step = SQLITE_ROW;
    while (step == SQLITE_ROW) step = sqlite3_step(prepared);
    if (step != SQLITE_DONE) fail(sql, watch);
  }
  return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

void Database::fail(const std::string& sql, const Watch& watch) {
  const bool stopped = watch.stop.stop_requested();
  if (stopped && sqlite3_errcode(handle_) == SQLITE_BUSY) throw Error(ErrorCode::Cancelled, "interrupted");
  throw translate(handle_, options_.path, sql, stopped);
}

}  // namespace metaxy::stores::sqlite
