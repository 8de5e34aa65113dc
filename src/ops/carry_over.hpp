// SPDX-License-Identifier: Apache-2.0
// Partial results: what a written row lacks is taken over from the sample's previous record.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

/// `given` (columns `names`, among them ids and provenance by field) with the stored user columns that it lacks, as
/// they were in the previous record of each sample, and with the previous data version of every field whose provenance
/// is still the same, unless the rows give one of their own.
rel::RelPtr carry_over(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored, rel::RelPtr given,
                       const std::vector<std::string>& names);

}  // namespace metaxy::ops
