// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>

#include "store/connection.hpp"
#include "stores/postgresql/pool.hpp"

namespace metaxy::stores::postgresql {

/// A link out of the pool, given back when destroyed. Bound streams are temporary tables until then.
class PostgresConnection final : public store::Connection,
                                 public store::TakesRows,
                                 public std::enable_shared_from_this<PostgresConnection> {
 public:
  /// Throws: Conflict (others write for too long), Cancelled, and what connecting throws.
  PostgresConnection(std::shared_ptr<Pool> pool, store::Access access, const Watch& watch);
  ~PostgresConnection() override;

  std::uint64_t execute(const std::string& sql, const Watch& watch) override;
  arrow::Stream query(const std::string& sql, const Watch& watch) override;
  store::TableSchema describe(const std::string& sql) override;
  std::vector<std::string> tables() override;
  std::optional<store::TableSchema> find(const std::string& table) override;
  void bind(const std::string& name, arrow::Stream stream) override;
  void bind_schema(const std::string& name, arrow::Schema schema) override;
  std::uint64_t append(const std::string& table, const store::TableSchema& columns, arrow::Stream rows,
                       const Watch& watch) override;
  std::vector<std::string> indexes(const std::string& table, const store::TableSchema& columns,
                                   const std::vector<std::string>& keys) override;
  void changed(const std::string& table, std::uint64_t rows) override;
  std::vector<std::string> maintenance(const store::Maintenance&) override;
  void begin() override;
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
  /// Whether COPY may put rows of these types into a table as they are.
  bool takes_as_they_are(const std::string& table, const store::TableSchema& columns, const ArrowSchema& rows);
  std::vector<std::optional<store::ColumnType>> remembered_types(const PGresult* described);

  std::shared_ptr<Pool> pool_;
  store::Access access_;
  std::shared_ptr<Link> link_;
  bool has_inputs_ = false;
  std::set<std::string> created_;                         ///< tables, in this transaction
  std::map<Oid, std::vector<store::ColumnType>> inputs_;  ///< columns of temporary tables
};

/// Hands out connections of one pool.
class PostgresSource final : public store::ConnectionSource {
 public:
  explicit PostgresSource(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}
  std::shared_ptr<store::Connection> acquire(store::Access access, const Watch& watch) override {
    return std::make_shared<PostgresConnection>(pool_, access, watch);
  }

 private:
  std::shared_ptr<Pool> pool_;
};

}  // namespace metaxy::stores::postgresql
