// SPDX-License-Identifier: Apache-2.0
// Faults of one feature dependency that need no other feature.
#pragma once

#include <optional>
#include <string>

#include <metaxy/spec.hpp>

namespace metaxy::spec {

/// Adds what is wrong with the select, rename, filters and lineage of `dep`.
void check_dep(const FeatureDep& dep, const std::string& subject, const std::optional<Place>& place, Faults& faults);

}  // namespace metaxy::spec
