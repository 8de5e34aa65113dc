// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <metaxy/error.hpp>

#include "sql/dialect_postgresql.hpp"
#include "stores/postgresql/copy_in.hpp"
#include "stores/postgresql/copy_out.hpp"
#include "stores/postgresql/types.hpp"

namespace metaxy::stores::postgresql {

using store::ColumnType;
using store::Kind;
using store::TableSchema;

namespace {

/// Few rows need no statistics.
constexpr std::uint64_t kManyRows = 1000;

Oid oid_of(const Result& result, int row, int column) {
  return static_cast<Oid>(std::strtoul(text_of(result, row, column).c_str(), nullptr, 10));
}

/// A type as casts write it: without the collation of its column.
std::string cast_type(const ColumnType& type) { return type.text.substr(0, type.text.find(" COLLATE ")); }

constexpr const char* kOwnKinds = "c.relkind IN ('r', 'p', 'v', 'm', 'f')";

}  // namespace

PostgresConnection::PostgresConnection(std::shared_ptr<Pool> pool, store::Access access, const Watch& watch)
    : pool_(std::move(pool)), access_(access), link_(pool_->take(watch)) {
  if (access_ == store::Access::Write) pool_->keep_others_out(*link_, watch);
}

PostgresConnection::~PostgresConnection() {
  if (link_->is_broken()) return;
  rollback();
  try {
    if (has_inputs_) link_->execute("DISCARD TEMP", {});
  } catch (const Error&) {
    return;
  }
  if (access_ == store::Access::Write) pool_->let_in(*link_);
  pool_->give_back(std::move(link_));
}

std::uint64_t PostgresConnection::execute(const std::string& sql, const Watch& watch) {
  const auto result = link_->execute(sql, watch);
  return std::strtoull(PQcmdTuples(result.get()), nullptr, 10);
}

arrow::Stream PostgresConnection::query(const std::string& sql, const Watch& watch) {
  auto rows = std::make_shared<arrow::Stream>(copy_out(link_, sql, watch));
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [self = shared_from_this(), rows] { return rows->next(); });
}

/// What is known of columns that come straight from a table: structs that are kept as JSON, and inputs without values.
std::vector<std::optional<ColumnType>> PostgresConnection::remembered_types(const PGresult* described) {
  std::vector<std::optional<ColumnType>> out(static_cast<std::size_t>(PQnfields(described)));
  std::string asked;
  for (int i = 0; i < PQnfields(described); ++i) {
    const auto table = PQftable(described, i);
    const auto column = static_cast<std::size_t>(PQftablecol(described, i));
    if (const auto input = inputs_.find(table); input != inputs_.end() && column >= 1) {
      out[static_cast<std::size_t>(i)] = input->second.at(column - 1);
    } else if (table != 0 && PQftype(described, i) == kJsonb) {
      asked += fmt::format("{}({}, {}, {})", asked.empty() ? "" : ", ", i, table, column);
    }
  }
  if (asked.empty()) return out;
  const auto found = link_->execute("SELECT place, col_description(relation, position) FROM (VALUES " + asked +
                                        ") AS asked(place, relation, position)",
                                    {});
  for (int row = 0; row < PQntuples(found.get()); ++row) {
    out[std::stoul(text_of(found, row, 0))] = read_comment(text_of(found, row, 1));
  }
  return out;
}

TableSchema PostgresConnection::describe(const std::string& sql) {
  const auto described = link_->describe(sql, {});
  auto remembered = remembered_types(described.get());
  TableSchema out;
  std::string others;
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    const auto oid = PQftype(described.get(), i);
    auto& known = remembered[static_cast<std::size_t>(i)];
    out.push_back({PQfname(described.get(), i),
                   known ? *std::move(known) : column_type(oid, PQfmod(described.get(), i), std::string())});
    if (out.back().type.text.empty()) {
      out.back().type.text =
          text_of(link_->execute(fmt::format("SELECT format_type({}, {})", oid, PQfmod(described.get(), i)), {}), 0, 0);
    }
  }
  return out;
}

