// SPDX-License-Identifier: Apache-2.0
// One feature file's text → definitions (docs/features.md).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <metaxy/spec.hpp>

namespace metaxy::project {

/// What a file says, in the order written; what is wrong is added to `faults`, and definitions with a fault are left
/// out. `file` names the text in places.
std::vector<spec::FeatureDefinition> parse_feature_file(std::string_view text, const std::string& file,
                                                        const std::string& project, Faults& faults);

}  // namespace metaxy::project
