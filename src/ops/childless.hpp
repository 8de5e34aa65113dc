// SPDX-License-Identifier: Apache-2.0
// 1:N: the parents that a store knows to have no children.
#pragma once

#include <optional>
#include <vector>

#include "lineage/childless.hpp"
#include "ops/opened.hpp"

namespace metaxy::ops {

/// Absent when the feature expands nothing, and in the compatibility mode, which knows no such parents.
std::optional<lineage::Expansion> expansion_of(const Opened& opened, const graph::FeaturePlan& plan);

/// A feature's table as parents without children; absent when it has none.
std::optional<lineage::Stored> find_childless(Opened& opened, const graph::FeaturePlan& plan,
                                              const lineage::Stored& stored);

/// A feature's table as samples and, when it has any, as parents without children.
std::vector<lineage::Stored> apart(Opened& opened, const graph::FeaturePlan& plan, const lineage::Stored& stored);

/// Refuses to make a table out of rows that do not tell of which type the ids of children are. Throws: SchemaMismatch.
void check_child_types(const spec::FeatureSpec& spec, const lineage::Expansion& expansion,
                       const store::TableSchema& given);

}  // namespace metaxy::ops