std::vector<std::string> PostgresConnection::tables() {
  const auto found = link_->execute(
      fmt::format("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {} "
                  "AND {} ORDER BY c.relname COLLATE \"C\"",
                  quote_text(pool_->schema()), kOwnKinds),
      {});
  std::vector<std::string> out;
  for (int row = 0; row < PQntuples(found.get()); ++row) out.push_back(text_of(found, row, 0));
  return out;
}

std::optional<TableSchema> PostgresConnection::find(const std::string& table) {
  const auto found = link_->execute(
      fmt::format("SELECT a.attname, a.atttypid, a.atttypmod, format_type(a.atttypid, a.atttypmod), "
                  "col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                  "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
                  "WHERE n.nspname = {} AND c.relname = {} AND {} ORDER BY a.attnum",
                  quote_text(pool_->schema()), quote_text(table), kOwnKinds),
      {});
  if (PQntuples(found.get()) == 0) return std::nullopt;
  TableSchema out;
  for (int row = 0; row < PQntuples(found.get()); ++row) {
    if (PQgetisnull(found.get(), row, 0) == 1) continue;
    const auto oid = oid_of(found, row, 1);
    auto remembered = oid == kJsonb ? read_comment(text_of(found, row, 4)) : std::nullopt;
    out.push_back({text_of(found, row, 0),
                   remembered ? *std::move(remembered)
                              : column_type(oid, std::stoi(text_of(found, row, 2)), text_of(found, row, 3))});
  }
  return out;
}

std::string PostgresConnection::make_input(const std::string& name, const ArrowSchema& schema) {
  const arrow::TypeNode type(schema);
  auto table = "pg_temp." + quote_name(sql::postgresql_input_table(name));
  std::string columns;
  std::vector<ColumnType> types;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    types.push_back(column_type(type.children[i], *schema.children[i]));
    columns += fmt::format("{}{} {}", i ? ", " : "", quote_name(schema.children[i]->name), types.back().text);
  }
  has_inputs_ = true;
  link_->execute(fmt::format("DROP TABLE IF EXISTS {0}; CREATE TEMPORARY TABLE {1} ({2})", table,
                             quote_name(sql::postgresql_input_table(name)), columns),
                 {});
  const auto oid = oid_of(link_->execute(fmt::format("SELECT {}::regclass::oid", quote_text(table)), {}), 0, 0);
  inputs_[oid] = std::move(types);
  return table;
}

void PostgresConnection::bind(const std::string& name, arrow::Stream stream) {
  const auto table = make_input(name, *stream.schema().get());
  copy_in(*link_, fmt::format("COPY {} FROM STDIN (FORMAT binary)", table), stream, {});
}

void PostgresConnection::bind_schema(const std::string& name, arrow::Schema schema) { make_input(name, *schema.get()); }

/// COPY knows no views, rules and policies on rows, and converts nothing.
bool PostgresConnection::takes_as_they_are(const std::string& table, const TableSchema& columns,
                                           const ArrowSchema& rows) {
  const arrow::TypeNode type(rows);
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto* column = store::find_column(columns, rows.children[i]->name);
    if (!column || column->type.text != column_type(type.children[i], *rows.children[i]).text) return false;
  }
  const auto plain = link_->execute(
      fmt::format("SELECT relkind IN ('r', 'p') AND NOT relhasrules AND NOT relrowsecurity FROM pg_class "
                  "WHERE oid = {}::regclass",
                  quote_text(quote_name(table))),
      {});
  return text_of(plain, 0, 0) == "t";
}

