// SPDX-License-Identifier: Apache-2.0
#include "lineage/expected.hpp"

#include <algorithm>
#include <map>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"
#include "lineage/upstream.hpp"

namespace metaxy::lineage {

namespace {

/// The join built so far: its key columns and everything else that it gives.
struct Joined {
  rel::RelPtr rows;
  std::vector<std::string> key_names;
};

std::vector<std::pair<std::string, std::string>> pairs(const std::vector<std::string>& left,
                                                       const std::vector<std::string>& right) {
  std::vector<std::pair<std::string, std::string>> out;
  for (std::size_t i = 0; i < left.size(); ++i) out.emplace_back(left[i], right[i]);
  return out;
}

Joined add(const Joined& left, const Prepared& right, rel::JoinKind kind, std::size_t step) {
  Joined out{rel::join(kind, left.rows, right.rows, pairs(left.key_names, right.key_names)), left.key_names};
  if (kind != rel::JoinKind::Full) return out;
  std::vector<rel::Named> columns;
  out.key_names.clear();
  for (std::size_t i = 0; i < left.key_names.size(); ++i) {
    auto name = std::string(kInternalPrefix) + "f" + std::to_string(step) + "_" + std::to_string(i);
    columns.push_back({name, rel::coalesce({rel::column(left.key_names[i]), rel::column(right.key_names[i])})});
    out.key_names.push_back(name);
  }
  for (const auto& name : rel::output_columns(*out.rows)) {
    if (!contains(left.key_names, name) && !contains(right.key_names, name))
      columns.push_back({name, rel::column(name)});
  }
  out.rows = rel::project(out.rows, columns);
  return out;
}

/// Required upstreams first (inner joins), then optional ones: left joins, or full joins when none is required.
Joined join_all(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared) {
  std::vector<std::size_t> order;
  for (bool optional : {false, true}) {
    for (const auto& [index, part] : prepared) {
      if (plan.deps[index].dep.optional == optional) order.push_back(index);
    }
  }
  const bool all_optional =
      std::all_of(plan.deps.begin(), plan.deps.end(), [](const graph::PlanDep& dep) { return dep.dep.optional; });
  const auto& first = prepared.at(order.front());
  Joined joined{first.rows, first.key_names};
  for (std::size_t i = 1; i < order.size(); ++i) {
    auto kind = rel::JoinKind::Inner;
    if (plan.deps[order[i]].dep.optional) kind = all_optional ? rel::JoinKind::Full : rel::JoinKind::Left;
    joined = add(joined, prepared.at(order[i]), kind, i);
  }
  return joined;
}

void refuse_collisions(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared) {
  std::map<std::string, std::string> owners;
  std::vector<std::string> clashes;
  for (const auto& [index, part] : prepared) {
    const auto feature = plan.deps[index].dep.feature.to_string();
    for (const auto& name : part.user_columns) {
      auto [found, inserted] = owners.emplace(name, feature);
      if (!inserted) clashes.push_back(quote(name) + " (" + found->second + " and " + feature + ")");
    }
  }
  if (clashes.empty()) return;
  throw Error(
      ErrorCode::SchemaMismatch,
      "upstreams of feature " + plan.feature.key.to_string() + " give columns of the same name: " + join(clashes, ", "),
      "rename one of them in the dependency, or select the columns that you need");
}

std::string field_name(std::size_t i) { return std::string(kInternalPrefix) + "f" + std::to_string(i); }

std::vector<spec::FieldKey> keys_of(const std::vector<graph::PlanField>& fields) {
  std::vector<spec::FieldKey> out;
  for (const auto& field : fields) out.push_back(field.key);
  return out;
}

/// The value of a field's parent in the joined row; NULL for an upstream that is not there.
rel::ExprPtr parent_value(const graph::FeaturePlan& plan, const std::map<std::size_t, Prepared>& prepared,
                          const graph::FieldRef& parent, hash::Format format) {
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    if (!(plan.deps[i].dep.feature == parent.feature)) continue;
    auto value = prepared.count(i) ? rel::column(value_name(i, parent.field)) : rel::null();
    // The reference writes an optional upstream's NULL as an empty text.
    const bool blank = format == hash::Format::V0 && plan.deps[i].dep.optional;
    return blank ? rel::coalesce({value, rel::literal("")}) : value;
  }
  throw Error(ErrorCode::Internal, "field parent " + parent.to_string() + " is no dependency of the plan");
}

/// Computes the digest of each field, then the sample's, then packs them into the four version columns.
rel::RelPtr add_versions(rel::RelPtr rows, const graph::FeaturePlan& plan, const hash::Settings& settings,
                         const std::vector<std::string>& columns, const std::map<std::size_t, Prepared>& prepared) {
  auto first = rel::keep(columns);
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const auto& field = plan.fields[i];
    auto value = [&](std::size_t parent) {
      return parent_value(plan, prepared, field.parents[parent], settings.format);
    };
    first.push_back({field_name(i), digest_of(field_preimage(field, settings.format), settings, value)});
  }
  rows = rel::project(rows, first);

