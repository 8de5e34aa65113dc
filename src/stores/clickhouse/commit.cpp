// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/commit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "sql/render.hpp"
#include "store/fit.hpp"
#include "store/requirement.hpp"
#include "stores/clickhouse/stages.hpp"
#include "stores/clickhouse/types.hpp"
#include "stores/clickhouse/typing.hpp"

namespace metaxy::stores::clickhouse {

using store::ColumnType;
using store::TableSchema;

namespace {

std::string names_of(const std::vector<std::string>& columns) {
  std::string out;
  for (const auto& column : columns) out += (out.empty() ? "" : ", ") + quote_name(column);
  return out;
}

TableSchema input_schema(const ArrowSchema& schema) {
  TableSchema out;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    out.push_back({schema.children[i]->name, read_type(input_type(*schema.children[i]))});
  }
  return out;
}

/// A stored column as one of a type that has more members.
std::string widened_column(const std::string& name, const TableSchema& stored, const ColumnType& type) {
  const auto* have = store::find_column(stored, name);
  if (!have) return fmt::format("defaultValueOfTypeName({}) AS {}", quote_text(stored_type(type)), quote_name(name));
  if (have->type.text == type.text) return quote_name(name);
  return fmt::format("CAST({0} AS {1}) AS {0}", quote_name(name), stored_type(type));
}

}  // namespace

rel::RelPtr typed(Connection& connection, const rel::RelPtr& relation) {
  std::map<std::string, TableSchema> inputs;
  for (const auto& [name, schema] : connection.inputs()) inputs.emplace(name, input_schema(*schema.get()));
  const auto tables = connection.find_all(tables_of(*relation));
  return typed(relation, tables, inputs);
}

rel::RelPtr placed(Connection& connection, const rel::RelPtr& relation) {
  auto out = typed(connection, relation);
  if (!connection.ddl().is_clustered() || !connection.server().options().local_joins) return out;
  const auto names = tables_of(*relation);
  std::map<std::string, std::vector<std::string>> shard_columns;
  for (auto& [name, kept] : connection.find_kept(names)) {
    if (kept.shard_columns) shard_columns.emplace(name, *std::move(kept.shard_columns));
  }
  return LocalParts(connection.ddl(), connection.find_all(names), shard_columns, connection.stands()).of(out);
}

std::string statement(Connection& connection, const rel::RelPtr& relation, Contents contents, const Watch& watch) {
  return sql::render(*Stages(connection, contents, watch).of(placed(connection, relation)), sql::clickhouse());
}

/// A table is made like the rows that it is given next.
TableSchema Commit::describe(const std::string& sql) {
  const auto at = described_.find(sql);
  if (at != described_.end()) return at->second;
  return described_.emplace(sql, connection_.describe(sql)).first->second;
}

Commit::Commit(Connection& connection, const Watch& watch)
    : connection_(connection), ddl_(connection.ddl()), watch_(watch) {
  if (ddl_.is_clustered()) check_cluster();
}

/// Hosts that are left out would lack tables.
void Commit::check_cluster() {
  const auto& options = connection_.server().options();
  const auto hosts = connection_.rows("SELECT DISTINCT host_name, port FROM system.clusters WHERE cluster = " +
                                      quote_text(options.cluster));
  if (hosts.empty()) {
    std::vector<std::string> known;
    for (const auto& row : connection_.rows("SELECT DISTINCT cluster FROM system.clusters ORDER BY cluster")) {
      known.push_back(row.at(0).get<std::string>());
    }
    throw Error(ErrorCode::NotFound, fmt::format("the ClickHouse server knows no cluster {}", quote(options.cluster)),
                known.empty() ? "name clusters in remote_servers of the server's configuration"
                              : "it knows " + join(known, ", "));
  }
  if (options.cluster_ddl != ClusterDdl::EachHost || hosts.size() == options.hosts.size()) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("the cluster {} has {} hosts, and the store's option hosts names {}", quote(options.cluster),
                          hosts.size(), options.hosts.size()),
              "name them all, or let ClickHouse bring statements to them: cluster_ddl = \"on_cluster\"");
}

