// SPDX-License-Identifier: Apache-2.0
// What a feature's records should be, as a relation over its upstreams' records.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>

#include "lineage/matching.hpp"
#include "lineage/records.hpp"

namespace metaxy::lineage {

/// One upstream of a plan, in the plan's order.
struct Upstream {
  std::optional<Stored> stored;       ///< absent: an optional upstream without a table
  Counting counting;                  ///< by the fields that this feature reads
  std::vector<rel::ExprPtr> filters;  ///< on stored columns
};

/// Rows that N:1 lineage makes: a group's members together in one, or each in its own, as the reference does.
enum class MemberRows { Together, Each };

/// Stored samples of which it is not known yet whether they should be there.
struct Unsettled {
  rel::RelPtr rows;                                          ///< each once
  std::vector<std::pair<std::string, std::string>> on = {};  ///< join columns and what `rows` calls them
};

/// Expected samples. Columns of `rows`: `join_columns`, `user_columns`, then the four version columns and kReady.
struct Expected {
  rel::RelPtr rows;
  std::vector<std::string> join_columns;  ///< by which samples are matched with stored records
  std::vector<std::string> user_columns;
  std::vector<spec::FieldKey> fields;  ///< of the feature, in declaration order
  bool own_versions = false;           ///< data versions may differ from provenance
  /// Samples that wait for these although `rows` lacks them, instead of being orphaned.
  std::vector<Unsettled> unsettled = {};
};

/// TRUE when every upstream record behind a sample counts as current; otherwise the sample is waiting.
inline constexpr std::string_view kReady = "__mx_ready";

/// Throws: SchemaMismatch (unknown renamed or selected columns, collisions), InvalidArgument (filters), Unsupported
/// (N:1 by other columns than the feature is joined by), NotFound (nothing written).
Expected expected_from_upstreams(const graph::FeaturePlan& plan, const std::vector<Upstream>& upstreams,
                                 const Matching& matching, const hash::Settings& settings,
                                 MemberRows members = MemberRows::Together);

/// Expected samples given by the caller: a stream with `columns`, among them provenance by field.
Expected expected_from_samples(const graph::FeaturePlan& plan, const Matching& matching, const std::string& input,
                               const std::vector<std::string>& columns, const std::vector<rel::ExprPtr>& filters,
                               const hash::Settings& settings);

}  // namespace metaxy::lineage
