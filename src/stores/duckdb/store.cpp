// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/store.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include "base/text.hpp"
#include "sql/dialect_duckdb.hpp"
#include "store/sql_session.hpp"
#include "stores/duckdb/lake_source.hpp"

namespace metaxy::stores::duckdb {

namespace {

store::Info describe(const Options& options) {
  store::Info info;
  info.kind = options.lake ? "ducklake" : "duckdb";
  info.location = options.lake ? options.lake->shown : redact_uri(options.path);
  for (const auto algorithm : hash::all_algorithms()) info.algorithms.emplace_back(hash::to_string(algorithm));
  info.default_algorithm = hash::to_string(hash::Algorithm::Sha256);
  info.reference_algorithm = hash::to_string(hash::Algorithm::Xxhash32);
  info.identifier_limit = sql::duckdb().traits().identifier_limit;
  info.atomic_commit = true;
  return info;
}

class DuckDbStore final : public store::Store {
 public:
  explicit DuckDbStore(Options options) : info_(describe(options)), options_(std::move(options)) {
    // Loading DuckLake's extensions takes a third of a second: an instance stays while the store does, unless its
    // catalog would keep other processes out.
    const bool stays = options_.lake ? !options_.lake->is_exclusive : options_.path == kMemory;
    if (stays) memory_ = DatabasePlace::of(options_);
  }

  const store::Info& info() const override { return info_; }

  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    if (options_.lake) check_lake(mode);
    const Caller caller{mode, options_.lock_timeout};
    const auto place = memory_ ? memory_ : DatabasePlace::of(options_);
    std::shared_ptr<DuckDbSource> source;
    if (options_.lake) {
      source = std::make_shared<LakeSource>(place, caller, watch);
    } else {
      source = std::make_shared<DuckDbSource>(place, caller, watch);
    }
    auto session = std::make_unique<store::SqlSession>(mode, sql::duckdb(), std::move(source));
    session->heed(watch);
    return session;
  }

 private:
  /// To attach a lake that is not there would make it, in a folder that is there.
  void check_lake(store::Mode mode) const {
    if (!options_.lake->snapshot.empty() && mode == store::Mode::Write) {
      throw Error(ErrorCode::InvalidArgument,
                  fmt::format("the DuckLake {} is shown {} and cannot be written", options_.lake->shown,
                              options_.lake->snapshot),
                  "open it for reading, or leave snapshot_version and snapshot_time out");
    }
    if (!options_.lake->file) return;
    const auto file = std::filesystem::absolute(*options_.lake->file);
    if (std::filesystem::exists(file)) return;
    if (mode == store::Mode::Read) throw no_catalog(*options_.lake);
    if (std::filesystem::exists(file.parent_path())) return;
    throw Error(ErrorCode::Io,
                fmt::format("cannot create the DuckLake catalog {}: there is no folder {}", options_.lake->shown,
                            file.parent_path().string()),
                "create the folder first");
  }

  store::Info info_;
  Options options_;
  std::shared_ptr<DatabasePlace> memory_;  // holds an instance while the store lives
};

}  // namespace

std::unique_ptr<store::Store> make_store(Options options) {
  if (options.path.empty()) options.path = kMemory;
  if (options.path.starts_with("md:") || options.path.find("://") != std::string::npos) {
    throw Error(ErrorCode::Unsupported, fmt::format("{} is not a local DuckDB file", redact_uri(options.path)),
                "give the path of a file, or :memory:");
  }
  return std::make_unique<DuckDbStore>(std::move(options));
}

}  // namespace metaxy::stores::duckdb
