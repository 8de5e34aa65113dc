// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "store/storage.hpp"

namespace metaxy::store {

/// Conditions that hold for every row for which `predicate` does; what they cannot say is left out.
std::vector<Condition> conditions_of(const rel::Expr& predicate, const TableSchema& schema);

}  // namespace metaxy::store
