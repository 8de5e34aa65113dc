// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/session.hpp"
#include "stores/clickhouse/ddl.hpp"
#include "stores/clickhouse/server.hpp"
#include "stores/clickhouse/shards.hpp"

namespace metaxy::stores::clickhouse {

/// Whether tables that are made for a moment get their rows, or are only described.
enum class Contents { Rows, Empty };

/// How a table is kept.
struct Kept {
  std::string engine;  ///< of the table that keeps the rows
  bool has_partitions = false;
  std::optional<std::vector<std::string>> shard_columns;  ///< absent: it is not shared by the hosts of a cluster
};

/// What one call asks of the server. Streams that it is given lie in temporary tables of a session of its own, which
/// ClickHouse keeps on disk; they go with the connection, which lives as long as the rows that it gives.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(std::shared_ptr<Server> server) : server_(std::move(server)), seat_(server_->seat()) {}
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Makes a stream readable, once, as the input `name`.
  void bind(const std::string& name, arrow::Stream stream, const Watch& watch);
  /// Makes an input known whose rows cannot be read, for `describe`.
  void bind_schema(const std::string& name, arrow::Schema schema);
  /// Puts what a query gives into a temporary table; its name.
  std::string keep(const std::string& sql, Contents contents, const Watch& watch);
  const std::map<std::string, arrow::Schema>& inputs() const { return schemas_; }

  Server::Answer execute(const std::string& sql, const Watch& watch);
  /// Runs statements of `Ddl`.
  void change(const Ddl::Statements& statements, const Watch& watch);
  arrow::Stream query(const std::string& sql, const Watch& watch);
  store::TableSchema describe(const std::string& sql);
  std::vector<std::string> tables();
  /// How tables are kept; those that there are.
  std::map<std::string, Kept> find_kept(const std::vector<std::string>& tables);
  std::optional<store::TableSchema> find(const std::string& table);
  /// The columns of those of the tables that there are.
  std::map<std::string, store::TableSchema> find_all(const std::vector<std::string>& tables);
  /// Rows of texts.
  nlohmann::json rows(const std::string& sql) { return server_->rows(seat_, sql); }
  Server& server() { return *server_; }
  const Ddl& ddl() const { return ddl_; }
  /// What names in queries stand for.
  Stands& stands() { return stands_; }

 private:
  /// Makes a temporary table; `definition` is what follows its name.
  void make_temporary(const std::string& name, const std::string& definition, const Watch& watch);
  /// Replaces names of inputs, and others that stand for something, by what they are read from.
  std::string with_inputs(const std::string& sql) const;

  std::shared_ptr<Server> server_;
  Ddl ddl_{server_->options()};
  Seat seat_;
  Stands stands_;
  std::map<std::string, arrow::Schema> schemas_;
  std::vector<std::string> loaded_;  ///< inputs whose rows are on the server
  std::vector<std::string> temporary_;
};

/// Names of metaxy's own tables beside those of users.
constexpr std::string_view kScratchPrefix = "metaxy_scratch_";

}  // namespace metaxy::stores::clickhouse
