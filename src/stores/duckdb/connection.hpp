// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/connection.hpp"
#include "stores/duckdb/place.hpp"

namespace metaxy::stores::duckdb {

/// A connection out of a database's pool and the right to use it, both given back when destroyed.
class DuckDbConnection final : public store::Connection, public std::enable_shared_from_this<DuckDbConnection> {
 public:
  DuckDbConnection(std::shared_ptr<DatabasePlace> place, store::Access access, const Caller& caller,
                   const Watch& watch);
  ~DuckDbConnection() override;

  std::uint64_t execute(const std::string& sql, const Watch& watch) override;
  arrow::Stream query(const std::string& sql, const Watch& watch) override;
  store::TableSchema describe(const std::string& sql) override;
  std::vector<std::string> tables() override;
  std::optional<store::TableSchema> find(const std::string& table) override;
  void bind(const std::string& name, arrow::Stream stream) override;
  void bind_schema(const std::string& name, arrow::Schema schema) override;
  std::vector<std::string> maintenance(const store::Maintenance& given) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  std::string fit(const std::string& expr, const store::ColumnType& from, const store::ColumnType& to) const override;
  std::vector<std::string> add_member(const std::string& table, const std::vector<std::string>& path,
                                      const store::ColumnType& type) const override;
  std::vector<std::string> remember_type(const std::string&, const std::string&,
                                         const store::ColumnType&) const override {
    return {};
  }

  duckdb_connection get() const { return connection_.get(); }
  /// A statement ends before its rows do.
  void leave() noexcept;
  /// Throws what a producer of an input threw, or else DuckDB's error.
  [[noreturn]] void fail(duckdb_error_type type, const char* message, const std::string& sql);

 private:
  Prepared prepare(const std::string& sql);

  arrow::Stream detachable(arrow::Stream rows);

  std::shared_ptr<DatabasePlace> place_;
  store::Access access_;
  std::shared_ptr<Database> database_;
  ConnectionHandle connection_;
  idx_t id_ = 0;
};

/// Hands out connections of one place to one session.
class DuckDbSource : public store::ConnectionSource {
 public:
  /// Throws: as DatabasePlace::lease does.
  DuckDbSource(std::shared_ptr<DatabasePlace> place, const Caller& caller, const Watch& watch);
  DuckDbSource(const DuckDbSource&) = delete;
  DuckDbSource& operator=(const DuckDbSource&) = delete;
  ~DuckDbSource() override { place_->leave(); }
  std::shared_ptr<store::Connection> acquire(store::Access access, const Watch& watch) override;
  arrow::Stream settle(arrow::Stream rows, const Watch& watch) override;
  std::string place() const override { return place_->is_memory() ? "" : place_->path(); }
  std::shared_ptr<void> hold(const Watch& watch) override;

 private:
  std::shared_ptr<DatabasePlace> place_;
  Caller caller_;
  std::weak_ptr<void> hold_;
};

}  // namespace metaxy::stores::duckdb
