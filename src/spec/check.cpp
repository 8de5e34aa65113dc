// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include <metaxy/spec.hpp>

#include "base/pointer.hpp"
#include "base/text.hpp"
#include "spec/check_dep.hpp"
#include "spec/text_rules.hpp"

namespace metaxy::spec {
namespace {

class DefinitionCheck {
 public:
  DefinitionCheck(const FeatureDefinition& definition, Faults& faults)
      : definition_(definition),
        spec_(definition.spec),
        feature_("feature " + spec_.key.to_string()),
        faults_(faults) {}

  void run() {
    surroundings();
    id_columns();
    fields();
    deps();
    provenance();
  }

 private:
  void add(std::string_view part, std::string subject, std::string message, std::string hint = {}) {
    faults_.add(std::move(subject), std::move(message), std::move(hint), place_of(definition_, part));
  }

  void text(std::string_view part, const std::string& subject, std::string_view name, std::string_view value,
            Lines lines) {
    if (auto fault = text_fault(value, lines)) add(part, subject, fmt::format("{} {} {}", name, quote(value), *fault));
  }

  void json_object(std::string_view part, std::string_view name, std::string_view text) {
    if (text == "{}") return;
    if (auto fault = json_object_fault(text)) add(part, feature_, fmt::format("{} {}", name, *fault));
  }

  void surroundings() {
    const auto& first = spec_.key.parts().front();
    if (first == "metaxy-system" || first == "metaxy_system") {
      add("", feature_, fmt::format("key starts with {}, which is kept for metaxy's own tables", quote(first)),
          "choose another first part");
    }
    if (definition_.project.empty()) add("/project", feature_, "has no project", "set the project's name");
    text("/project", feature_, "project", definition_.project, Lines::One);
    if (definition_.feature_class_path) text("", feature_, "class path", *definition_.feature_class_path, Lines::One);
    if (spec_.description) text("/description", feature_, "description", *spec_.description, Lines::Many);
    json_object("/metadata", "metadata", spec_.metadata);
    json_object("/feature_schema", "schema", definition_.feature_schema);
  }

  void id_columns() {
    if (spec_.id_columns.empty())
      add("/id_columns", feature_, "has no id columns", "name at least one column that identifies a sample");
    std::unordered_map<std::string, std::string_view> seen;
    for (std::size_t i = 0; i < spec_.id_columns.size(); ++i) {
      const auto& id = spec_.id_columns[i];
      const std::string part = pointer("/id_columns", i);
      if (id.empty()) add(part, feature_, "has an id column with an empty name");
      text(part, feature_, "id column", id, Lines::One);
      if (id.starts_with("metaxy_")) {
        add(part, feature_,
            fmt::format("id column {} has the prefix `metaxy_`, which is kept for system columns", quote(id)),
            "choose another name");
      }
      const auto [other, is_new] = seen.emplace(to_lower(id), id);
      if (!is_new && other->second == id) {
        add(part, feature_, fmt::format("id column {} is named twice", quote(id)));
      } else if (!is_new) {
        add(part, feature_, fmt::format("id columns {} and {} differ only in case", quote(other->second), quote(id)),
            "columns of a table need names that differ in more");
      }
    }
  }

  void fields() {
    if (spec_.fields.empty())
      add("/fields", feature_, "has no fields", "leave the list out to get one field `default`");
    std::unordered_map<std::string, const FieldKey*> members;
    for (std::size_t i = 0; i < spec_.fields.size(); ++i) {
      const auto& field = spec_.fields[i];
      const std::string part = pointer("/fields", i);
      const std::string subject = feature_ + ", field " + field.key.to_string();
      const auto [other, is_new] = members.emplace(field.key.struct_key(), &field.key);
      if (!is_new && *other->second == field.key) {
        add(part, subject, "is defined twice");
      } else if (!is_new) {
        add(part, subject,
            fmt::format("would share the struct member `{}` with field {}", other->first, other->second->to_string()),
            "rename one of them");
      }
      text(part + "/code_version", subject, "code version", field.code_version, Lines::One);
    }
  }

  void deps() {
    std::unordered_map<std::string, const FeatureKey*> suffixes;
    for (std::size_t i = 0; i < spec_.deps.size(); ++i) {
      const auto& dep = spec_.deps[i];
      const std::string part = pointer("/deps", i);
      const std::string subject = feature_ + ", dep " + dep.feature.to_string();
      const auto [other, is_new] = suffixes.emplace(dep.feature.column_suffix(), &dep.feature);
      if (!is_new && *other->second == dep.feature) {
        add(part, subject, "is named twice", "merge the two");
      } else if (!is_new) {
        add(part, subject,
            fmt::format("would share the column suffix `{}` with dep {}", other->first, other->second->to_string()),
            "rename one of the upstream features");
      }
      check_dep(definition_, i, subject, faults_);
    }
  }

  void provenance() {
    if (!definition_.provenance_by_field) return;
    if (!definition_.is_external) {
      add("/provenance_by_field", feature_, "gives field versions although it is not external",
          "leave `provenance_by_field` out");
    }
    std::set<std::string> known;
    for (const auto& field : spec_.fields) known.insert(field.key.to_string());
    for (const auto& [field, version] : *definition_.provenance_by_field) {
      const std::string part = pointer("/provenance_by_field", field);
      if (!known.contains(field))
        add(part, feature_, fmt::format("gives a version of {}, which is none of its fields", quote(field)));
      if (version.empty()) add(part, feature_, fmt::format("gives an empty version of field {}", quote(field)));
      text(part, feature_, "field version", version, Lines::One);
    }
  }

  const FeatureDefinition& definition_;
  const FeatureSpec& spec_;
  const std::string feature_;
  Faults& faults_;
};

}  // namespace

void check(const FeatureDefinition& definition, Faults& faults) { DefinitionCheck(definition, faults).run(); }

}  // namespace metaxy::spec
