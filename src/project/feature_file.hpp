// SPDX-License-Identifier: Apache-2.0
// One feature file's text → definitions (docs/features.md).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/project.hpp>
#include <metaxy/spec.hpp>

namespace metaxy::project {

/// What files say, in the order written, without definitions that have a fault.
struct FeatureFile {
  std::vector<spec::FeatureDefinition> definitions;
  graph::Unread unread;
};

/// What is wrong is added to `faults`. `file` names the text in places.
FeatureFile parse_feature_file(std::string_view text, const std::string& file, const std::string& project,
                               Faults& faults);

/// Whether files declare all features that there are.
enum class Elsewhere { Nothing, More };

/// All of a configuration's feature files. When anything is wrong, `faults` tells all that can be known, that of the
/// graph too.
std::vector<spec::FeatureDefinition> load_features(const Config& config, const std::string& project,
                                                   Elsewhere elsewhere, Faults& faults);

/// As the public one, but globs that match nothing are added to `faults`.
std::vector<std::filesystem::path> find_feature_files(const Config& config, Faults& faults);

}  // namespace metaxy::project
