// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <metaxy/error.hpp>
#include <thread>
#include <vector>

#include "base/system_remedy.hpp"
#include "base/text.hpp"
#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/kernels.hpp"

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;
using store::Mode;

namespace {

/// What the file is called within the instance.
constexpr std::string_view kAttached = "metaxy_file";
/// More than a thread takes to leave a statement that has ended.
constexpr std::chrono::milliseconds kLeaving{300};

/// Nothing may need a download, and times are UTC whatever the machine says.
const std::map<std::string, std::string>& fixed_settings() {
  static const std::map<std::string, std::string> kSettings = {
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      // Looking for dictionaries in ids and hashes, which have none, takes a third of the time of a write.
      {"disabled_compression_methods", "dictionary"},
      {"preserve_insertion_order", "true"},  // rows of one write keep their order, so later means written later
  };
  return kSettings;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < duckdb_config_count(); ++i) {
    const char* name = nullptr;
    if (duckdb_get_config_flag(i, &name, nullptr) == DuckDBSuccess) names.emplace_back(name);
  }
  return names;
}

bool is_setting(const std::string& name) {
  const auto names = setting_names();
  return std::ranges::find(names, to_lower(name)) != names.end();
}

/// DuckDB lists the settings of its extensions, but takes them only when the extension is loaded.
bool is_of_extension(const std::string& name) {
  constexpr std::array<std::string_view, 5> kBegin = {"ducklake_", "http_", "s3_", "pg_", "sqlite_"};
  return std::ranges::any_of(kBegin, [&](auto begin) { return to_lower(name).starts_with(begin); });
}

Error no_setting(const std::string& name) {
  return Error(ErrorCode::InvalidArgument, "DuckDB has no setting " + quote(name), did_you_mean(name, setting_names()));
}

Error wrong_setting(const std::string& name, const std::string& value) {
  return Error(ErrorCode::InvalidArgument,
               fmt::format("DuckDB does not take {} for its setting {}", quote(value), quote(name)),
               "DuckDB's documentation says what it takes, for example memory_limit = \"4GB\", threads = 4");
}

void set(duckdb_config config, const std::string& name, const std::string& value) {
  if (duckdb_set_config(config, name.c_str(), value.c_str()) == DuckDBSuccess) return;
  throw is_setting(name) ? wrong_setting(name, value) : no_setting(name);
}

void execute(duckdb_connection connection, const char* sql) {
  Result result;
  if (duckdb_query(connection, sql, result.get()) != DuckDBSuccess) {
    throw translate(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), sql);
  }
}

/// DuckDB tells its limit in binary units: "1.3 GiB".
std::uint64_t memory_limit(duckdb_connection connection) {
  Result result;
  if (duckdb_query(connection, "SELECT current_setting('memory_limit')", result.get()) != DuckDBSuccess) {
    throw translate(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), {});
  }
  const std::string text = take_text(duckdb_value_varchar(result.get(), 0, 0));
  double number = 0;
  const char* unit = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  for (const char letter : {'K', 'M', 'G', 'T', 'P'}) {
    number *= 1024;
    if (*unit != '\0' && unit[1] == letter) return static_cast<std::uint64_t>(number);
  }
  throw Error(ErrorCode::Internal, "DuckDB has an unknown memory_limit: " + text);
}

/// DuckDB would spill into a folder beside whatever the current one is; neither processes nor instances share one. It
/// is made when it is needed, and goes with the instance.
std::string spill_folder(const std::string& path, pid_t process) {
  if (path != kMemory) return fmt::format("{}.{}.tmp", path, process);
  static std::atomic<std::uint64_t> count{0};
  const auto name = fmt::format("metaxy.{}.{}.tmp", process, ++count);
  return (std::filesystem::temp_directory_path() / name).string();
}

/// Removes a file that no program has open for a database, if it is of the kind.
template <class IsMeant>
bool remove_unlocked(const std::string& path, const IsMeant& is_meant) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  struct stat opened {};
  struct stat named {};
  const bool unused = ::fcntl(descriptor, F_SETLK, &lock) == 0 && ::fstat(descriptor, &opened) == 0 &&
                      is_meant(opened) && ::stat(path.c_str(), &named) == 0 && named.st_ino == opened.st_ino;
  const bool removed = unused && ::unlink(path.c_str()) == 0;
  ::close(descriptor);
  return removed;
}

}  // namespace

Error no_catalog(const Lake& lake) {
  return Error(ErrorCode::NotFound, fmt::format("there is no DuckLake catalog {}", lake.shown),
               "write something to make it");
}

