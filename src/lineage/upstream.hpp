// SPDX-License-Identifier: Apache-2.0
// One upstream of a feature, prepared for the join: latest records, renamed, filtered, reduced to what is asked for.
#pragma once

#include <string>
#include <vector>

#include "lineage/expected.hpp"

namespace metaxy::lineage {

/// An upstream's part of the join. Columns of `rows`: the `keys` under `key_name`, `user_columns`, one
/// `value_name(dep, field)` per field of the upstream, and `ready_name(dep)`.
struct Prepared {
  rel::RelPtr rows;
  std::vector<std::string> keys;          ///< what the upstream can be joined by, after renaming
  std::vector<std::string> user_columns;  ///< after renaming and selection, keys left out
  std::vector<std::string> texts = {};    ///< those of them that are known to be text
};

/// The stored name of a column that a dependency may rename.
std::string stored_name(const spec::FeatureDep& dep, const std::string& name);
std::string value_name(std::size_t dep, const spec::FieldKey& field);
std::string ready_name(std::size_t dep);
std::string key_name(std::size_t dep, const std::string& column);
/// The i-th id column of an upstream's records while they are members of a group.
std::string member_name(std::size_t dep, std::size_t i);

/// `keys`: columns, after renaming, that the upstream is joined by. For N:1 the rows are members with their ids beside
/// them, for gather_members.
Prepared prepare_upstream(const graph::FeaturePlan& plan, std::size_t dep, const Upstream& upstream,
                          const std::vector<std::string>& keys);

/// The records that `prepare_upstream` starts from as they are stored: the latest of each sample, filtered.
rel::RelPtr upstream_records(const graph::FeaturePlan& plan, std::size_t dep, const Upstream& upstream);

}  // namespace metaxy::lineage
