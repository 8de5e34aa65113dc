// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/connection.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <set>

#include "base/text.hpp"
#include "sql/dialect_sqlite.hpp"
#include "store/nested_types.hpp"
#include "stores/sqlite/rows_in.hpp"
#include "stores/sqlite/rows_out.hpp"
#include "stores/sqlite/types.hpp"

namespace metaxy::stores::sqlite {

using store::ColumnType;
using store::Kind;
using store::TableSchema;

namespace {

/// Of which types JSON columns are.
constexpr const char* kTypes = "__metaxy_column_types";

/// The function that turns a value into one of a type; empty: values of any other fit as they are.
std::string fit_function(const ColumnType& to) {
  switch (to.kind) {
    case Kind::Integer:
      return to.text == "SMALLINT" ? "metaxy_to_int16({})" : to.text == "INTEGER" ? "metaxy_to_int32({})" : "{}";
    case Kind::Float: return to.width == 32 ? "metaxy_to_float({})" : "metaxy_to_double({})";
    case Kind::Decimal: return fmt::format("metaxy_to_decimal({{}}, {}, {})", to.width, to.scale);
    case Kind::Date: return "metaxy_to_date({})";
    case Kind::Time: return "metaxy_to_time({})";
    case Kind::Timestamp:
    case Kind::TimestampTz: return "metaxy_to_timestamp({})";
    default: return "{}";
  }
}

}  // namespace

SqliteConnection::SqliteConnection(std::shared_ptr<Pool> pool, store::Access access, const Watch& watch)
    : pool_(std::move(pool)), writes_(access == store::Access::Write), database_(pool_->take(writes_, watch)) {
  database_->execute(writes_ ? "BEGIN IMMEDIATE" : "BEGIN", watch);
  while (writes_ && database_->has_moved()) {
    // Who made the file wrote nothing and took it away again.
    database_ = pool_->take_new(watch);
    database_->execute("BEGIN IMMEDIATE", watch);
  }
}

SqliteConnection::~SqliteConnection() {
  if (!database_->is_own()) return;
  if (writes_ && !committed_ && database_->remove_if_empty()) return;
  rollback();
  try {
    for (const auto& [name, columns] : inputs_) {
      database_->execute("DROP TABLE IF EXISTS temp." + quote_name(sql::sqlite_input_table(name)), {});
    }
  } catch (const Error&) {
    return;
  }
  pool_->give_back(std::move(database_));
}

std::uint64_t SqliteConnection::execute(const std::string& sql, const Watch& watch) {
  return database_->execute(sql, watch);
}

arrow::Stream SqliteConnection::query(const std::string& sql, const Watch& watch) {
  return query(sql, describe(sql), watch);
}

arrow::Stream SqliteConnection::query(const std::string& sql, const TableSchema& gives, const Watch& watch) {
  auto rows = std::make_shared<arrow::Stream>(read_rows(database_, sql, gives, watch));
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [self = shared_from_this(), rows] { return rows->next(); });
}

/// What columns that come straight from a table were declared as.
TableSchema SqliteConnection::describe(const std::string& sql) {
  const auto statement = database_->prepare(sql, {});
  TableSchema out;
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
    const char* declared = sqlite3_column_decltype(statement.get(), i);
    out.push_back({sqlite3_column_name(statement.get(), i),
                   declared ? column_type(declared) : ColumnType{Kind::Null, "TEXT", {}, {}}});
  }
  return out;
}

TableSchema SqliteConnection::input(const std::string& name) {
  const auto found = inputs_.find(name);
  if (found == inputs_.end()) throw Error(ErrorCode::Internal, "there is no input " + name);
  return found->second;
}

std::vector<std::vector<std::string>> SqliteConnection::rows(const std::string& sql,
                                                             const std::vector<std::string>& values) {
  const auto statement = database_->prepare(sql, {});
  for (std::size_t i = 0; i < values.size(); ++i) {
    sqlite3_bind_text(statement.get(), static_cast<int>(i + 1), values[i].data(), static_cast<int>(values[i].size()),
                      SQLITE_STATIC);
  }
  std::vector<std::vector<std::string>> out;
  int step = sqlite3_step(statement.get());
  for (; step == SQLITE_ROW; step = sqlite3_step(statement.get())) {
    out.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), i));
      out.back().emplace_back(text ? text : "");
    }
  }
  if (step != SQLITE_DONE) database_->fail(sql, {});
  return out;
}

std::vector<std::string> SqliteConnection::tables() {
  std::vector<std::string> out;
  for (auto& row : rows("SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') AND "
                        "substr(name, 1, 7) <> 'sqlite_' AND name <> ? ORDER BY name",
                        {kTypes})) {
    out.push_back(std::move(row[0]));
  }
  return out;
}

bool SqliteConnection::remembers_types() {
  return !rows("SELECT 1 FROM main.sqlite_schema WHERE name = ?", {kTypes}).empty();
}

