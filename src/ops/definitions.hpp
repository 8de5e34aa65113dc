// SPDX-License-Identifier: Apache-2.0
// Definitions that a store keeps of the features of all projects (spec/03 §8.1): recorded by push, read by whoever
// depends on them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ops/opened.hpp"

namespace metaxy::ops {

inline constexpr std::string_view kDefinitionsTable = "metaxy_system__feature_versions";

/// Versions that were recorded with a definition.
struct DefinitionVersions {
  std::string feature_version;
  std::string definition_version;
};
/// Of each feature the definition that was recorded last, by key.
struct StoredDefinitions {
  std::map<FeatureKey, spec::FeatureDefinition> latest;
  std::map<FeatureKey, DefinitionVersions> versions;
  std::vector<std::string> warnings;  ///< about rows that cannot be read
};
/// Which definitions count.
struct DefinitionQuery {
  std::optional<Timestamp> as_of = {};              ///< those that had been recorded then
  std::optional<std::string> exclude_project = {};  ///< not those of this project
};
StoredDefinitions read_definitions(store::Session& session, const DefinitionQuery& query = {});

PushResult push(Opened& opened, const PushOptions& options);

}  // namespace metaxy::ops
