// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "spec/json_read.hpp"
#include "spec/json_reader.hpp"

namespace metaxy::spec {
namespace {

// Stands in for a key that could not be read, so that the rest of the text is still looked at.
const FeatureKey& unreadable() {
  static const FeatureKey key = FeatureKey::parse("unreadable");
  return key;
}

class SpecReader {
 public:
  explicit SpecReader(Faults& faults) : json_(faults) {}

  FeatureSpec feature(const Spot& spot) {
    FeatureSpec out{.key = unreadable()};
    if (!json_.object(spot, {"key", "id_columns", "deps", "fields", "metadata", "description"})) return out;
    if (const auto key = json_.need(spot, "key")) out.key = json_.key<FeatureKey>(*key).value_or(unreadable());
    if (const auto ids = json_.need(spot, "id_columns")) out.id_columns = json_.texts(*ids);
    if (const auto deps = json_.find(spot, "deps")) {
      json_.list(*deps, [&](const Spot& item) { out.deps.push_back(dep(item)); });
    }
    if (const auto fields = json_.find(spot, "fields")) {
      out.fields.clear();
      json_.list(*fields, [&](const Spot& item) { out.fields.push_back(field(item)); });
    }
    if (const auto metadata = json_.find(spot, "metadata")) {
      if (metadata->value.is_object()) {
        out.metadata = dump_compact(metadata->value);
      } else {
        json_.wrong(*metadata, "should be an object");
      }
    }
    if (const auto description = json_.find(spot, "description")) out.description = json_.text_or_null(*description);
    return out;
  }

  FeatureDep dep(const Spot& spot) {
    FeatureDep out{.feature = unreadable()};
    const bool is_key = !spot.value.is_object() || spot.value.contains("root") || spot.value.contains("parts");
    if (is_key) {
      out.feature = json_.key<FeatureKey>(spot).value_or(unreadable());
      return out;
    }
    json_.object(spot,
                 {"feature", "select", "rename", "fields_mapping", "sql_filters", "filters", "lineage", "optional"});
    if (const auto feature = json_.need(spot, "feature")) {
      out.feature = json_.key<FeatureKey>(*feature).value_or(unreadable());
    }
    if (const auto select = json_.find(spot, "select")) out.select = json_.texts_or_null(*select);
    if (const auto names = json_.find(spot, "rename"); names && !names->value.is_null()) out.rename = rename(*names);
    if (const auto mapping = json_.find(spot, "fields_mapping")) out.fields_mapping = fields_mapping(*mapping);
    const auto sql_filters = json_.find(spot, "sql_filters");
    const auto filters = json_.find(spot, "filters");
    if (sql_filters) out.sql_filters = json_.texts_or_null(*sql_filters);
    if (filters && sql_filters) {
      json_.wrong(*filters, "is another name of `sql_filters`, which is given too", "leave one of them out");
    } else if (filters) {
      out.sql_filters = json_.texts_or_null(*filters);
    }
    if (const auto relation = json_.find(spot, "lineage")) out.lineage = lineage(*relation);
    if (const auto optional = json_.find(spot, "optional")) out.optional = json_.boolean(*optional).value_or(false);
    return out;
  }

  FieldsMapping fields_mapping(const Spot& wrapped) {
    const auto spot = unwrap(wrapped, "mapping");
    const std::string type = type_of(*spot, {"default", "specific", "all", "none"});
    if (type == "all" || type == "none") json_.object(*spot, {"type"});
    if (type == "all") return AllMapping{};
    if (type == "none") return NoMapping{};
    if (type == "specific") return specific_mapping(*spot);
    DefaultMapping out;
    if (type.empty()) return out;
    json_.object(*spot, {"type", "match_suffix", "exclude_fields"});
    if (const auto match = json_.find(*spot, "match_suffix")) out.match_suffix = json_.boolean(*match).value_or(false);
    if (const auto excluded = json_.find(*spot, "exclude_fields")) out.exclude_fields = field_keys(*excluded);
    return out;
  }

  Lineage lineage(const Spot& wrapped) {
    const auto spot = unwrap(wrapped, "relationship");
    const std::string type = type_of(*spot, {"1:1", "N:1", "1:N"});
    if (type == "1:1") json_.object(*spot, {"type"});
    if (type == "N:1") {
      Aggregation out;
      json_.object(*spot, {"type", "on"});
      if (const auto on = json_.find(*spot, "on")) out.on = json_.texts_or_null(*on);
      return out;
    }
    if (type == "1:N") {
      Expansion out;
      json_.object(*spot, {"type", "on", "id_generation_pattern"});
      if (const auto on = json_.need(*spot, "on")) out.on = json_.texts(*on);
      if (const auto pattern = json_.find(*spot, "id_generation_pattern")) {
        out.id_generation_pattern = json_.text_or_null(*pattern);
      }
      return out;
    }
    return Identity{};
  }

