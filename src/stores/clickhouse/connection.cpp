// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <metaxy/error.hpp>

#include "arrow/arrange.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "store/whole_values.hpp"
#include "stores/clickhouse/types.hpp"

namespace metaxy::stores::clickhouse {

namespace {

bool is_null(const ArrowSchema& column) { return std::string_view(column.format) == "n"; }

/// What an input is read from: its temporary table beside the columns that have no values. `loaded`: there is such a
/// table.
std::string input_query(const std::string& name, const ArrowSchema& schema, bool loaded) {
  std::string columns;
  bool any = false;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& column = *schema.children[i];
    const auto quoted = quote_name(column.name);
    if (!columns.empty()) columns += ", ";
    if (is_null(column)) {
      columns += "NULL AS " + quoted;
    } else if (loaded) {
      columns += quoted;
      any = true;
    } else {
      columns += fmt::format("defaultValueOfTypeName({}) AS {}", quote_text(input_type(column)), quoted);
    }
  }
  if (columns.empty()) columns = "NULL AS metaxy_nothing";
  if (!loaded) return fmt::format("(SELECT {} WHERE FALSE)", columns);
  if (!any) columns += ", metaxy_row";
  return fmt::format("(SELECT {} FROM {})", columns, quote_name(sql::clickhouse_input_table(name)));
}

/// Columns of nothing but NULLs cannot be sent; a table of nothing else keeps its rows by a column that is made up.
arrow::Stream without_nulls(arrow::Stream rows) {
  const arrow::Schema schema = rows.schema();
  std::vector<std::pair<std::string, std::string>> columns;
  for (std::int64_t i = 0; i < schema->n_children; ++i) {
    if (!is_null(*schema->children[i])) columns.emplace_back(schema->children[i]->name, schema->children[i]->name);
  }
  if (columns.size() == static_cast<std::size_t>(schema->n_children)) return rows;
  return arrow::arrange(std::move(rows), columns);
}

std::string columns_of(const ArrowSchema& schema) {
  std::string out;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (is_null(*schema.children[i])) continue;
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", quote_name(schema.children[i]->name),
                       input_type(*schema.children[i]));
  }
  return out;
}

}  // namespace

Connection::~Connection() {
  for (const auto& name : temporary_) {
    try {
      server_->execute(seat_, "DROP TABLE IF EXISTS " + quote_name(name), {});
    } catch (...) {  // it goes with the session
    }
  }
}

void Connection::bind(const std::string& name, arrow::Stream stream, const Watch& watch) {
  schemas_[name] = stream.schema();
  const std::string columns = columns_of(*schemas_[name].get());
  if (columns.empty()) {
    throw Error(ErrorCode::Unsupported, "rows without a value in any column cannot be sent to ClickHouse",
                "give at least one column a type");
  }
  const auto table = sql::clickhouse_input_table(name);
  make_temporary(table, fmt::format("({}) ENGINE = MergeTree ORDER BY tuple()", columns), watch);
  loaded_.push_back(name);
  auto rows = store::refuse_lost(without_nulls(std::move(stream)), {.years = std::pair(1900, 2299)});
  server_->insert(seat_, "INSERT INTO " + quote_name(table), std::move(rows), watch);
}

std::string Connection::keep(const std::string& sql, Contents contents, const Watch& watch) {
  auto name = "metaxy_kept_" + unique_name();
  make_temporary(name,
                 fmt::format("ENGINE = MergeTree ORDER BY tuple() {}AS {}", contents == Contents::Empty ? "EMPTY " : "",
                             with_inputs(sql)),
                 watch);
  return name;
}

void Connection::make_temporary(const std::string& name, const std::string& definition, const Watch& watch) {
  if (seat_.session.empty()) seat_.session = "metaxy-" + unique_name();
  server_->execute(seat_, fmt::format("CREATE TEMPORARY TABLE {} {}", quote_name(name), definition), watch);
  temporary_.push_back(name);
}

void Connection::bind_schema(const std::string& name, arrow::Schema schema) { schemas_[name] = std::move(schema); }

std::string Connection::with_inputs(const std::string& sql) const {
  std::string out = with_stands(sql, stands_);
  for (const auto& [name, schema] : schemas_) {
    const auto quoted = quote_name(sql::clickhouse_input_table(name));
    const auto at = out.find(quoted);
    if (at == std::string::npos) continue;
    if (out.find(quoted, at + 1) != std::string::npos) {
      throw Error(ErrorCode::Internal, "the input " + name + " is read twice");
    }
    const bool loaded = std::find(loaded_.begin(), loaded_.end(), name) != loaded_.end();
    out.replace(at, quoted.size(), input_query(name, *schema.get(), loaded));
  }
  return out;
}

