// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include <metaxy/graph.hpp>

#include "base/pointer.hpp"

namespace metaxy::graph {
namespace {

bool has_own_deps(const spec::FieldSpec& field) {
  const auto* deps = std::get_if<std::vector<spec::FieldDep>>(&field.deps);
  return !deps || !deps->empty();
}

class FeatureLint {
 public:
  FeatureLint(const FeatureGraph& graph, const spec::FeatureDefinition& definition, std::vector<LintWarning>& out)
      : definition_(definition), plan_(graph.plan(definition.spec.key)), out_(out) {}

  void run() {
    if (plan_.deps.empty()) root_field_deps();
    for (std::size_t i = 0; i < plan_.deps.size(); ++i) {
      const std::string part = pointer("/deps", i);
      unread_upstream(part, plan_.deps[i]);
      mapping(part + "/fields_mapping", plan_.deps[i]);
      pattern(part + "/lineage/id_generation_pattern", plan_.deps[i]);
    }
  }

 private:
  void add(const std::string& part, const std::string& rest, std::string message) {
    out_.push_back(
        {"feature " + definition_.spec.key.to_string() + rest, std::move(message), place_of(definition_, part)});
  }

  void root_field_deps() {
    const auto& fields = definition_.spec.fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (!has_own_deps(fields[i])) continue;
      add(pointer("/fields", i) + "/deps", ", field " + fields[i].key.to_string(),
          "its deps have no effect because the feature has no deps");
    }
  }

  void unread_upstream(const std::string& part, const PlanDep& dep) {
    const bool is_read = std::ranges::any_of(plan_.fields, [&](const PlanField& field) {
      return std::ranges::find(field.parents, dep.dep.feature, &FieldRef::feature) != field.parents.end();
    });
    if (!is_read) {
      add(part, ", dep " + dep.dep.feature.to_string(),
          "no field reads it: its changes will never make a sample stale");
    }
  }

  void mapping(const std::string& part, const PlanDep& dep) {
    const std::string rest = ", dep " + dep.dep.feature.to_string();
    const auto& fields = definition_.spec.fields;
    if (dep.dep.fields_mapping != spec::FieldsMapping{} && std::ranges::all_of(fields, has_own_deps)) {
      add(part, rest, "its fields mapping has no effect because every field has deps of its own");
    }
    const auto* by_default = std::get_if<spec::DefaultMapping>(&dep.dep.fields_mapping);
    if (!by_default) return;
    const auto& excluded = by_default->exclude_fields;
    for (std::size_t i = 0; i < excluded.size(); ++i) {
      const auto& key = excluded[i];
      if (std::ranges::find(dep.upstream.fields, key, &spec::FieldSpec::key) != dep.upstream.fields.end()) continue;
      add(pointer(part + "/exclude_fields", i), rest,
          fmt::format("excludes field {}, which the upstream has not", key.to_string()));
    }
  }

  void pattern(const std::string& part, const PlanDep& dep) {
    const auto* expansion = std::get_if<spec::Expansion>(&dep.dep.lineage);
    if (!expansion || !expansion->id_generation_pattern) return;
    add(part, ", dep " + dep.dep.feature.to_string(), "its id generation pattern is kept but nothing uses it");
  }

  const spec::FeatureDefinition& definition_;
  FeaturePlan plan_;
  std::vector<LintWarning>& out_;
};

}  // namespace

std::vector<LintWarning> lint(const FeatureGraph& graph) {
  std::vector<LintWarning> out;
  for (const auto& definition : graph.definitions()) FeatureLint(graph, definition, out).run();
  return out;
}

}  // namespace metaxy::graph
