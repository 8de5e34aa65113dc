// SPDX-License-Identifier: Apache-2.0
// What a SQL database gives so that SqlSession can be a store on it. Authors of SQL stores implement this; nobody
// else includes it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>

#include "store/session.hpp"

namespace metaxy::store {

/// One connection to a database; used by one thread at a time. A stream that `query` returned keeps it alive and
/// ends when the connection is used again.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  /// Runs a statement to its end and returns the number of rows it changed.
  virtual std::uint64_t execute(const std::string& sql, const Watch& watch) = 0;
  virtual arrow::Stream query(const std::string& sql, const Watch& watch) = 0;
  /// The columns that a query would give. The type text of columns that are only null is what they are created with.
  virtual TableSchema describe(const std::string& sql) = 0;
  virtual std::vector<std::string> tables() = 0;
  virtual std::optional<TableSchema> find(const std::string& table) = 0;

  /// Makes a stream readable, once, as the input `name`.
  virtual void bind(const std::string& name, arrow::Stream stream) = 0;
  /// Makes an input known whose rows cannot be read, for `describe`.
  virtual void bind_schema(const std::string& name, arrow::Schema schema) = 0;

  /// Statements that make rows of a new table fast to find by `keys`; run when its first rows are there.
  virtual std::vector<std::string> indexes(const std::string&, const TableSchema&, const std::vector<std::string>&) {
    return {};
  }
  /// A table has so many rows more or less: a database that plans by statistics may want to look again.
  virtual void changed(const std::string&, std::uint64_t) {}

  /// As of Session::maintain; each is run on its own, outside of transactions.
  virtual std::vector<std::string> maintenance(const Maintenance&) { return {}; }

  virtual void begin() = 0;
  /// Makes the transaction durable. When it throws, nothing of the transaction is kept.
  virtual void commit() = 0;
  /// Gives the transaction up; never throws, because it is called while another error is on its way.
  virtual void rollback() noexcept = 0;

  /// SQL that turns `expr` of type `from` into a value of type `to`, structs member by member and by name.
  /// Requires: `check_fit` found nothing.
  virtual std::string fit(const std::string& expr, const ColumnType& from, const ColumnType& to) const = 0;
  /// Statements that add the member at `path` (column name first) to a struct column.
  virtual std::vector<std::string> add_member(const std::string& table, const std::vector<std::string>& path,
                                              const ColumnType& type) const = 0;
  /// Statements that keep in mind of which type a column is that the database keeps as JSON; `find` and `describe`
  /// then say so. None where columns have their types.
  virtual std::vector<std::string> remember_type(const std::string& table, const std::string& column,
                                                 const ColumnType& type) const = 0;
};

/// Of connections to databases whose statements do not say of which types their columns are: they are told.
class ToldTypes {
 public:
  ToldTypes() = default;
  ToldTypes(const ToldTypes&) = delete;
  ToldTypes& operator=(const ToldTypes&) = delete;
  virtual ~ToldTypes() = default;

  virtual arrow::Stream query(const std::string& sql, const TableSchema& gives, const Watch& watch) = 0;
  /// The columns of a bound input.
  virtual TableSchema input(const std::string& name) = 0;
};

/// Of connections that take rows in bulk, or whose statements cannot read streams: rows that are computed elsewhere are
/// handed to a table.
class TakesRows {
 public:
  TakesRows() = default;
  TakesRows(const TakesRows&) = delete;
  TakesRows& operator=(const TakesRows&) = delete;
  virtual ~TakesRows() = default;

  /// Appends rows to a table with these columns, matched by name. Returns how many.
  virtual std::uint64_t append(const std::string& table, const TableSchema& columns, arrow::Stream rows,
                               const Watch& watch) = 0;
};

enum class Access {
  Read,
  Write,  ///< nobody else writes the store until the connection is gone
};

/// Hands out connections; two that are out at the same time are different ones.
class ConnectionSource {
 public:
  virtual ~ConnectionSource() = default;
  /// Waits for others where the database does not. Throws: Conflict, Cancelled.
  virtual std::shared_ptr<Connection> acquire(Access access, const Watch& watch) = 0;
  /// Whether statements of its connections read bound streams. If not, the connections take rows; if so and they take
  /// rows, too, they get those that are made of nothing but a stream.
  virtual bool binds() const { return true; }
  /// As of Holdable.
  virtual std::string place() const { return {}; }
  virtual std::shared_ptr<void> hold(const Watch&) { return nullptr; }
  /// Rows to be written, before others are kept out: what their producer is slow to give is fetched now.
  virtual arrow::Stream settle(arrow::Stream rows, const Watch&) { return rows; }
};

/// Of sources whose commits can meet those of programs that know nothing of metaxy's locks: what met one is done anew.
class TriesAgain {
 public:
  TriesAgain() = default;
  TriesAgain(const TriesAgain&) = delete;
  TriesAgain& operator=(const TriesAgain&) = delete;
  virtual ~TriesAgain() = default;

  /// How long to wait after `tries` commits in a row that failed; absent: give up.
  virtual std::optional<std::chrono::milliseconds> wait_after(int tries) const = 0;
  /// Rows that can be read from the start as often as is wanted, by one reader at a time.
  virtual std::function<arrow::Stream()> keep(arrow::Stream rows, const Watch& watch) = 0;
};

}  // namespace metaxy::store
