// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/stages.hpp"

#include <algorithm>

#include "sql/dialect_clickhouse.hpp"
#include "sql/render.hpp"

namespace metaxy::stores::clickhouse {

const Stages::Staged& Stages::in(const rel::RelPtr& relation) {
  if (const auto found = done_.find(relation.get()); found != done_.end()) return found->second;
  int levels = 0;
  auto rows = rel::replace_inputs(relation, [&](const rel::RelPtr& input) {
    const auto& staged = in(input);
    levels = std::max(levels, staged.levels);
    return staged.rows;
  });
  if (const auto* once = std::get_if<rel::Once>(&rows->node); once && ++levels > kMostLevels) {
    const auto columns = rel::output_columns(*once->input);
    rows = rel::scan(connection_.keep(sql::render(*once->input, sql::clickhouse()), contents_, watch_), columns);
    levels = 0;
  }
  return done_.emplace(relation.get(), Staged{std::move(rows), levels}).first->second;
}

}  // namespace metaxy::stores::clickhouse
