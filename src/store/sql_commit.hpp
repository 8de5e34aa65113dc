// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/progress.hpp>

#include "sql/dialect.hpp"
#include "store/connection.hpp"
#include "store/session.hpp"

namespace metaxy::store {

/// Carries mutations out, one after the other, on a connection whose transaction is open.
class SqlCommit {
 public:
  SqlCommit(Connection& connection, const sql::Dialect& dialect, const Watch& watch)
      : connection_(connection), dialect_(dialect), watch_(watch) {}

  /// Throws: AlreadyExists.
  void operator()(const Create& create);
  /// Throws: NotFound, SchemaMismatch.
  void operator()(const Extend& extend);
  /// Throws: NotFound, SchemaMismatch.
  void operator()(const Append& append);
  void operator()(const Require& require);
  /// Throws: NotFound.
  void operator()(const Erase& erase);
  /// Throws: NotFound.
  void operator()(const Drop& drop);

  const Session::Done& done() const { return done_; }

 private:
  TableSchema get(const std::string& table);
  std::string quote(const std::string& name) const;
  void execute(const std::string& sql) { connection_.execute(sql, watch_); }
  void add_members(const std::string& table, std::vector<std::string>& path, const ColumnType& have,
                   const ColumnType& want);

  Connection& connection_;
  const sql::Dialect& dialect_;
  const Watch& watch_;
  Session::Done done_;
};

}  // namespace metaxy::store
