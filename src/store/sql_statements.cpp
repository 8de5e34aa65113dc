// SPDX-License-Identifier: Apache-2.0
#include "store/sql_statements.hpp"

#include <map>

#include "store/told.hpp"

namespace metaxy::store {

TableSchema SqlStatements::source(const rel::RelPtr& source) {
  if (const auto* scan = std::get_if<rel::Scan>(&source->node)) {
    return connection_.find(scan->table).value_or(TableSchema{});
  }
  if (told_) return told_->input(std::get<rel::Input>(source->node).name);
  return connection_.describe(sql::render(*source, dialect_));
}

FlatRelation SqlStatements::flat(const rel::RelPtr& relation) {
  return flatten(
      relation, [this](const rel::RelPtr& each) { return source(each); }, dialect_.traits().json_type);
}

bool SqlStatements::can(const rel::RelPtr& relation) {
  if (sql::can_render(*relation, dialect_)) return true;
  if (!told_) return false;
  auto rows = flat(relation);
  tell(rows);
  return sql::can_render(*rows.rows, dialect_);
}

SqlStatements::Answered SqlStatements::answered(const rel::RelPtr& relation) {
  auto rows = spread(flat(relation));
  auto columns = tell(rows);
  if (!told_ || sql::can_render(*rows.rows, dialect_)) return {std::move(rows), std::move(columns)};
  // A database that cannot look into JSON gives it as it is, to be read here.
  rows = flat(relation);
  columns = tell(rows);
  return {std::move(rows), std::move(columns)};
}

TableSchema SqlStatements::tell(FlatRelation& flat) {
  if (!told_) return {};
  std::map<std::string, TableSchema> known;
  const SchemaOf schema_of = [&](const rel::RelPtr& each) {
    const auto* scan = std::get_if<rel::Scan>(&each->node);
    const auto key = scan ? "t" + scan->table : "i" + std::get<rel::Input>(each->node).name;
    const auto at = known.find(key);
    return at != known.end() ? at->second : known[key] = source(each);
  };
  auto told = store::tell(flat.rows, schema_of, dialect_);
  flat.rows = std::move(told.rows);
  // A list that was made on the way is JSON, too.
  for (auto& [name, column] : flat.columns) {
    const auto* type = find_column(told.columns, column.name);
    const bool is_list = type && type->type.kind == Kind::List && type->type.text == dialect_.traits().json_type;
    if (!column.is_struct && !column.kept && is_list) column.kept = type->type;
  }
  return std::move(told.columns);
}

TableSchema SqlStatements::describe(const rel::RelPtr& relation) {
  if (has_structs()) return connection_.describe(sql::render(*relation, dialect_, sql::Purpose::Describe));
  auto rows = flat(relation);
  const auto columns =
      told_ ? tell(rows) : connection_.describe(sql::render(*rows.rows, dialect_, sql::Purpose::Describe));
  return put_together(columns, rows.columns, dialect_.traits().json_type);
}

arrow::Stream SqlStatements::query(const rel::RelPtr& relation, const Watch& watch) {
  if (has_structs()) return connection_.query(sql::render(*relation, dialect_), watch);
  const auto [rows, columns] = answered(relation);
  const auto statement = sql::render(*rows.rows, dialect_);
  return put_together(told_ ? told_->query(statement, columns, watch) : connection_.query(statement, watch),
                      rows.columns);
}

std::string SqlStatements::kept(const rel::RelPtr& relation) {
  if (has_structs()) return sql::render(*relation, dialect_);
  FlatRelation packed{pack_again(flat(relation)), {}};
  tell(packed);
  return sql::render(*packed.rows, dialect_);
}

std::string SqlStatements::asked(const rel::RelPtr& relation) {
  if (has_structs()) return sql::render(*relation, dialect_);
  return sql::render(*answered(relation).rows.rows, dialect_);
}

}  // namespace metaxy::store
