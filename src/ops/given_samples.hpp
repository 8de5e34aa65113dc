// SPDX-License-Identifier: Apache-2.0
// Samples that a caller says should exist, in place of what upstreams have.
#pragma once

#include "ops/opened.hpp"

namespace metaxy::ops {

/// Checks the samples as `write` checks rows, and gives them to `inputs`. Throws: SchemaMismatch, InvalidArgument.
lineage::Expected given_samples(Opened& opened, const graph::FeaturePlan& plan, arrow::Stream samples,
                                const Filters& filters, store::Inputs& inputs, const Watch& watch);

}  // namespace metaxy::ops
