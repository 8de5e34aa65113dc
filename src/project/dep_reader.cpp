// SPDX-License-Identifier: Apache-2.0
#include "project/dep_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "project/filter_check.hpp"

namespace metaxy::project {
namespace {

using spec::FeatureKey;
using spec::FieldKey;

class DepReader {
 public:
  explicit DepReader(TomlReader& reader) : toml_(reader) {}

  /// `key` is given when the table stands under its upstream's key.
  std::optional<spec::FeatureDep> dep(const toml::node& node, std::optional<FeatureKey> key) {
    if (!key && !node.is_table()) {
      key = toml_.key<FeatureKey>(node);
      if (!key) return std::nullopt;
      return empty(*key);
    }
    const auto* table = toml_.table(node, "a table with the dependency's settings");
    if (!table) return std::nullopt;
    const bool keyed = key.has_value();
    if (const auto* feature = table->get("feature"); feature && !keyed) {
      key = toml_.key<FeatureKey>(*feature);
    } else if (!keyed) {
      toml_.wrong(node, "has no `feature`", "name the upstream feature: feature = \"video/raw\"");
    }
    // Settings are read even when the key cannot be, so that all faults are told at once.
    const FeatureKey name = key.value_or(FeatureKey::parse("unreadable"));
    const TomlReader::Subject subject(toml_, "dep " + (key ? name.to_string() : std::string("?")));
    if (keyed) {
      toml_.only(*table, {"select", "rename", "fields_mapping", "filters", "sql_filters", "lineage", "optional"});
    } else {
      toml_.only(*table,
                 {"feature", "select", "rename", "fields_mapping", "filters", "sql_filters", "lineage", "optional"});
    }
    spec::FeatureDep out = empty(name);
    settings(*table, out);
    if (!key) return std::nullopt;
    return out;
  }

 private:
  static spec::FeatureDep empty(FeatureKey key) {
    return {.feature = std::move(key), .select = {}, .rename = {}, .sql_filters = {}};
  }

  void settings(const toml::table& table, spec::FeatureDep& out) {
    toml_.part(table, "select", [&](const auto& node) { out.select = toml_.texts(node); });
    toml_.part(table, "rename", [&](const auto& node) { out.rename = rename(node); });
    toml_.part(table, "fields_mapping", [&](const auto& node) { out.fields_mapping = fields_mapping(node); });
    const auto* filters = table.get("filters");
    const auto* sql_filters = table.get("sql_filters");
    if (filters && sql_filters) {
      toml_.wrong(*sql_filters, "`sql_filters` is another name of `filters`, which is given too",
                  "leave one of them out");
    } else if (filters || sql_filters) {
      out.sql_filters = conditions(filters ? *filters : *sql_filters);
    }
    toml_.part(table, "lineage", [&](const auto& node) { out.lineage = lineage(node); });
    if (const auto* optional = table.get("optional")) out.optional = toml_.boolean(*optional).value_or(false);
  }

  std::vector<std::string> conditions(const toml::node& node) {
    const auto check = [&](const toml::node& one) {
      const auto* text = one.as_string();
      if (const auto fault = text ? filter_fault(text->get()) : std::nullopt)
        toml_.wrong(one, fault->message, fault->hint);
    };
    check(node);
    if (const auto* list = node.as_array())
      for (const toml::node& item : *list) check(item);
    const TomlReader::Part part(toml_, "sql_filters", node.source().begin);
    return toml_.texts(node);
  }

  std::map<std::string, std::string> rename(const toml::node& node) {
    std::map<std::string, std::string> out;
    const auto* table = toml_.table(node, "a table of old and new names");
    if (!table) return out;
    for (const auto& [from, to] : *table) {
      const TomlReader::Part part(toml_, from.str(), from.source().begin);
      if (auto name = toml_.text(to)) out.emplace(from.str(), std::move(*name));
    }
    return out;
  }

  std::optional<std::string> one_of(const toml::node& node, const std::vector<std::string>& known) {
    auto name = toml_.text(node);
    if (!name || std::ranges::find(known, *name) != known.end()) return name;
    std::string hint = did_you_mean(*name, known);
    if (hint.empty()) hint = fmt::format("known are {}", fmt::join(known, ", "));
    toml_.wrong(node, fmt::format("{} is not known", quote(*name)), std::move(hint));
    return std::nullopt;
  }

  spec::FieldsMapping fields_mapping(const toml::node& node) {
    const TomlReader::Subject subject(toml_, "fields_mapping");
    if (node.is_string()) return named_mapping(one_of(node, {"default", "all", "none"}).value_or("default"));
    const auto* table = toml_.table(node, "`all`, `none`, `default` or a table");
    if (!table) return spec::DefaultMapping{};
    if (const auto* type = table->get("type")) {
      const std::string name = one_of(*type, {"default", "specific", "all", "none"}).value_or("");
      if (name == "specific") {
        toml_.only(*table, {"type", "mapping"});
        if (const auto* mapping = table->get("mapping")) return specific(*mapping);
        toml_.wrong(node, "has no `mapping`");
        return spec::SpecificMapping{};
      }
      if (name == "default") return suffixes(*table);
      if (!name.empty()) toml_.only(*table, {"type"});
      return named_mapping(name);
    }
    if (const auto* wrapped = table->get("mapping"); wrapped && wrapped->is_table()) {
      toml_.only(*table, {"mapping"});
      return fields_mapping(*wrapped);
    }
    if (const auto* mapping = table->get("specific")) {
      toml_.only(*table, {"specific"});
      return specific(*mapping);
    }
    return suffixes(*table);
  }

  static spec::FieldsMapping named_mapping(const std::string& name) {
    if (name == "all") return spec::AllMapping{};
    if (name == "none") return spec::NoMapping{};
    return spec::DefaultMapping{};
  }

