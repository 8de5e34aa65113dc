// SPDX-License-Identifier: Apache-2.0
#include "project/project_name.hpp"

#include <algorithm>

namespace metaxy::project {

std::optional<std::string> project_name_fault(std::string_view name) {
  if (name.empty()) return "cannot be empty";
  if (name.find('/') != std::string_view::npos) return "cannot contain forward slashes (`/`)";
  if (name.find("__") != std::string_view::npos) return "cannot contain double underscores (`__`)";
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (!std::ranges::all_of(name, is_allowed)) return "must contain only letters, digits, `_` and `-`";
  return std::nullopt;
}

}  // namespace metaxy::project