std::uint64_t PostgresConnection::append(const std::string& table, const TableSchema& columns, arrow::Stream rows,
                                         const Watch& watch) {
  const auto schema = rows.schema();
  std::string names;
  std::string values;
  const arrow::TypeNode type(*schema.get());
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto name = quote_name(schema->children[i]->name);
    const auto given = column_type(type.children[i], *schema->children[i]);
    names += (names.empty() ? "" : ", ") + name;
    const auto* column = store::find_column(columns, schema->children[i]->name);
    values += (values.empty() ? "" : ", ") + (column ? fit(name, given, column->type) : name);
  }
  if (takes_as_they_are(table, columns, *schema.get())) {
    // Nobody else sees a table of this transaction: its rows need no marks of who may see them, set by the first
    // reader.
    return copy_in(*link_,
                   fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary, FREEZE {})", quote_name(table), names,
                               created_.contains(table)),
                   rows, watch);
  }
  constexpr const char* kRows = "__mx_appended";
  bind(kRows, std::move(rows));
  return execute(fmt::format("INSERT INTO {} ({}) SELECT {} FROM pg_temp.{}", quote_name(table), names, values,
                             quote_name(sql::postgresql_input_table(kRows))),
                 watch);
}

/// Samples are looked for by their ids: when some are read, and when rows of some are taken over. Whole tables are
/// compared without indexes. Ids that are too long for one do without it.
std::vector<std::string> PostgresConnection::indexes(const std::string& table, const TableSchema& columns,
                                                     const std::vector<std::string>& keys) {
  created_.insert(table);
  std::string names;
  for (const auto& key : keys) {
    const auto* column = store::find_column(columns, key);
    if (!column || is_json(column->type) || column->type.kind == Kind::Other) return {};
    names += (names.empty() ? "" : ", ") + quote_name(key);
  }
  if (names.empty()) return {};
  return {"DO " + quote_text(fmt::format("BEGIN CREATE INDEX ON {} ({}); EXCEPTION WHEN program_limit_exceeded THEN "
                                         "NULL; END",
                                         quote_name(table), names))};
}

/// Without statistics a table of a million rows is taken for one of a few, and joined row by row. Structs are not
/// joined by, and dear to look at. A glance will do until the server looks by itself.
void PostgresConnection::changed(const std::string& table, std::uint64_t rows) {
  if (rows < kManyRows) return;
  std::string columns;
  for (const auto& column : find(table).value_or(TableSchema{})) {
    const bool plain =
        column.type.members.empty() && column.type.member_types.empty() && column.type.kind != Kind::Json;
    if (plain) columns += (columns.empty() ? "" : ", ") + quote_name(column.name);
  }
  if (columns.empty()) return;
  link_->execute(fmt::format("SET LOCAL default_statistics_target = 30; ANALYZE {} ({})", quote_name(table), columns),
                 {});
}

std::vector<std::string> PostgresConnection::maintenance(const store::Maintenance&) {
  std::vector<std::string> out;
  for (const auto& table : tables()) out.push_back("VACUUM (ANALYZE) " + quote_name(table));
  return out;
}

void PostgresConnection::begin() { link_->execute("BEGIN", {}); }

// Not watched: an interrupted commit leaves nobody knowing whether it happened.
void PostgresConnection::commit() {
  created_.clear();
  link_->execute("COMMIT", {});
}

void PostgresConnection::rollback() noexcept {
  created_.clear();
  try {
    if (PQtransactionStatus(link_->get()) == PQTRANS_ACTIVE) link_->abandon();
    if (PQtransactionStatus(link_->get()) != PQTRANS_IDLE) link_->execute("ROLLBACK", {});
  } catch (const Error&) {  // the server rolls back what a broken connection began
  }
}

std::string PostgresConnection::fit(const std::string& expr, const ColumnType& from, const ColumnType& to) const {
  if (from.kind == Kind::Null) return fmt::format("CAST(NULL AS {})", cast_type(to));
  return from.text == to.text ? expr : fmt::format("CAST({} AS {})", expr, cast_type(to));
}

std::vector<std::string> PostgresConnection::add_member(const std::string& table, const std::vector<std::string>&,
                                                        const ColumnType&) const {
  throw Error(ErrorCode::Internal, "the structs of table " + table + " are JSON, which takes any member");
}

std::vector<std::string> PostgresConnection::remember_type(const std::string& table, const std::string& column,
                                                           const ColumnType& type) const {
  if (!is_kept_as_json(type)) return {};
  return {fmt::format("COMMENT ON COLUMN {}.{} IS {}", quote_name(table), quote_name(column),
                      quote_text(write_comment(type)))};
}

}  // namespace metaxy::stores::postgresql
