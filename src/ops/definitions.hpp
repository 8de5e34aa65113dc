// SPDX-License-Identifier: Apache-2.0
// Definitions that a store keeps of the features of all projects (spec/03 §8.1): recorded by push, read by whoever
// depends on them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ops/opened.hpp"

namespace metaxy::ops {

inline constexpr std::string_view kDefinitionsTable = "metaxy_system__feature_versions";

/// Of each feature the definition that was recorded last, by key.
struct StoredDefinitions {
  std::map<FeatureKey, spec::FeatureDefinition> latest;
  std::vector<std::string> warnings;  ///< about rows that cannot be read
};
StoredDefinitions read_definitions(store::Session& session);

PushResult push(Opened& opened, const PushOptions& options);

}  // namespace metaxy::ops
