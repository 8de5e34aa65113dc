// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <metaxy/error.hpp>

#include "arrow/arrange.hpp"
#include "arrow/read.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/former_groups.hpp"
#include "lineage/members.hpp"
#include "ops/childless.hpp"
#include "ops/given_samples.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

Filters runtime_filters(const ResolveOptions& options, const FeatureKey& feature) {
  Filters out;
  if (auto found = options.filters.find(feature); found != options.filters.end()) out = found->second;
  out.insert(out.end(), options.global_filters.begin(), options.global_filters.end());
  return out;
}

/// Fields of one upstream that any field of the feature reads.
std::set<spec::FieldKey> needed_fields(const graph::FeaturePlan& plan, const FeatureKey& upstream) {
  std::set<spec::FieldKey> out;
  for (const auto& field : plan.fields) {
    for (const auto& parent : field.parents) {
      if (parent.feature == upstream) out.insert(parent.field);
    }
  }
  return out;
}

std::string describe(const Json& row) {
  std::vector<std::string> out;
  for (const auto& [name, value] : row.items()) out.push_back(name + " = " + dump_compact(value));
  return join(out, ", ");
}

/// Refuses members of an N:1 upstream that belong to no group. The first query is cheap and mostly the only one.
void check_groups(Opened& opened, const graph::FeaturePlan& plan, std::size_t index,
                  const lineage::Upstream& upstream) {
  const auto& dep = plan.deps[index];
  if (!std::holds_alternative<spec::Aggregation>(dep.dep.lineage) || !upstream.stored) return;
  std::vector<std::string> names;
  std::vector<rel::ExprPtr> missing;
  for (const auto& name : dep.match_columns) {
    names.push_back(lineage::stored_name(dep.dep, name));
    if (!lineage::contains(upstream.stored->columns, names.back())) return;  // told where it is looked for
    missing.push_back(rel::is_null(rel::column(names.back())));
  }
  auto any =
      lineage::all_records(*upstream.stored, upstream.counting, {rel::keep(names), {rel::any_of(missing)}, true});
  if (arrow::read_rows(opened.session->run(*rel::order(any, {}, 1))).empty()) return;
  auto members = lineage::members_without_group(plan, index, upstream);
  const auto rows = arrow::read_rows(opened.session->run(*rel::order(members, {}, 1)));
  if (rows.empty()) return;
  throw Error(
      ErrorCode::SchemaMismatch,
      "samples of " + dep.dep.feature.to_string() + " are NULL in " + join(names, " or ") + ", by which " +
          plan.feature.key.to_string() + " aggregates them, for example " + describe(rows.front()),
      "write them with a value, or leave them out by a filter of the dependency: " + names.front() + " IS NOT NULL");
}

/// Under which recorded versions of the feature its fields were others.
std::vector<lineage::ChangedField> changed_fields(Opened& opened, const graph::FeaturePlan& plan) {
  std::vector<lineage::ChangedField> out;
  const auto recorded = find_field_versions(opened, plan.feature.key);
  for (const auto& field : opened.graph->versions(plan.feature.key).fields) {
    out.push_back({field.key, {}, {}});
    const auto code = plan.fields[out.size() - 1].code_version;
    for (const auto& [version, fields] : recorded) {
      const auto then = fields.find(field.key.to_string());
      if (then == fields.end() || then->second.version == field.version) continue;
      (then->second.code_version == code ? out.back().upstream : out.back().code).push_back(version);
    }
  }
  return out;
}

std::optional<lineage::Own> find_own(Opened& opened, const graph::FeaturePlan& plan, const ResolveOptions& options,
                                     const std::vector<std::pair<std::string, std::string>>& id) {
  const auto& key = plan.feature.key;
  // The reference reads only upstreams from fallback stores.
  auto stored = find_stored(opened, plan.feature, opened.rules.compat ? Reach::FirstStore : Reach::Everywhere);
  if (!stored) return std::nullopt;
  if (options.as_of) look_back(opened, *stored, *options.as_of);
  auto filters = runtime_filters(options, key);
  filters.insert(filters.end(), options.target_filters.begin(), options.target_filters.end());
  lineage::Own out{*stored, counting_current(opened, key), {}, {}};
  out.filters = parse_filters(filters, *stored, "a filter on " + key.to_string());
  out.staleness = parse_filters(options.staleness_predicates, *stored, "a staleness predicate on " + key.to_string());
  for (const auto& [column, text] : id) out.filters.push_back(reads_as(column, text));
  if (options.with_previous) out.changed = changed_fields(opened, plan);
  out.childless = find_childless(opened, plan, *stored);
  return out;
}

