// SPDX-License-Identifier: Apache-2.0
// Partial results: what a written row lacks is taken over from the sample's previous record.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

struct PartialRows {
  rel::RelPtr rows;
  store::TableSchema columns;
};

/// Rows (with ids and provenance by field) together with the stored user columns that they lack, as they were in the
/// previous record of each sample, and with the previous data version of every field whose provenance is still the
/// same, unless the rows give one of their own.
PartialRows carry_over(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored,
                       const PartialRows& partial);

}  // namespace metaxy::ops
