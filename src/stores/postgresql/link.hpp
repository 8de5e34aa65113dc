// SPDX-License-Identifier: Apache-2.0
// One connection of libpq. Every wait looks out for a stop request.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <metaxy/progress.hpp>
#include <string>
#include <string_view>

#include "stores/postgresql/options.hpp"

namespace metaxy::stores::postgresql {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ClearResult>;

/// The text of a value, empty when NULL.
std::string text_of(const Result& result, int row, int column);

class Link {
 public:
  /// Throws: Io (not reached), NotFound (no such database), Backend, Cancelled.
  Link(const Options& options, const Watch& watch);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  PGconn* get() const { return connection_; }
  bool is_broken() const { return PQstatus(connection_) != CONNECTION_OK; }
  /// Whether the server has said nothing unasked: its farewell, most often.
  bool is_quiet() const noexcept;
  /// Whether the server still answers. An idle connection may have been ended by it.
  bool answers() noexcept;

  /// Runs one or more statements of the simple protocol; the last result. Throws: what the server says.
  Result execute(const std::string& sql, const Watch& watch);
  /// Parses a statement; its columns. Throws: what the server says.
  Result describe(const std::string& sql, const Watch& watch);

  /// The next result of the statement that was sent; null when there is none. Stops the statement on request.
  Result next_result(std::string_view sql, const Watch& watch);
  /// Reads and drops what is left of a statement, which is stopped first; never throws.
  void abandon() noexcept;
  /// Asks the server to stop the running statement.
  void cancel() noexcept;
  /// Waits until there is something to read of a statement. Throws: Cancelled, Io.
  void wait_readable(std::string_view sql, const Watch& watch);

  /// Throws the error of a failed result, or of the connection when there is none.
  [[noreturn]] void fail(const PGresult* result, std::string_view sql, const Watch& watch);

 private:
  void connect(const Options& options, const Watch& watch);
  void send(int sent, std::string_view sql, const Watch& watch);

  PGconn* connection_ = nullptr;
};

}  // namespace metaxy::stores::postgresql
