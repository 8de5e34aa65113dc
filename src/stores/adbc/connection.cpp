// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/connection.hpp"

#include <fmt/format.h>

#include <chrono>
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "sql/quote.hpp"
#include "stores/adbc/rows.hpp"

namespace metaxy::stores::adbc {

using store::ColumnType;
using store::Kind;
using store::TableSchema;

namespace {

/// Of which types columns are, where the database cannot tell.
constexpr const char* kTypes = "__metaxy_column_types";

/// Counts the rows that pass.
arrow::Stream counted(arrow::Stream rows, const std::shared_ptr<std::uint64_t>& count, const Watch& watch) {
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  auto schema = stream->schema();
  return arrow::make_stream(std::move(schema), [stream, count, watch]() -> std::optional<arrow::Array> {
    watch.throw_if_stopped();
    auto batch = stream->next();
    if (batch) *count += static_cast<std::uint64_t>(batch->get()->length);
    watch.report({"writing rows", *count, std::nullopt});
    return batch;
  });
}

}  // namespace

AdbcConnection::AdbcConnection(std::shared_ptr<Pool> pool, std::unique_lock<std::timed_mutex> turn)
    : pool_(std::move(pool)), turn_(std::move(turn)), seat_(pool_->take()) {}

AdbcConnection::~AdbcConnection() {
  rollback();
  pool_->give_back(std::move(seat_));
}

std::string AdbcConnection::quote(const std::string& name) const { return sql::quote_name(pool_->dialect(), name); }

std::string AdbcConnection::quote_text(const std::string& text) const {
  return sql::quote_text(pool_->dialect(), text);
}

std::uint64_t AdbcConnection::execute(const std::string& sql, const Watch& watch) {
  known_.clear();
  return seat_.link->execute(sql, watch).value_or(0);
}

arrow::Stream AdbcConnection::query(const std::string& sql, const Watch& watch) {
  return query(sql, describe(sql), watch);
}

arrow::Stream AdbcConnection::query(const std::string& sql, const TableSchema& gives, const Watch& watch) {
  auto rows = std::make_shared<arrow::Stream>(
      given_rows(seat_.link->query(sql, watch), gives, pool_->types(), *seat_.engine, watch));
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [self = shared_from_this(), rows] { return rows->next(); });
}

/// What the driver gives for it; nobody asks for the types of what is computed.
TableSchema AdbcConnection::describe(const std::string& sql) {
  auto rows = seat_.link->query("SELECT * FROM (" + sql + ") AS metaxy_rows WHERE 1 = 0", {});
  const auto schema = rows.schema();
  const arrow::TypeNode type(*schema.get());
  TableSchema out;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    out.push_back(
        {schema->children[i]->name, store::column_type(pool_->types(), type.children[i], *schema->children[i])});
  }
  return out;
}

TableSchema AdbcConnection::input(const std::string& name) {
  const auto found = inputs_.find(name);
  if (found == inputs_.end()) throw Error(ErrorCode::Internal, "there is no input " + name);
  return found->second;
}

std::vector<std::string> AdbcConnection::tables() {
  auto out = seat_.link->tables();
  std::erase(out, kTypes);
  return out;
}

std::map<std::string, std::string> AdbcConnection::remembered_types(const std::string& table) {
  std::map<std::string, std::string> out;
  if (!seat_.link->columns(kTypes)) return out;
  const auto sql = fmt::format("SELECT {}, {} FROM {} WHERE {} = {}", quote("column_name"), quote("type"),
                               quote(kTypes), quote("table_name"), quote_text(table));
  for (const auto& row : arrow::read_rows(seat_.link->query(sql, {}))) {
    auto value = row.begin();
    const auto column = (value++)->get<std::string>();
    out.emplace(column, value->get<std::string>());
  }
  return out;
}

std::optional<TableSchema> AdbcConnection::find(const std::string& table) {
  const auto found = known_.find(table);
  return found != known_.end() ? found->second : known_[table] = look_up(table);
}

