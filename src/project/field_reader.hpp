// SPDX-License-Identifier: Apache-2.0
// Fields as feature files write them (docs/features.md).
#pragma once

#include <vector>

#include "project/toml_reader.hpp"

namespace metaxy::project {

/// A text, a list of texts and tables, or a table by field key.
std::vector<spec::FieldSpec> read_fields(TomlReader& reader, const toml::node& node);

}  // namespace metaxy::project
