// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/ddl.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "stores/clickhouse/types.hpp"

namespace metaxy::stores::clickhouse {

namespace {

constexpr const char* kMark = "metaxy_sharded_by";

std::string columns_text(const store::TableSchema& schema) {
  std::string out;
  for (const auto& column : schema) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", quote_name(column.name), stored_type(column.type));
  }
  return out;
}

bool has_all(const store::TableSchema& schema, const std::vector<std::string>& columns) {
  return std::all_of(columns.begin(), columns.end(),
                     [&](const auto& column) { return store::find_column(schema, column) != nullptr; });
}

}  // namespace

std::string Ddl::local(std::string_view table) const {
  return is_clustered() ? std::string(kLocalPrefix) + std::string(table) : std::string(table);
}

std::string Ddl::quoted_local(std::string_view table) const {
  return is_clustered() ? fmt::format("{}.{}", quote_name(options_.database), quote_name(local(table)))
                        : quote_name(table);
}

std::string Ddl::on_cluster() const {
  const bool by_server = is_clustered() && options_.cluster_ddl == ClusterDdl::OnCluster;
  return by_server ? " ON CLUSTER " + quote_name(options_.cluster) : "";
}

std::string Ddl::everywhere(std::string_view table) const {
  return is_clustered() ? fmt::format("{}.{}", quote_name(options_.database), quote_name(table)) : quote_name(table);
}

std::string Ddl::distributed(std::string_view table, const std::vector<std::string>& shard_columns) const {
  const nlohmann::json mark{{kMark, shard_columns}};
  return fmt::format("CREATE TABLE {}{} AS {} ENGINE = Distributed({}, {}, {}, {}) COMMENT {}", everywhere(table),
                     on_cluster(), quoted_local(table), quote_text(options_.cluster), quote_text(options_.database),
                     quote_text(local(table)), sharding_key(shard_columns), quote_text(mark.dump()));
}

Ddl::Statements Ddl::create(std::string_view table, const store::TableSchema& schema, std::string_view engine,
                            const std::vector<std::string>& shard_columns) const {
  Statements out{fmt::format("CREATE TABLE {}{} ({}) ENGINE = {}", quoted_local(table), on_cluster(),
                             columns_text(schema), engine)};
  if (is_clustered()) out.push_back(distributed(table, shard_columns));
  return out;
}

Ddl::Statements Ddl::create_like(std::string_view table, std::string_view model,
                                 const std::vector<std::string>& shard_columns) const {
  Statements out{fmt::format("CREATE TABLE {}{} AS {}", quoted_local(table), on_cluster(), quoted_local(model))};
  if (is_clustered()) out.push_back(distributed(table, shard_columns));
  return out;
}

/// The table that is read comes last: it must not promise what hosts do not have yet.
Ddl::Statements Ddl::alter(std::string_view table, const std::vector<std::string>& alterations) const {
  const auto changes = join(alterations, ", ");
  Statements out{fmt::format("ALTER TABLE {}{} {}", quoted_local(table), on_cluster(), changes)};
  if (is_clustered()) out.push_back(fmt::format("ALTER TABLE {}{} {}", everywhere(table), on_cluster(), changes));
  return out;
}

Ddl::Statements Ddl::erase(std::string_view table, std::string_view condition) const {
  return {fmt::format("DELETE FROM {}{} WHERE {}", quoted_local(table), on_cluster(), condition)};
}

Ddl::Statements Ddl::rename(std::string_view from, std::string_view to,
                            const std::vector<std::string>& shard_columns) const {
  Statements out{fmt::format("RENAME TABLE {} TO {}{}", quoted_local(from), quoted_local(to), on_cluster())};
  if (!is_clustered()) return out;
  out.push_back(distributed(to, shard_columns));
  out.push_back(fmt::format("DROP TABLE {}{}", everywhere(from), on_cluster()));
  return out;
}

