// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "support/adbc.hpp"

namespace metaxy::testing {
namespace {

std::shared_ptr<const store::Store> in_sqlite() { return std::make_shared<test::AdbcSqlite>(); }
std::shared_ptr<const store::Store> in_postgresql() { return test::adbc_postgresql(); }

INSTANTIATE_TEST_SUITE_P(Adbc, StoreContract,
                         ::testing::Values(StoreCase{"sqlite", in_sqlite}, StoreCase{"postgresql", in_postgresql}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
