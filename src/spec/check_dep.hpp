// SPDX-License-Identifier: Apache-2.0
// Faults of one feature dependency that need no other feature.
#pragma once

#include <cstddef>
#include <string>

#include <metaxy/spec.hpp>

namespace metaxy::spec {

/// Adds what is wrong with the select, rename, filters and lineage of a dependency, which is told as `subject`.
void check_dep(const FeatureDefinition& definition, std::size_t dep, const std::string& subject, Faults& faults);

}  // namespace metaxy::spec