  FieldSpec field(const Spot& spot) {
    FieldSpec out;
    if (spot.value.is_string()) {
      if (auto key = json_.key<FieldKey>(spot)) out.key = std::move(*key);
      return out;
    }
    if (!json_.object(spot, {"key", "code_version", "deps"})) return out;
    if (const auto given = json_.find(spot, "key")) {
      if (auto key = json_.key<FieldKey>(*given)) out.key = std::move(*key);
    }
    if (const auto version = json_.find(spot, "code_version")) {
      if (auto text = json_.text(*version)) out.code_version = std::move(*text);
    }
    if (const auto deps = json_.find(spot, "deps")) field_deps(*deps, out);
    return out;
  }

  FieldDep field_dep(const Spot& spot) {
    FieldDep out{.feature = unreadable()};
    if (!json_.object(spot, {"feature", "fields"})) return out;
    if (const auto feature = json_.need(spot, "feature")) {
      out.feature = json_.key<FeatureKey>(*feature).value_or(unreadable());
    }
    if (const auto fields = json_.find(spot, "fields"); fields && !is_all(*fields)) out.fields = field_keys(*fields);
    return out;
  }

 private:
  std::map<std::string, std::string> rename(const Spot& spot) {
    std::map<std::string, std::string> out;
    if (!spot.value.is_object()) {
      json_.wrong(spot, "should be an object of old and new names");
      return out;
    }
    for (const auto& [from, to] : spot.value.items()) {
      if (auto name = json_.text(spot.member(from))) out.emplace(from, std::move(*name));
    }
    return out;
  }

  /// The value behind a wrapper such as `{"mapping": {…}}`; its `type` decides how the rest is read.
  std::optional<Spot> unwrap(const Spot& spot, std::string_view wrapper) {
    if (!spot.value.is_object() || !spot.value.contains(std::string(wrapper)) || spot.value.contains("type"))
      return spot;
    json_.object(spot, {wrapper});
    return json_.find(spot, wrapper);
  }

  std::string type_of(const Spot& spot, const std::vector<std::string>& known) {
    if (!spot.value.is_object()) {
      json_.wrong(spot, "should be an object with a `type`");
      return {};
    }
    const auto type = json_.need(spot, "type");
    auto name = type ? json_.text(*type) : std::nullopt;
    if (!name) return {};
    if (std::ranges::find(known, *name) != known.end()) return *name;
    json_.wrong(*type, fmt::format("{} is not a known type", quote(*name)),
                fmt::format("known types are {}", fmt::join(known, ", ")));
    return {};
  }

  SpecificMapping specific_mapping(const Spot& spot) {
    SpecificMapping out;
    json_.object(spot, {"type", "mapping"});
    const auto mapping = json_.need(spot, "mapping");
    if (!mapping) return out;
    if (!mapping->value.is_object()) {
      json_.wrong(*mapping, "should be an object of field keys");
      return out;
    }
    for (const auto& [name, value] : mapping->value.items()) {
      const Spot upstream = mapping->member(name);
      std::vector<FieldKey> keys = field_keys(upstream);
      std::ranges::sort(keys);
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      try {
        out.mapping.emplace(FieldKey::parse(name), std::move(keys));
      } catch (const Error& error) {
        json_.wrong(upstream, error.message(), error.hint());
      }
    }
    return out;
  }

  std::vector<FieldKey> field_keys(const Spot& spot) {
    std::vector<FieldKey> out;
    json_.list(spot, [&](const Spot& item) {
      if (auto key = json_.key<FieldKey>(item)) out.push_back(std::move(*key));
    });
    return out;
  }

  void field_deps(const Spot& spot, FieldSpec& out) {
    if (is_all(spot)) {
      out.deps = All{};
      return;
    }
    std::vector<FieldDep> deps;
    json_.list(spot, [&](const Spot& item) { deps.push_back(field_dep(item)); });
    out.deps = std::move(deps);
  }

  /// True for the text that stands for everything; any other text is a fault of its own, told by `list`.
  static bool is_all(const Spot& spot) {
    return spot.value.is_string() && spot.value.get_ref<const std::string&>() == kAllDep;
  }

  JsonReader json_;
};

}  // namespace

FeatureSpec read_json_form(const Json& value, const std::string& path, Faults& faults) {
  return SpecReader(faults).feature({value, path});
}

Json parse_definition_text(std::string_view json, const std::string& what) {
  try {
    return parse_json(json);
  } catch (const Error& error) {
    const std::string message = fmt::format("{}: {}", what, error.message());
    if (error.faults().empty()) throw Error(ErrorCode::InvalidSpec, message, error.hint());
    throw Error(ErrorCode::InvalidSpec, message, error.faults());
  }
}

template <>
FieldSpec read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).field({value, ""});
}
template <>
FieldDep read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).field_dep({value, ""});
}
template <>
FeatureDep read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).dep({value, ""});
}
template <>
FieldsMapping read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).fields_mapping({value, ""});
}
template <>
Lineage read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).lineage({value, ""});
}
template <>
FeatureSpec read_part(const Json& value, Faults& faults) {
  return SpecReader(faults).feature({value, ""});
}

FeatureSpec parse_feature_spec(std::string_view json) {
  const Json value = parse_definition_text(json, "feature spec");
  Faults faults;
  FeatureSpec spec = read_json_form(value, "", faults);
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature spec is not valid");
  return spec;
}

}  // namespace metaxy::spec
