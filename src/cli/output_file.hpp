// SPDX-License-Identifier: Apache-2.0
// Files that appear whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace metaxy::cli {

/// Writes beside the file and renames. Throws: Io naming the file and the reason.
void write_file(const std::filesystem::path& file, std::string_view content);
/// Makes a file that must not exist yet. Throws: AlreadyExists, Io.
void create_file(const std::filesystem::path& file, std::string_view content);

}  // namespace metaxy::cli
