// SPDX-License-Identifier: Apache-2.0
#include "lineage/members.hpp"

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"

namespace metaxy::lineage {

namespace {

constexpr const char* kMember = "__mx_member";

/// Ids that the selection keeps come first in the order of format 0, as in the reference, where the others are gone.
std::vector<std::string> member_order(const graph::PlanDep& dep, std::size_t index, const Prepared& members,
                                      hash::Format format) {
  if (format == hash::Format::V1) return {kMember};
  std::vector<std::string> out;
  for (bool kept : {true, false}) {
    for (std::size_t i = 0; i < dep.id_columns.size(); ++i) {
      const auto& name = dep.id_columns[i];
      const bool here = contains(members.user_columns, name) || contains(members.keys, name);
      if (here == kept) out.push_back(member_name(index, i));
    }
  }
  return out;
}

std::vector<rel::ExprPtr> member_ids(const graph::PlanDep& dep, std::size_t index) {
  std::vector<rel::ExprPtr> out;
  for (std::size_t i = 0; i < dep.id_columns.size(); ++i) out.push_back(rel::column(member_name(index, i)));
  return out;
}

/// What the texts of a group are made of: its members' ids (format 1: their items) and values.
rel::RelPtr contributions(const graph::PlanDep& dep, std::size_t index, const Prepared& members, hash::Format format) {
  auto columns = rel::keep(members.user_columns);
  for (const auto& name : members.keys) columns.push_back({key_name(index, name), rel::column(key_name(index, name))});
  const auto ids = member_ids(dep, index);
  if (format == hash::Format::V1) {
    columns.push_back({kMember, rel::items(ids)});
  } else {
    for (std::size_t i = 0; i < ids.size(); ++i) columns.push_back({member_name(index, i), ids[i]});
  }
  for (const auto& field : dep.upstream.fields) {
    const auto name = value_name(index, field.key);
    columns.push_back({name, rel::column(name)});
  }
  // Databases have no least of truth values.
  columns.push_back(
      {ready_name(index), rel::case_when({{rel::column(ready_name(index)), rel::literal(std::int64_t{1})}},
                                         rel::literal(std::int64_t{0}))});
  return rel::project(members.rows, columns);
}

rel::ExprPtr group_digest(const std::string& value, const hash::Settings& settings) {
  rel::Digest digest{
      static_cast<int>(settings.format), std::string(hash::to_string(settings.algorithm)), settings.length, {}};
  if (settings.format == hash::Format::V1) digest.parts.emplace_back(std::string(hash::kTagGroup));
  digest.parts.emplace_back(rel::Written{rel::column(value)});
  return rel::digest(std::move(digest));
}

/// What a group is told by, as the members' rows call it.
std::vector<std::string> group_columns(const graph::PlanDep& dep, std::size_t index, const Prepared& members) {
  std::vector<std::string> out;
  for (const auto& name : dep.match_columns) {
    out.push_back(contains(members.keys, name) ? key_name(index, name) : name);
  }
  return out;
}

/// One row per group with `lists` as lists, values as the text they are the digest of, and whether it is ready.
rel::RelPtr gather_texts(const graph::PlanDep& dep, std::size_t index, const Prepared& members,
                         const std::vector<std::string>& lists, hash::Format format) {
  std::vector<rel::Aggregated> gathered;
  for (const auto& name : lists) {
    // Databases gather texts faster when they know that they are.
    auto value = contains(members.texts, name) ? rel::cast(rel::column(name), rel::Type::Text) : rel::column(name);
    gathered.push_back({name, rel::AggregateFunction::List, std::move(value)});
  }
  // Format 0 takes the value alone, format 1 the items of the member's ids and of the value.
  for (const auto& field : dep.upstream.fields) {
    const auto name = value_name(index, field.key);
    auto value = rel::column(name);
    if (format == hash::Format::V1) {
      value = rel::binary(rel::BinaryOp::Concat, rel::column(kMember), rel::items({value}));
    }
    gathered.push_back({name, rel::AggregateFunction::Concat, std::move(value)});
  }
  gathered.push_back({ready_name(index), rel::AggregateFunction::Min, rel::column(ready_name(index))});
  return rel::aggregate(contributions(dep, index, members, format), group_columns(dep, index, members), gathered,
                        member_order(dep, index, members, format), format == hash::Format::V0 ? "|" : "");
}

/// One row per group with `lists` as lists.
rel::RelPtr gather(const graph::PlanDep& dep, std::size_t index, const Prepared& members,
                   const std::vector<std::string>& lists, const hash::Settings& settings) {
  auto columns = rel::keep(group_columns(dep, index, members));
  for (const auto& name : lists) columns.push_back({name, rel::column(name)});
  for (const auto& field : dep.upstream.fields) {
    const auto name = value_name(index, field.key);
    columns.push_back({name, group_digest(name, settings)});
  }
  columns.push_back({ready_name(index), rel::equal(rel::column(ready_name(index)), rel::literal(std::int64_t{1}))});
  return rel::project(gather_texts(dep, index, members, lists, settings.format), columns);
}

/// Members beside the values of their group, whose keys get names of their own.
rel::RelPtr beside_members(const graph::PlanDep& dep, std::size_t index, const Prepared& members, rel::RelPtr groups) {
  std::vector<rel::Named> renamed;
  std::vector<std::pair<std::string, std::string>> on;
  for (const auto& name : group_columns(dep, index, members)) {
    const auto group = std::string(kInternalPrefix) + "g" + std::to_string(index) + "_" + name;
    renamed.push_back({group, rel::column(name)});
    on.emplace_back(name, group);
  }
  std::vector<std::string> kept;
  for (const auto& name : members.keys) kept.push_back(key_name(index, name));
  kept.insert(kept.end(), members.user_columns.begin(), members.user_columns.end());
  auto columns = rel::keep(kept);
  std::vector<std::string> values = {ready_name(index)};
  for (const auto& field : dep.upstream.fields) values.push_back(value_name(index, field.key));
  for (const auto& name : values) {
    renamed.push_back({name, rel::column(name)});
    columns.push_back({name, rel::column(name)});
  }
  auto left = rel::project(members.rows, rel::keep(kept));
  return rel::project(rel::join(rel::JoinKind::Inner, left, rel::project(std::move(groups), renamed), on), columns);
}

}  // namespace

Prepared gather_members(const graph::FeaturePlan& plan, std::size_t index, const Prepared& members,
                        const hash::Settings& settings, MemberRows rows) {
  const auto& dep = plan.deps[index];
  Prepared out = members;
  if (rows == MemberRows::Each) {
    out.rows = beside_members(dep, index, members, gather(dep, index, members, {}, settings));
    return out;
  }
  for (const auto& name : members.keys) {
    if (contains(dep.match_columns, name)) continue;
    throw Error(ErrorCode::Unsupported,
                plan.feature.key.to_string() + " is joined with " + dep.dep.feature.to_string() + " by " + quote(name) +
                    ", by which that is not aggregated",
                "name the same columns in every dependency, or ask for a row per member");
  }
  std::vector<std::string> lists;
  for (const auto& name : members.user_columns) {
    if (!contains(dep.match_columns, name)) lists.push_back(name);
  }
  out.rows = gather(dep, index, members, lists, settings);
  return out;
}

rel::RelPtr written_groups(const graph::FeaturePlan& plan, std::size_t index, const Prepared& members,
                           hash::Format format) {
  return gather_texts(plan.deps[index], index, members, {}, format);
}

rel::RelPtr members_without_group(const graph::FeaturePlan& plan, std::size_t index, const Upstream& upstream) {
  const auto& dep = plan.deps[index];
  const auto members = prepare_upstream(plan, index, upstream, dep.match_columns);
  std::vector<rel::ExprPtr> missing;
  for (const auto& name : dep.match_columns) missing.push_back(rel::is_null(rel::column(key_name(index, name))));
  std::vector<rel::Named> ids;
  for (std::size_t i = 0; i < dep.id_columns.size(); ++i) {
    ids.push_back({dep.id_columns[i], rel::column(member_name(index, i))});
  }
  return rel::project(rel::filter(members.rows, rel::any_of(missing)), ids);
}

}  // namespace metaxy::lineage