  auto second = rel::keep(columns);
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    members.emplace_back(plan.fields[i].key.struct_key(), rel::column(field_name(i)));
  }
  second.push_back({std::string(kProvenanceByField), rel::pack(members)});
  second.push_back({std::string(kProvenance), sample_version(keys_of(plan.fields), settings, [](std::size_t i) {
                      return rel::column(field_name(i));
                    })});
  rows = rel::project(rows, second);

  auto third = rel::keep(columns);
  for (auto [name, from] : {std::pair{kProvenanceByField, kProvenanceByField}, std::pair{kProvenance, kProvenance},
                            std::pair{kDataVersionByField, kProvenanceByField}, std::pair{kDataVersion, kProvenance}}) {
    third.push_back({std::string(name), rel::column(std::string(from))});
  }
  return rel::project(rows, third);
}

void refuse_lineage(const graph::FeaturePlan& plan) {
  for (const auto& dep : plan.deps) {
    if (std::holds_alternative<spec::Identity>(dep.dep.lineage)) continue;
    throw Error(ErrorCode::Unsupported,
                "feature " + plan.feature.key.to_string() + " depends on " + dep.dep.feature.to_string() +
                    " with N:1 or 1:N lineage, which cannot be resolved yet",
                "use identity lineage (1:1)");
  }
}

}  // namespace

Expected expected_from_upstreams(const graph::FeaturePlan& plan, const std::vector<Upstream>& upstreams,
                                 const hash::Settings& settings) {
  refuse_lineage(plan);
  std::map<std::size_t, Prepared> prepared;
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    if (upstreams[i].stored) prepared.emplace(i, prepare_upstream(plan, i, upstreams[i]));
  }
  if (prepared.empty()) {
    throw Error(ErrorCode::NotFound, "nothing has been written for any upstream of " + plan.feature.key.to_string(),
                "write records of " + plan.deps.front().dep.feature.to_string() + " first");
  }
  refuse_collisions(plan, prepared);
  auto joined = join_all(plan, prepared);

  Expected out;
  out.join_columns = plan.join_columns;
  std::vector<rel::Named> columns;
  for (std::size_t i = 0; i < plan.join_columns.size(); ++i) {
    columns.push_back({plan.join_columns[i], rel::column(joined.key_names[i])});
  }
  std::vector<rel::ExprPtr> ready;
  std::vector<std::string> values;
  for (const auto& [index, part] : prepared) {
    out.user_columns.insert(out.user_columns.end(), part.user_columns.begin(), part.user_columns.end());
    ready.push_back(rel::coalesce({rel::column(ready_name(index)), rel::literal(true)}));
    for (const auto& field : plan.deps[index].upstream.fields) values.push_back(value_name(index, field.key));
  }
  for (const auto& name : out.user_columns) columns.push_back({name, rel::column(name)});
  columns.push_back({std::string(kReady), rel::all_of(ready)});
  auto with_values = columns;
  for (const auto& name : values) with_values.push_back({name, rel::column(name)});

  std::vector<std::string> kept;
  for (const auto& column : columns) kept.push_back(column.name);
  out.rows = add_versions(rel::project(joined.rows, with_values), plan, settings, kept, prepared);
  return out;
}

Expected expected_from_samples(const graph::FeaturePlan& plan, const std::string& input,
                               const std::vector<std::string>& columns, const std::vector<rel::ExprPtr>& filters,
                               const hash::Settings& settings) {
  Expected out;
  const bool root = plan.deps.empty();
  out.join_columns = root ? plan.feature.id_columns : plan.join_columns;
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
  const bool own_versions = contains(columns, kDataVersionByField);
  given.push_back({std::string(kDataVersionByField),
                   own_versions ? rel::column(std::string(kDataVersionByField)) : provenance_by_field});
  auto data_version = version_of(own_versions ? kDataVersionByField : kProvenanceByField);
  if (own_versions && contains(columns, kDataVersion)) data_version = rel::column(std::string(kDataVersion));
  given.push_back({std::string(kDataVersion), data_version});
  out.rows = rel::project(rows, given);
  return out;
}

}  // namespace metaxy::lineage
