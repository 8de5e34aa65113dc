// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/store.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include "base/system_remedy.hpp"
#include "sql/dialect_sqlite.hpp"
#include "store/sql_session.hpp"
#include "stores/sqlite/connection.hpp"

namespace metaxy::stores::sqlite {

namespace fs = std::filesystem;

namespace {

store::Info describe(const Options& options) {
  store::Info info;
  info.kind = "sqlite";
  info.location = options.path;
  for (const auto algorithm : hash::all_algorithms()) info.algorithms.emplace_back(hash::to_string(algorithm));
  info.default_algorithm = hash::to_string(hash::Algorithm::Sha256);
  info.reference_algorithm = hash::to_string(hash::Algorithm::Md5);
  info.identifier_limit = sql::sqlite().traits().identifier_limit;
  info.atomic_commit = true;
  return info;
}

/// A folder that goes with the last who uses it, in memory where the machine has such folders.
class ScratchFolder {
 public:
  ScratchFolder() {
    constexpr const char* kInMemory = "/dev/shm";
    const auto parent = ::access(kInMemory, W_OK | X_OK) == 0 ? fs::path(kInMemory) : fs::temp_directory_path();
    path_ = (parent / "metaxy-XXXXXX").string();
    if (!::mkdtemp(path_.data())) {
      throw Error(ErrorCode::Io, "cannot make the folder " + path_ + ": " + std::strerror(errno), system_remedy(errno));
    }
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code failure;
    if (::getpid() == process_) fs::remove_all(path_, failure);
  }
  const std::string& path() const { return path_; }

 private:
  pid_t process_ = ::getpid();
  std::string path_;
};

class SqliteStore final : public store::Store {
 public:
  SqliteStore(Options options, store::EngineMaker engine)
      : info_(describe(options)), options_(std::move(options)), engine_(std::move(engine)) {
    if (options_.path != kMemory) return;
    // SQLite's own databases in memory belong to one handle, which cannot read and write at the same time.
    scratch_ = std::make_shared<ScratchFolder>();
    options_.path = scratch_->path() + "/memory.sqlite";
  }

  const store::Info& info() const override { return info_; }

  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    // What is in memory is there, and empty, before anybody writes.
    const bool write = mode == store::Mode::Write || scratch_;
    auto pool = std::make_shared<Pool>(options_, write ? store::Mode::Write : store::Mode::Read, scratch_);
    if (!scratch_) {
      check_file(options_.path, mode);
      pool->give_back(pool->take(false, watch));
    }
    auto session =
        std::make_unique<store::SqlSession>(mode, sql::sqlite(), std::make_shared<SqliteSource>(pool), engine_);
    session->heed(watch);
    return session;
  }

 private:
  store::Info info_;
  Options options_;
  std::shared_ptr<ScratchFolder> scratch_;
  store::EngineMaker engine_;
};

}  // namespace

std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine) {
  return std::make_unique<SqliteStore>(std::move(options), std::move(engine));
}

}  // namespace metaxy::stores::sqlite
