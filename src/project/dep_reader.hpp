// SPDX-License-Identifier: Apache-2.0
// Dependencies on features as feature files write them (docs/features.md).
#pragma once

#include <optional>
#include <vector>

#include "project/toml_reader.hpp"

namespace metaxy::project {

/// A text, a list of texts and tables, or a table by upstream key.
std::vector<spec::FeatureDep> read_deps(TomlReader& reader, const toml::node& node);

}  // namespace metaxy::project
