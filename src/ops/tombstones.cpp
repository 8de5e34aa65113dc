// SPDX-License-Identifier: Apache-2.0
#include "ops/tombstones.hpp"

#include "lineage/columns.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

rel::RelPtr tombstones(const lineage::Stored& stored, rel::RelPtr rows, Timestamp now) {
  std::vector<rel::Named> columns;
  for (const auto& name : stored.columns) {
    auto value = rel::column(name);
    if (name == lineage::kDeletedAt) {
      value =
          rel::call(rel::Function::Greatest, {timestamp_literal(now), rel::column(std::string(lineage::kUpdatedAt))});
    }
    columns.push_back({name, value});
  }
  return rel::project(std::move(rows), columns);
}

rel::RelPtr retired_children(lineage::Stored stored, const std::vector<std::string>& parent_columns, Timestamp now) {
  for (auto& part : stored.parts) part.only_write = part.last_write = nullptr;
  auto written = [&](const std::vector<std::string>& columns) {
    auto read = columns;
    read.emplace_back(lineage::kUpdatedAt);
    auto at = rel::equal(rel::column(std::string(lineage::kUpdatedAt)), timestamp_literal(now));
    return rel::project(rel::filter(rel::scan(stored.table, read), at), rel::keep(columns));
  };
  lineage::Counting every;
  every.any = true;
  auto rows = lineage::live_records(stored, every, {rel::keep(stored.columns)});
  rows = rel::join(rel::JoinKind::Semi, rows, written(parent_columns), lineage::same_names(parent_columns));
  rows = rel::join(rel::JoinKind::Anti, rows, written(stored.id_columns), lineage::same_names(stored.id_columns));
  return tombstones(stored, std::move(rows), now);
}

}  // namespace metaxy::ops
