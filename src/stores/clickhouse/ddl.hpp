// SPDX-License-Identifier: Apache-2.0
// Statements that make, change and drop tables, on one server or on all hosts of a cluster. There a table is two: each
// host keeps its part of the rows in a local one, below a Distributed one that has the table's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session.hpp"
#include "stores/clickhouse/options.hpp"

namespace metaxy::stores::clickhouse {

/// Names of the tables that keep a host's rows begin so.
constexpr std::string_view kLocalPrefix = "metaxy_local_";

class Ddl {
 public:
  using Statements = std::vector<std::string>;

  /// `options` must outlive it.
  explicit Ddl(const Options& options) : options_(options) {}

  bool is_clustered() const { return !options_.cluster.empty(); }
  /// The table that keeps the rows, for statements on one host.
  std::string local(std::string_view table) const;
  /// The same in SQL.
  std::string quoted_local(std::string_view table) const;

  /// `engine` comes with what follows it; rows lie where their `shard_columns` say.
  Statements create(std::string_view table, const store::TableSchema& schema, std::string_view engine,
                    const std::vector<std::string>& shard_columns) const;
  /// A table of the same shape, engine and place of rows.
  Statements create_like(std::string_view table, std::string_view model,
                         const std::vector<std::string>& shard_columns) const;
  Statements alter(std::string_view table, const std::vector<std::string>& alterations) const;
  Statements erase(std::string_view table, std::string_view condition) const;
  Statements rename(std::string_view from, std::string_view to, const std::vector<std::string>& shard_columns) const;
  /// Moves a partition of one table to another of the same shape, on every host in one step.
  Statements move(std::string_view from, std::string_view partition, std::string_view to) const;
  Statements drop(const std::vector<std::string>& tables, bool must_be_there) const;
  Statements optimize(std::string_view table) const;

  /// The condition that columns equal those of a row of `rows`, for a query over all hosts or for `erase`.
  std::string in_query(const std::string& columns, std::string_view rows) const;
  /// `is_beside`: rows of both tables that are equal in these columns lie on the same host.
  std::string in_erase(const std::string& columns, std::string_view rows, bool is_beside) const;

  /// The rows that a query gives on each shard by itself. `name` tells it from others in the same statement.
  std::string on_each_shard(std::string_view query, std::string_view name) const;
  /// A system table of every host.
  std::string on_all_hosts(std::string_view system_table) const;
  /// The engine of tables whose rows are wanted for a moment.
  std::string scratch_engine() const;
  /// Columns that say where a table's rows lie.
  std::vector<std::string> shard_columns(const store::TableSchema& schema, const std::vector<std::string>& keys) const;
  /// Whether rows of two tables lie together when they are equal in their shard columns.
  static bool are_alike(const store::TableSchema& one, const store::TableSchema& other,
                        const std::vector<std::string>& shard_columns);
  /// What a Distributed table's comment says of it; absent when metaxy did not make it.
  static std::optional<std::vector<std::string>> read_mark(std::string_view comment);
  /// The number by which ClickHouse chooses the shard of a row. All rows whose columns are alike as texts lie together,
  /// those with NULLs on the first shard, and so do those of tables that are sharded by nothing.
  static std::string sharding_key(const std::vector<std::string>& shard_columns);

 private:
  /// A name for statements that any host may run, and what follows it.
  std::string everywhere(std::string_view table) const;
  std::string on_cluster() const;
  std::string distributed(std::string_view table, const std::vector<std::string>& shard_columns) const;

  const Options& options_;
};

}  // namespace metaxy::stores::clickhouse
