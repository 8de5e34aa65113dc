// SPDX-License-Identifier: Apache-2.0
// What every store must do, written against the seam alone. A store's tests instantiate the suite with a factory:
//   INSTANTIATE_TEST_SUITE_P(MyStore, StoreContract, ::testing::Values(StoreCase{"file", make}));
// and link store_contract.cpp.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "contract/rows.hpp"
#include "store/session.hpp"

namespace metaxy::testing {

/// In which order a table that is read without one gives its rows.
enum class RowOrder { Written, Any };

struct StoreCase {
  std::string name;
  /// A new, empty store; everything it leaves behind goes with it.
  std::function<std::shared_ptr<const store::Store>()> make;
  RowOrder order = RowOrder::Written;
  std::string null_list = "NULL";  ///< what a list that is NULL is read as
};

inline void PrintTo(const StoreCase& chosen, std::ostream* out) { *out << chosen.name; }

class StoreContract : public ::testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override { store_ = GetParam().make(); }

  std::unique_ptr<store::Session> write() const { return store_->open(store::Mode::Write); }
  std::unique_ptr<store::Session> read() const { return store_->open(store::Mode::Read); }

  std::shared_ptr<const store::Store> store_;
};

}  // namespace metaxy::testing
