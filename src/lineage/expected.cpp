// SPDX-License-Identifier: Apache-2.0
#include "lineage/expected.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/members.hpp"
#include "lineage/placed.hpp"
#include "lineage/provenance.hpp"
#include "lineage/upstream.hpp"

namespace metaxy::lineage {

namespace {

/// The join built so far; where each key column is found in it.
struct Joined {
  rel::RelPtr rows;
  std::map<std::string, std::string> keys;
};

Joined first_of(std::size_t index, const Prepared& part) {
  Joined out{part.rows, {}};
  for (const auto& name : part.keys) out.keys.emplace(name, key_name(index, name));
  return out;
}

/// Columns of a full join, where a key may come from either side.
void merge_keys(Joined& joined, const std::vector<std::pair<std::string, std::string>>& on, std::size_t step) {
  std::vector<rel::Named> columns;
  std::vector<std::string> merged;
  for (auto& [name, left] : joined.keys) {
    auto found = std::find_if(on.begin(), on.end(), [&](const auto& pair) { return pair.first == left; });
    if (found == on.end()) continue;
    auto both = std::string(kInternalPrefix) + "f" + std::to_string(step) + "_" + name;
    columns.push_back({both, rel::coalesce({rel::column(found->first), rel::column(found->second)})});
    merged.push_back(found->first);
    merged.push_back(found->second);
    left = std::move(both);
  }
  for (const auto& name : rel::output_columns(*joined.rows)) {
    if (!contains(merged, name)) columns.push_back({name, rel::column(name)});
  }
  joined.rows = rel::project(joined.rows, columns);
}

void add(Joined& joined, std::size_t index, const Prepared& right, rel::JoinKind kind) {
  std::vector<std::pair<std::string, std::string>> on;
  for (const auto& name : right.keys) {
    if (auto found = joined.keys.find(name); found != joined.keys.end())
      on.emplace_back(found->second, key_name(index, name));
  }
  joined.rows = rel::join(kind, joined.rows, right.rows, on);
  if (kind == rel::JoinKind::Full) merge_keys(joined, on, index);
  for (const auto& name : right.keys) joined.keys.emplace(name, key_name(index, name));
}

bool shares_key(const Joined& joined, const Prepared& part) {
  return std::any_of(part.keys.begin(), part.keys.end(), [&](const auto& name) { return joined.keys.count(name) > 0; });
}

/// Required upstreams first (inner joins), then optional ones: left joins, or full joins when none is required. Of each
/// kind those first that share a column with what is joined already.
Joined join_all(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared) {
  std::vector<std::size_t> left;
  for (bool optional : {false, true}) {
    for (const auto& [index, part] : prepared) {
      if (plan.deps[index].dep.optional == optional) left.push_back(index);
    }
  }
  const bool all_optional =
      std::all_of(plan.deps.begin(), plan.deps.end(), [](const graph::PlanDep& dep) { return dep.dep.optional; });
  auto joined = first_of(left.front(), prepared.at(left.front()));
  left.erase(left.begin());
  while (!left.empty()) {
    const bool optional = plan.deps[left.front()].dep.optional;
    auto next = std::find_if(left.begin(), left.end(), [&](std::size_t index) {
      return plan.deps[index].dep.optional == optional && shares_key(joined, prepared.at(index));
    });
    if (next == left.end()) next = left.begin();
    auto kind = rel::JoinKind::Inner;
    if (optional) kind = all_optional ? rel::JoinKind::Full : rel::JoinKind::Left;
    add(joined, *next, prepared.at(*next), kind);
    left.erase(next);
  }
  return joined;
}

void refuse_collisions(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared) {
  std::map<std::string, std::string> owners;
  std::vector<std::string> clashes;
  std::set<std::size_t> later;
  auto add_clash = [&](const std::string& name, const std::string& one, std::size_t other) {
    clashes.push_back(quote(name) + " (" + one + " and " + plan.deps[other].dep.feature.to_string() + ")");
    later.insert(other);
  };
  for (const auto& [index, part] : prepared) {
    const auto feature = plan.deps[index].dep.feature.to_string();
    for (const auto& name : part.user_columns) {
      auto [found, inserted] = owners.emplace(name, feature);
      if (!inserted) add_clash(name, found->second, index);
    }
  }
  for (const auto& [index, part] : prepared) {
    for (const auto& name : part.keys) {
      auto found = owners.find(name);
      if (found != owners.end()) add_clash(name, found->second, index);
    }
  }
  if (clashes.empty()) return;
  Error error(
      ErrorCode::SchemaMismatch,
      "upstreams of feature " + plan.feature.key.to_string() + " give columns of the same name: " + join(clashes, ", "),
      "rename one of them in the dependency, or select the columns that you need");
  for (const std::size_t dep : later) error = placed(std::move(error), plan, dep, "");
  throw error;
}

/// The value of a field's parent in the joined row; NULL for an upstream that is not there.
rel::ExprPtr parent_value(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared,
                          const graph::FieldRef& parent) {
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    if (plan.deps[i].dep.feature == parent.feature)
      return prepared.count(i) ? rel::column(value_name(i, parent.field)) : rel::null();
  }
  throw Error(ErrorCode::Internal, "field parent " + parent.to_string() + " is no dependency of the plan");
}

std::map<std::size_t, Prepared> prepare_all(const graph::FeaturePlan& plan, const std::vector<Upstream>& upstreams,
                                            const Matching& matching, const hash::Settings& settings,
                                            MemberRows members) {
  std::map<std::size_t, Prepared> out;
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    if (!upstreams[i].stored) continue;
    auto part = prepare_upstream(plan, i, upstreams[i], matching.keys[i]);
    if (std::holds_alternative<spec::Aggregation>(plan.deps[i].dep.lineage)) {
      part = gather_members(plan, i, part, settings, members);
    }
    out.emplace(i, std::move(part));
  }
  if (out.empty()) {
    throw Error(ErrorCode::NotFound, "nothing has been written for any upstream of " + plan.feature.key.to_string(),
                "write records of " + plan.deps.front().dep.feature.to_string() + " first");
  }
  return out;
}

