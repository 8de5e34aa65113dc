// SPDX-License-Identifier: Apache-2.0
// Mutations on a database without transactions: rows are loaded into scratch tables and checked there; only then each
// table takes its rows in one step. Until the first step nothing can be seen of a commit.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "store/session.hpp"
#include "stores/clickhouse/connection.hpp"

namespace metaxy::stores::clickhouse {

class Commit {
 public:
  /// Throws: NotFound when there is no such cluster.
  Commit(Connection& connection, const Watch& watch);
  ~Commit();
  Commit(const Commit&) = delete;
  Commit& operator=(const Commit&) = delete;

  /// Throws: AlreadyExists.
  void operator()(const store::Create& create);
  /// Throws: NotFound, SchemaMismatch.
  void operator()(const store::Extend& extend);
  /// Throws: NotFound, SchemaMismatch.
  void operator()(const store::Append& append);
  void operator()(const store::Require& require);
  /// Throws: NotFound.
  void operator()(const store::Erase& erase);
  /// Throws: NotFound.
  void operator()(const store::Drop& drop);

  /// Makes everything visible, one table after the other.
  void publish();
  const store::Session::Done& done() const { return done_; }

 private:
  /// Rows that go: those whose columns equal those of a row of a scratch table.
  struct Erasure {
    std::string columns;
    std::string going;
    bool is_beside;  ///< they lie on the same hosts as these
  };
  /// A table that the commit changes.
  struct Staged {
    store::TableSchema schema;  ///< as it will be
    std::string rows;           ///< scratch table of the rows to come; empty: none yet
    std::string seen;           ///< scratch view of the table as it will be; empty: must be made
    bool is_new = false;        ///< `rows` becomes the table
    bool is_dropped = false;
    bool is_moved = false;  ///< its engine takes parts of `rows`
    Kept kept;
    std::vector<std::string> shard_columns;
    std::uint64_t taken = 0;               ///< rows in `rows` that were appended, on a cluster
    store::TableSchema stored;             ///< as it is; empty: it is new
    std::vector<std::string> alterations;  ///< what follows ALTER TABLE and the name
    std::vector<Erasure> erasures;
  };

  Staged& stage(const std::string& table);
  void check_cluster();
  void check_place(const std::string& table, const Kept& kept);
  std::uint64_t count(const std::string& rows);
  std::uint64_t insert(Staged& staged, const std::string& targets, const std::string& query);
  void need_rows(const std::string& table, Staged& staged);
  std::string view(const std::string& table, Staged& staged);
  rel::RelPtr here(const rel::RelPtr& relation);
  std::string render(const rel::RelPtr& relation, Contents contents = Contents::Rows);
  std::string scratch(std::string_view what);
  store::TableSchema describe(const std::string& sql);
  void execute(const std::string& sql) { connection_.execute(sql, watch_); }
  void change(const Ddl::Statements& statements) { connection_.change(statements, watch_); }
  void publish(const std::string& table, Staged& staged);
  void move_rows(const std::string& table, const Staged& staged);

  Connection& connection_;
  const Ddl& ddl_;
  const Watch& watch_;
  std::vector<std::pair<std::string, Staged>> staged_;  ///< in the order of the mutations
  std::map<std::string, store::TableSchema> described_;
  std::vector<std::pair<std::string, std::string>> scratch_;  ///< kind and name of what is to be dropped
  store::Session::Done done_;
};

/// A relation in ClickHouse's words, on the tables that there are.
rel::RelPtr typed(Connection& connection, const rel::RelPtr& relation);
/// The same; on a cluster, with what each shard runs by itself as tables that the connection's stands tell of.
rel::RelPtr placed(Connection& connection, const rel::RelPtr& relation);
/// The statement for a relation; what it reads from deep within is put into temporary tables first.
std::string statement(Connection& connection, const rel::RelPtr& relation, Contents contents, const Watch& watch);

}  // namespace metaxy::stores::clickhouse
