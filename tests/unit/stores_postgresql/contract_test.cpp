// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "support/postgresql.hpp"

namespace metaxy::testing {
namespace {

std::shared_ptr<const store::Store> in_schema() { return test::postgresql_store(); }

/// Beside tables that are not its own.
std::shared_ptr<const store::Store> prefixed() {
  const auto schema = test::new_schema();
  const auto other = rel::values({"id"}, {{rel::literal("of somebody else")}});
  test::postgresql_store({{"schema", schema}})
      ->open(store::Mode::Write)
      ->commit({store::Create{"t", other, {}}, store::Append{"t", other}});
  return test::postgresql_store({{"schema", schema}, {"table_prefix", "my \"own\"_"}});
}

INSTANTIATE_TEST_SUITE_P(PostgreSql, StoreContract,
                         ::testing::Values(StoreCase{"schema", in_schema}, StoreCase{"prefixed", prefixed}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
