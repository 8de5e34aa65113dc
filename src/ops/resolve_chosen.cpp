// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"

namespace metaxy::ops {

namespace {

rel::RelPtr chosen_states(rel::RelPtr increment, const std::vector<std::string>& only) {
  const std::vector<std::string> states = {"new", "stale", "orphaned"};
  for (const auto& state : only) {
    if (lineage::contains(states, state)) continue;
    throw Error(ErrorCode::InvalidArgument, "samples are never " + quote(state) + ", only new, stale or orphaned",
                did_you_mean(state, states));
  }
  if (only.empty()) return increment;
  return rel::filter(std::move(increment), rel::in(rel::column(std::string(kIncrementColumn)), only));
}

}  // namespace

Increment resolve_chosen(Opened& opened, const FeatureKey& feature, ResolveOptions options) {
  auto comparison = make_comparison(opened, feature, options);
  const auto previous = options.with_previous ? lineage::Previous::All : lineage::Previous::Orphaned;
  const auto rows = chosen_states(lineage::increment(comparison.expected, comparison.own, previous), options.only);
  return {opened.session->run(*rows, std::move(comparison.inputs), options.watch)};
}

}  // namespace metaxy::ops
