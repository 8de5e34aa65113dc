// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <metaxy/error.hpp>
#include <thread>

#include "base/system_remedy.hpp"
#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/kernels.hpp"

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;
using store::Mode;

namespace {

constexpr auto kLockRetry = std::chrono::milliseconds(50);

/// Nothing may need a download, and times are UTC whatever the machine says.
const std::map<std::string, std::string>& fixed_settings() {
  static const std::map<std::string, std::string> kSettings = {
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"preserve_insertion_order", "true"},  // rows of one write keep their order, so later means written later
  };
  return kSettings;
}

void set(duckdb_config config, const std::string& name, const std::string& value) {
  if (duckdb_set_config(config, name.c_str(), value.c_str()) != DuckDBSuccess) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("DuckDB has no setting {}", name));
  }
}

void execute(duckdb_connection connection, const char* sql) {
  Result result;
  if (duckdb_query(connection, sql, result.get()) != DuckDBSuccess) {
    throw translate(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), sql);
  }
}

Error open_error(const std::string& path, const std::string& message) {
  Error error = translate(DUCKDB_ERROR_INVALID, message, {});
  return Error(error.code(), fmt::format("cannot open the database file {}: {}", path, error.message()), error.hint());
}

/// An empty file is what a full disk or a kill leaves of a database that was just being made, and DuckDB refuses it.
/// Whoever is making it at this moment holds its lock.
void remove_empty(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  struct stat opened {};
  struct stat named {};
  const bool unused = ::fcntl(descriptor, F_SETLK, &lock) == 0 && ::fstat(descriptor, &opened) == 0 &&
                      opened.st_size == 0 && ::stat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino;
  if (unused) ::unlink(path.c_str());
  ::close(descriptor);
}

/// Refuses what is clearly no database, in words of its own. Not called while this process has the file open: closing
/// a second descriptor would give the file's lock up.
void check_file(const std::string& path, Mode mode) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (fs::is_directory(status)) {
    throw Error(ErrorCode::Io, fmt::format("cannot open the database file {}: it is a folder", path),
                "name a file in it");
  }
  if (status.type() == fs::file_type::none) {
    throw Error(ErrorCode::Io, fmt::format("cannot open the database file {}: {}", path, failure.message()),
                system_remedy(failure.value()));
  }
  if (!fs::exists(status)) {
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
    return;
  }
  const int wanted = mode == Mode::Read ? R_OK : R_OK | W_OK;
  if (::access(path.c_str(), wanted) != 0) {
    throw Error(ErrorCode::Io,
                fmt::format("cannot open the database file {} for {}: {}", path,
                            mode == Mode::Read ? "reading" : "writing", std::strerror(errno)),
                system_remedy(errno));
  }
  std::array<char, 12> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  constexpr std::size_t kMagicAt = 8;
  if (file.gcount() == 0 && mode == Mode::Write) {
    file.close();
    return remove_empty(path);
  }
  if (file.gcount() == 0) {
    throw Error(ErrorCode::NotFound, fmt::format("the database file {} is empty", path), "write something to fill it");
  }
  if (file.gcount() < static_cast<std::streamsize>(head.size()) || std::memcmp(&head[kMagicAt], "DUCK", 4) != 0) {
    throw Error(ErrorCode::Backend, fmt::format("{} is not a DuckDB database", path),
                "name another file; this one was left as it is");
  }
}

}  // namespace

Database::Database(const Options& options, Mode mode) : mode_(mode) {
  ConfigHandle config;
  duckdb_create_config(config.out());
  for (const auto& [name, value] : fixed_settings()) set(config.get(), name, value);
  const bool memory = options.path == kMemory;
  // DuckDB would spill into a folder beside whatever the current one is.
  if (memory && !options.settings.contains("temp_directory")) set(config.get(), "temp_directory", "");
  for (const auto& [name, value] : options.settings) set(config.get(), name, value);
  set(config.get(), "access_mode", mode == Mode::Read && !memory ? "READ_ONLY" : "READ_WRITE");
  char* message = nullptr;
  const auto state = duckdb_open_ext(memory ? nullptr : options.path.c_str(), handle_.out(), config.get(), &message);
  const std::string text = take_text(message);
  if (state != DuckDBSuccess) throw open_error(options.path, text);
  ConnectionHandle connection = take_connection();
  register_kernels(connection.get());
  register_input_scan(connection.get(), inputs_);
  execute(connection.get(), "SET GLOBAL TimeZone = 'UTC'");
  give_back(std::move(connection));
}

ConnectionHandle Database::take_connection() {
  const std::lock_guard lock(mutex_);
  if (!idle_.empty()) {
    ConnectionHandle connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }
  ConnectionHandle connection;
  if (duckdb_connect(handle_.get(), connection.out()) != DuckDBSuccess) {
    throw Error(ErrorCode::Backend, "DuckDB gave no connection");
  }
  return connection;
}

void Database::give_back(ConnectionHandle connection) {
  const std::lock_guard lock(mutex_);
  if (!broken_) idle_.push_back(std::move(connection));
}

void Database::mark_broken() {
  const std::lock_guard lock(mutex_);
  broken_ = true;
}

bool Database::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

DatabasePlace::DatabasePlace(Options options) : options_(std::move(options)) {}

std::shared_ptr<DatabasePlace> DatabasePlace::of(const Options& options) {
  if (options.path == kMemory) return std::make_shared<DatabasePlace>(options);
  // The one thing known process-wide, because locks on files are.
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<DatabasePlace>> places;
  std::error_code failure;
  fs::path path = fs::weakly_canonical(fs::absolute(options.path), failure);
  if (failure) path = fs::absolute(options.path);
  const std::lock_guard lock(mutex);
  std::erase_if(places, [](const auto& entry) { return entry.second.expired(); });
  auto& known = places[path.string()];
  if (auto place = known.lock()) return place;
  auto place = std::make_shared<DatabasePlace>(options);
  known = place;
  return place;
}

std::shared_ptr<Database> DatabasePlace::open_patiently(Mode mode) const {
  const auto deadline = std::chrono::steady_clock::now() + options_.lock_timeout;
  while (true) {
    try {
      return std::make_shared<Database>(options_, mode);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Conflict || std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(kLockRetry);
  }
}

std::shared_ptr<Database> DatabasePlace::open(Mode mode) {
  const std::lock_guard lock(mutex_);
  if (database_ && database_->broken()) database_.reset();
  if (database_ && mode == Mode::Write && database_->mode() == Mode::Read && !is_memory()) {
    if (database_.use_count() > 1) {
      throw Error(ErrorCode::Conflict, fmt::format("{} is being read by a stream of this process", options_.path),
                  "read the stream to its end before writing");
    }
    database_.reset();
  }
  if (!database_) {
    if (!is_memory()) check_file(options_.path, mode);
    database_ = open_patiently(mode);
  }
  return database_;
}

}  // namespace metaxy::stores::duckdb
