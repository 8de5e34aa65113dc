// SPDX-License-Identifier: Apache-2.0
// Which columns samples of a feature and of its upstreams are matched by.
#pragma once

#include <string>
#include <vector>

#include <metaxy/spec.hpp>

namespace metaxy::graph {

/// The upstream's id columns as they are called after `dep.rename`.
std::vector<std::string> renamed_ids(const spec::FeatureDep& dep, const spec::FeatureSpec& upstream);

/// Columns by which rows of a dep belong to a sample of `feature`, after renaming: the upstream's ids, or what the
/// lineage groups or expands by.
std::vector<std::string> match_columns(const spec::FeatureDep& dep, const spec::FeatureSpec& upstream,
                                       const spec::FeatureSpec& feature);

/// What all deps have in common of their match columns, the feature's own ids first; its own ids when that is nothing.
std::vector<std::string> join_columns(const spec::FeatureSpec& feature,
                                      const std::vector<std::vector<std::string>>& match_columns_of_deps);

}  // namespace metaxy::graph
