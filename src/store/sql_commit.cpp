// SPDX-License-Identifier: Apache-2.0
#include "store/sql_commit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <metaxy/error.hpp>

#include "sql/render.hpp"
#include "store/fit.hpp"

namespace metaxy::store {

namespace {

/// A stream that gives `first` and then the rest of `stream`.
arrow::Stream put_back(arrow::Array first, const std::shared_ptr<arrow::Stream>& stream) {
  auto held = std::make_shared<std::optional<arrow::Array>>(std::move(first));
  return arrow::make_stream(stream->schema(), [held, stream]() -> std::optional<arrow::Array> {
    if (!held->has_value()) return stream->next();
    return std::exchange(*held, std::nullopt);
  });
}

}  // namespace

std::string SqlCommit::quote(const std::string& name) const {
  sql::Writer writer(dialect_.traits().identifier_quote);
  writer << sql::Ident{name};
  return writer.take();
}

TableSchema SqlCommit::get(const std::string& table) {
  if (auto schema = connection_.find(table)) return *std::move(schema);
  throw Error(ErrorCode::NotFound, fmt::format("the store has no table {}", table));
}

void SqlCommit::operator()(const Create& create) {
  if (connection_.find(create.table)) {
    throw Error(ErrorCode::AlreadyExists, fmt::format("the store has a table {} already", create.table));
  }
  std::string columns;
  for (const auto& column : connection_.describe(sql::render(*create.like, dialect_))) {
    const auto typed = std::find_if(create.typed.begin(), create.typed.end(),
                                    [&](const auto& entry) { return entry.first == column.name; });
    const std::string_view type =
        typed == create.typed.end() ? std::string_view(column.type.text) : dialect_.type_name(typed->second);
    columns += fmt::format("{}{} {}", columns.empty() ? "" : ", ", quote(column.name), type);
  }
  execute(fmt::format("CREATE TABLE {} ({})", quote(create.table), columns));
}

void SqlCommit::operator()(const Extend& extend) {
  const TableSchema have = get(extend.table);
  for (const auto& column : connection_.describe(sql::render(*extend.like, dialect_))) {
    const TableColumn* existing = find_column(have, column.name);
    if (!existing) {
      execute(
          fmt::format("ALTER TABLE {} ADD COLUMN {} {}", quote(extend.table), quote(column.name), column.type.text));
    } else {
      std::vector<std::string> path{column.name};
      add_members(extend.table, path, existing->type, column.type);
    }
  }
}

void SqlCommit::add_members(const std::string& table, std::vector<std::string>& path, const ColumnType& have,
                            const ColumnType& want) {
  if (have.kind != Kind::Struct || want.kind != Kind::Struct) return;
  for (std::size_t i = 0; i < want.members.size(); ++i) {
    path.push_back(want.members[i]);
    if (const auto at = find_member(have, want.members[i])) {
      add_members(table, path, have.member_types[*at], want.member_types[i]);
    } else {
      for (const auto& statement : connection_.add_member(table, path, want.member_types[i])) execute(statement);
    }
    path.pop_back();
  }
}

void SqlCommit::operator()(const Append& append) {
  const TableSchema have = get(append.table);
  const std::string rows = sql::render(*append.rows, dialect_);
  Faults faults;
  std::string targets;
  std::string values;
  for (const auto& column : connection_.describe(rows)) {
    const TableColumn* target = find_column(have, column.name);
    if (!target) {
      faults.add("column " + column.name, "the table has no such column");
      continue;
    }
    Faults own;
    check_fit("column " + column.name, column.type, target->type, own);
    for (const auto& fault : own.items()) faults.add(fault);
    if (!own.empty()) continue;
    const std::string_view comma = targets.empty() ? "" : ", ";
    targets += fmt::format("{}{}", comma, quote(column.name));
    values += fmt::format("{}{}", comma, connection_.fit(quote(column.name), column.type, target->type));
  }
  faults.throw_if_any(ErrorCode::SchemaMismatch, fmt::format("the rows do not fit table {}", append.table));
  const auto appended = connection_.execute(
      fmt::format("INSERT INTO {} ({}) SELECT {} FROM ({}) AS metaxy_rows", quote(append.table), targets, values, rows),
      watch_);
  done_.appended += appended;
  done_.appended_to[append.table] += appended;
}

void SqlCommit::operator()(const Require& require) {
  if (require.known && require.known()) return;
  auto stream = std::make_shared<arrow::Stream>(connection_.query(sql::render(*require.violations, dialect_), watch_));
  while (auto batch = stream->next()) {
    if (batch->get()->length == 0) continue;
    arrow::Stream rows = put_back(*std::move(batch), stream);
    require.fault(rows);
    throw Error(ErrorCode::Internal, "a requirement was violated, but its fault was not thrown");
  }
}

void SqlCommit::operator()(const Erase& erase) {
  get(erase.table);
  if (erase.keys.empty()) throw Error(ErrorCode::Internal, "rows to erase from " + erase.table + " have no keys");
  const std::string table = quote(erase.table);
  std::string matches;
  for (const auto& key : erase.keys) {
    matches += fmt::format("{}metaxy_rows.{} = {}.{}", matches.empty() ? "" : " AND ", quote(key), table, quote(key));
  }
  done_.erased +=
      connection_.execute(fmt::format("DELETE FROM {} WHERE EXISTS (SELECT 1 FROM ({}) AS metaxy_rows WHERE {})", table,
                                      sql::render(*erase.rows, dialect_), matches),
                          watch_);
}

void SqlCommit::operator()(const Drop& drop) {
  get(drop.table);
  execute("DROP TABLE " + quote(drop.table));
}

}  // namespace metaxy::store
