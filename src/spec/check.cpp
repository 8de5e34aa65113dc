// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include <metaxy/spec.hpp>

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
  void add(std::string subject, std::string message, std::string hint = {}) {
    faults_.add(std::move(subject), std::move(message), std::move(hint), definition_.place);
  }

  void text(const std::string& subject, std::string_view name, std::string_view value, Lines lines) {
    if (auto fault = text_fault(value, lines)) add(subject, fmt::format("{} {} {}", name, quote(value), *fault));
  }

  void json_object(std::string_view name, std::string_view text) {
    if (text == "{}") return;
    if (auto fault = json_object_fault(text)) add(feature_, fmt::format("{} {}", name, *fault));
  }

  void surroundings() {
    const auto& first = spec_.key.parts().front();
    if (first == "metaxy-system" || first == "metaxy_system") {
      add(feature_, fmt::format("key starts with {}, which is kept for metaxy's own tables", quote(first)),
          "choose another first part");
    }
    if (definition_.project.empty()) add(feature_, "has no project", "set the project's name");
    text(feature_, "project", definition_.project, Lines::One);
    if (definition_.feature_class_path) text(feature_, "class path", *definition_.feature_class_path, Lines::One);
    if (spec_.description) text(feature_, "description", *spec_.description, Lines::Many);
    json_object("metadata", spec_.metadata);
    json_object("schema", definition_.feature_schema);
  }

  void id_columns() {
    if (spec_.id_columns.empty())
      add(feature_, "has no id columns", "name at least one column that identifies a sample");
    std::unordered_map<std::string, std::string_view> seen;
    for (const auto& id : spec_.id_columns) {
      if (id.empty()) add(feature_, "has an id column with an empty name");
      text(feature_, "id column", id, Lines::One);
      if (id.starts_with("metaxy_")) {
        add(feature_, fmt::format("id column {} has the prefix `metaxy_`, which is kept for system columns", quote(id)),
            "choose another name");
      }
      const auto [other, is_new] = seen.emplace(to_lower(id), id);
      if (!is_new && other->second == id) {
        add(feature_, fmt::format("id column {} is named twice", quote(id)));
      } else if (!is_new) {
        add(feature_, fmt::format("id columns {} and {} differ only in case", quote(other->second), quote(id)),
            "columns of a table need names that differ in more");
      }
    }
  }

  void fields() {
    if (spec_.fields.empty()) add(feature_, "has no fields", "leave the list out to get one field `default`");
    std::unordered_map<std::string, const FieldKey*> members;
    for (const auto& field : spec_.fields) {
      const std::string subject = feature_ + ", field " + field.key.to_string();
      const auto [other, is_new] = members.emplace(field.key.struct_key(), &field.key);
      if (!is_new && *other->second == field.key) {
        add(subject, "is defined twice");
      } else if (!is_new) {
        add(subject,
            fmt::format("would share the struct member `{}` with field {}", other->first, other->second->to_string()),
            "rename one of them");
      }
      text(subject, "code version", field.code_version, Lines::One);
    }
  }

  void deps() {
    std::unordered_map<std::string, const FeatureKey*> suffixes;
    for (const auto& dep : spec_.deps) {
      const std::string subject = feature_ + ", dep " + dep.feature.to_string();
      const auto [other, is_new] = suffixes.emplace(dep.feature.column_suffix(), &dep.feature);
      if (!is_new && *other->second == dep.feature) {
        add(subject, "is named twice", "merge the two");
      } else if (!is_new) {
        add(subject,
            fmt::format("would share the column suffix `{}` with dep {}", other->first, other->second->to_string()),
            "rename one of the upstream features");
      }
      check_dep(dep, subject, definition_.place, faults_);
    }
  }

  void provenance() {
    if (!definition_.provenance_by_field) return;
    if (!definition_.is_external) {
      add(feature_, "gives field versions although it is not external", "leave `provenance_by_field` out");
    }
    std::set<std::string> known;
    for (const auto& field : spec_.fields) known.insert(field.key.to_string());
    for (const auto& [field, version] : *definition_.provenance_by_field) {
      if (!known.contains(field))
        add(feature_, fmt::format("gives a version of {}, which is none of its fields", quote(field)));
      if (version.empty()) add(feature_, fmt::format("gives an empty version of field {}", quote(field)));
      text(feature_, "field version", version, Lines::One);
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