void check_filter_keys(const Opened& opened, const graph::FeaturePlan& plan, const ResolveOptions& options) {
  for (const auto& [key, filters] : options.filters) {
    bool involved = key == plan.feature.key;
    for (const auto& dep : plan.deps) involved = involved || dep.dep.feature == key;
    if (involved) continue;
    opened.graph->get(key);
    throw Error(ErrorCode::InvalidArgument, "a filter is given for " + key.to_string() + ", which is no upstream of " +
                                                plan.feature.key.to_string());
  }
}

/// Whether an upstream has records that do not count yet, be they the latest of their samples or not.
bool has_others(Opened& opened, const lineage::Upstream& upstream) {
  if (!upstream.stored || upstream.counting.any || upstream.counting.only_these) return false;
  const auto others = lineage::all_records(
      *upstream.stored, upstream.counting,
      {rel::keep(upstream.stored->id_columns), {rel::negate(lineage::counts(upstream.counting))}, true});
  return !arrow::read_rows(opened.session->run(*rel::order(others, {}, 1))).empty();
}

/// Members that wait may come back to groups which nobody is in now, unless groups are told by the members' ids.
bool moves_members(const graph::PlanDep& dep) {
  return std::holds_alternative<spec::Aggregation>(dep.dep.lineage) &&
         !std::ranges::all_of(dep.match_columns,
                              [&](const auto& name) { return lineage::contains(dep.id_columns, name); });
}

lineage::Expected expected_of(Opened& opened, const graph::FeaturePlan& plan, const ResolveOptions& options,
                              const std::vector<std::pair<std::string, std::string>>& id) {
  const auto matching = lineage::match_upstreams(plan, opened.rules.compat);
  std::vector<lineage::Upstream> upstreams;
  std::vector<lineage::Unsettled> unsettled;
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    upstreams.push_back(find_upstream(opened, plan, plan.deps[i], matching.keys[i], options, id));
    check_groups(opened, plan, i, upstreams.back());
    if (!moves_members(plan.deps[i]) || !has_others(opened, upstreams.back())) continue;
    const auto waiting = rel::order(lineage::waiting_records(upstreams.back()), {}, 1);
    if (arrow::read_rows(opened.session->run(*waiting)).empty()) continue;
    auto groups = lineage::former_groups(plan, i, upstreams.back(), matching);
    if (!groups.on.empty()) unsettled.push_back(std::move(groups));
  }
  const bool each = options.row_per_member.value_or(opened.rules.compat);
  auto out = lineage::expected_from_upstreams(plan, upstreams, matching, opened.rules.hash,
                                              each ? lineage::MemberRows::Each : lineage::MemberRows::Together);
  out.unsettled = std::move(unsettled);
  return out;
}

}  // namespace

lineage::Upstream find_upstream(Opened& opened, const graph::FeaturePlan& plan, const graph::PlanDep& dep,
                                const std::vector<std::string>& keys, const ResolveOptions& options,
                                const std::vector<std::pair<std::string, std::string>>& id) {
  const auto& key = dep.dep.feature;
  lineage::Upstream out{find_stored(opened, dep.upstream), {}, {}};
  if (!out.stored) {
    if (dep.dep.optional) return out;
    throw Error(
        ErrorCode::NotFound,
        "nothing has been written for " + key.to_string() + ", which " + plan.feature.key.to_string() + " depends on",
        "write records of " + key.to_string() + " first");
  }
  if (options.as_of) look_back(opened, *out.stored, *options.as_of);
  out.counting = counting(opened, key, needed_fields(plan, key));
  out.filters = parse_filters(runtime_filters(options, key), *out.stored, "a filter on " + key.to_string());
  for (const auto& [column, text] : id) {
    if (lineage::contains(keys, column)) out.filters.push_back(reads_as(lineage::stored_name(dep.dep, column), text));
  }
  return out;
}

