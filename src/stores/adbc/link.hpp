// SPDX-License-Identifier: Apache-2.0
// A driver's database and its connections, in C++ words.
#pragma once

#include <arrow-adbc/adbc.h>

#include <cstdint>
#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <optional>
#include <string>
#include <vector>

#include "stores/adbc/options.hpp"

namespace metaxy::stores::adbc {

/// A loaded driver with a database; threads may connect at the same time.
class Driver {
 public:
  /// Throws: NotFound (no such driver, with what was looked at), Backend, Io.
  explicit Driver(const Options& options);
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver();

  AdbcDatabase* get() { return &database_; }

 private:
  AdbcDatabase database_{};
};

/// One connection; used by one thread at a time. What it gives keeps it alive.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(std::shared_ptr<Driver> driver, const Options& options);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  /// Runs a statement to its end. Returns the rows it changed; absent when the driver does not know.
  std::optional<std::uint64_t> execute(const std::string& sql, const Watch& watch);
  arrow::Stream query(const std::string& sql, const Watch& watch);
  /// Appends the rows to a table that is there; columns are matched by name.
  void append(const std::string& table, arrow::Stream rows, const Watch& watch);

  /// Tables and views of the schema, in order.
  std::vector<std::string> tables();
  /// The columns as the driver gives them; absent when there is no such table.
  std::optional<arrow::Schema> columns(const std::string& table);
  /// The name of the database that it is connected to, as the driver tells it; empty: it does not.
  std::string vendor();

  void begin();
  void commit();
  void rollback() noexcept;

 private:
  class Statement;
  void set_option(const char* name, const std::string& value);

  std::shared_ptr<Driver> driver_;
  AdbcConnection connection_{};
  std::string catalog_;
  std::string schema_;
  bool in_transaction_ = false;
};

}  // namespace metaxy::stores::adbc
