// SPDX-License-Identifier: Apache-2.0
#include "oracle/columns.hpp"

#include <algorithm>

namespace metaxy::oracle {

namespace {

std::string renamed(const std::string& name, const spec::FeatureDep& dep) {
  return dep.rename && dep.rename->count(name) ? dep.rename->at(name) : name;
}

}  // namespace

std::string id_of(const Json& row, const Names& columns) {
  Json id = Json::array();
  for (const auto& column : columns) id.push_back(row.at(column));
  return id.dump();
}

std::string struct_key(std::string field) {
  std::ranges::replace(field, '/', '_');
  return field;
}

bool has(const Names& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

Json only(const Json& row, const Names& columns) {
  Json out = Json::object();
  for (const auto& name : columns) out[name] = row.at(name);
  return out;
}

Json renamed(const Json& user, const spec::FeatureDep& dep) {
  Json out = Json::object();
  for (const auto& [name, value] : user.items()) out[renamed(name, dep)] = value;
  return out;
}

Names renamed(const Names& columns, const spec::FeatureDep& dep) {
  Names out;
  for (const auto& name : columns) out.push_back(renamed(name, dep));
  return out;
}

Names match_columns(const spec::FeatureSpec& feature, const graph::PlanDep& dep) {
  if (const auto* expansion = std::get_if<spec::Expansion>(&dep.dep.lineage)) return renamed(expansion->on, dep.dep);
  const auto* aggregation = std::get_if<spec::Aggregation>(&dep.dep.lineage);
  if (!aggregation) return renamed(dep.upstream.id_columns, dep.dep);
  return aggregation->on ? renamed(*aggregation->on, dep.dep) : feature.id_columns;
}

Names brought_columns(const Json& row, const spec::FeatureSpec& feature, const graph::PlanDep& dep) {
  Names out;
  const auto matched = match_columns(feature, dep);
  const auto ids = renamed(dep.upstream.id_columns, dep.dep);
  const bool aggregates = std::holds_alternative<spec::Aggregation>(dep.dep.lineage);
  for (const auto& [name, value] : row.items()) {
    const bool selected = !dep.dep.select || has(*dep.dep.select, name) || (!aggregates && has(ids, name));
    if (selected && !has(matched, name)) out.push_back(name);
  }
  return out;
}

/// Upstreams that give different columns meet in those that both have, so each id that one of them gives tells samples
/// apart. Of upstreams that are all optional any may be missing, so only what all have tells them apart.
Names Model::sample_columns(const spec::FeatureKey& feature) const {
  const auto plan = graph_->plan(feature);
  if (plan.deps.empty()) return plan.feature.id_columns;
  std::vector<Names> given;
  for (const auto& dep : plan.deps) given.push_back(match_columns(plan.feature, dep));
  const bool all_optional = std::ranges::all_of(plan.deps, [](const auto& dep) { return dep.dep.optional; });
  Names out;
  for (const auto& name : given.front()) {
    if (std::ranges::all_of(given, [&](const auto& names) { return has(names, name); })) out.push_back(name);
  }
  for (const auto& name : plan.feature.id_columns) {
    const bool any = std::ranges::any_of(given, [&](const auto& names) { return has(names, name); });
    if (any && !all_optional && !has(out, name)) out.push_back(name);
  }
  return out;
}

}  // namespace metaxy::oracle
