// SPDX-License-Identifier: Apache-2.0
#include "store/sql_session.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <metaxy/error.hpp>
#include <thread>

#include "sql/render.hpp"
#include "store/sql_commit.hpp"

namespace metaxy::store {

namespace {

rel::RelPtr shared(const rel::Relation& relation) { return std::make_shared<const rel::Relation>(relation); }

void pause(std::chrono::milliseconds wait, const Watch& watch) {
  constexpr std::chrono::milliseconds kStep{20};
  for (const auto end = std::chrono::steady_clock::now() + wait; std::chrono::steady_clock::now() < end;) {
    watch.throw_if_stopped();
    std::this_thread::sleep_for(kStep);
  }
}

}  // namespace

SqlSession::SqlSession(Mode mode, const sql::Dialect& dialect, std::shared_ptr<ConnectionSource> source,
                       EngineMaker engine)
    : Session(mode), dialect_(dialect), source_(std::move(source)), engine_(std::move(engine)) {}

std::vector<std::string> SqlSession::do_tables() { return source_->acquire(Access::Read, heeded())->tables(); }

std::optional<TableSchema> SqlSession::do_find(const std::string& table) {
  return source_->acquire(Access::Read, heeded())->find(table);
}

TableSchema SqlSession::do_describe(const rel::Relation& relation, Inputs& inputs) {
  const auto connection = source_->acquire(Access::Read, heeded());
  for (auto& [name, stream] : inputs) connection->bind_schema(name, stream.schema());
  return SqlStatements(*connection, dialect_).describe(shared(relation));
}

/// What is the local engine's and what the database's; absent: the database runs all of it.
std::optional<Parted> SqlSession::parted(const rel::RelPtr& relation) const {
  if (!engine_ || (source_->binds() && sql::can_render(*relation, dialect_))) return std::nullopt;
  const auto connection = source_->acquire(Access::Read, heeded());
  SqlStatements statements(*connection, dialect_);
  const auto can = [&](const rel::RelPtr& each) { return statements.can(each); };
  const bool reads_streams = !rel::names_of_inputs(*relation).empty();
  if ((source_->binds() || !reads_streams) && can(relation)) return std::nullopt;
  return part(relation, can);
}

arrow::Stream SqlSession::do_run(const rel::Relation& given, Inputs inputs, const Watch& watch) {
  const auto relation = shared(given);
  auto local = parted(relation);
  if (!local) return run_there(relation, inputs, watch);
  // What it keeps goes with the rows.
  auto engine = std::make_shared<LocalEngine>(engine_.another());
  const auto parts = local->parts;
  bool keeps = false;
  for (const auto& each : parts) {
    Inputs none;
    auto rows = run_there(each.rows, none, {watch.stop, {}});
    if (each.is_kept) {
      engine->keep(*local, each, std::move(rows), watch);
      keeps = true;
    } else {
      inputs.emplace(each.name, std::move(rows));
    }
  }
  if (!keeps) return engine_.run(*local, std::move(inputs), watch);
  auto rows = std::make_shared<arrow::Stream>(engine->run(*local, std::move(inputs), watch));
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [engine, rows] { return rows->next(); });
}

arrow::Stream SqlSession::run_there(const rel::RelPtr& relation, Inputs& inputs, const Watch& watch) {
  const auto connection = source_->acquire(Access::Read, watch.stop.stop_possible() ? watch : heeded());
  for (auto& [name, stream] : inputs) connection->bind(name, std::move(stream));
  return SqlStatements(*connection, dialect_).query(relation, watch);
}

Session::Done SqlSession::do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) {
  std::map<std::string, std::function<arrow::Stream()>> kept;
  auto* again = dynamic_cast<TriesAgain*>(source_.get());
  for (auto& [name, stream] : inputs) {
    if (again) {
      kept.emplace(name, again->keep(std::move(stream), watch));
    } else {
      stream = source_->settle(std::move(stream), watch);
    }
  }
  for (int tries = 1;; ++tries) {
    for (const auto& [name, rows] : kept) inputs.insert_or_assign(name, rows());
    const auto connection = source_->acquire(Access::Write, watch.stop.stop_possible() ? watch : heeded());
    const auto mutations = plan(inputs);
    if (mutations.empty()) return {};
    try {
      return commit_on(*connection, mutations, inputs, watch);
    } catch (const Error& error) {
      const auto wait = again && error.code() == ErrorCode::Conflict ? again->wait_after(tries) : std::nullopt;
      if (!wait) throw;
      pause(*wait, watch);
    }
    inputs.clear();
  }
}

Session::Done SqlSession::commit_on(Connection& connection, const std::vector<Mutation>& mutations, Inputs& inputs,
                                    const Watch& watch) {
  SqlCommit commit(connection, source_->binds(), dialect_, engine_, watch);
  for (const auto& mutation : mutations) commit.leave_inputs(mutation, inputs);
  for (auto& [name, stream] : inputs) {
    source_->binds() ? connection.bind(name, std::move(stream)) : connection.bind_schema(name, stream.schema());
  }
  connection.begin();
  try {
    for (const auto& mutation : mutations) {
      watch.throw_if_stopped();
      std::visit(commit, mutation);
    }
    commit.finish();
    watch.throw_if_stopped();
    connection.commit();
    return commit.done();
  } catch (...) {
    connection.rollback();
    throw;
  }
}

std::vector<std::string> SqlSession::do_maintain(const Maintenance& given, const Watch& watch) {
  const auto connection = source_->acquire(given.dry_run ? Access::Read : Access::Write, watch);
  auto statements = connection->maintenance(given);
  if (given.dry_run) return statements;
  std::uint64_t done = 0;
  for (const auto& statement : statements) {
    watch.throw_if_stopped();
    if (watch.progress) watch.progress({"maintain", done++, statements.size()});
    connection->execute(statement, watch);
  }
  return statements;
}

/// What the local engine does stands first, then what the database is asked for.
std::string SqlSession::do_explain(const rel::Relation& relation) {
  // A database that has structs is not asked.
  const auto ask = [this](const rel::RelPtr& rows) {
    if (dialect_.traits().json_type.empty()) return sql::render(*rows, dialect_);
    return SqlStatements(*source_->acquire(Access::Read, heeded()), dialect_).asked(rows);
  };
  const auto local = parted(shared(relation));
  if (!local) return ask(shared(relation));
  const std::string database(dialect_.traits().name);
  std::string out = "-- computed locally, because " + database + " cannot\n" + engine_.explain(*local);
  for (const auto& [name, rows, unused] : local->parts) {
    out += fmt::format("\n\n-- {}: in {}\n{}", name, database, ask(rows));
  }
  return out;
}

}  // namespace metaxy::store
