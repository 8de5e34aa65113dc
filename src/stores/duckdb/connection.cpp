// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/connection.hpp"

#include <fmt/format.h>

#include <chrono>
#include <metaxy/error.hpp>
#include <thread>

#include "base/text.hpp"
#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/local_engine.hpp"
#include "stores/duckdb/query_watch.hpp"
#include "stores/duckdb/result_stream.hpp"

namespace metaxy::stores::duckdb {

using store::TableSchema;

namespace {

idx_t connection_id(duckdb_connection connection) {
  ClientContext context;
  duckdb_connection_get_client_context(connection, context.out());
  return duckdb_client_context_get_connection_id(context.get());
}

TableSchema columns_of(duckdb_prepared_statement statement) {
  TableSchema schema;
  for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement); ++i) {
    const LogicalType type(duckdb_prepared_statement_column_logical_type(statement, i));
    schema.push_back(
        {take_text(const_cast<char*>(duckdb_prepared_statement_column_name(statement, i))), column_type(type.get())});
  }
  return schema;
}

/// Works on a statement until it is ready. libduckdb's own loop spins while another thread has the only task, as
/// when rows come from one stream; that took a third of the CPU time of writes.
void run_tasks(duckdb_pending_result pending) {
  constexpr auto kPause = std::chrono::microseconds(200);
  for (;;) {
    const auto state = duckdb_pending_execute_task(pending);
    if (state == DUCKDB_PENDING_ERROR || duckdb_pending_execution_is_finished(state)) return;
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

DuckDbConnection::DuckDbConnection(std::shared_ptr<DatabasePlace> place, store::Access access, const Caller& caller,
                                   const Watch& watch)
    : place_(std::move(place)), access_(access), database_(place_->lease(access, caller, watch)) {
  try {
    connection_ = database_->take_connection();
    id_ = connection_id(get());
  } catch (...) {
    database_.reset();
    place_->give_back(access_);
    throw;
  }
}

DuckDbConnection::~DuckDbConnection() {
  database_->inputs()->clear(id_);
  database_->give_back(std::move(connection_));
  database_.reset();
  place_->give_back(access_);
}

void DuckDbConnection::fail(duckdb_error_type type, const char* message, const std::string& sql) {
  database_->mark_left();
  if (const auto failure = database_->inputs()->failure(id_)) std::rethrow_exception(failure);
  const std::string_view text = message ? message : "unknown error";
  if (type == DUCKDB_ERROR_FATAL || text.find("database has been invalidated") != std::string_view::npos) {
    database_->mark_broken();
  }
  // What a lake's catalog says may tell how it was reached.
  throw translate(type, place_->lake() ? redact_uri(text) : std::string(text), sql);
}

Prepared DuckDbConnection::prepare(const std::string& sql) {
  Prepared statement;
  if (duckdb_prepare(get(), sql.c_str(), statement.out()) != DuckDBSuccess) {
    fail(DUCKDB_ERROR_INVALID, duckdb_prepare_error(statement.get()), sql);
  }
  return statement;
}

std::uint64_t DuckDbConnection::execute(const std::string& sql, const Watch& watch) {
  const QueryWatch watching(get(), watch);
  const Prepared statement = prepare(sql);
  Pending pending;
  Result result;
  if (duckdb_pending_prepared(statement.get(), pending.out()) != DuckDBSuccess) {
    fail(DUCKDB_ERROR_INVALID, duckdb_pending_error(pending.get()), sql);
  }
  run_tasks(pending.get());
  if (duckdb_execute_pending(pending.get(), result.get()) != DuckDBSuccess) {
    fail(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), sql);
  }
  return duckdb_rows_changed(result.get());
}

arrow::Stream DuckDbConnection::query(const std::string& sql, const Watch& watch) {
  arrow::Stream rows = stream_result(shared_from_this(), prepare(sql), sql, watch);
  return access_ == store::Access::Write || place_->is_memory() ? std::move(rows) : detachable(std::move(rows));
}

/// Rows that a slow reader does not keep the file with.
arrow::Stream DuckDbConnection::detachable(arrow::Stream rows) {
  arrow::Schema schema = rows.schema();
  auto shared = std::make_shared<DetachableRows>(std::move(rows));
  place_->add_rows(shared);
  return arrow::make_stream(std::move(schema), [shared] { return shared->next(); });
}

TableSchema DuckDbConnection::describe(const std::string& sql) {
  TableSchema schema = columns_of(prepare(sql).get());
  for (const auto& [name, input] : database_->inputs()->all(id_)) {
    const bool is_read = sql.find("input(" + quote_text(name) + ")") != std::string::npos;
    if (is_read) restore_nulls(schema, *input->schema.get());
  }
  return schema;
}

std::vector<std::string> DuckDbConnection::tables() {
  return query_texts(*this,
                     "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND "
                     "schema_name = current_schema() AND NOT internal ORDER BY table_name");
}

std::vector<std::string> query_texts(DuckDbConnection& engine, const std::string& sql) {
  Result result;
  if (duckdb_query(engine.get(), sql.c_str(), result.get()) != DuckDBSuccess) {
    engine.fail(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()), sql);
  }
  std::vector<std::string> texts;
  while (const Chunk chunk{duckdb_fetch_chunk(*result.get())}) {
    const duckdb_vector column = duckdb_data_chunk_get_vector(chunk.get(), 0);
    auto* data = static_cast<duckdb_string_t*>(duckdb_vector_get_data(column));
    const auto* validity = duckdb_vector_get_validity(column);
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      const bool null = validity && !duckdb_validity_row_is_valid(const_cast<std::uint64_t*>(validity), row);
      texts.emplace_back(null ? "" : duckdb_string_t_data(&data[row]), null ? 0 : duckdb_string_t_length(data[row]));
    }
  }
  return texts;
}

