// SPDX-License-Identifier: Apache-2.0
// metaxy.lock: features of other projects as they were pushed when the file was made.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/project.hpp>

#include "base/json.hpp"

namespace metaxy::project {

/// Where the file lies, whether it exists or not; absent when there is no configuration file to lie beside.
std::optional<std::filesystem::path> lock_file_of(const Config& config);
bool has_lock_file(const Config& config);

/// Features by key. Throws: InvalidSpec with the places of all faults.
std::vector<ops::LockedFeature> read_lock_file(const std::filesystem::path& file);
/// The configuration's file as external definitions; none when there is no file. Throws: as read_lock_file.
std::vector<spec::FeatureDefinition> load_lock_file(const Config& config);
/// Adds locked definitions of features that are not declared otherwise.
void add_locked(std::vector<spec::FeatureDefinition>& known, std::vector<spec::FeatureDefinition> locked);

/// The file's text, byte for byte as the reference writes it. Throws: InvalidArgument for null among metadata, which
/// TOML cannot say.
std::string render_lock_file(const std::vector<ops::LockedFeature>& features);
/// The same layout for any document. Requires: an object without nulls.
std::string render_lock_text(const Json& document);

}  // namespace metaxy::project
