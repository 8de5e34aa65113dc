// SPDX-License-Identifier: Apache-2.0
#include "lineage/matching.hpp"

#include <algorithm>

#include "lineage/columns.hpp"

namespace metaxy::lineage {

namespace {

bool contains_all(const std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& name) { return contains(names, name); });
}

/// Without a column that all share, the feature's own id columns join, unless every dependency brings some of them.
bool is_joined_by_ids(const graph::FeaturePlan& plan) {
  return !std::all_of(plan.deps.begin(), plan.deps.end(), [&](const graph::PlanDep& dep) {
    return contains_all(dep.match_columns, plan.join_columns) ||
           contains_all(plan.feature.id_columns, dep.match_columns);
  });
}

}  // namespace

Matching match_upstreams(const graph::FeaturePlan& plan, bool plain) {
  const bool all_optional =
      std::all_of(plan.deps.begin(), plan.deps.end(), [](const graph::PlanDep& dep) { return dep.dep.optional; });
  Matching out;
  out.samples = plan.deps.empty() ? plan.feature.id_columns : plan.join_columns;
  if (plain || is_joined_by_ids(plan) || all_optional) {
    out.keys.assign(plan.deps.size(), plan.join_columns);
    return out;
  }
  out.samples.clear();
  auto add = [&](const std::string& name) {
    if (!contains(out.samples, name)) out.samples.push_back(name);
  };
  const bool share = std::all_of(plan.deps.begin(), plan.deps.end(), [&](const graph::PlanDep& dep) {
    return contains_all(dep.match_columns, plan.join_columns);
  });
  if (share) std::for_each(plan.join_columns.begin(), plan.join_columns.end(), add);
  for (const auto& name : plan.feature.id_columns) {
    const bool given = std::any_of(plan.deps.begin(), plan.deps.end(),
                                   [&](const graph::PlanDep& dep) { return contains(dep.match_columns, name); });
    if (given) add(name);
  }
  for (const auto& dep : plan.deps) out.keys.push_back(dep.match_columns);
  return out;
}

}  // namespace metaxy::lineage