std::optional<TableSchema> AdbcConnection::look_up(const std::string& table) {
  const auto schema = seat_.link->columns(table);
  if (!schema) return std::nullopt;
  const auto remembered = remembered_types(table);
  const arrow::TypeNode type(*schema->get());
  TableSchema out;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto& child = *schema->get()->children[i];
    const auto known = remembered.find(child.name);
    auto own = known == remembered.end() ? std::nullopt : store::read_type(pool_->types(), known->second);
    out.push_back({child.name, own ? *own : store::column_type(pool_->types(), type.children[i], child)});
    // Texts of tables that others made may compare by rules of their own.
    if (!own && !pool_->dialect().traits().sorts_by_bytes && out.back().type.kind == Kind::Text) {
      out.back().type.kind = Kind::Other;
    }
  }
  return out;
}

void AdbcConnection::bind_schema(const std::string& name, arrow::Schema schema) {
  const arrow::TypeNode type(*schema.get());
  TableSchema columns;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto& child = *schema->children[i];
    columns.push_back({child.name, store::column_type(pool_->types(), type.children[i], child)});
  }
  inputs_[name] = std::move(columns);
}

void AdbcConnection::bind(const std::string& name, arrow::Stream) {
  throw Error(ErrorCode::Internal, "statements of this database read no streams, as " + name);
}

std::uint64_t AdbcConnection::append(const std::string& table, const TableSchema& columns, arrow::Stream rows,
                                     const Watch& watch) {
  auto count = std::make_shared<std::uint64_t>(0);
  auto taken = taken_rows(std::move(rows), columns, pool_->types(), *seat_.engine, watch);
  seat_.link->append(table, counted(std::move(taken), count, watch), watch);
  return *count;
}

void AdbcConnection::begin() {
  seat_.link->begin();
  if (seat_.link->columns(kTypes)) return;
  const std::string text(pool_->dialect().column_type(rel::Type::Text));
  execute(fmt::format("CREATE TABLE {} ({} {}, {} {}, {} {})", quote(kTypes), quote("table_name"), text,
                      quote("column_name"), text, quote("type"), text),
          {});
}

// Not watched: an interrupted commit leaves nobody knowing whether it happened.
void AdbcConnection::commit() { seat_.link->commit(); }

void AdbcConnection::rollback() noexcept {
  known_.clear();
  seat_.link->rollback();
}

std::string AdbcConnection::fit(const std::string& expr, const ColumnType& from, const ColumnType& to) const {
  if (from.kind == Kind::Null || from.text == to.text || store::is_nested(to)) return expr;
  const auto type = pool_->types().value_type(to);
  return type ? fmt::format("CAST({} AS {})", expr, pool_->dialect().type_name(type->type)) : expr;
}

std::vector<std::string> AdbcConnection::add_member(const std::string& table, const std::vector<std::string>&,
                                                    const ColumnType&) const {
  throw Error(ErrorCode::Internal, "the structs of table " + table + " are JSON, which takes any member");
}

std::vector<std::string> AdbcConnection::remember_type(const std::string& table, const std::string& column,
                                                       const ColumnType& type) const {
  const auto where = fmt::format("{} = {} AND {} = {}", quote("table_name"), quote_text(table), quote("column_name"),
                                 quote_text(column));
  return {fmt::format("DELETE FROM {} WHERE {}", quote(kTypes), where),
          fmt::format("INSERT INTO {} ({}, {}, {}) VALUES ({}, {}, {})", quote(kTypes), quote("table_name"),
                      quote("column_name"), quote("type"), quote_text(table), quote_text(column),
                      quote_text(store::write_type(pool_->types(), type)))};
}

std::shared_ptr<store::Connection> AdbcSource::acquire(store::Access access, const Watch& watch) {
  std::unique_lock<std::timed_mutex> turn;
  if (access == store::Access::Write) {
    turn = std::unique_lock(*writers_, std::defer_lock);
    while (!turn.try_lock_for(std::chrono::milliseconds(50))) watch.throw_if_stopped();
  }
  return std::make_shared<AdbcConnection>(pool_, std::move(turn));
}

}  // namespace metaxy::stores::adbc
