// SPDX-License-Identifier: Apache-2.0
// Relations as statements on one connection, in the words of its dialect.
#pragma once

#include <string>

#include <metaxy/progress.hpp>

#include "sql/render.hpp"
#include "store/connection.hpp"
#include "store/flat_structs.hpp"

namespace metaxy::store {

class SqlStatements {
 public:
  SqlStatements(Connection& connection, const sql::Dialect& dialect)
      : connection_(connection), dialect_(dialect), told_(dynamic_cast<ToldTypes*>(&connection)) {}

  /// Whether the dialect has all that a relation needs, which it may know only by the types of columns.
  bool can(const rel::RelPtr& relation);
  TableSchema describe(const rel::RelPtr& relation);
  arrow::Stream query(const rel::RelPtr& relation, const Watch& watch);
  /// The statement that gives a relation's rows as a table keeps them.
  std::string kept(const rel::RelPtr& relation);
  /// The statement that `query` would send.
  std::string asked(const rel::RelPtr& relation);

 private:
  bool has_structs() const { return dialect_.traits().json_type.empty(); }
  FlatRelation flat(const rel::RelPtr& relation);
  /// The same, and what it gives, whose structs can be put together again.
  struct Answered {
    FlatRelation rows;
    TableSchema columns;
  };
  Answered answered(const rel::RelPtr& relation);
  TableSchema source(const rel::RelPtr& source);
  /// The columns of a flat relation, which are told their types where the database has to be.
  TableSchema tell(FlatRelation& flat);

  Connection& connection_;
  const sql::Dialect& dialect_;
  ToldTypes* told_;
};

}  // namespace metaxy::store
