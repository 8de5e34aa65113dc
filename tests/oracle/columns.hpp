// SPDX-License-Identifier: Apache-2.0
// How columns of a dependency are called, and which samples are matched by.
#pragma once

#include <string>

#include <metaxy/graph.hpp>

#include "oracle/oracle.hpp"

namespace metaxy::oracle {

/// A field as member of a by-field column.
std::string struct_key(std::string field);

bool has(const Names& names, const std::string& name);

/// These columns of a row.
Json only(const Json& row, const Names& columns);

/// A stored row as the dependency calls its columns.
Json renamed(const Json& user, const spec::FeatureDep& dep);
Names renamed(const Names& columns, const spec::FeatureDep& dep);

/// Columns by which samples of the upstream belong to those of the feature, as the dependency calls them.
Names match_columns(const spec::FeatureSpec& feature, const graph::PlanDep& dep);

/// Columns that the dependency brings besides those that samples are matched by.
Names brought_columns(const Json& row, const spec::FeatureSpec& feature, const graph::PlanDep& dep);

}  // namespace metaxy::oracle
