// SPDX-License-Identifier: Apache-2.0
// DuckLakes with the official extensions, which tools/fetch_deps.sh keeps beside libduckdb.
#include <gtest/gtest.h>

#include "contract/store_contract.hpp"
#include "support/lake.hpp"

namespace metaxy::testing {
namespace {

std::shared_ptr<const store::Store> lake(const std::string& catalog) {
  return std::make_shared<test::ScratchLake>(catalog);
}

INSTANTIATE_TEST_SUITE_P(DuckLake, StoreContract,
                         ::testing::Values(StoreCase{"sqlite", [] { return lake("sqlite"); }},
                                           StoreCase{"duckdb", [] { return lake("duckdb"); }}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
