// SPDX-License-Identifier: Apache-2.0
#include "lineage/records.hpp"

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"

namespace metaxy::lineage {

namespace {

void add_missing(std::vector<std::string>& columns, std::string_view name) {
  if (!contains(columns, name)) columns.emplace_back(name);
}

}  // namespace

rel::ExprPtr field_value(const Stored& stored, rel::ExprPtr by_field, const spec::FieldKey& field) {
  const auto name = field.struct_key();
  if (stored.members && !contains(*stored.members, name)) return rel::cast(rel::null(), rel::Type::Text);
  return rel::member(std::move(by_field), name);
}

rel::ExprPtr counts(const Counting& counting) {
  if (counting.any) return rel::literal(true);
  if (counting.versions.empty()) return rel::literal(false);
  return rel::in(rel::column(std::string(kFeatureVersion)), counting.versions);
}

rel::RelPtr live_records(const Stored& stored, const Counting& counting, std::vector<std::string> columns,
                         bool with_deleted) {
  const auto wanted = columns;
  for (const auto& id : stored.id_columns) add_missing(columns, id);
  for (auto name : {kUpdatedAt, kDeletedAt, kFeatureVersion}) add_missing(columns, name);
  auto rows = rel::scan(stored.table, columns);
  if (counting.only_these) rows = rel::filter(rows, counts(counting));
  if (stored.as_of) rows = rel::filter(rows, stored.as_of);
  if (stored.only_write) {
    rows = rel::filter(rows, stored.only_write);
  } else if (stored.last_write && !counting.only_these) {
    rows = rel::filter(rows, stored.last_write);
  } else {
    auto changed = rel::coalesce({rel::column(std::string(kDeletedAt)), rel::column(std::string(kUpdatedAt))});
    if (stored.superseded == rel::Superseded::Many) changed = rel::call(rel::Function::EpochMicros, {changed});
    rows = rel::latest(rows, stored.id_columns, changed, stored.superseded);
  }
  if (!with_deleted) rows = rel::filter(rows, rel::is_null(rel::column(std::string(kDeletedAt))));
  return wanted.size() == columns.size() ? rows : rel::project(rows, rel::keep(wanted));
}

void check_filter(const rel::Expr& filter, const std::vector<std::string>& columns, const std::string& where) {
  for (const auto& name : rel::columns_of(filter)) {
    if (contains(columns, name)) continue;
    auto near = did_you_mean(name, columns);
    throw Error(ErrorCode::InvalidArgument, where + " names column " + quote(name) + ", which does not exist there",
                near.empty() ? "columns: " + join(columns, ", ") : near);
  }
}

}  // namespace metaxy::lineage
