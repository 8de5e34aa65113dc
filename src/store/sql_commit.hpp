// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include <metaxy/progress.hpp>

#include "store/connection.hpp"
#include "store/local_parts.hpp"
#include "store/session.hpp"
#include "store/sql_statements.hpp"

namespace metaxy::store {

/// Carries mutations out, one after the other, on a connection whose transaction is open.
class SqlCommit {
 public:
  SqlCommit(Connection& connection, bool binds, const sql::Dialect& dialect, LocalEngine& engine, const Watch& watch)
      : connection_(connection),
        binds_(binds),
        dialect_(dialect),
        taker_(dynamic_cast<TakesRows*>(&connection)),
        statements_(connection, dialect),
        engine_(engine),
        watch_(watch) {}
  SqlCommit(const SqlCommit&) = delete;
  SqlCommit& operator=(const SqlCommit&) = delete;
  ~SqlCommit() { engine_.sweep(); }

  /// Takes the inputs that the local engine will read; the connection is told only what they look like.
  void leave_inputs(const Mutation& mutation, Inputs& inputs);

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

  /// What is due when all mutations are carried out.
  void finish();
  const Session::Done& done() const { return done_; }

 private:
  TableSchema get(const std::string& table);
  void check_name(const std::string& what, const std::string& name) const;
  bool is_local(const rel::RelPtr& relation);
  /// Whether rows are computed on the way from a stream into a table, by the processors here while the database stores
  /// them: it would have to read them twice.
  bool is_on_the_way(const Mutation& mutation, Inputs& inputs) const;
  /// The same rows as the database can read them: where the local engine must help, they are computed and bound.
  rel::RelPtr here(const rel::RelPtr& relation);
  /// The rows of a relation that the local engine must help with.
  arrow::Stream computed(const rel::RelPtr& relation);
  /// Erases by constants, a part at a time, for databases whose statements read no streams.
  void erase_computed(const Erase& erase, const TableSchema& columns);
  std::string quote(const std::string& name) const;
  void execute(const std::string& sql) { connection_.execute(sql, watch_); }
  void remember_type(const std::string& table, const std::string& column, const ColumnType& type);
  void add_members(const std::string& table, std::vector<std::string>& path, const ColumnType& have,
                   const ColumnType& want);

  Connection& connection_;
  bool binds_;
  const sql::Dialect& dialect_;
  TakesRows* taker_;
  SqlStatements statements_;
  LocalEngine& engine_;
  const Watch& watch_;
  Inputs left_;
  std::set<std::string> on_their_way_;  ///< inputs
  std::vector<std::string> due_;        ///< statements
  std::size_t computed_ = 0;
  Session::Done done_;
};

}  // namespace metaxy::store
