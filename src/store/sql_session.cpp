// SPDX-License-Identifier: Apache-2.0
#include "store/sql_session.hpp"

#include <metaxy/error.hpp>

#include "sql/render.hpp"
#include "store/sql_commit.hpp"

namespace metaxy::store {

SqlSession::SqlSession(Mode mode, const sql::Dialect& dialect, std::shared_ptr<ConnectionSource> source)
    : Session(mode), dialect_(dialect), source_(std::move(source)) {}

std::vector<std::string> SqlSession::do_tables() { return source_->acquire(Access::Read, heeded())->tables(); }

std::optional<TableSchema> SqlSession::do_find(const std::string& table) {
  return source_->acquire(Access::Read, heeded())->find(table);
}

TableSchema SqlSession::do_describe(const rel::Relation& relation, Inputs& inputs) {
  const auto connection = source_->acquire(Access::Read, heeded());
  for (auto& [name, stream] : inputs) connection->bind_schema(name, stream.schema());
  return connection->describe(sql::render(relation, dialect_));
}

arrow::Stream SqlSession::do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) {
  const std::string statement = sql::render(relation, dialect_);
  const auto connection = source_->acquire(Access::Read, watch.stop.stop_possible() ? watch : heeded());
  for (auto& [name, stream] : inputs) connection->bind(name, std::move(stream));
  return connection->query(statement, watch);
}

Session::Done SqlSession::do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) {
  for (auto& [name, stream] : inputs) stream = source_->settle(std::move(stream), watch);
  const auto connection = source_->acquire(Access::Write, watch.stop.stop_possible() ? watch : heeded());
  const auto mutations = plan(inputs);
  if (mutations.empty()) return {};
  for (auto& [name, stream] : inputs) connection->bind(name, std::move(stream));
  connection->begin();
  try {
    SqlCommit commit(*connection, dialect_, watch);
    for (const auto& mutation : mutations) {
      watch.throw_if_stopped();
      std::visit(commit, mutation);
    }
    watch.throw_if_stopped();
    connection->commit();
    return commit.done();
  } catch (...) {
    connection->rollback();
    throw;
  }
}

std::string SqlSession::do_explain(const rel::Relation& relation) { return sql::render(relation, dialect_); }

}  // namespace metaxy::store