void remove_empty(const std::string& path) {
  remove_unlocked(path, [](const struct stat& file) { return file.st_size == 0; });
}

void remove_unwritten(const std::string& path) {
  const bool removed = remove_unlocked(path, [](const struct stat&) { return true; });
  if (removed) ::unlink((path + ".wal").c_str());
}

void check_file(const std::string& path, const std::string& shown, Mode mode) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (fs::is_directory(status)) {
    throw Error(ErrorCode::Io, fmt::format("cannot open the database file {}: it is a folder", shown),
                "name a file in it");
  }
  if (status.type() == fs::file_type::none) {
    throw Error(ErrorCode::Io, fmt::format("cannot open the database file {}: {}", shown, failure.message()),
                system_remedy(failure.value()));
  }
  if (!fs::exists(status)) {
    if (mode == Mode::Read) {
      throw Error(ErrorCode::NotFound, fmt::format("the database file {} does not exist", shown),
                  "check the path, or write something to create it");
    }
    const fs::path folder = fs::absolute(path).parent_path();
    if (!fs::exists(folder)) {
      throw Error(ErrorCode::Io,
                  fmt::format("cannot create the database file {}: there is no folder {}", shown, folder.string()),
                  "create the folder first");
    }
    return;
  }
  const int wanted = mode == Mode::Read ? R_OK : R_OK | W_OK;
  if (::access(path.c_str(), wanted) != 0) {
    throw Error(ErrorCode::Io,
                fmt::format("cannot open the database file {} for {}: {}", shown,
                            mode == Mode::Read ? "reading" : "writing", std::strerror(errno)),
                system_remedy(errno));
  }
  std::array<char, 12> head{};
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), head.size());
  constexpr std::size_t kMagicAt = 8;
  if (file.gcount() == 0 && mode == Mode::Write) return;
  if (file.gcount() == 0) {
    throw Error(ErrorCode::NotFound, fmt::format("the database file {} is empty", shown), "write something to fill it");
  }
  if (file.gcount() < static_cast<std::streamsize>(head.size()) || std::memcmp(&head[kMagicAt], "DUCK", 4) != 0) {
    throw Error(ErrorCode::Backend, fmt::format("{} is not a DuckDB database", shown),
                "name another file; this one was left as it is");
  }
}

Database::Database(const Options& options) : path_(options.path), process_(::getpid()) {
  ConfigHandle config;
  duckdb_create_config(config.out());
  for (const auto& [name, value] : fixed_settings()) set(config.get(), name, value);
  if (!options.settings.contains("temp_directory")) {
    set(config.get(), "temp_directory", spill_folder(path_, process_));
  }
  std::map<std::string, std::string> later;
  const bool extended = options.lake || !options.extensions.empty();
  for (const auto& [name, value] : options.settings) {
    if (extended && is_of_extension(name)) {
      later.emplace(name, value);
    } else {
      set(config.get(), name, value);
    }
  }
  set(config.get(), "access_mode", "READ_WRITE");
  char* message = nullptr;
  const auto state = duckdb_open_ext(nullptr, handle_.out(), config.get(), &message);
  const std::string text = take_text(message);
  if (state != DuckDBSuccess) throw translate(DUCKDB_ERROR_INVALID, text, {});
  own_ = connect();
  auto memory = memory_limit(own_.get());
  if (options.memory_at_most && !options.settings.contains("memory_limit") && *options.memory_at_most < memory) {
    memory = *options.memory_at_most;
    execute(own_.get(), fmt::format("SET GLOBAL memory_limit = '{}KiB'", memory >> 10).c_str());
  }
  register_kernels(own_.get(), memory);
  register_input_scan(own_.get(), inputs_);
  execute(own_.get(), "SET GLOBAL TimeZone = 'UTC'");
  // Whoever lets the file go decides whether that is worth a checkpoint; a lake's catalog is never let go before.
  if (!options.lake) execute(own_.get(), "PRAGMA disable_checkpoint_on_shutdown");
  set_up(options, later);
}

void Database::set_up(const Options& options, const std::map<std::string, std::string>& later) {
  if (path_ != kMemory) used_ = fmt::format("USE {}", kAttached);
  for (const auto& extension : options.extensions) load(own_.get(), extension);
  if (options.lake) {
    for (const auto& name : options.lake->extensions) load(own_.get(), {.name = name});
  }
  set_later(later);
  if (!options.lake) return;
  for (const auto& statement : options.lake->secrets) reach(*options.lake, statement);
}

