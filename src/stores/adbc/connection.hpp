// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "store/connection.hpp"
#include "stores/adbc/pool.hpp"

namespace metaxy::stores::adbc {

/// A connection of a driver, told the types of what it is asked for: drivers give some values as others. Statements
/// read no streams, because few databases have temporary tables that drivers fill.
class AdbcConnection final : public store::Connection,
                             public store::ToldTypes,
                             public store::TakesRows,
                             public std::enable_shared_from_this<AdbcConnection> {
 public:
  /// `turn`: what keeps other writers out, if this one writes.
  AdbcConnection(std::shared_ptr<Pool> pool, std::unique_lock<std::timed_mutex> turn);
  ~AdbcConnection() override;

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
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  std::string fit(const std::string& expr, const store::ColumnType& from, const store::ColumnType& to) const override;
  std::vector<std::string> add_member(const std::string& table, const std::vector<std::string>& path,
                                      const store::ColumnType& type) const override;
  std::vector<std::string> remember_type(const std::string& table, const std::string& column,
                                         const store::ColumnType& type) const override;

 private:
  std::string quote(const std::string& name) const;
  std::string quote_text(const std::string& text) const;
  std::optional<store::TableSchema> look_up(const std::string& table);
  std::map<std::string, std::string> remembered_types(const std::string& table);

  std::shared_ptr<Pool> pool_;
  std::unique_lock<std::timed_mutex> turn_;
  Seat seat_;
  std::map<std::string, store::TableSchema> inputs_;
  std::map<std::string, std::optional<store::TableSchema>> known_;  ///< tables, until one may have changed
};

/// Hands out connections of one pool; of those that write one at a time.
class AdbcSource final : public store::ConnectionSource {
 public:
  AdbcSource(std::shared_ptr<Pool> pool, std::shared_ptr<std::timed_mutex> writers)
      : pool_(std::move(pool)), writers_(std::move(writers)) {}
  bool binds() const override { return false; }
  std::shared_ptr<store::Connection> acquire(store::Access access, const Watch& watch) override;

 private:
  std::shared_ptr<Pool> pool_;
  std::shared_ptr<std::timed_mutex> writers_;
};

}  // namespace metaxy::stores::adbc
