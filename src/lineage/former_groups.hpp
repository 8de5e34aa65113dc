// SPDX-License-Identifier: Apache-2.0
// N:1: groups that members were in which have yet to be made again, and may come back to.
#pragma once

#include "lineage/expected.hpp"

namespace metaxy::lineage {

/// Live records of an upstream that do not count yet; ids under their stored names.
rel::RelPtr waiting_records(const Upstream& upstream);

/// All groups that waiting members of an N:1 upstream were ever in, by those columns that samples are matched by.
Unsettled former_groups(const graph::FeaturePlan& plan, std::size_t dep, const Upstream& upstream,
                        const Matching& matching);

}  // namespace metaxy::lineage
