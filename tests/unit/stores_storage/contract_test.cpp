// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "support/table_storage.hpp"

namespace metaxy::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Storage, StoreContract,
                         ::testing::Values(StoreCase{"mirrored", [] { return test::table_storage_store(); }},
                                           StoreCase{"plain",
                                                     [] {
                                                       return test::table_storage_store({false, false});
                                                     }}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
