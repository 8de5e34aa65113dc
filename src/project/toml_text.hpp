// SPDX-License-Identifier: Apache-2.0
// From a file to a TOML document whose values know where they were written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include <metaxy/error.hpp>

namespace metaxy::project {

/// A path as messages show it: relative to the working directory when it lies inside.
std::string shown_path(const std::filesystem::path& path);

/// The bytes of a regular file; when it cannot be read, that is added to `faults` under `place`.
std::optional<std::string> read_file(const std::filesystem::path& path, const Place& place, Faults& faults);

/// Parses TOML; what is wrong is added to `faults` with line and column. `file` names the text in places.
std::optional<toml::table> parse_toml(std::string_view text, const std::string& file, Faults& faults);

}  // namespace metaxy::project
