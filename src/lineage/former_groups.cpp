// SPDX-License-Identifier: Apache-2.0
#include "lineage/former_groups.hpp"

#include "lineage/columns.hpp"
#include "lineage/upstream.hpp"

namespace metaxy::lineage {

rel::RelPtr waiting_records(const Upstream& upstream) {
  const auto& stored = *upstream.stored;
  return live_records(stored, upstream.counting,
                      {rel::keep(stored.id_columns), {rel::negate(counts(upstream.counting))}});
}

Unsettled former_groups(const graph::FeaturePlan& plan, std::size_t index, const Upstream& upstream,
                        const Matching& matching) {
  const auto& dep = plan.deps[index];
  const auto& stored = *upstream.stored;
  Unsettled out;
  auto read = stored.id_columns;
  std::vector<rel::Named> columns;
  for (const auto& name : dep.match_columns) {
    if (!contains(matching.samples, name)) continue;
    const auto from = stored_name(dep.dep, name);
    if (!contains(read, from)) read.push_back(from);
    columns.push_back({std::string(kInternalPrefix) + "w" + std::to_string(index) + "_" + name, rel::column(from)});
    out.on.emplace_back(name, columns.back().name);
  }
  Counting every;
  every.any = true;
  const auto once = all_records(stored, every, {rel::keep(read), {}, true});
  const auto members = rel::join(rel::JoinKind::Semi, once, waiting_records(upstream), same_names(stored.id_columns));
  std::vector<std::string> names;
  for (const auto& column : columns) names.push_back(column.name);
  out.rows = rel::aggregate(rel::project(members, columns), names, {});
  return out;
}

}  // namespace metaxy::lineage