Commit::~Commit() {
  std::vector<std::string> tables;
  Ddl::Statements statements;
  for (const auto& [kind, name] : scratch_) {
    if (kind == "VIEW") statements.push_back("DROP VIEW IF EXISTS " + quote_name(name));
    if (kind == "TABLE") tables.push_back(name);
  }
  const auto discard = [this](const auto& work) {
    try {
      work();
    } catch (...) {  // another error is on its way, or the server is gone
    }
  };
  for (const auto& statement : statements) discard([&] { connection_.execute(statement, {}); });
  for (const auto& statement : ddl_.drop(tables, false)) discard([&] { connection_.change({statement}, {}); });
}

/// Names tell when they were made, so that what a dead client left can be known.
std::string Commit::scratch(std::string_view what) {
  auto name = fmt::format("{}{}_{}", kScratchPrefix, std::time(nullptr), unique_name());
  scratch_.emplace_back(what, name);
  return name;
}

Commit::Staged& Commit::stage(const std::string& table) {
  const auto at = std::find_if(staged_.begin(), staged_.end(), [&](const auto& each) { return each.first == table; });
  if (at != staged_.end() && !at->second.is_dropped) return at->second;
  auto schema = at == staged_.end() ? connection_.find(table) : std::nullopt;
  if (!schema) throw Error(ErrorCode::NotFound, fmt::format("the store has no table {}", table));
  Staged staged;
  staged.schema = staged.stored = *std::move(schema);
  staged.kept = connection_.find_kept({table})[table];
  check_place(table, staged.kept);
  staged.shard_columns = staged.kept.shard_columns.value_or(std::vector<std::string>{});
  staged_.emplace_back(table, std::move(staged));
  return staged_.back().second;
}

/// One host's table would be taken for that of all, and the other way round.
void Commit::check_place(const std::string& table, const Kept& kept) {
  if (kept.shard_columns.has_value() == ddl_.is_clustered()) return;
  if (kept.shard_columns) {
    throw Error(ErrorCode::Conflict, fmt::format("the table {} lies on the hosts of a cluster", table),
                "name it in the store's option cluster");
  }
  throw Error(ErrorCode::Conflict,
              fmt::format("the table {} does not lie on the cluster {} as metaxy's tables do", table,
                          quote(connection_.server().options().cluster)),
              "copy its records into another database by mx copy, or leave the option cluster out");
}

rel::RelPtr Commit::here(const rel::RelPtr& relation) {
  return rel::replace_sources(relation, [this](const rel::RelPtr& source) {
    const auto* scan = std::get_if<rel::Scan>(&source->node);
    if (!scan) return source;
    for (auto& [table, staged] : staged_) {
      if (table == scan->table && !staged.is_dropped) return rel::scan(view(table, staged), scan->columns);
    }
    return source;
  });
}

std::string Commit::render(const rel::RelPtr& relation, Contents contents) {
  return statement(connection_, here(relation), contents, watch_);
}

/// The table as it will be: what of it stays, and the rows to come.
std::string Commit::view(const std::string& table, Staged& staged) {
  if (staged.is_new) return staged.rows;
  if (!staged.seen.empty()) return staged.seen;
  const bool as_it_is = staged.rows.empty() && staged.alterations.empty() && staged.erasures.empty();
  if (as_it_is) return table;
  std::string old;
  std::string added;
  for (const auto& column : staged.schema) {
    const auto comma = old.empty() ? "" : ", ";
    old += comma + widened_column(column.name, staged.stored, column.type);
    added += comma + quote_name(column.name);
  }
  std::string query = fmt::format("SELECT {} FROM {}", old, quote_name(table));
  for (std::size_t i = 0; i < staged.erasures.size(); ++i) {
    const auto& erasure = staged.erasures[i];
    query += fmt::format("{} NOT ifNull({}, 0)", i ? " AND" : " WHERE", ddl_.in_query(erasure.columns, erasure.going));
  }
  if (!staged.rows.empty()) query += fmt::format(" UNION ALL SELECT {} FROM {}", added, quote_name(staged.rows));
  staged.seen = scratch("VIEW");
  execute(fmt::format("CREATE VIEW {} AS {}", quote_name(staged.seen), query));
  return staged.seen;
}

