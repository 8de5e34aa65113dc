// SPDX-License-Identifier: Apache-2.0
// A session on any SQL database: relations become statements, mutations one transaction.
#pragma once

#include <memory>
#include <optional>

#include "sql/dialect.hpp"
#include "store/connection.hpp"
#include "store/local_parts.hpp"
#include "store/session.hpp"

namespace metaxy::store {

class SqlSession : public Session, public Holdable {
 public:
  /// Requires: `dialect` outlives the session. What the dialect lacks is computed by the engine, if there is one.
  SqlSession(Mode mode, const sql::Dialect& dialect, std::shared_ptr<ConnectionSource> source, EngineMaker engine = {});

  std::string place() const override { return source_->place(); }
  std::shared_ptr<void> hold(const Watch& watch) override { return source_->hold(watch); }

 private:
  std::vector<std::string> do_tables() override;
  std::optional<TableSchema> do_find(const std::string& table) override;
  TableSchema do_describe(const rel::Relation& relation, Inputs& inputs) override;
  arrow::Stream do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) override;
  Done do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) override;
  Done commit_on(Connection& connection, const std::vector<Mutation>& mutations, Inputs& inputs, const Watch& watch);
  std::string do_explain(const rel::Relation& relation) override;
  std::vector<std::string> do_maintain(const Maintenance& given, const Watch& watch) override;

  std::optional<Parted> parted(const rel::RelPtr& relation) const;
  arrow::Stream run_there(const rel::RelPtr& relation, Inputs& inputs, const Watch& watch);

  const sql::Dialect& dialect_;
  std::shared_ptr<ConnectionSource> source_;
  LocalEngine engine_;
};

}  // namespace metaxy::store
