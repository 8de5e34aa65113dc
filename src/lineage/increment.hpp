// SPDX-License-Identifier: Apache-2.0
// One comparison of what should exist with what is stored gives every sample's state; increments, status and
// explanations are read off it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lineage/expected.hpp"

namespace metaxy::lineage {

/// Feature versions of older records under which a field was another one.
struct ChangedField {
  spec::FieldKey field;
  std::vector<std::string> code;      ///< with another code version
  std::vector<std::string> upstream;  ///< with this code version, but reading others
};

/// A feature's own stored records.
struct Own {
  Stored stored;
  Counting counting;                       ///< the current feature version
  std::vector<rel::ExprPtr> filters;       ///< on stored columns
  std::vector<rel::ExprPtr> staleness;     ///< on stored columns; one that is TRUE makes a sample stale
  std::vector<ChangedField> changed = {};  ///< of every field, in declaration order
  std::optional<Stored> childless = {};    ///< 1:N: the same table as parents without children, when there are any
};

/// For which samples an increment carries the stored row.
enum class Previous { Orphaned, All };

/// States of samples, as text in results.
inline constexpr std::string_view kStateNew = "new";
inline constexpr std::string_view kStateStale = "stale";
inline constexpr std::string_view kStateOrphaned = "orphaned";
inline constexpr std::string_view kStateWaiting = "waiting";
inline constexpr std::string_view kStateUpToDate = "up_to_date";

/// Samples that are new, stale or orphaned, with the columns documented at ops::Increment, but for the data versions
/// when these equal the provenance. `own` absent: nothing is stored yet.
rel::RelPtr increment(const Expected& expected, const std::optional<Own>& own, Previous previous);

/// Every expected sample as new, without comparison.
rel::RelPtr everything_new(const Expected& expected, Previous previous = Previous::Orphaned);

/// Columns `state`, the join columns, metaxy_provenance (expected): every sample with its state.
rel::RelPtr sample_states(const Expected& expected, const std::optional<Own>& own);

/// Columns `state` and `samples`: how many samples are in which state.
rel::RelPtr state_counts(const Expected& expected, const std::optional<Own>& own);

}  // namespace metaxy::lineage
