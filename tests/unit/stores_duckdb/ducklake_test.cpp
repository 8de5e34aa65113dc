// SPDX-License-Identifier: Apache-2.0
// DuckLakes with the official extensions, which tools/fetch_deps.sh keeps beside libduckdb.
#include "stores/duckdb/ducklake.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <metaxy/error.hpp>

#include "contract/store_contract.hpp"
#include "stores/registry.hpp"
#include "support/scratch.hpp"

namespace metaxy::testing {
namespace {

using nlohmann::json;

stores::Options lake_options(const std::string& folder, const std::string& catalog) {
  const json lake = {{"catalog", {{"type", catalog}, {"uri", folder + "/catalog with 'quotes'." + catalog}}},
                     {"storage", {{"type", "local"}, {"path", folder + "/data"}}}};
  const json settings = {{"extension_directory", METAXY_DUCKDB_EXTENSIONS}};
  return {{"ducklake", lake.dump()}, {"config", settings.dump()}};
}

std::shared_ptr<const store::Store> lake(const std::string& catalog) {
  struct Held {
    ScratchFolder folder;
    std::unique_ptr<store::Store> store;
  };
  auto held = std::make_shared<Held>();
  const std::string folder = held->folder.file("ä lake");
  std::filesystem::create_directory(folder);
  held->store = stores::open_store("duckdb", lake_options(folder, catalog));
  return {held, held->store.get()};
}

INSTANTIATE_TEST_SUITE_P(DuckLake, StoreContract,
                         ::testing::Values(StoreCase{"sqlite", [] { return lake("sqlite"); }},
                                           StoreCase{"duckdb", [] { return lake("duckdb"); }}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
