// SPDX-License-Identifier: Apache-2.0
// Columns of a feature as feature files write them, and the JSON Schema made of them (docs/features.md).
#pragma once

#include <string>
#include <string_view>

#include "project/toml_reader.hpp"

namespace metaxy::project {

/// The JSON Schema of a type such as `int64`, `list<text>` or `struct<x: float, y: float>`.
/// Throws: InvalidSpec with the known types.
Json column_schema(std::string_view type);

/// The schema of a whole `columns` table, columns in the order written.
Json read_columns(TomlReader& reader, const toml::node& node, const std::vector<std::string>& id_columns);

}  // namespace metaxy::project
