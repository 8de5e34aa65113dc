// SPDX-License-Identifier: Apache-2.0
#include "project/setting_tree.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "project/toml_reader.hpp"

namespace metaxy::project {

void SettingTree::forget(const std::string& at) {
  origins.erase(at);
  const std::string below = at + "/";
  for (auto it = origins.lower_bound(below); it != origins.end() && it->first.starts_with(below);)
    it = origins.erase(it);
}

namespace {

void add_origins(SettingTree& tree, const std::string& at, const Json& value, const Origin& origin) {
  tree.origins[at] = origin;
  if (value.is_object()) {
    for (const auto& [name, member] : value.items()) add_origins(tree, pointer(at, name), member, origin);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) add_origins(tree, pointer(at, i), value[i], origin);
  }
}

/// Copies the origins of a subtree of another tree.
void copy_origins(SettingTree& tree, const std::string& to, const SettingTree& source, const std::string& from) {
  if (const auto it = source.origins.find(from); it != source.origins.end()) tree.origins[to] = it->second;
  const std::string below = from + "/";
  for (auto it = source.origins.lower_bound(below); it != source.origins.end() && it->first.starts_with(below); ++it)
    tree.origins[to + it->first.substr(from.size())] = it->second;
}

class SettingsOfFile {
 public:
  SettingsOfFile(const std::string& file, const std::filesystem::path& folder, const Environment& environment,
                 Faults& faults)
      : toml_(file, faults), folder_(folder), environment_(environment) {}

  SettingTree read(const toml::table& root) {
    tree_.values = table(root, "");
    return std::move(tree_);
  }

 private:
  Json table(const toml::table& node, const std::string& at) {
    Json out = Json::object();
    for (const Entry& entry : entries(node)) {
      const std::string below = pointer(at, entry.name);
      out[entry.name] = value(*entry.value, below, entry.at);
    }
    return out;
  }

  Json value(const toml::node& node, const std::string& at, const toml::source_position& key) {
    Origin& origin = tree_.origins[at];
    origin = {toml_.place(key), toml_.place(node.source().begin), folder_};
    if (const auto* text = node.as_string()) {
      if (at == "/extend") return text->get();
      origin.is_loose = text->get().find("${") != std::string::npos;
      return fill_template(text->get(), environment_);
    }
    if (const auto* inner = node.as_table()) return table(*inner, at);
    const auto* list = node.as_array();
    if (!list) return toml_.json(node);
    Json out = Json::array();
    for (const toml::node& item : *list) out.push_back(value(item, pointer(at, out.size()), item.source().begin));
    return out;
  }

  TomlReader toml_;
  const std::filesystem::path& folder_;
  const Environment& environment_;
  SettingTree tree_;
};

}  // namespace

void SettingTree::set(Json& parent, const std::string& parent_pointer, const std::string& name, const Json& value,
                      const Origin& origin) {
  const std::string at = pointer(parent_pointer, name);
  forget(at);
  parent[name] = value;
  add_origins(*this, at, value, origin);
}

std::string fill_template(std::string_view text, const Environment& environment) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin);
    const std::size_t name_end = text.find_first_of("}:", 2);
    const bool has_default = name_end != std::string_view::npos && text.substr(name_end, 2) == ":-";
    const std::size_t end = has_default ? text.find('}', name_end) : name_end;
    if (end == std::string_view::npos || text[end] != '}' || name_end == 2) {
      out += text.substr(0, 2);  // not a template
      text.remove_prefix(2);
      continue;
    }
    const auto found = environment.find(std::string(text.substr(2, name_end - 2)));
    if (found != environment.end()) {
      out += found->second;
    } else if (has_default) {
      out += text.substr(name_end + 2, end - name_end - 2);
    }
    text.remove_prefix(end + 1);
  }
}

SettingTree read_settings(const toml::table& root, const std::string& file, const std::filesystem::path& folder,
                          const Environment& environment, Faults& faults) {
  return SettingsOfFile(file, folder, environment, faults).read(root);
}

SettingTree extend_settings(SettingTree parent, const SettingTree& child) {
  for (const auto& [name, value] : child.values.items()) {
    const std::string at = pointer("", name);
    const bool is_known = parent.values.contains(name);
    if (is_known && value.is_object() && parent.values[name].is_object()) {
      for (const auto& [member, inner] : value.items()) {
        parent.forget(pointer(at, member));
        parent.values[name][member] = inner;
        copy_origins(parent, pointer(at, member), child, pointer(at, member));
      }
    } else if (is_known && value.is_array() && parent.values[name].is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        const std::size_t moved = parent.values[name].size();
        parent.values[name].push_back(value[i]);
        copy_origins(parent, pointer(at, moved), child, pointer(at, i));
      }
    } else {
      parent.forget(at);
      parent.values[name] = value;
      copy_origins(parent, at, child, at);
    }
  }
  return parent;
}

}  // namespace metaxy::project
