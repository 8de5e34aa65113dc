// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/session.hpp"

#include "sql/dialect_clickhouse.hpp"
#include "sql/render.hpp"
#include "stores/clickhouse/commit.hpp"
#include "stores/clickhouse/connection.hpp"
#include "stores/clickhouse/types.hpp"
#include "stores/clickhouse/writer_lock.hpp"

namespace metaxy::stores::clickhouse {

namespace {

rel::RelPtr shared(const rel::Relation& relation) { return std::make_shared<const rel::Relation>(relation); }

}  // namespace

std::vector<std::string> ClickHouseSession::do_tables() { return std::make_shared<Connection>(server_)->tables(); }

std::optional<store::TableSchema> ClickHouseSession::do_find(const std::string& table) {
  return std::make_shared<Connection>(server_)->find(table);
}

store::TableSchema ClickHouseSession::do_describe(const rel::Relation& relation, store::Inputs& inputs) {
  const auto connection = std::make_shared<Connection>(server_);
  for (auto& [name, stream] : inputs) connection->bind_schema(name, stream.schema());
  return connection->describe(statement(*connection, shared(relation), Contents::Empty, heeded()));
}

arrow::Stream ClickHouseSession::do_run(const rel::Relation& relation, store::Inputs inputs, const Watch& watch) {
  const auto connection = std::make_shared<Connection>(server_);
  for (auto& [name, stream] : inputs) connection->bind(name, std::move(stream), heeded_or(watch));
  const Watch& heed = heeded_or(watch);
  return connection->query(statement(*connection, shared(relation), Contents::Rows, heed), heed);
}

store::Session::Done ClickHouseSession::do_commit(const OpeningPlan& plan, store::Inputs inputs, const Watch& watch) {
  const Watch& heed = heeded_or(watch);
  WriterLock lock(server_, heed);
  const auto mutations = plan(inputs);
  if (mutations.empty()) return {};
  const auto connection = std::make_shared<Connection>(server_);
  for (auto& [name, stream] : inputs) connection->bind(name, std::move(stream), heed);
  Commit commit(*connection, heed);
  for (const auto& mutation : mutations) {
    heed.throw_if_stopped();
    std::visit(commit, mutation);
  }
  heed.throw_if_stopped();
  lock.check();
  commit.publish();
  return commit.done();
}

std::string ClickHouseSession::do_explain(const rel::Relation& relation) {
  const auto connection = std::make_shared<Connection>(server_);
  const auto rows = placed(*connection, shared(relation));
  return with_stands(sql::render(*rows, sql::clickhouse()), connection->stands());
}

std::vector<std::string> ClickHouseSession::do_maintain(const store::Maintenance& given, const Watch& watch) {
  const auto connection = std::make_shared<Connection>(server_);
  std::vector<std::string> out;
  for (const auto& table : connection->tables()) {
    for (auto& statement : connection->ddl().optimize(table)) out.push_back(std::move(statement));
  }
  if (given.dry_run) return out;
  const WriterLock lock(server_, heeded_or(watch));
  connection->change(out, heeded_or(watch));
  return out;
}

}  // namespace metaxy::stores::clickhouse
