// SPDX-License-Identifier: Apache-2.0
// Configuration before it is checked: values of files and environment merged into one tree that remembers where each
// of them was written.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <toml++/toml.h>

#include <metaxy/project.hpp>

#include "base/json.hpp"
#include "base/pointer.hpp"

namespace metaxy::project {

struct Origin {
  Place key;  ///< of the member's name
  Place value;
  std::filesystem::path folder;  ///< what relative paths are relative to
  bool is_loose = false;         ///< from the environment or a template: numbers and booleans may come as text
};

struct SettingTree {
  Json values = Json::object();
  std::map<std::string, Origin> origins;  ///< by JSON pointer; of every value below the root

  /// Writes a value (with its origins) over what was at the pointer `parent` + `name`.
  void set(Json& parent, const std::string& parent_pointer, const std::string& name, const Json& value,
           const Origin& origin);
  void forget(const std::string& at);
};

/// `${NAME}` and `${NAME:-default}` replaced; an unset variable without a default is empty.
std::string fill_template(std::string_view text, const Environment& environment);

/// A parsed file; templates filled everywhere but in `extend`. `folder` is the file's.
SettingTree read_settings(const toml::table& root, const std::string& file, const std::filesystem::path& folder,
                          const Environment& environment, Faults& faults);

/// What a file says over what the file that it extends says: tables member by member, lists one after the other,
/// everything else replaced.
SettingTree extend_settings(SettingTree parent, const SettingTree& child);

/// METAXY_* variables of known settings over all of it, `__` separating names. `folder`: the working directory.
void apply_environment(SettingTree& tree, const Environment& environment, const std::filesystem::path& folder,
                       Faults& faults);

}  // namespace metaxy::project
