// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>

#include "store/connection.hpp"
#include "stores/sqlite/pool.hpp"

namespace metaxy::stores::sqlite {

/// A handle out of the pool in a transaction of its own: what it reads is of one moment. Bound streams are temporary
/// tables until it is destroyed.
class SqliteConnection final : public store::Connection,
                               public store::ToldTypes,
                               public store::TakesRows,
                               public std::enable_shared_from_this<SqliteConnection> {
 public:
  /// Throws: Conflict (others write for too long), Cancelled, and what opening throws.
  SqliteConnection(std::shared_ptr<Pool> pool, store::Access access, const Watch& watch);
  ~SqliteConnection() override;

  std::uint64_t execute(const std::string& sql, const Watch& watch) override;
  arrow::Stream query(const std::string& sql, const Watch& watch) override;
  arrow::Stream query(const std::string& sql, const store::TableSchema& gives, const Watch& watch) override;
  store::TableSchema describe(const std::string& sql) override;
  store::TableSchema input(const std::string& name) override;
  std::vector<std::string> tables() override;
  std::optional<store::TableSchema> find(const std::string& table) override;
  void bind(const std::string& name, arrow::Stream stream) override;
  void bind_schema(const std::string& name, arrow::Schema schema) override;
  std::uint64_t append(const std::string& table, const store::TableSchema& columns, arrow::Stream rows,
                       const Watch& watch) override;
  /// The transaction is open from the beginning.
  void begin() override {}
  void commit() override;
  void rollback() noexcept override;
  std::string fit(const std::string& expr, const store::ColumnType& from, const store::ColumnType& to) const override;
  std::vector<std::string> add_member(const std::string& table, const std::vector<std::string>& path,
                                      const store::ColumnType& type) const override;
  std::vector<std::string> remember_type(const std::string& table, const std::string& column,
                                         const store::ColumnType& type) const override;

 private:
  /// Makes the temporary table of an input and returns its name, quoted.
  std::string make_input(const std::string& name, const ArrowSchema& schema);
  std::vector<std::vector<std::string>> rows(const std::string& sql, const std::vector<std::string>& values);
  bool remembers_types();

  std::shared_ptr<Pool> pool_;
  bool writes_;
  bool committed_ = false;
  std::shared_ptr<Database> database_;
  std::map<std::string, store::TableSchema> inputs_;
};

/// Hands out connections of one pool.
class SqliteSource final : public store::ConnectionSource {
 public:
  explicit SqliteSource(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
  std::shared_ptr<store::Connection> acquire(store::Access access, const Watch& watch) override {
    return std::make_shared<SqliteConnection>(pool_, access, watch);
  }

 private:
  std::shared_ptr<Pool> pool_;
};

}  // namespace metaxy::stores::sqlite