void Database::open_lake(const Lake& lake, Mode mode) {
  if (!lake.attach.empty() && !finds(lake)) {
    if (mode == Mode::Read) throw no_catalog(lake);
    check_storage(lake);
    reach(lake, lake.attach);
  }
  used_ = lake.use;
}

/// A catalog keeps where its files are: one whose storage cannot be reached would have to be removed by hand.
void Database::check_storage(const Lake& lake) {
  if (lake.data_path.find("://") == std::string::npos) return;
  try {
    reach(lake, fmt::format("SELECT count(*) FROM glob({})", quote_text(lake.data_path + "metaxy-asks/*")));
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("cannot make a DuckLake in {}: {}", lake.data_path, error.message()),
                error.hint());
  }
}

/// Attaches the lake if it is there.
bool Database::finds(const Lake& lake) {
  if (lake.file && !fs::exists(*lake.file)) return false;
  try {
    reach(lake, lake.file ? lake.attach : lake.attach_known);
    return true;
  } catch (const Error& error) {
    if (!lake.file && error.message().find("creating a new DuckLake is explicitly disabled") != std::string::npos) {
      return false;
    }
    throw;
  }
}

/// The statement has secrets, and a driver may tell how it tried to connect.
void Database::reach(const Lake& lake, const std::string& statement) {
  Result result;
  if (duckdb_query(own_.get(), statement.c_str(), result.get()) == DuckDBSuccess) return;
  const std::string message = redact_uri(clean_message(duckdb_result_error(result.get())));
  const Error error = translate(duckdb_result_error_type(result.get()), message, {});
  throw Error(error.code(), fmt::format("cannot open the DuckLake {}: {}", lake.shown, error.message()), error.hint());
}

/// Settings of extensions, which DuckDB knows when they are loaded.
void Database::set_later(const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings) {
    Result result;
    const auto sql = fmt::format("SET GLOBAL {} = {}", quote_name(name), quote_text(value));
    if (duckdb_query(own_.get(), sql.c_str(), result.get()) == DuckDBSuccess) continue;
    const std::string message = duckdb_result_error(result.get());
    if (message.starts_with("Catalog Error")) throw no_setting(name);
    throw wrong_setting(name, value);
  }
}

Database::~Database() {
  if (::getpid() == process_) {
    // DuckDB 1.4 ends a statement before the last thread at work on it has let go of the connection, which must outlive
    // that.
    std::this_thread::sleep_until(left_ + kLeaving);
    return;
  }
  // A forked child has this object but none of DuckDB's threads; the parent goes on with the file.
  for (auto& connection : idle_) connection.abandon();
  own_.abandon();
  handle_.abandon();
}

void Database::attach(Mode mode) {
  const std::string sql =
      fmt::format("ATTACH {} AS {}{}", quote_text(path_), kAttached, mode == Mode::Read ? " (READ_ONLY)" : "");
  Result result;
  if (duckdb_query(own_.get(), sql.c_str(), result.get()) == DuckDBSuccess) return;
  throw translate(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), {});
}

void Database::checkpoint() { execute(own_.get(), fmt::format("CHECKPOINT {}", kAttached).c_str()); }

bool Database::is_empty() {
  const std::string sql = fmt::format("SELECT 1 FROM duckdb_tables() WHERE database_name = '{}' LIMIT 1", kAttached);
  Result result;
  if (duckdb_query(own_.get(), sql.c_str(), result.get()) != DuckDBSuccess) {
    throw translate(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), sql);
  }
  return duckdb_row_count(result.get()) == 0;
}

void Database::detach() { execute(own_.get(), fmt::format("DETACH {}", kAttached).c_str()); }

ConnectionHandle Database::connect() {
  ConnectionHandle connection;
  if (duckdb_connect(handle_.get(), connection.out()) != DuckDBSuccess) {
    throw Error(ErrorCode::Backend, "DuckDB gave no connection");
  }
  return connection;
}

ConnectionHandle Database::take_connection() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      ConnectionHandle connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  ConnectionHandle connection = connect();
  if (!used_.empty()) execute(connection.get(), used_.c_str());
  return connection;
}

void Database::give_back(ConnectionHandle connection) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

void Database::mark_left() noexcept {
  const std::lock_guard lock(mutex_);
  left_ = std::chrono::steady_clock::now();
}

void Database::mark_broken() {
  const std::lock_guard lock(mutex_);
  broken_ = true;
}

bool Database::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace metaxy::stores::duckdb
