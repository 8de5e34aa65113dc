// SPDX-License-Identifier: Apache-2.0
#include <metaxy/project.hpp>

namespace metaxy::project {

graph::FeatureGraph Project::graph() const {
  graph::VersionSettings settings;
  settings.format = config_.hash_format.value_or(config_.compat ? hash::Format::V0 : hash::Format::V1);
  if (settings.format == hash::Format::V0) settings.length = hash::kDefaultLengthV0;
  if (config_.hash_truncation_length) settings.length = *config_.hash_truncation_length;
  return graph::FeatureGraph::build(definitions_, settings);
}

}  // namespace metaxy::project
