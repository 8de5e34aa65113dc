// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "store/table_prefix.hpp"
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

/// Beside tables that are not its own.
std::shared_ptr<const store::Store> prefixed() {
  auto store = stores::duckdb::make_store({});
  const auto other = rel::values({"id"}, {{rel::literal("of somebody else")}});
  store->open(store::Mode::Write)->commit({store::Create{"t", other, {}}, store::Append{"t", other}});
  return store::with_table_prefix(std::move(store), "my \"own\"_");
}

INSTANTIATE_TEST_SUITE_P(DuckDb, StoreContract,
                         ::testing::Values(StoreCase{"memory", in_memory}, StoreCase{"file", in_file},
                                           StoreCase{"prefixed", prefixed}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