std::optional<TableSchema> DuckDbConnection::find(const std::string& table) {
  const std::string sql = fmt::format("FROM main.{} LIMIT 0", quote_name(table));
  Prepared statement;
  if (duckdb_prepare(get(), sql.c_str(), statement.out()) == DuckDBSuccess) return columns_of(statement.get());
  const std::string message = duckdb_prepare_error(statement.get());
  if (message.starts_with("Catalog Error")) return std::nullopt;
  fail(DUCKDB_ERROR_INVALID, message.c_str(), sql);
}

void DuckDbConnection::bind(const std::string& name, arrow::Stream stream) {
  auto input = std::make_shared<BoundInput>();
  input->schema = stream.schema();
  input->stream = std::move(stream);
  input->connection = get();
  database_->inputs()->bind(id_, name, std::move(input));
}

void DuckDbConnection::bind_schema(const std::string& name, arrow::Schema schema) {
  auto input = std::make_shared<BoundInput>();
  input->schema = std::move(schema);
  input->connection = get();
  database_->inputs()->bind(id_, name, std::move(input));
}

std::vector<std::string> DuckDbConnection::maintenance(const store::Maintenance& given) {
  const Lake* lake = place_->lake();
  if (!lake) return place_->is_memory() ? std::vector<std::string>{} : std::vector<std::string>{"CHECKPOINT"};
  const auto name = quote_text(lake->alias);
  const auto age = fmt::format("now() - INTERVAL '{} seconds'", given.keep.count());
  return {fmt::format("CALL ducklake_expire_snapshots({}, older_than => {})", name, age),
          fmt::format("CALL ducklake_merge_adjacent_files({})", name),
          fmt::format("CALL ducklake_cleanup_old_files({}, older_than => {})", name, age)};
}

void DuckDbConnection::begin() { execute("BEGIN TRANSACTION", {}); }

// Not watched: an interrupted commit leaves nobody knowing whether it happened.
void DuckDbConnection::commit() { execute("COMMIT", {}); }

void DuckDbConnection::rollback() noexcept {
  Result result;
  duckdb_query(get(), "ROLLBACK", result.get());
}

// DuckDB ends a statement that was given up when the next one begins; until then it would keep the file attached.
void DuckDbConnection::leave() noexcept {
  database_->mark_left();
  rollback();
}

std::string DuckDbConnection::fit(const std::string& expr, const store::ColumnType& from,
                                  const store::ColumnType& to) const {
  return fit_expression(expr, from, to);
}

std::vector<std::string> DuckDbConnection::add_member(const std::string& table, const std::vector<std::string>& path,
                                                      const store::ColumnType& type) const {
  std::string dotted;
  for (const auto& part : path) dotted += (dotted.empty() ? "" : ".") + quote_name(part);
  return {fmt::format("ALTER TABLE {} ADD COLUMN {} {}", quote_name(table), dotted, type.text)};
}

DuckDbSource::DuckDbSource(std::shared_ptr<DatabasePlace> place, const Caller& caller, const Watch& watch)
    : place_(std::move(place)), caller_(caller) {
  place_->enter(caller_, watch);
}

std::shared_ptr<store::Connection> DuckDbSource::acquire(store::Access access, const Watch& watch) {
  caller_.holds = !hold_.expired();
  return std::make_shared<DuckDbConnection>(place_, access, caller_, watch);
}

std::shared_ptr<void> DuckDbSource::hold(const Watch& watch) {
  place_->lease(store::Access::Read, caller_, watch);
  std::shared_ptr<void> hold(nullptr, [place = place_](void*) { place->give_back(store::Access::Read); });
  hold_ = hold;
  return hold;
}

arrow::Stream DuckDbSource::settle(arrow::Stream rows, const Watch& watch) {
  return place_->keeps_out() ? duckdb::settle(std::move(rows), watch) : std::move(rows);
}

}  // namespace metaxy::stores::duckdb
