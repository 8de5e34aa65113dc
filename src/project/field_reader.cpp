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
    toml_.part(table, "code_version", [&](const auto& node) {
      if (auto text = code_version(node)) out.code_version = std::move(*text);
    });
    toml_.part(table, "deps", [&](const auto& node) { read_deps(node, out); });
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
    TomlReader::each_item(node, [&](const toml::node& one) { dep(one, deps); });
    out.deps = std::move(deps);
  }

  void dep(const toml::node& node, std::vector<spec::FieldDep>& deps) {
    if (!node.is_table()) return short_dep(node, deps);
    const toml::table& table = *node.as_table();
    toml_.only(table, {"feature", "fields"});
    std::optional<FeatureKey> feature;
    if (const auto* name = table.get("feature")) {
      feature = toml_.key<FeatureKey>(*name);
    } else {
      toml_.wrong(node, "has no `feature`", "name the upstream: { feature = \"video/raw\", fields = [\"audio\"] }");
    }
    const FeatureKey key = feature.value_or(FeatureKey::parse("unreadable"));
    const toml::source_position at = named_at(node, "feature");
    const auto* fields = table.get("fields");
    if (!fields || is_all(*fields)) {
      add_all(deps, key, at);
    } else if (fields->is_array()) {
      add_fields(deps, key, at, [&](auto& list) { toml_.keys(*fields, list); });
    } else {
      toml_.wrong(*fields, fmt::format("should be `all` or a list of fields, but is {}", describe(*fields)),
                  "write [\"audio\"]");
    }
  }

  /// `video/raw.audio` is one field, `video/raw` all of them.
  void short_dep(const toml::node& node, std::vector<spec::FieldDep>& deps) {
    const auto name = toml_.text(node);
    if (!name) return;
    const toml::source_position at = node.source().begin;
    const std::size_t dot = name->find('.');
    const auto feature = toml_.key<FeatureKey>(std::string_view(*name).substr(0, dot), at);
    if (!feature) return;
    if (dot == std::string::npos) return add_all(deps, *feature, at);
    const auto field = toml_.key<FieldKey>(std::string_view(*name).substr(dot + 1), at);
    if (!field) return;
    add_fields(deps, *feature, at, [&](auto& list) {
      const TomlReader::Part part(toml_, list.size(), at);
      list.push_back(*field);
    });
  }

  void add_all(std::vector<spec::FieldDep>& deps, const FeatureKey& feature, const toml::source_position& at) {
    const TomlReader::Part part(toml_, deps.size(), at);
    deps.push_back({.feature = feature});
  }

  // Fields of one upstream named in a row, such as "a.x", "a.y", are one dependency.
  template <class Read>
  void add_fields(std::vector<spec::FieldDep>& deps, const FeatureKey& feature, const toml::source_position& at,
                  const Read& read) {
    using List = std::vector<FieldKey>;
    if (deps.empty() || deps.back().feature != feature || !std::holds_alternative<List>(deps.back().fields))
      deps.push_back({.feature = feature, .fields = List{}});
    const TomlReader::Part dep(toml_, deps.size() - 1, at);
    const TomlReader::Part fields(toml_, "fields", at);
    read(std::get<List>(deps.back().fields));
  }

  TomlReader& toml_;
};

}  // namespace

std::vector<spec::FieldSpec> read_fields(TomlReader& reader, const toml::node& node) {
  FieldReader fields(reader);
  std::vector<spec::FieldSpec> out;
  const auto add_item = [&](const toml::node& item) {
    const TomlReader::Part part(reader, out.size(), named_at(item, "key"));
    if (auto field = fields.item(item)) out.push_back(std::move(*field));
  };
  if (const auto* list = node.as_array()) {
    std::ranges::for_each(*list, add_item);
  } else if (const auto* table = node.as_table()) {
    for (const Entry& entry : entries(*table)) {
      const TomlReader::Part part(reader, out.size(), entry.at);
      if (const auto key = reader.key<FieldKey>(entry.name, entry.at)) out.push_back(fields.member(*key, *entry.value));
    }
  } else {
    add_item(node);
  }
  return out;
}

}  // namespace metaxy::project
