// SPDX-License-Identifier: Apache-2.0
#include "lineage/records.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"

namespace metaxy::lineage {

namespace {

using Names = std::vector<std::string>;

rel::ExprPtr col(std::string_view name) { return rel::column(std::string(name)); }

void add_missing(Names& columns, std::string_view name) {
  if (!contains(columns, name)) columns.emplace_back(name);
}

const std::string* plain_column(const rel::Expr& expr) {
  const auto* column = std::get_if<rel::Column>(&expr.node);
  return column ? &column->name : nullptr;
}

/// What a part has in place of columns that it lacks or has otherwise than the others.
std::vector<std::pair<std::string, rel::ExprPtr>> substitutes(const Stored& stored, const Part& part) {
  std::vector<std::pair<std::string, rel::ExprPtr>> out;
  for (const auto& name : stored.columns) {
    if (!contains(part.columns, name)) out.emplace_back(name, rel::null());
  }
  if (part.members == stored.members || !stored.members) return out;
  for (auto name : {kProvenanceByField, kDataVersionByField}) {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (const auto& member : *stored.members) {
      const bool here = part.members && contains(*part.members, member);
      members.emplace_back(member, here ? rel::member(col(name), member) : rel::cast(rel::null(), rel::Type::Text));
    }
    out.emplace_back(std::string(name), rel::pack(members));
  }
  return out;
}

/// What is wanted as one part can say it; columns that it lacks are left out.
Wanted as_part_says(const Stored& stored, const Part& part, const Wanted& wanted) {
  const auto instead = substitutes(stored, part);
  if (instead.empty()) return wanted;
  Wanted out{{}, {}, wanted.with_deleted};
  for (const auto& [name, expr] : wanted.columns) {
    const auto* plain = plain_column(*expr);
    if (plain && !contains(part.columns, *plain)) continue;
    out.columns.push_back({name, rel::replace_columns(expr, instead)});
  }
  for (const auto& expr : wanted.filters) out.filters.push_back(rel::replace_columns(expr, instead));
  return out;
}

/// Records of a part that are there at all, with what `wanted` reads and `more`.
rel::RelPtr visible(const Stored& stored, const Part& part, const Counting& counting, const Wanted& wanted,
                    Names more) {
  auto need = [&](const rel::Expr& expr) {
    for (const auto& name : rel::columns_of(expr)) add_missing(more, name);
  };
  for (const auto& column : wanted.columns) need(*column.expr);
  for (const auto& expr : wanted.filters) need(*expr);
  if (counting.only_these) need(*counts(counting));
  for (const auto& expr : {stored.visible, part.only_write, part.last_write}) {
    if (expr) need(*expr);
  }
  auto rows = rel::scan(stored.table, std::move(more));
  if (counting.only_these) rows = rel::filter(rows, counts(counting));
  return stored.visible ? rel::filter(rows, stored.visible) : rows;
}

/// Filters and columns, of which none may be wanted.
rel::RelPtr answer(rel::RelPtr rows, const Stored& stored, const Wanted& wanted) {
  if (!wanted.with_deleted) {
    const auto live =
        stored.is_childless ? rel::equal(col(kDeletedAt), col(kUpdatedAt)) : rel::is_null(col(kDeletedAt));
    rows = rel::filter(rows, live);
  }
  return rel::project(rel::filter(rows, rel::all_of(wanted.filters)), wanted.columns);
}

/// A write that has all of the part's samples, each once; null when there is none.
rel::ExprPtr one_write(const Part& part, const Counting& counting) {
  if (part.only_write || counting.only_these) return part.only_write;
  return part.last_write;
}

rel::RelPtr latest(const Stored& stored, const Part& part, const Counting& counting, const Wanted& wanted) {
  Names more = stored.id_columns;
  for (auto name : {kUpdatedAt, kDeletedAt}) add_missing(more, name);
  auto rows = visible(stored, part, counting, wanted, more);
  if (const auto one = one_write(part, counting)) return answer(rel::filter(rows, one), stored, wanted);
  auto changed = rel::coalesce({col(kDeletedAt), col(kUpdatedAt)});
  if (part.superseded == rel::Superseded::Many) changed = rel::call(rel::Function::EpochMicros, {changed});
  return answer(rel::latest(rows, stored.id_columns, changed, part.superseded), stored, wanted);
}

/// Ids of all samples that a part has anything of.
rel::RelPtr ids(const Stored& stored, const Part& part, const Counting& counting) {
  auto rows = visible(stored, part, counting, {}, stored.id_columns);
  if (const auto one = one_write(part, counting)) rows = rel::filter(rows, one);
  return rel::foreign(part.store, rel::project(rows, rel::keep(stored.id_columns)));
}

std::string id_name(const std::string& column) { return std::string(kInternalPrefix) + "i_" + column; }

/// Columns of `wanted` that are the ids, added where there are none; pairs of their and the stored names.
std::vector<std::pair<std::string, std::string>> carry_ids(const Stored& stored, Wanted& wanted) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& id : stored.id_columns) {
    const auto found = std::ranges::find_if(wanted.columns, [&](const rel::Named& column) {
      const auto* plain = plain_column(*column.expr);
      return plain && *plain == id;
    });
    out.emplace_back(found == wanted.columns.end() ? id_name(id) : found->name, id);
    if (found == wanted.columns.end()) wanted.columns.push_back({id_name(id), rel::column(id)});
  }
  return out;
}

Names names_of(const std::vector<rel::Named>& columns) {
  Names out;
  for (const auto& column : columns) out.push_back(column.name);
  return out;
}

rel::RelPtr together(std::vector<rel::RelPtr> rows, const Wanted& wanted) {
  return rel::project(rel::unite(std::move(rows)), rel::keep(names_of(wanted.columns)));
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
  return rel::in(col(kFeatureVersion), counting.versions);
}

rel::RelPtr live_records(const Stored& stored, const Counting& counting, const Wanted& wanted) {
  const auto& first = stored.parts.front();
  if (stored.parts.size() == 1) return rel::foreign(first.store, latest(stored, first, counting, wanted));
  std::vector<rel::RelPtr> out;
  std::vector<rel::RelPtr> before;
  for (const auto& part : stored.parts) {
    auto mine = as_part_says(stored, part, wanted);
    const auto on = carry_ids(stored, mine);
    auto rows = rel::foreign(part.store, latest(stored, part, counting, mine));
    if (!before.empty()) rows = rel::join(rel::JoinKind::Anti, rows, rel::unite(before), on);
    out.push_back(std::move(rows));
    before.push_back(ids(stored, part, counting));
  }
  return together(std::move(out), wanted);
}

rel::RelPtr all_records(const Stored& stored, const Counting& counting, const Wanted& wanted) {
  std::vector<rel::RelPtr> out;
  for (const auto& part : stored.parts) {
    auto mine = as_part_says(stored, part, wanted);
    if (stored.parts.size() > 1) carry_ids(stored, mine);  // a part may have none of the other columns
    auto rows = answer(visible(stored, part, counting, mine, {std::string(kDeletedAt)}), stored, mine);
    out.push_back(rel::foreign(part.store, std::move(rows)));
  }
  return stored.parts.size() == 1 ? out.front() : together(std::move(out), wanted);
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
