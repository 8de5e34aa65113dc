// SPDX-License-Identifier: Apache-2.0
// A ClickHouse server as statements see it: which of its hosts is spoken to, and what is sent along with everything.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <nlohmann/json.hpp>

#include "store/session.hpp"
#include "stores/clickhouse/options.hpp"
#include "stores/clickhouse/transfer.hpp"

namespace metaxy::stores::clickhouse {

using Parameters = std::vector<std::pair<std::string, std::string>>;

/// Columns of tables that stay as they are while a writer keeps others out; absent tables are empty.
class KnownTables {
 public:
  std::optional<store::TableSchema> find(const std::string& table) const {
    const std::lock_guard lock(mutex_);
    const auto at = tables_.find(table);
    return at == tables_.end() ? std::nullopt : std::optional(at->second);
  }
  void add(const std::string& table, store::TableSchema schema) {
    const std::lock_guard lock(mutex_);
    tables_[table] = std::move(schema);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, store::TableSchema> tables_;
};

/// Whom statements of one connection are sent to.
struct Seat {
  std::size_t host = 0;
  std::string session;    ///< empty: each statement for itself
  bool is_fixed = false;  ///< a host that cannot be reached is an error, whatever others there are
};

class Server : public std::enable_shared_from_this<Server> {
 public:
  explicit Server(Options options) : options_(std::move(options)) {}

  const Options& options() const { return options_; }
  /// What is known while somebody of this process writes; null: nobody does.
  std::shared_ptr<KnownTables> known() const { return known_.load(); }
  void know(std::shared_ptr<KnownTables> tables) { known_.store(std::move(tables)); }
  /// The same for all stores on this database, in every process.
  std::string place() const { return options_.hosts.front() + "/" + options_.database; }
  std::string address(std::size_t host) const;
  Seat seat() const { return {current_, {}}; }
  /// Runs a statement on every one of the hosts that it was told of.
  void execute_everywhere(const std::string& sql, const Watch& watch);

  /// Runs a statement to its end; gives its answer, and how many rows it wrote.
  struct Answer {
    std::string body;
    std::uint64_t written = 0;
  };
  Answer execute(Seat& seat, const std::string& sql, const Watch& watch, const Parameters& more = {});
  /// The answer of a query that is written as JSONCompact: an array of rows of texts.
  nlohmann::json rows(Seat& seat, const std::string& sql, const Watch& watch = {});
  /// The result of a query, fetched as it is read; the server can be used meanwhile.
  arrow::Stream query(Seat& seat, const std::string& sql, const Watch& watch);
  /// Sends rows into `INSERT INTO …`.
  std::uint64_t insert(Seat& seat, const std::string& sql, arrow::Stream rows, const Watch& watch);

  /// A statement that is not waited for. Throws what the server answers at once.
  class Running;
  std::unique_ptr<Running> start(Seat& seat, const std::string& sql, const Parameters& more, const Watch& watch);

 private:
  friend class Running;
  long idle_seconds() const;
  Line take_line();
  void give_back(Line line);
  std::string url(const Seat& seat, const Parameters& more);
  /// The settings that the server knows of those that metaxy would like.
  const Parameters& wanted_settings(Seat& seat, const Watch& watch);
  std::unique_ptr<Running> begin(Seat& seat, const Request& request, const Watch& watch, const std::string& query_id,
                                 const std::string& sql);
  void kill(const Seat& seat, const std::string& query_id) noexcept;
  std::unique_ptr<Running> send(Seat& seat, const std::string& sql, Parameters more,
                                std::optional<arrow::ByteSource> rows, const Watch& watch);

  Options options_;
  std::atomic<std::size_t> current_ = 0;
  std::atomic<std::shared_ptr<KnownTables>> known_;
  std::mutex mutex_;
  std::vector<Line> lines_;
  std::optional<Parameters> settings_;
};

/// A statement under way. Giving it up ends it on the server.
class Server::Running {
 public:
  Running(std::shared_ptr<Server> server, const Seat& seat, Request request, const Watch& watch, std::string query_id,
          std::string sql);
  ~Running();

  /// Throws when the answer is a fault.
  void check();
  std::string rest();
  std::size_t read(char* out, std::size_t size);
  /// Throws when the result ended in a fault.
  void check_end();
  /// Whether the statement is still being worked on.
  bool is_alive();
  /// Waits until the server has begun to answer or `wait` is over.
  bool is_begun(std::chrono::milliseconds wait);
  Transfer& transfer() { return *transfer_; }

 private:
  template <class Work>
  auto watched(Work work);

  std::shared_ptr<Server> server_;
  Seat seat_;
  Line line_;
  std::unique_ptr<Transfer> transfer_;
  std::string query_id_;
  std::string sql_;
};

/// A name that nobody else uses.
std::string unique_name();

}  // namespace metaxy::stores::clickhouse
