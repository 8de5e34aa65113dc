// SPDX-License-Identifier: Apache-2.0
// What the columns of rows for a feature are, for formats that carry no types.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

struct RowTypes {
  /// Of the feature's table; else as declared; ids else as those of the upstreams that they are joined with.
  store::TableSchema known;
  /// Columns that the rows may have taken over from an upstream.
  store::TableSchema likely;
};

RowTypes row_types(Opened& opened, const FeatureKey& feature);

}  // namespace metaxy::ops
