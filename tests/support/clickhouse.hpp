// SPDX-License-Identifier: Apache-2.0
// Databases of their own on the ClickHouse servers that the tests have started (tests/clickhouse).
#pragma once

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "stores/clickhouse/server.hpp"
#include "stores/clickhouse/store.hpp"

namespace metaxy::test {

/// What the tests' program for servers has told: addresses of two servers, one by TLS, and its certificate's file.
/// Throws std::runtime_error when no server was started.
inline std::vector<std::string> clickhouse_places() {
  std::vector<std::string> out(4);
  const char* const names[] = {"METAXY_TEST_CLICKHOUSE", "METAXY_TEST_CLICKHOUSE_SECOND", "METAXY_TEST_CLICKHOUSE_TLS",
                               "METAXY_TEST_CLICKHOUSE_CERTIFICATE"};
  std::ifstream file("clickhouse.uri");  // in the folder that CTest runs its tests in
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (const char* told = std::getenv(names[i])) {
      out[i] = told;
    } else if (!(file >> out[i])) {
      throw std::runtime_error("no ClickHouse server: run the test by `tests/clickhouse/server.py run`");
    }
  }
  return out;
}
/// The two servers, each a shard of the cluster `two`.
inline std::vector<std::string> clickhouse_addresses() {
  auto out = clickhouse_places();
  out.resize(2);
  return out;
}
inline std::string clickhouse_address() { return clickhouse_addresses().front(); }

/// Where the rows of a database lie.
enum class Spread { OneServer, TwoShards };

/// A new database that is dropped with it.
class ClickHouseDatabase {
 public:
  explicit ClickHouseDatabase(Spread spread = Spread::OneServer)
      : name_("test_" + stores::clickhouse::unique_name()), hosts_(clickhouse_addresses()) {
    if (spread == Spread::OneServer) hosts_.pop_back();
    for (const auto& host : hosts_) ask_host(host, "CREATE DATABASE " + name_);
  }
  ~ClickHouseDatabase() {
    for (const auto& host : hosts_) {
      try {
        ask_host(host, "DROP DATABASE IF EXISTS " + name_);
      } catch (...) {  // a test may have stopped the server
      }
    }
  }
  ClickHouseDatabase(const ClickHouseDatabase&) = delete;
  ClickHouseDatabase& operator=(const ClickHouseDatabase&) = delete;

  stores::clickhouse::Options options() const {
    stores::clickhouse::Options out;
    out.hosts = hosts_;
    out.database = name_;
    if (hosts_.size() < 2) return out;
    out.cluster = "two";
    out.cluster_ddl = stores::clickhouse::ClusterDdl::EachHost;  // the servers of the tests have no Keeper
    return out;
  }
  const std::string& name() const { return name_; }
  /// Rows as texts of a statement in the database `default`.
  static nlohmann::json rows(const std::string& sql) { return rows_of(clickhouse_address(), sql); }
  static nlohmann::json rows_of(const std::string& host, const std::string& sql) {
    const auto server = server_of(host);
    auto seat = server->seat();
    return server->rows(seat, sql);
  }
  static void ask(const std::string& sql) { ask_host(clickhouse_address(), sql); }

 private:
  static std::shared_ptr<stores::clickhouse::Server> server_of(const std::string& host) {
    stores::clickhouse::Options options;
    options.hosts = {host};
    return std::make_shared<stores::clickhouse::Server>(options);
  }
  static void ask_host(const std::string& host, const std::string& sql) {
    const auto server = server_of(host);
    auto seat = server->seat();
    server->execute(seat, sql, {});
  }

  std::string name_;
  std::vector<std::string> hosts_;
};

/// A store that its database goes with.
class OwnDatabaseStore final : public store::Store {
 public:
  explicit OwnDatabaseStore(Spread spread)
      : database_(spread), store_(stores::clickhouse::make_store(database_.options())) {}
  const store::Info& info() const override { return store_->info(); }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    return store_->open(mode, watch);
  }

 private:
  ClickHouseDatabase database_;
  std::unique_ptr<store::Store> store_;
};
inline std::unique_ptr<store::Store> clickhouse_database(Spread spread = Spread::OneServer) {
  return std::make_unique<OwnDatabaseStore>(spread);
}

/// A store in a database that goes with it.
template <class Change>
std::shared_ptr<const store::Store> clickhouse_store(Change change, Spread spread = Spread::OneServer) {
  struct Held {
    explicit Held(Spread spread) : database(spread) {}
    ClickHouseDatabase database;
    std::unique_ptr<store::Store> store;
  };
  auto held = std::make_shared<Held>(spread);
  auto options = held->database.options();
  change(options);
  held->store = stores::clickhouse::make_store(std::move(options));
  return {held, held->store.get()};
}
inline std::shared_ptr<const store::Store> clickhouse_store() {
  return clickhouse_store([](auto&) {});
}

}  // namespace metaxy::test