std::optional<TableSchema> SqliteConnection::find(const std::string& table) {
  const auto columns =
      rows("SELECT name, type FROM pragma_table_xinfo(?, 'main') WHERE hidden <> 1 ORDER BY cid", {table});
  if (columns.empty()) return std::nullopt;
  std::map<std::string, std::string> remembered;
  if (remembers_types()) {
    for (auto& row : rows(fmt::format("SELECT column_name, type FROM main.{} WHERE table_name = ?", kTypes), {table})) {
      remembered.emplace(row[0], row[1]);
    }
  }
  TableSchema out;
  for (const auto& row : columns) {
    auto type = column_type(row[1]);
    const auto known = remembered.find(row[0]);
    if (type.text == kJson && known != remembered.end()) type = read_type(known->second).value_or(type);
    out.push_back({row[0], std::move(type)});
  }
  return out;
}

std::string SqliteConnection::make_input(const std::string& name, const ArrowSchema& schema) {
  const arrow::TypeNode type(schema);
  auto table = "temp." + quote_name(sql::sqlite_input_table(name));
  std::string columns;
  TableSchema known;
  std::set<std::string> names;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    // SQLite heeds the case of no letter of English.
    if (!names.insert(to_lower(schema.children[i]->name)).second) {
      throw Error(ErrorCode::InvalidArgument,
                  fmt::format("column `{}` occurs twice: SQLite takes names that differ in case for one",
                              schema.children[i]->name),
                  "give one of them another name");
    }
    known.push_back({schema.children[i]->name, column_type(type.children[i], *schema.children[i])});
    columns += fmt::format("{}{} {}", i ? ", " : "", quote_name(known.back().name), known.back().type.text);
  }
  database_->execute(fmt::format("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1})", table, columns), {});
  inputs_[name] = std::move(known);
  return table;
}

void SqliteConnection::bind(const std::string& name, arrow::Stream stream) {
  insert_rows(*database_, make_input(name, *stream.schema().get()), stream, {});
}

void SqliteConnection::bind_schema(const std::string& name, arrow::Schema schema) { make_input(name, *schema.get()); }

/// Rows of the table's own types go straight into it; others by a temporary table, because they are converted.
std::uint64_t SqliteConnection::append(const std::string& table, const TableSchema& columns, arrow::Stream rows,
                                       const Watch& watch) {
  const auto schema = rows.schema();
  const arrow::TypeNode type(*schema.get());
  std::string names;
  std::string values;
  bool fits = true;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto name = quote_name(schema->children[i]->name);
    const auto given = column_type(type.children[i], *schema->children[i]);
    const auto* column = store::find_column(columns, schema->children[i]->name);
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "" : ", ") + (column ? fit(name, given, column->type) : name);
    fits = fits && column && column->type.text == given.text;
  }
  const auto target = fmt::format("main.{} ({})", quote_name(table), names);
  if (fits) return insert_rows(*database_, target, rows, watch);
  constexpr const char* kRows = "__mx_appended";
  bind(kRows, std::move(rows));
  return execute(
      fmt::format("INSERT INTO {} SELECT {} FROM temp.{}", target, values, quote_name(sql::sqlite_input_table(kRows))),
      watch);
}

// Not watched: an interrupted commit leaves nobody knowing whether it happened.
void SqliteConnection::commit() {
  database_->execute("COMMIT", {});
  committed_ = true;
}

void SqliteConnection::rollback() noexcept {
  if (writes_ && !committed_ && database_->remove_if_empty()) return;
  if (sqlite3_get_autocommit(database_->get()) != 0) return;  // SQLite gave it up by itself
  sqlite3_exec(database_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

std::string SqliteConnection::fit(const std::string& expr, const ColumnType& from, const ColumnType& to) const {
  if (from.kind == Kind::Null || from.text == to.text || store::is_nested(to)) return expr;
  return fmt::format(fmt::runtime(fit_function(to)), expr);
}

std::vector<std::string> SqliteConnection::add_member(const std::string& table, const std::vector<std::string>&,
                                                      const ColumnType&) const {
  throw Error(ErrorCode::Internal, "the structs of table " + table + " are JSON, which takes any member");
}

std::vector<std::string> SqliteConnection::remember_type(const std::string& table, const std::string& column,
                                                         const ColumnType& type) const {
  if (type.text != kJson) return {};
  return {fmt::format("CREATE TABLE IF NOT EXISTS {} (table_name TEXT, column_name TEXT, type TEXT, "
                      "PRIMARY KEY (table_name, column_name))",
                      kTypes),
          fmt::format("INSERT OR REPLACE INTO {} VALUES ({}, {}, {})", kTypes, quote_text(table), quote_text(column),
                      quote_text(write_type(type)))};
}

}  // namespace metaxy::stores::sqlite