Server::Answer Connection::execute(const std::string& sql, const Watch& watch) {
  return server_->execute(seat_, with_inputs(sql), watch);
}

void Connection::change(const Ddl::Statements& statements, const Watch& watch) {
  const auto& options = server_->options();
  const bool by_us = ddl_.is_clustered() && options.cluster_ddl == ClusterDdl::EachHost;
  for (const auto& statement : statements) {
    by_us ? server_->execute_everywhere(statement, watch) : void(execute(statement, watch));
  }
}

arrow::Stream Connection::query(const std::string& sql, const Watch& watch) {
  auto rows = std::make_shared<arrow::Stream>(server_->query(seat_, with_inputs(sql), watch));
  arrow::Schema schema = rows->schema();
  restore_no_zone(*schema.get());
  // The session's temporary tables must outlive the rows.
  return arrow::make_stream(std::move(schema), [rows, self = shared_from_this()] { return rows->next(); });
}

store::TableSchema Connection::describe(const std::string& sql) {
  store::TableSchema out;
  for (const auto& row : server_->rows(seat_, "DESCRIBE TABLE (" + with_inputs(sql) + ")")) {
    store::TableColumn column{row.at(0).get<std::string>(), read_type(row.at(1).get<std::string>())};
    for (const auto& [name, schema] : schemas_) {
      for (std::int64_t i = 0; i < schema->n_children; ++i) {
        if (schema->children[i]->name == column.name) restore_nulls(column.type, *schema->children[i]);
      }
    }
    out.push_back(std::move(column));
  }
  return out;
}

std::vector<std::string> Connection::tables() {
  const auto sql = fmt::format(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND NOT is_temporary AND NOT startsWith(name, "
      "{}) AND NOT startsWith(name, {}) AND NOT startsWith(name, '.inner') ORDER BY name",
      quote_text(kScratchPrefix), quote_text(kLocalPrefix));
  std::vector<std::string> out;
  for (const auto& row : rows(sql)) out.push_back(row.at(0).get<std::string>());
  return out;
}

std::map<std::string, Kept> Connection::find_kept(const std::vector<std::string>& tables) {
  std::map<std::string, std::string> own;
  std::string names;
  for (const auto& table : tables) {
    for (const auto& name : {table, ddl_.local(table)}) {
      own.emplace(name, table);
      names += (names.empty() ? "" : ", ") + quote_text(name);
    }
  }
  std::map<std::string, Kept> out;
  if (names.empty()) return out;
  // The Distributed table comes first.
  const auto sql = fmt::format(
      "SELECT name, engine, partition_key, comment FROM system.tables WHERE database = currentDatabase() AND name IN "
      "({}) ORDER BY engine != 'Distributed'",
      names);
  for (const auto& row : rows(sql)) {
    const auto text = [&](std::size_t at) { return row.at(at).get<std::string>(); };
    const auto& table = own.at(text(0));
    const bool is_local = text(0) != table;
    if (is_local && !out.contains(table)) continue;  // what a broken off write left
    auto& kept = out[table];
    kept.engine = text(1);
    kept.has_partitions = !text(2).empty();
    if (kept.engine == "Distributed") kept.shard_columns = Ddl::read_mark(text(3));
  }
  return out;
}

std::optional<store::TableSchema> Connection::find(const std::string& table) {
  auto found = find_all({table});
  if (found.empty()) return std::nullopt;
  return std::move(found.begin()->second);
}

std::map<std::string, store::TableSchema> Connection::find_all(const std::vector<std::string>& tables) {
  const auto known = server_->known();
  std::map<std::string, store::TableSchema> out;
  std::string names;
  for (const auto& table : tables) {
    if (auto schema = known ? known->find(table) : std::nullopt) {
      out.emplace(table, *std::move(schema));
    } else {
      names += (names.empty() ? "" : ", ") + quote_text(table);
    }
  }
  if (!names.empty()) {
    const auto sql = fmt::format(
        "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND table IN ({}) ORDER BY "
        "table, position",
        names);
    for (const auto& row : rows(sql)) {
      out[row.at(0).get<std::string>()].push_back(
          {row.at(1).get<std::string>(), read_type(row.at(2).get<std::string>())});
    }
  }
  for (const auto& table : tables) {
    if (known) known->add(table, out[table]);
  }
  std::erase_if(out, [](const auto& each) { return each.second.empty(); });
  return out;
}

}  // namespace metaxy::stores::clickhouse
