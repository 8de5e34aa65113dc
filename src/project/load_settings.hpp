// SPDX-License-Identifier: Apache-2.0
// Settings as files and environment give them, before they are checked.
#pragma once

#include <filesystem>
#include <optional>

#include "project/setting_tree.hpp"

namespace metaxy::project {

struct LoadedSettings {
  SettingTree tree;
  std::optional<std::filesystem::path> file;
};

enum class Discovery { Upwards, None };

/// Reads the file given, named by METAXY_CONFIG, or found from `start` upwards, and what it extends, with the
/// environment over it. Faults of variables are added to `faults`. Throws: InvalidSpec (those of files), NotFound.
LoadedSettings load_settings(const std::optional<std::filesystem::path>& file, const std::filesystem::path& start,
                             const Environment& environment, Discovery discovery, Faults& faults);

/// Feature files of a project in `folder` that names none.
void default_features(Config& config, const std::filesystem::path& folder);

}  // namespace metaxy::project