void Commit::operator()(const store::Create& create) {
  const auto at = std::find_if(staged_.begin(), staged_.end(),
                               [&](const auto& each) { return each.first == create.table && !each.second.is_dropped; });
  const bool dropped = std::any_of(staged_.begin(), staged_.end(), [&](const auto& each) {
    return each.first == create.table && each.second.is_dropped;
  });
  if (at != staged_.end() || (!dropped && connection_.find(create.table))) {
    throw Error(ErrorCode::AlreadyExists, fmt::format("the store has a table {} already", create.table));
  }
  if (ddl_.is_clustered() && !dropped && connection_.find(ddl_.local(create.table))) {
    throw Error(
        ErrorCode::Conflict,
        fmt::format("hosts have a table {} without the Distributed table {} over it, as a write that was broken "
                    "off leaves it",
                    ddl_.local(create.table), create.table),
        "drop it on every host: DROP TABLE " + ddl_.quoted_local(create.table));
  }
  Staged staged;
  staged.is_new = true;
  for (auto& column : describe(render(create.like, Contents::Empty))) {
    for (const auto& [name, type] : create.typed) {
      if (name == column.name) column.type = read_type(sql::clickhouse().column_type(type));
    }
    staged.schema.push_back(std::move(column));
  }
  const auto& options = connection_.server().options();
  std::vector<std::string> keys;
  for (const auto& key : create.keys) {
    if (store::find_column(staged.schema, key)) keys.push_back(key);
  }
  std::string order = keys.empty() ? "tuple()" : "(" + names_of(keys) + ")";
  if (!keys.empty() && !options.order_by.empty()) order = "(" + options.order_by + ")";
  std::string engine = options.engine;
  if (!keys.empty() && !options.partition_by.empty()) engine += " PARTITION BY (" + options.partition_by + ")";
  engine += " ORDER BY " + order + " SETTINGS allow_nullable_key = 1";
  staged.rows = scratch("TABLE");
  staged.shard_columns = ddl_.shard_columns(staged.schema, keys);
  change(ddl_.create(staged.rows, staged.schema, engine, staged.shard_columns));
  staged_.emplace_back(create.table, std::move(staged));
}

void Commit::operator()(const store::Extend& extend) {
  auto& staged = stage(extend.table);
  std::vector<std::string> alterations;
  for (const auto& column : describe(render(extend.like, Contents::Empty))) {
    const auto at = std::find_if(staged.schema.begin(), staged.schema.end(),
                                 [&](const auto& each) { return each.name == column.name; });
    if (at == staged.schema.end()) {
      alterations.push_back(fmt::format("ADD COLUMN {} {}", quote_name(column.name), stored_type(column.type)));
      staged.schema.push_back({column.name, read_type(stored_type(column.type))});
      continue;
    }
    auto wider = widened(at->type, column.type);
    if (wider.text == at->type.text) continue;
    alterations.push_back(fmt::format("MODIFY COLUMN {} {}", quote_name(column.name), stored_type(wider)));
    at->type = std::move(wider);
  }
  if (alterations.empty()) return;
  staged.seen.clear();
  if (!staged.rows.empty()) change(ddl_.alter(staged.rows, alterations));
  if (!staged.is_new) {
    staged.alterations.insert(staged.alterations.end(), alterations.begin(), alterations.end());
  }
}

/// A scratch table of the same shape can give its parts away, which is one step for a reader.
void Commit::need_rows(const std::string& table, Staged& staged) {
  if (!staged.rows.empty()) return;
  staged.rows = scratch("TABLE");
  staged.seen.clear();
  const auto& engine = staged.kept.engine;
  staged.is_moved = engine.ends_with("MergeTree") && !engine.starts_with("Replicated") && !engine.starts_with("Shared");
  if (!staged.is_moved) {
    return change(ddl_.create(staged.rows, staged.schema, ddl_.scratch_engine(), staged.shard_columns));
  }
  change(ddl_.create_like(staged.rows, table, staged.shard_columns));
  if (!staged.alterations.empty()) change(ddl_.alter(staged.rows, staged.alterations));
}

void Commit::operator()(const store::Append& append) {
  stage(append.table);
  const std::string rows = render(append.rows);
  const auto described = describe(rows);
  auto& staged = stage(append.table);
  Faults faults;
  std::string targets;
  std::string values;
  for (const auto& column : described) {
    const auto* target = store::find_column(staged.schema, column.name);
    if (!target) {
      faults.add("column " + column.name, "the table has no such column");
      continue;
    }
    Faults own;
    store::check_fit("column " + column.name, column.type, target->type, own);
    for (const auto& fault : own.items()) faults.add(fault);
    if (!own.empty()) continue;
    const std::string_view comma = targets.empty() ? "" : ", ";
    targets += fmt::format("{}{}", comma, quote_name(column.name));
    values += fmt::format("{}{} AS {}", comma, fit_expression(quote_name(column.name), column.type, target->type),
                          quote_name(column.name));
  }
  faults.throw_if_any(ErrorCode::SchemaMismatch, fmt::format("the rows do not fit table {}", append.table));
  need_rows(append.table, staged);
  const auto written = insert(staged, targets, fmt::format("SELECT {} FROM ({}) AS metaxy_rows", values, rows));
  done_.appended += written;
  done_.appended_to[append.table] += written;
}

