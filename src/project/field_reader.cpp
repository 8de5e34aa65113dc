// SPDX-License-Identifier: Apache-2.0
#include "project/field_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"

namespace metaxy::project {
namespace {

using spec::FeatureKey;
using spec::FieldKey;

bool is_all(const toml::node& node) {
  const auto* text = node.as_string();
  return text && (text->get() == "all" || text->get() == spec::kAllDep);
}

class FieldReader {
 public:
  explicit FieldReader(TomlReader& reader) : toml_(reader) {}

  /// An item of a list of fields.
  std::optional<spec::FieldSpec> item(const toml::node& node) {
    const auto* table = node.as_table();
    if (!table) {
      auto key = toml_.key<FieldKey>(node);
      if (!key) return std::nullopt;
      return spec::FieldSpec{.key = std::move(*key)};
    }
    std::optional<FieldKey> key;
    if (const auto* name = table->get("key")) {
      key = toml_.key<FieldKey>(*name);
    } else {
      toml_.wrong(node, "has no `key`", "name the field: { key = \"audio\", code_version = \"2\" }");
    }
    const TomlReader::Subject subject(toml_, "field " + (key ? key->to_string() : std::string("?")));
    toml_.only(*table, {"key", "code_version", "deps"});
    spec::FieldSpec out;
    if (key) out.key = std::move(*key);
    settings(*table, out);
    return out;
  }

  /// A member of a table of fields: its code version, or a table.
  spec::FieldSpec member(const FieldKey& key, const toml::node& node) {
    const TomlReader::Subject subject(toml_, "field " + key.to_string());
    spec::FieldSpec out{.key = key};
    if (const auto* table = node.as_table()) {
      toml_.only(*table, {"code_version", "deps"});
      settings(*table, out);
    } else if (auto version = code_version(node)) {
      out.code_version = std::move(*version);
    }
    return out;
  }

 private:
  void settings(const toml::table& table, spec::FieldSpec& out) {
    if (const auto* version = table.get("code_version"))
      if (auto text = code_version(*version)) out.code_version = std::move(*text);
    if (const auto* deps = table.get("deps")) read_deps(*deps, out);
  }

  std::optional<std::string> code_version(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    std::string hint = "write it as text, for example \"1\"";
    if (const auto* number = node.as_integer()) hint = fmt::format("put it in quotes: \"{}\"", number->get());
    toml_.wrong(node, fmt::format("code version should be text, but is {}", describe(node)), std::move(hint));
    return std::nullopt;
  }

  void read_deps(const toml::node& node, spec::FieldSpec& out) {
    if (is_all(node)) {
      out.deps = spec::All{};
      return;
    }
    std::vector<spec::FieldDep> deps;
    if (const auto* list = node.as_array()) {
      for (const toml::node& one : *list) add(deps, dep(one));
    } else {
      add(deps, dep(node));
    }
    out.deps = std::move(deps);
  }

  // Fields of one upstream named in a row, such as "a.x", "a.y", are one dependency.
  static void add(std::vector<spec::FieldDep>& deps, std::optional<spec::FieldDep> dep) {
    if (!dep) return;
    auto* last = deps.empty() ? nullptr : std::get_if<std::vector<FieldKey>>(&deps.back().fields);
    auto* fields = std::get_if<std::vector<FieldKey>>(&dep->fields);
    if (last && fields && deps.back().feature == dep->feature) {
      last->insert(last->end(), fields->begin(), fields->end());
    } else {
      deps.push_back(std::move(*dep));
    }
  }

  std::optional<spec::FieldDep> dep(const toml::node& node) {
    if (!node.is_table()) return short_dep(node);
    const toml::table& table = *node.as_table();
    toml_.only(table, {"feature", "fields"});
    std::optional<FeatureKey> feature;
    if (const auto* name = table.get("feature")) {
      feature = toml_.key<FeatureKey>(*name);
    } else {
      toml_.wrong(node, "has no `feature`", "name the upstream: { feature = \"video/raw\", fields = [\"audio\"] }");
    }
    spec::FieldDep out{.feature = feature.value_or(FeatureKey::parse("unreadable"))};
    if (const auto* fields = table.get("fields"); fields && !is_all(*fields)) {
      if (!fields->is_array()) {
        toml_.wrong(*fields, fmt::format("should be `all` or a list of fields, but is {}", describe(*fields)),
                    "write [\"audio\"]");
      } else {
        out.fields = toml_.keys<FieldKey>(*fields);
      }
    }
    if (!feature) return std::nullopt;
    return out;
  }

  /// `video/raw.audio` is one field, `video/raw` all of them.
  std::optional<spec::FieldDep> short_dep(const toml::node& node) {
    const auto name = toml_.text(node);
    if (!name) return std::nullopt;
    const std::size_t dot = name->find('.');
    auto feature = toml_.key<FeatureKey>(std::string_view(*name).substr(0, dot), node.source().begin);
    if (!feature) return std::nullopt;
    spec::FieldDep out{.feature = std::move(*feature)};
    if (dot == std::string::npos) return out;
    auto field = toml_.key<FieldKey>(std::string_view(*name).substr(dot + 1), node.source().begin);
    if (!field) return std::nullopt;
    out.fields = std::vector{std::move(*field)};
    return out;
  }

  TomlReader& toml_;
};

}  // namespace

std::vector<spec::FieldSpec> read_fields(TomlReader& reader, const toml::node& node) {
  FieldReader fields(reader);
  std::vector<spec::FieldSpec> out;
  if (const auto* list = node.as_array()) {
    for (const toml::node& item : *list)
      if (auto field = fields.item(item)) out.push_back(std::move(*field));
  } else if (const auto* table = node.as_table()) {
    for (const Entry& entry : entries(*table))
      if (const auto key = reader.key<FieldKey>(entry.name, entry.at)) out.push_back(fields.member(*key, *entry.value));
  } else if (auto field = fields.item(node)) {
    out.push_back(std::move(*field));
  }
  return out;
}

}  // namespace metaxy::project
