// SPDX-License-Identifier: Apache-2.0
// DuckLakes for tests, with the official extensions that tools/fetch_deps.sh keeps.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "stores/registry.hpp"
#include "support/folder.hpp"

namespace metaxy::test {

/// Options of a lake in a folder whose catalog is a file of this type.
inline stores::Options lake_options(const std::string& folder, const std::string& catalog) {
  using nlohmann::json;
  const json lake = {{"catalog", {{"type", catalog}, {"uri", folder + "/catalog with 'quotes'." + catalog}}},
                     {"storage", {{"type", "local"}, {"path", folder + "/data"}}}};
  const json settings = {{"extension_directory", METAXY_DUCKDB_EXTENSIONS}};
  return {{"ducklake", lake.dump()}, {"config", settings.dump()}};
}

/// A lake that goes with its store.
class ScratchLake final : public store::Store {
 public:
  explicit ScratchLake(const std::string& catalog) {
    const std::string folder = folder_.file("ä lake");
    std::filesystem::create_directory(folder);
    store_ = stores::open_store("duckdb", lake_options(folder, catalog));
  }
  const store::Info& info() const override { return store_->info(); }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    return store_->open(mode, watch);
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<store::Store> store_;
};

}  // namespace metaxy::test
