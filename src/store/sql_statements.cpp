// SPDX-License-Identifier: Apache-2.0
#include "store/sql_statements.hpp"

namespace metaxy::store {

FlatRelation SqlStatements::flat(const rel::RelPtr& relation) {
  return flatten(
      relation,
      [this](const rel::RelPtr& source) {
        if (const auto* scan = std::get_if<rel::Scan>(&source->node)) {
          return connection_.find(scan->table).value_or(TableSchema{});
        }
        return connection_.describe(sql::render(*source, dialect_));
      },
      dialect_.traits().json_type);
}

TableSchema SqlStatements::describe(const rel::RelPtr& relation) {
  if (has_structs()) return connection_.describe(sql::render(*relation, dialect_, sql::Purpose::Describe));
  const auto rows = flat(relation);
  return put_together(connection_.describe(sql::render(*rows.rows, dialect_, sql::Purpose::Describe)), rows.columns,
                      dialect_.traits().json_type);
}

arrow::Stream SqlStatements::query(const rel::RelPtr& relation, const Watch& watch) {
  if (has_structs()) return connection_.query(sql::render(*relation, dialect_), watch);
  const auto rows = spread(flat(relation));
  return put_together(connection_.query(sql::render(*rows.rows, dialect_), watch), rows.columns);
}

std::string SqlStatements::kept(const rel::RelPtr& relation) {
  return sql::render(has_structs() ? *relation : *pack_again(flat(relation)), dialect_);
}

std::string SqlStatements::asked(const rel::RelPtr& relation) {
  return sql::render(has_structs() ? *relation : *spread(flat(relation)).rows, dialect_);
}

}  // namespace metaxy::store
