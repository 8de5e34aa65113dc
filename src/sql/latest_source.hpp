// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rel/relation.hpp"
#include "sql/writer.hpp"

namespace metaxy::sql {

/// The parts of Latest: a table, what it gives and the predicates on it.
struct LatestSource {
  const rel::Scan* scan = nullptr;
  rel::ExprPtr where;  ///< null: every row
};

/// Throws: Internal when it reads something else than a stored table, or has no keys.
LatestSource source_of(const rel::Latest& latest);

}  // namespace metaxy::sql
