// SPDX-License-Identifier: Apache-2.0
#include "lineage/placed.hpp"

#include <utility>

#include "base/pointer.hpp"

namespace metaxy::lineage {

Error placed(Error error, const graph::FeaturePlan& plan, std::size_t dep, const std::string& part) {
  if (!plan.part_places) return error;
  const auto place = spec::place_of(*plan.part_places, pointer("/deps", dep) + part);
  if (place) error.note("at " + to_string(*place));
  return error;
}

}  // namespace metaxy::lineage