/// A key column as the join has it; NULL when only upstreams bring it that are not there.
rel::ExprPtr key_of(const Joined& joined, const std::string& name) {
  auto found = joined.keys.find(name);
  return found == joined.keys.end() ? rel::null() : rel::column(found->second);
}

}  // namespace

Expected expected_from_upstreams(const graph::FeaturePlan& plan, const std::vector<Upstream>& upstreams,
                                 const Matching& matching, const hash::Settings& settings, MemberRows members) {
  const auto prepared = prepare_all(plan, upstreams, matching, settings, members);
  refuse_collisions(plan, prepared);
  const auto joined = join_all(plan, prepared);

  Expected out;
  out.join_columns = matching.samples;
  out.fields = keys_of(plan.fields);
  std::vector<rel::Named> columns;
  for (const auto& name : out.join_columns) columns.push_back({name, key_of(joined, name)});
  for (const auto& [name, where] : joined.keys) {
    if (contains(out.join_columns, name)) continue;
    out.user_columns.push_back(name);
    columns.push_back({name, rel::column(where)});
  }
  std::vector<rel::ExprPtr> ready;
  std::vector<std::string> values;
  for (const auto& [index, part] : prepared) {
    for (const auto& name : part.user_columns) columns.push_back({name, rel::column(name)});
    out.user_columns.insert(out.user_columns.end(), part.user_columns.begin(), part.user_columns.end());
    ready.push_back(rel::coalesce({rel::column(ready_name(index)), rel::literal(true)}));
    for (const auto& field : plan.deps[index].upstream.fields) values.push_back(value_name(index, field.key));
  }
  columns.push_back({std::string(kReady), rel::all_of(ready)});
  auto with_values = columns;
  for (const auto& name : values) with_values.push_back({name, rel::column(name)});

  std::vector<std::string> kept;
  for (const auto& column : columns) kept.push_back(column.name);
  out.rows = add_versions(rel::project(joined.rows, with_values), plan, settings, kept,
                          [&](const graph::FieldRef& parent) { return parent_value(plan, prepared, parent); });
  return out;
}

Expected expected_from_samples(const graph::FeaturePlan& plan, const Matching& matching, const std::string& input,
                               const std::vector<std::string>& columns, const std::vector<rel::ExprPtr>& filters,
                               const hash::Settings& settings) {
  Expected out;
  out.join_columns = matching.samples;
  out.fields = keys_of(plan.fields);
  for (const auto& name : user_columns(columns)) {
    if (!contains(out.join_columns, name)) out.user_columns.push_back(name);
  }
  auto rows = rel::filter(rel::input(input, columns), rel::all_of(filters));
  const auto fields = keys_of(plan.fields);
  auto version_of = [&](std::string_view by_field) {
    return sample_version(fields, settings, [&, by_field](std::size_t i) {
      return rel::member(rel::column(std::string(by_field)), fields[i].struct_key());
    });
  };
  auto kept = out.join_columns;
  kept.insert(kept.end(), out.user_columns.begin(), out.user_columns.end());
  auto given = rel::keep(kept);
  auto provenance_by_field = rel::column(std::string(kProvenanceByField));
  given.push_back({std::string(kReady), rel::literal(true)});
  given.push_back({std::string(kProvenanceByField), provenance_by_field});
  given.push_back({std::string(kProvenance), version_of(kProvenanceByField)});
  out.own_versions = contains(columns, kDataVersionByField);
  given.push_back({std::string(kDataVersionByField),
                   out.own_versions ? rel::column(std::string(kDataVersionByField)) : provenance_by_field});
  auto data_version = version_of(out.own_versions ? kDataVersionByField : kProvenanceByField);
  if (out.own_versions && contains(columns, kDataVersion)) data_version = rel::column(std::string(kDataVersion));
  given.push_back({std::string(kDataVersion), data_version});
  out.rows = rel::project(rows, given);
  return out;
}

}  // namespace metaxy::lineage
