// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "store/table_prefix.hpp"
#include "support/clickhouse.hpp"

namespace metaxy::testing {
namespace {

/// Beside tables that are not its own.
std::shared_ptr<const store::Store> prefixed() {
  struct Held {
    test::ClickHouseDatabase database;
    std::unique_ptr<store::Store> store;
  };
  auto held = std::make_shared<Held>();
  auto store = stores::clickhouse::make_store(held->database.options());
  const auto other = rel::values({"id"}, {{rel::literal("of somebody else")}});
  store->open(store::Mode::Write)->commit({store::Create{"t", other, {}}, store::Append{"t", other}});
  held->store = store::with_table_prefix(std::move(store), "my \"own\"_");
  return {held, held->store.get()};
}

std::shared_ptr<const store::Store> plain() { return test::clickhouse_store(); }

std::shared_ptr<const store::Store> on_cluster() {
  return test::clickhouse_store([](auto&) {}, test::Spread::TwoShards);
}

INSTANTIATE_TEST_SUITE_P(ClickHouse, StoreContract,
                         ::testing::Values(StoreCase{"database", plain, RowOrder::Any, "[]"},
                                           StoreCase{"prefixed", prefixed, RowOrder::Any, "[]"},
                                           StoreCase{"cluster", on_cluster, RowOrder::Any, "[]"}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
