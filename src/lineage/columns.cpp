// SPDX-License-Identifier: Apache-2.0
#include "lineage/columns.hpp"

#include <algorithm>

#include <metaxy/spec.hpp>

namespace metaxy::lineage {

std::vector<std::string> user_columns(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  std::copy_if(names.begin(), names.end(), std::back_inserter(out),
               [](const std::string& name) { return !spec::is_system_column(name); });
  return out;
}

std::vector<std::pair<std::string, std::string>> same_names(const std::vector<std::string>& names) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& name : names) out.emplace_back(name, name);
  return out;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace metaxy::lineage
