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
  } else if (!options.feature_history) {
    visible = counting_visible(opened, feature);
  }
  lineage::Wanted wanted{rel::keep(options.columns.empty() ? stored.columns : options.columns), {}};
  if (!options.feature_history) wanted.filters.push_back(lineage::counts(counting_current(opened, feature)));
  for (auto& filter : parse_filters(options.filters, stored, "a filter on " + feature.to_string())) {
    wanted.filters.push_back(std::move(filter));
  }
  wanted.with_deleted = options.include_soft_deleted;
  return options.sample_history ? lineage::all_records(stored, visible, wanted)
                                : lineage::live_records(stored, visible, wanted);
}

}  // namespace

arrow::Stream read(Opened& opened, const FeatureKey& feature, const ReadOptions& options) {
  const auto& spec = opened.graph->get(feature).spec;
  if (options.feature_version && !options.feature_history) {
    throw Error(ErrorCode::InvalidArgument, "a feature version is given without feature history",
                "records of other versions are history: ask for it too");
  }
  auto stored = find_stored(opened, spec, options.fallback ? Reach::Everywhere : Reach::FirstStore);
  if (!stored) {
    throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string(), "write its records first");
  }
  for (const auto& name : options.columns) {
    if (lineage::contains(stored->columns, name)) continue;
    const auto near = did_you_mean(name, stored->columns);
    throw Error(ErrorCode::InvalidArgument, "feature " + feature.to_string() + " has no column " + quote(name),
                near.empty() ? "it has: " + join(stored->columns, ", ") : near);
  }
  if (options.as_of) look_back(opened, *stored, *options.as_of);
  auto rows = records(opened, feature, *stored, options);
  if (options.limit) rows = rel::order(rows, {}, options.limit);
  return opened.session->run(*rows, {}, options.watch);
}

}  // namespace metaxy::ops
