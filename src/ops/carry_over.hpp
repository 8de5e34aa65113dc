// SPDX-License-Identifier: Apache-2.0
// Partial results: what a written row lacks is taken over from the sample's previous record.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

struct PartialRows {
  rel::RelPtr rows;
  store::TableSchema columns;
  std::vector<std::string> taken_over = {};  ///< user columns that the rows lacked
};

/// Rows (with ids and provenance by field) together with the stored user columns that they lack, as they were in the
/// previous record of each sample, and with the previous data version of every field whose provenance is still the
/// same, unless the rows give one of their own.
PartialRows carry_over(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored,
                       const PartialRows& partial);

/// Ids of the samples that had a record to take something over from before a write at `now`.
rel::RelPtr previous_ids(Opened& opened, const spec::FeatureSpec& spec, lineage::Stored stored, Timestamp now);

}  // namespace metaxy::ops