Ddl::Statements Ddl::move(std::string_view from, std::string_view partition, std::string_view to) const {
  return {fmt::format("ALTER TABLE {}{} MOVE PARTITION ID {} TO TABLE {}", quoted_local(from), on_cluster(),
                      quote_text(partition), quoted_local(to))};
}

Ddl::Statements Ddl::drop(const std::vector<std::string>& tables, bool must_be_there) const {
  const std::string_view how = must_be_there ? "" : "IF EXISTS ";
  Statements out;
  if (!is_clustered()) {
    std::string names;
    for (const auto& table : tables) names += (names.empty() ? "" : ", ") + quote_name(table);
    if (!names.empty()) out.push_back(fmt::format("DROP TABLE {}{}", how, names));
    return out;
  }
  // What a broken off write left may lack one of the two.
  for (const auto& table : tables) {
    out.push_back(fmt::format("DROP TABLE IF EXISTS {}{}", quoted_local(table), on_cluster()));
    out.push_back(fmt::format("DROP TABLE IF EXISTS {}{}", everywhere(table), on_cluster()));
  }
  return out;
}

Ddl::Statements Ddl::optimize(std::string_view table) const {
  return {fmt::format("OPTIMIZE TABLE {}{} FINAL", quoted_local(table), on_cluster())};
}

std::string Ddl::in_query(const std::string& columns, std::string_view rows) const {
  return fmt::format("({}) {}IN (SELECT {} FROM {})", columns, is_clustered() ? "GLOBAL " : "", columns,
                     everywhere(rows));
}

std::string Ddl::in_erase(const std::string& columns, std::string_view rows, bool is_beside) const {
  return fmt::format("({}) IN (SELECT {} FROM {})", columns, columns,
                     is_beside ? quoted_local(rows) : everywhere(rows));
}

// ClickHouse takes two views for one when only names of their columns differ: a constant keeps them apart.
std::string Ddl::on_each_shard(std::string_view query, std::string_view name) const {
  return fmt::format("cluster({0}, view(SELECT * FROM ({1}) WHERE {2} = {2}))", quote_text(options_.cluster), query,
                     quote_text(name));
}

std::string Ddl::on_all_hosts(std::string_view system_table) const {
  return is_clustered() ? fmt::format("clusterAllReplicas({}, {})", quote_text(options_.cluster), system_table)
                        : std::string(system_table);
}

std::string Ddl::scratch_engine() const {
  const bool replicated = is_clustered() && options_.engine.starts_with("Replicated");
  return replicated ? "ReplicatedMergeTree ORDER BY tuple()" : "MergeTree ORDER BY tuple()";
}

std::vector<std::string> Ddl::shard_columns(const store::TableSchema& schema,
                                            const std::vector<std::string>& keys) const {
  return !keys.empty() && !options_.shard_by.empty() && has_all(schema, options_.shard_by) ? options_.shard_by : keys;
}

bool Ddl::are_alike(const store::TableSchema& one, const store::TableSchema& other,
                    const std::vector<std::string>& shard_columns) {
  return std::all_of(shard_columns.begin(), shard_columns.end(), [&](const auto& name) {
    const auto* first = store::find_column(one, name);
    const auto* second = store::find_column(other, name);
    return first && second && first->type.text == second->type.text;
  });
}

std::optional<std::vector<std::string>> Ddl::read_mark(std::string_view comment) {
  const auto json = nlohmann::json::parse(comment, nullptr, false);
  const auto at = json.is_object() ? json.find(kMark) : json.end();
  if (at == json.end() || !at->is_array()) return std::nullopt;
  return at->get<std::vector<std::string>>();
}

std::string Ddl::sharding_key(const std::vector<std::string>& shard_columns) {
  if (shard_columns.empty()) return "0";
  std::string texts;
  for (const auto& column : shard_columns)
    texts += fmt::format("{}toString({})", texts.empty() ? "" : ", ", quote_name(column));
  return fmt::format("ifNull(cityHash64({}), 0)", texts);
}

}  // namespace metaxy::stores::clickhouse
