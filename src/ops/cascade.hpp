// SPDX-License-Identifier: Apache-2.0
// Which samples a deletion takes away, downstream too.
#pragma once

#include <vector>

#include "ops/opened.hpp"

namespace metaxy::ops {

/// Samples of one feature that go.
struct Gone {
  FeatureKey feature;
  lineage::Stored stored;  ///< 1:N: a feature may have two, of which the second is of parents without children
  rel::RelPtr ids;         ///< their id columns
  rel::RelPtr records;     ///< their latest records, all columns
};

/// Rows by which a sample's whole history is erased, and their columns that say so.
struct Erasure {
  rel::RelPtr rows;
  std::vector<std::string> keys;
};
Erasure erasure_of(const Gone& gone);

/// Downstream features before their upstreams, so that each can be carried out while its upstreams are still there.
/// Throws: NotFound (a named feature without a table), InvalidArgument (filters).
std::vector<Gone> gone_samples(Opened& opened, const std::vector<FeatureKey>& features, const DeleteOptions& options);

}  // namespace metaxy::ops
