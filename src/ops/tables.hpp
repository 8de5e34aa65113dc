// SPDX-License-Identifier: Apache-2.0
// What stands before rows in a commit: the store's settings, and a table that has room for them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ops/opened.hpp"

namespace metaxy::ops {

/// Mutations that make a store remember its settings, once.
std::vector<store::Mutation> agree_on_settings(Opened& opened, Timestamp now);

/// Extends the feature's table in the first store, or creates it. `stored`: absent when nothing is. Throws: NotFound
/// when tables are not created.
store::Mutation make_room(Opened& opened, const spec::FeatureSpec& spec, const std::optional<lineage::Stored>& stored,
                          const rel::RelPtr& rows);

}  // namespace metaxy::ops
