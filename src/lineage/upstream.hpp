// SPDX-License-Identifier: Apache-2.0
// One upstream of a feature, prepared for the join: latest records, renamed, filtered, reduced to what is asked for.
#pragma once

#include <string>
#include <vector>

#include "lineage/expected.hpp"

namespace metaxy::lineage {

/// An upstream's part of the join. Columns of `rows`: the join columns under `key_names`, `user_columns`, one
/// `value_name(dep, field)` per field of the upstream, and `ready_name(dep)`.
struct Prepared {
  rel::RelPtr rows;
  std::vector<std::string> key_names;
  std::vector<std::string> user_columns;  ///< after renaming and selection, join columns left out
};

std::string value_name(std::size_t dep, const spec::FieldKey& field);
std::string ready_name(std::size_t dep);
std::string key_name(std::size_t dep, const std::string& column);

Prepared prepare_upstream(const graph::FeaturePlan& plan, std::size_t dep, const Upstream& upstream);

}  // namespace metaxy::lineage