lineage::Expected expected_now(Opened& opened, const graph::FeaturePlan& plan, const ResolveOptions& options) {
  return expected_of(opened, plan, options, {});
}

std::vector<std::string> sample_columns(const Opened& opened, const FeatureKey& feature) {
  return lineage::match_upstreams(opened.graph->plan(feature), opened.rules.compat).samples;
}

Comparison make_comparison(Opened& opened, const FeatureKey& feature, ResolveOptions& options,
                           const std::vector<std::pair<std::string, std::string>>& id) {
  Comparison out{opened.graph->plan(feature), {}, {}, {}};
  check_filter_keys(opened, out.plan, options);
  if (options.samples) {
    auto filters = runtime_filters(options, feature);
    filters.insert(filters.end(), options.target_filters.begin(), options.target_filters.end());
    out.expected = given_samples(opened, out.plan, std::move(*options.samples), filters, out.inputs, options.watch);
  } else if (out.plan.deps.empty()) {
    throw Error(ErrorCode::InvalidArgument, "feature " + feature.to_string() + " has no upstreams to resolve from",
                "give the samples that should exist, or write its records directly");
  } else {
    out.expected = expected_of(opened, out.plan, options, id);
  }
  if (!options.skip_comparison) out.own = find_own(opened, out.plan, options, id);
  return out;
}

namespace {

rel::RelPtr increment_rows(const Comparison& comparison, const ResolveOptions& options) {
  const std::vector<std::string> states = {"new", "stale", "orphaned"};
  for (const auto& state : options.only) {
    if (lineage::contains(states, state)) continue;
    throw Error(ErrorCode::InvalidArgument, "samples are never " + quote(state) + ", only new, stale or orphaned",
                did_you_mean(state, states));
  }
  const auto previous = options.with_previous ? lineage::Previous::All : lineage::Previous::Orphaned;
  auto rows = lineage::increment(comparison.expected, comparison.own, previous);
  if (options.only.empty()) return rows;
  return rel::filter(std::move(rows), rel::in(rel::column(std::string(kIncrementColumn)), options.only));
}

/// Samples that are given do not wait; others only where an upstream has records that do not count.
std::uint64_t count_waiting(Opened& opened, const Comparison& comparison, const ResolveOptions& options) {
  const bool may_wait = comparison.inputs.empty() && std::ranges::any_of(comparison.plan.deps, [&](const auto& dep) {
                          return has_others(opened, find_upstream(opened, comparison.plan, dep, {}, options, {}));
                        });
  if (!may_wait) return 0;
  for (const auto& row : arrow::read_rows(
           opened.session->run(*lineage::state_counts(comparison.expected, comparison.own), {}, options.watch))) {
    if (row["state"] == lineage::kStateWaiting) return row["samples"].get<std::uint64_t>();
  }
  return 0;
}

/// Data versions that equal the provenance are not asked for twice.
arrow::Stream with_data_versions(arrow::Stream rows, const rel::Relation& relation) {
  using namespace lineage;
  std::vector<std::pair<std::string, std::string>> columns;
  for (const auto& name : rel::output_columns(relation)) {
    columns.emplace_back(name, name);
    if (name != kProvenance) continue;
    columns.emplace_back(kDataVersionByField, kProvenanceByField);
    columns.emplace_back(kDataVersion, kProvenance);
  }
  return arrow::arrange(std::move(rows), columns);
}

}  // namespace

Increment resolve_update(Opened& opened, const FeatureKey& feature, ResolveOptions options) {
  auto comparison = make_comparison(opened, feature, options);
  const auto rows = increment_rows(comparison, options);
  std::optional<std::uint64_t> waiting;
  if (options.count_waiting) waiting = count_waiting(opened, comparison, options);
  auto stream = opened.session->run(*rows, std::move(comparison.inputs), options.watch);
  if (!comparison.expected.own_versions) stream = with_data_versions(std::move(stream), *rows);
  return {std::move(stream), waiting};
}

std::string explain_resolve(Opened& opened, const FeatureKey& feature, ResolveOptions options) {
  auto comparison = make_comparison(opened, feature, options);
  return opened.session->explain(*increment_rows(comparison, options));
}

}  // namespace metaxy::ops
