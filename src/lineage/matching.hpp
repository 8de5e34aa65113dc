// SPDX-License-Identifier: Apache-2.0
// By which columns upstreams are joined and expected samples are matched with stored ones.
#pragma once

#include <string>
#include <vector>

#include <metaxy/graph.hpp>

namespace metaxy::lineage {

/// How the upstreams of a plan come together.
struct Matching {
  /// Per dependency, in the plan's order: columns that it can be joined by. Two are joined by those that they have in
  /// common; without any, each sample of the one meets each of the other.
  std::vector<std::vector<std::string>> keys;
  /// Columns that expected samples and stored records are matched by. Several stored records that agree in them are
  /// children of one expected sample (1:N).
  std::vector<std::string> samples;
};

/// The reference (`plain`) joins and matches by the columns that all dependencies share. Otherwise each two
/// dependencies are joined by what they share, and samples are matched by all of it that the feature's ids have, so
/// that 1:N on different columns expects every sample once.
Matching match_upstreams(const graph::FeaturePlan& plan, bool plain);

}  // namespace metaxy::lineage
