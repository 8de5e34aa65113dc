// SPDX-License-Identifier: Apache-2.0
// Soft deletion: records appended again with a deletion time.
#pragma once

#include <metaxy/progress.hpp>

#include "lineage/records.hpp"

namespace metaxy::ops {

/// The same records with a deletion time that no record of the sample outlasts.
rel::RelPtr tombstones(const lineage::Stored& stored, rel::RelPtr rows, Timestamp now);

/// Tombstones for children (1:N) that were not among those written at `now`, of the parents that were: a write holds
/// all children of each of its parents. `parent_columns` tell parents apart. To be read after the records are appended.
rel::RelPtr retired_children(lineage::Stored stored, const std::vector<std::string>& parent_columns, Timestamp now);

}  // namespace metaxy::ops