std::uint64_t Commit::count(const std::string& rows) {
  return std::stoull(connection_.rows("SELECT count() FROM " + rows).at(0).at(0).get<std::string>());
}

/// What a Distributed table says of the rows that it wrote counts those twice that stay on the host that is asked.
std::uint64_t Commit::insert(Staged& staged, const std::string& targets, const std::string& query) {
  const auto statement = fmt::format("INSERT INTO {} ({}) {}", quote_name(staged.rows), targets, query);
  const auto answer = connection_.execute(statement, watch_);
  if (!ddl_.is_clustered()) return answer.written;
  const auto all = count(quote_name(staged.rows));
  return all - std::exchange(staged.taken, all);
}

void Commit::operator()(const store::Require& require) {
  if (require.known && require.known()) return;
  store::enforce(require, connection_.query(render(require.violations), watch_));
}

void Commit::operator()(const store::Erase& erase) {
  if (erase.keys.empty()) throw Error(ErrorCode::Internal, "rows to erase from " + erase.table + " have no keys");
  stage(erase.table);
  const auto keys = names_of(erase.keys);
  const auto going = scratch("TABLE");
  const auto rows = fmt::format("SELECT DISTINCT {} FROM ({}) AS metaxy_rows", keys, render(erase.rows));
  const auto schema = describe(rows);
  auto& staged = stage(erase.table);
  const bool is_beside = Ddl::are_alike(schema, staged.schema, staged.shard_columns);
  change(ddl_.create(going, schema, ddl_.scratch_engine(), is_beside ? staged.shard_columns : erase.keys));
  execute(fmt::format("INSERT INTO {} ({}) {}", quote_name(going), keys, rows));
  done_.erased += count(fmt::format("{} WHERE {}", quote_name(view(erase.table, staged)), ddl_.in_query(keys, going)));
  if (!staged.rows.empty()) {
    change(ddl_.erase(staged.rows, ddl_.in_erase(keys, going, is_beside)));
    if (ddl_.is_clustered()) staged.taken = count(quote_name(staged.rows));
  }
  if (staged.is_new) return;
  staged.erasures.push_back({keys, going, is_beside});
  staged.seen.clear();
}

void Commit::operator()(const store::Drop& drop) {
  auto& staged = stage(drop.table);
  staged.is_dropped = true;
}

void Commit::publish() {
  for (auto& [table, staged] : staged_) publish(table, staged);
}

void Commit::publish(const std::string& table, Staged& staged) {
  if (staged.is_dropped) {
    if (!staged.is_new) change(ddl_.drop({table}, true));
    return;
  }
  if (staged.is_new) {
    change(ddl_.rename(staged.rows, table, staged.shard_columns));
    std::erase_if(scratch_, [&](const auto& each) { return each.second == staged.rows; });
    return;
  }
  if (!staged.alterations.empty()) change(ddl_.alter(table, staged.alterations));
  for (const auto& [columns, going, is_beside] : staged.erasures) {
    change(ddl_.erase(table, ddl_.in_erase(columns, going, is_beside)));
  }
  if (!staged.rows.empty()) move_rows(table, staged);
}

void Commit::move_rows(const std::string& table, const Staged& staged) {
  if (!staged.is_moved) {
    const auto columns = names_of(store::column_names(staged.schema));
    execute(
        fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2}", quote_name(table), columns, quote_name(staged.rows)));
    return;
  }
  std::vector<std::string> partitions = {"all"};
  if (staged.kept.has_partitions) {
    partitions.clear();
    const auto rows = connection_.rows(
        fmt::format("SELECT DISTINCT partition_id FROM {} WHERE database = {} AND table = {} AND active AND rows > 0",
                    ddl_.on_all_hosts("system.parts"), quote_text(connection_.server().options().database),
                    quote_text(ddl_.local(staged.rows))));
    for (const auto& row : rows) partitions.push_back(row.at(0).get<std::string>());
  }
  for (const auto& partition : partitions) change(ddl_.move(staged.rows, partition, table));
}

}  // namespace metaxy::stores::clickhouse
