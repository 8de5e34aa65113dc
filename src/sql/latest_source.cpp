// SPDX-License-Identifier: Apache-2.0
#include "sql/latest_source.hpp"

#include <metaxy/error.hpp>

namespace metaxy::sql {

LatestSource source_of(const rel::Latest& latest) {
  std::vector<rel::ExprPtr> predicates;
  const rel::Relation* at = latest.input.get();
  while (const auto* filter = std::get_if<rel::Filter>(&at->node)) {
    predicates.insert(predicates.begin(), filter->predicate);
    at = filter->input.get();
  }
  const auto* scan = std::get_if<rel::Scan>(&at->node);
  if (!scan || latest.keys.empty()) {
    throw Error(ErrorCode::Internal, "the latest rows need a stored table and key columns");
  }
  return {scan, predicates.empty() ? nullptr : rel::all_of(predicates)};
}

}  // namespace metaxy::sql
