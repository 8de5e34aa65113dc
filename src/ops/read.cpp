// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"

namespace metaxy::ops {

namespace {

rel::RelPtr records(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                    const ReadOptions& options) {
  lineage::Counting visible;
  visible.any = true;
  if (options.feature_version) {
    visible = {{*options.feature_version}, false, true};
  } else if (opened.rules.compat && !options.feature_history) {
    visible = counting_current(opened, feature);
  }
  rel::RelPtr rows;
  if (options.sample_history) {
    rows = rel::scan(stored.table, stored.columns);
    if (stored.as_of) rows = rel::filter(rows, stored.as_of);
    if (visible.only_these) rows = rel::filter(rows, lineage::counts(visible));
    if (!options.include_soft_deleted) {
      rows = rel::filter(rows, rel::is_null(rel::column(std::string(lineage::kDeletedAt))));
    }
  } else {
    rows = lineage::live_records(stored, visible, stored.columns, options.include_soft_deleted);
  }
  if (!options.feature_history) rows = rel::filter(rows, lineage::counts(counting_current(opened, feature)));
  return rows;
}

}  // namespace

arrow::Stream read(Opened& opened, const FeatureKey& feature, const ReadOptions& options) {
  const auto& spec = opened.graph->get(feature).spec;
  if (options.feature_version && !options.feature_history) {
    throw Error(ErrorCode::InvalidArgument, "a feature version is given without feature history",
                "records of other versions are history: ask for it too");
  }
  auto stored = find_stored(opened, spec);
  if (!stored) {
    throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string(), "write its records first");
  }
  for (const auto& name : options.columns) {
    if (lineage::contains(stored->columns, name)) continue;
    throw Error(ErrorCode::InvalidArgument, "feature " + feature.to_string() + " has no column " + quote(name),
                did_you_mean(name, stored->columns));
  }
  if (options.as_of) look_back(opened, *stored, *options.as_of);
  auto rows = records(opened, feature, *stored, options);
  rows = rel::filter(rows, rel::all_of(parse_filters(options.filters, *stored, "a filter on " + feature.to_string())));
  rows = rel::project(rows, rel::keep(options.columns.empty() ? stored->columns : options.columns));
  if (options.limit) rows = rel::order(rows, {}, options.limit);
  return opened.session->run(*rows, {}, options.watch);
}

}  // namespace metaxy::ops
