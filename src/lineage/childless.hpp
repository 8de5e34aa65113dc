// SPDX-License-Identifier: Apache-2.0
// Parents that a 1:N feature expanded into nothing. Such a parent has a record in which the ids of children are NULL
// and which was deleted in the moment of its writing, so that only who asks for these sees it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>

#include "lineage/records.hpp"

namespace metaxy::lineage {

/// Columns of a feature that expands an upstream.
struct Expansion {
  std::vector<std::string> parents;   ///< tell the parents apart
  std::vector<std::string> children;  ///< ids that tell a parent's children apart
};

/// `samples`: what samples are matched by (Matching). Absent when the feature expands nothing.
std::optional<Expansion> expansion_of(const graph::FeaturePlan& plan, const std::vector<std::string>& samples);

/// TRUE for a row that has no child's id.
rel::ExprPtr is_childless(const Expansion& expansion);

/// The same table as the parents without children that were written into it. Requires: it has the parents' columns.
Stored childless_parents(Stored stored, const Expansion& expansion);
/// The same table without these.
Stored children_only(Stored stored, const Expansion& expansion);

}  // namespace metaxy::lineage
