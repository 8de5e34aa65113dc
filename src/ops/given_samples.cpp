// SPDX-License-Identifier: Apache-2.0
#include "ops/given_samples.hpp"

#include "arrow/arrange.hpp"
#include "lineage/columns.hpp"
#include "ops/record_checks.hpp"
#include "ops/record_versions.hpp"

namespace metaxy::ops {

namespace {

constexpr const char* kSamples = "samples";

store::Inputs inputs_of(arrow::Stream samples) {
  store::Inputs out;
  out.emplace(kSamples, std::move(samples));
  return out;
}

/// The columns of samples as a write would store them.
CheckedRows as_written(const spec::FeatureSpec& spec, const store::TableSchema& given, const Rules& rules) {
  auto columns = rel::keep(spec.id_columns);
  for (auto& column : version_columns(spec, given, rules)) columns.push_back(std::move(column));
  const auto rows = rel::project(rel::input(kSamples, store::column_names(given)), columns);
  return [rows](const std::vector<std::string>& names) { return rel::project(rows, rel::keep(names)); };
}

/// The reference takes rows as they come.
void check_samples(Opened& opened, const spec::FeatureSpec& spec, const store::TableSchema& given,
                   const std::shared_ptr<FirstLook>& look, arrow::Kept& samples, const Watch& watch) {
  if (opened.rules.compat) return;
  const auto rows = as_written(spec, given, opened.rules);
  auto checks = check_rows(spec, std::nullopt, rows, given, look);
  for (auto& check : refuse_contradictions(spec, rows, given, opened.rules.hash, look))
    checks.push_back(std::move(check));
  for (const auto& check : checks) {
    if (check.known && check.known()) continue;
    arrow::Kept violations(opened.session->run(*check.violations, inputs_of(samples.again()), watch));
    if (violations.is_empty()) continue;
    auto stream = violations.again();
    check.fault(stream);
  }
}

}  // namespace

lineage::Expected given_samples(Opened& opened, const graph::FeaturePlan& plan, arrow::Stream samples,
                                const Filters& filters, store::Inputs& inputs, const Watch& watch) {
  const auto matching = lineage::match_upstreams(plan, opened.rules.compat);
  auto spec = plan.feature;
  spec.id_columns = matching.samples;  // of 1:N samples are the parents
  auto once = inputs_of(std::move(samples));
  const auto given = opened.session->describe(*rel::input(kSamples, {}), once);
  check_columns(spec, given, std::nullopt, TypeRule::Coerce, taken_names(opened.rules));
  const auto look = std::make_shared<FirstLook>(spec, opened.rules.hash, given);
  arrow::Kept kept(FirstLook::watch(look, std::move(once.at(kSamples))), watch);
  check_samples(opened, spec, given, look, kept, watch);
  inputs = inputs_of(kept.again());
  const auto columns = store::column_names(given);
  const lineage::Stored stored{kSamples, columns, plan.feature.id_columns};
  return lineage::expected_from_samples(plan, matching, kSamples, columns,
                                        parse_filters(filters, stored, "a filter on the samples"), opened.rules.hash);
}

}  // namespace metaxy::ops
