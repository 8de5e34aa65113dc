// SPDX-License-Identifier: Apache-2.0
#include "arrow/read.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"

namespace metaxy::ops {

namespace {

/// Live samples with `conditions` besides the filters that were given.
std::uint64_t count_live(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                         const StatusOptions& options, std::vector<rel::ExprPtr> conditions = {}) {
  auto filters = options.global_filters;
  filters.insert(filters.end(), options.target_filters.begin(), options.target_filters.end());
  for (auto& filter : parse_filters(filters, stored, "a filter on " + feature.to_string())) {
    conditions.push_back(std::move(filter));
  }
  const auto visible = counting_visible(opened, feature);
  const auto rows = lineage::live_records(stored, visible, {rel::keep(stored.id_columns), conditions});
  return count_rows(*opened.session, rows, options.watch);
}

void add_states(FeatureStatus& out, const std::vector<Json>& rows) {
  for (const auto& row : rows) {
    const auto state = row["state"].get<std::string>();
    const auto samples = row["samples"].get<std::uint64_t>();
    if (state == lineage::kStateNew) out.new_samples = samples;
    if (state == lineage::kStateStale) out.stale = samples;
    if (state == lineage::kStateOrphaned) out.orphaned = samples;
    if (state == lineage::kStateWaiting) out.waiting = samples;
    if (state == lineage::kStateUpToDate) out.up_to_date = samples;
  }
}

}  // namespace

FeatureStatus status(Opened& opened, const FeatureKey& feature, const StatusOptions& options) {
  FeatureStatus out{feature, false, false, 0, 0, 0, 0, 0, 0, {}};
  const auto plan = opened.graph->plan(feature);
  out.is_root = plan.deps.empty();
  const auto stored = find_stored(opened, plan.feature);
  out.exists = stored.has_value();
  if (stored) out.rows = count_live(opened, feature, *stored, options);
  if (out.is_root) {
    const auto current = lineage::counts(counting_every_field(opened, feature));
    if (stored) out.waiting = count_live(opened, feature, *stored, options, {rel::negate(current)});
    out.up_to_date = out.rows - out.waiting;
    return out;
  }
  for (const auto& dep : plan.deps) {
    if (!dep.dep.optional && !find_stored(opened, dep.upstream)) out.missing_upstreams.push_back(dep.dep.feature);
  }
  if (!out.missing_upstreams.empty()) return out;
  ResolveOptions resolve;
  resolve.target_filters = options.target_filters;
  resolve.global_filters = options.global_filters;
  resolve.row_per_member = false;
  resolve.staleness_predicates = options.staleness_predicates;
  auto comparison = make_comparison(opened, feature, resolve);
  auto counts = lineage::state_counts(comparison.expected, comparison.own);
  add_states(out, arrow::read_rows(opened.session->run(*counts, {}, options.watch)));
  return out;
}

}  // namespace metaxy::ops