  spec::FieldsMapping suffixes(const toml::table& table) {
    spec::DefaultMapping out;
    if (table.contains("type")) {
      toml_.only(table, {"type", "match_suffix", "exclude_fields"});
    } else {
      toml_.only(table, {"match_suffix", "exclude_fields", "specific"});
    }
    if (const auto* match = table.get("match_suffix")) out.match_suffix = toml_.boolean(*match).value_or(false);
    toml_.part(table, "exclude_fields", [&](const auto& node) { toml_.keys(node, out.exclude_fields); });
    return out;
  }

  spec::FieldsMapping specific(const toml::node& node) {
    const TomlReader::Part part(toml_, "mapping", node.source().begin);
    spec::SpecificMapping out;
    const auto* table = toml_.table(node, "a table from field to upstream fields");
    if (!table) return out;
    for (const auto& [name, value] : *table) {
      const TomlReader::Part field(toml_, name.str(), name.source().begin);
      std::vector<FieldKey> upstream = upstream_fields(value);
      if (auto key = toml_.key<FieldKey>(name.str(), name.source().begin))
        out.mapping.emplace(*key, std::move(upstream));
    }
    return out;
  }

  // A set, so that places are kept by key instead of by number.
  std::vector<FieldKey> upstream_fields(const toml::node& node) {
    std::set<FieldKey> out;
    const auto add = [&](const toml::node& item) {
      auto key = toml_.key<FieldKey>(item);
      if (!key) return;
      const TomlReader::Part part(toml_, key->to_string(), item.source().begin);
      out.insert(std::move(*key));
    };
    TomlReader::each_item(node, add);
    return {out.begin(), out.end()};
  }

  spec::Lineage lineage(const toml::node& node) {
    const TomlReader::Subject subject(toml_, "lineage");
    if (node.is_string()) {
      const auto name = one_of(node, {"1:1", "N:1", "identity", "aggregate"});
      if (name && (*name == "N:1" || *name == "aggregate")) return spec::Aggregation{};
      return spec::Identity{};
    }
    const auto* table = toml_.table(node, "`1:1`, `N:1` or a table");
    if (!table) return spec::Identity{};
    if (const auto* wrapped = table->get("relationship")) {
      toml_.only(*table, {"relationship"});
      // One level only: a relationship inside a relationship is an unknown key.
      const auto* inner = toml_.table(*wrapped, "a table with a `type`");
      return inner ? typed_lineage(*inner, *wrapped) : spec::Identity{};
    }
    if (table->contains("type")) return typed_lineage(*table, node);
    return short_lineage(*table, node);
  }

  spec::Lineage short_lineage(const toml::table& table, const toml::node& node) {
    if (const auto* columns = table.get("aggregate")) {
      toml_.only(table, {"aggregate"});
      return spec::Aggregation{on(*columns)};
    }
    if (const auto* columns = table.get("expand")) {
      toml_.only(table, {"expand", "id_generation_pattern"});
      return spec::Expansion{on(*columns), pattern(table)};
    }
    toml_.only(table, {"aggregate", "expand", "type", "relationship"});
    toml_.wrong(node, "says neither `aggregate` nor `expand`", "for example { aggregate = [\"scene_id\"] }");
    return spec::Identity{};
  }

  spec::Lineage typed_lineage(const toml::table& table, const toml::node& node) {
    const auto* type = table.get("type");
    if (!type) {
      toml_.wrong(node, "has no `type`", "known are 1:1, N:1, 1:N");
      return spec::Identity{};
    }
    const std::string name = one_of(*type, {"1:1", "N:1", "1:N"}).value_or("");
    if (name == "N:1") {
      toml_.only(table, {"type", "on"});
      spec::Aggregation out;
      if (const auto* columns = table.get("on")) out.on = on(*columns);
      return out;
    }
    if (name == "1:N") {
      toml_.only(table, {"type", "on", "id_generation_pattern"});
      const auto* columns = table.get("on");
      if (!columns) toml_.wrong(node, "has no `on`", "name the columns that the parent is known by");
      return spec::Expansion{columns ? on(*columns) : std::vector<std::string>{}, pattern(table)};
    }
    if (!name.empty()) toml_.only(table, {"type"});
    return spec::Identity{};
  }

  std::vector<std::string> on(const toml::node& node) {
    const TomlReader::Part part(toml_, "on", node.source().begin);
    return toml_.texts(node);
  }

  std::optional<std::string> pattern(const toml::table& table) {
    std::optional<std::string> out;
    toml_.part(table, "id_generation_pattern", [&](const auto& node) { out = toml_.text(node); });
    return out;
  }

  TomlReader& toml_;
};

}  // namespace

std::vector<spec::FeatureDep> read_deps(TomlReader& reader, const toml::node& node) {
  DepReader deps(reader);
  std::vector<spec::FeatureDep> out;
  const auto add = [&](const toml::node& item, std::optional<FeatureKey> key, const toml::source_position& at) {
    const TomlReader::Part part(reader, out.size(), at);
    if (auto dep = deps.dep(item, std::move(key))) out.push_back(std::move(*dep));
  };
  const auto add_item = [&](const toml::node& item) { add(item, std::nullopt, named_at(item, "feature")); };
  if (const auto* list = node.as_array()) {
    std::ranges::for_each(*list, add_item);
  } else if (const auto* table = node.as_table()) {
    for (const Entry& entry : entries(*table))
      if (auto key = reader.key<FeatureKey>(entry.name, entry.at)) add(*entry.value, std::move(key), entry.at);
  } else {
    add_item(node);
  }
  return out;
}

}  // namespace metaxy::project
