// SPDX-License-Identifier: Apache-2.0
#include "spec/json_form.hpp"

#include <algorithm>
#include <utility>

namespace metaxy::spec {
namespace {

/// An object that keeps the order in which members are put.
class Object {
 public:
  explicit Object(std::size_t size) { members_.reserve(size); }
  Object& put(const char* name, Json value) {
    members_.emplace_back(name, std::move(value));
    return *this;
  }
  Json take() { return Json(std::move(members_)); }

 private:
  Json::object_t members_;
};

template <class Items, class Form>
Json list(const Items& items, Form form) {
  Json::array_t out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(form(item));
  return Json(std::move(out));
}

Json texts(const std::vector<std::string>& items) {
  return list(items, [](const std::string& item) { return Json(item); });
}

Json texts_or_null(const std::optional<std::vector<std::string>>& items) { return items ? texts(*items) : Json(); }

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json mapping_form(const DefaultMapping& mapping) {
  auto excluded = list(mapping.exclude_fields, [](const FieldKey& key) { return Json(key.to_string()); });
  return Object(3)
      .put("type", "default")
      .put("match_suffix", mapping.match_suffix)
      .put("exclude_fields", std::move(excluded))
      .take();
}

Json mapping_form(const SpecificMapping& mapping) {
  Object members(mapping.mapping.size());
  for (const auto& [field, upstream] : mapping.mapping) {
    std::vector<FieldKey> sorted = upstream;
    std::ranges::sort(sorted);
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    members.put(field.to_string().c_str(), list(sorted, [](const FieldKey& key) { return texts(key.parts()); }));
  }
  return Object(2).put("type", "specific").put("mapping", members.take()).take();
}

Json mapping_form(const AllMapping&) { return Object(1).put("type", "all").take(); }
Json mapping_form(const NoMapping&) { return Object(1).put("type", "none").take(); }

Json lineage_form(const Identity&) { return Object(1).put("type", "1:1").take(); }

Json lineage_form(const Aggregation& lineage) {
  return Object(2).put("type", "N:1").put("on", texts_or_null(lineage.on)).take();
}

Json lineage_form(const Expansion& lineage) {
  return Object(3)
      .put("type", "1:N")
      .put("on", texts(lineage.on))
      .put("id_generation_pattern", text_or_null(lineage.id_generation_pattern))
      .take();
}

Json rename_form(const std::optional<std::map<std::string, std::string>>& rename) {
  if (!rename) return {};
  Object members(rename->size());
  for (const auto& [from, to] : *rename) members.put(from.c_str(), to);
  return members.take();
}

Json dep_form(const FeatureDep& dep) {
  auto mapping = std::visit([](const auto& kind) { return mapping_form(kind); }, dep.fields_mapping);
  auto lineage = std::visit([](const auto& kind) { return lineage_form(kind); }, dep.lineage);
  return Object(7)
      .put("feature", dep.feature.to_string())
      .put("select", texts_or_null(dep.select))
      .put("rename", rename_form(dep.rename))
      .put("fields_mapping", Object(1).put("mapping", std::move(mapping)).take())
      .put("sql_filters", texts_or_null(dep.sql_filters))
      .put("lineage", Object(1).put("relationship", std::move(lineage)).take())
      .put("optional", dep.optional)
      .take();
}

Json field_dep_form(const FieldDep& dep) {
  Json fields(kAllDep);
  if (const auto* keys = std::get_if<std::vector<FieldKey>>(&dep.fields)) {
    fields = list(*keys, [](const FieldKey& key) { return Json(key.to_string()); });
  }
  return Object(2).put("feature", dep.feature.to_string()).put("fields", std::move(fields)).take();
}

Json field_form(const FieldSpec& field) {
  Json deps(kAllDep);
  if (const auto* given = std::get_if<std::vector<FieldDep>>(&field.deps)) deps = list(*given, field_dep_form);
  return Object(3)
      .put("key", field.key.to_string())
      .put("code_version", field.code_version)
      .put("deps", std::move(deps))
      .take();
}

}  // namespace

Json json_form(const FeatureSpec& spec) {
  return Object(6)
      .put("key", spec.key.to_string())
      .put("id_columns", texts(spec.id_columns))
      .put("deps", list(spec.deps, dep_form))
      .put("fields", list(spec.fields, field_form))
      .put("metadata", spec.metadata == "{}" ? Json::object() : parse_json(spec.metadata))
      .put("description", text_or_null(spec.description))
      .take();
}

std::string render_canonical_json(const FeatureSpec& spec) { return dump_python(json_form(spec), Keys::Sorted); }

std::string render_json(const FeatureSpec& spec) { return dump_python(json_form(spec), Keys::AsGiven); }

}  // namespace metaxy::spec
