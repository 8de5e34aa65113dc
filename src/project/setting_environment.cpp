// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <unistd.h>

#include "base/text.hpp"
#include "project/setting_keys.hpp"
#include "project/setting_tree.hpp"

namespace metaxy::project {
namespace {

constexpr std::string_view kPrefix = "metaxy_";

std::vector<std::string> split_names(std::string_view text) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = text.find("__");
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 2);
  }
}

class EnvironmentReader {
 public:
  EnvironmentReader(SettingTree& tree, const std::filesystem::path& folder, Faults& faults)
      : tree_(tree), folder_(folder), faults_(faults) {}

  void variable(const std::string& name, const std::string& value) {
    const std::string lower = to_lower(name);
    if (!lower.starts_with(kPrefix) || value.empty()) return;
    const auto names = split_names(std::string_view(lower).substr(kPrefix.size()));
    const auto* key = std::ranges::find(kSettingKeys, names.front(), &SettingKey::name);
    // Other variables with the prefix belong to the command line and to other tools.
    if (key == kSettingKeys.end() || key->name == "extend") return;
    if (names.size() > 1 && key->shape != Shape::Table) return;
    if (std::ranges::find(names, "") != names.end()) return;
    const Place place{"environment variable " + name};
    if (!is_valid_utf8(value)) {
      faults_.add("", "is not valid UTF-8", "", place);
      return;
    }
    const auto parsed = parse(*key, names.size() > 1, value, place);
    if (!parsed) return;
    merge(tree_.values, "", names, 0, *parsed, Origin{place, place, folder_, true});
  }

 private:
  std::optional<Json> parse(const SettingKey& key, bool is_nested, const std::string& value, const Place& place) {
    const char first = value.front();
    if (is_nested) {
      if (first != '[' && first != '{') return Json(value);
      try {
        return parse_json(value);
      } catch (const Error&) {
        return Json(value);  // text that only looks like JSON
      }
    }
    if (key.shape == Shape::List && first != '[') return Json::array({value});
    if (key.shape != Shape::List && key.shape != Shape::Table) return Json(value);
    try {
      return parse_json(value);
    } catch (const Error& error) {
      const std::string reason = error.faults().empty() ? error.message() : error.faults().front().message;
      faults_.add("", "should be JSON, but is not: " + reason, "", place);
      return std::nullopt;
    }
  }

  void merge(Json& parent, const std::string& at, const std::vector<std::string>& names, std::size_t depth,
             const Json& value, const Origin& origin) {
    // Variables are lower-cased; a member of the file that differs only in case is meant.
    std::string name = names[depth];
    for (const auto& [known, unused] : parent.items())
      if (to_lower(known) == name) name = known;
    const std::string below = pointer(at, name);
    if (depth + 1 < names.size()) {
      if (!parent.contains(name) || !parent[name].is_object()) tree_.set(parent, at, name, Json::object(), origin);
      merge(parent[name], below, names, depth + 1, value, origin);
    } else if (value.is_object() && parent.contains(name) && parent[name].is_object()) {
      for (const auto& [member, inner] : value.items()) merge(parent[name], below, {member}, 0, inner, origin);
    } else {
      tree_.set(parent, at, name, value, origin);
    }
  }

  SettingTree& tree_;
  const std::filesystem::path& folder_;
  Faults& faults_;
};

}  // namespace

Environment process_environment() {
  Environment out;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) out.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

void apply_environment(SettingTree& tree, const Environment& environment, const std::filesystem::path& folder,
                       Faults& faults) {
  EnvironmentReader reader(tree, folder, faults);
  for (const auto& [name, value] : environment) reader.variable(name, value);
}

}  // namespace metaxy::project
