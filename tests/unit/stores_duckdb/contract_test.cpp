// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "stores/duckdb/store.hpp"
#include "support/scratch.hpp"

namespace metaxy::testing {
namespace {

std::shared_ptr<const store::Store> in_memory() { return stores::duckdb::make_store({}); }

/// A store in a file whose folder goes with it.
std::shared_ptr<const store::Store> in_file() {
  struct Held {
    ScratchFolder folder;
    std::unique_ptr<store::Store> store;
  };
  auto held = std::make_shared<Held>();
  held->store = stores::duckdb::make_store({held->folder.file("store.duckdb"), {}});
  return {held, held->store.get()};
}

INSTANTIATE_TEST_SUITE_P(DuckDb, StoreContract,
                         ::testing::Values(StoreCase{"memory", in_memory}, StoreCase{"file", in_file}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
