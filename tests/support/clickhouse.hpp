// SPDX-License-Identifier: Apache-2.0
// Databases of their own on the ClickHouse server that the tests have started (tests/clickhouse).
#pragma once

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "stores/clickhouse/server.hpp"
#include "stores/clickhouse/store.hpp"

namespace metaxy::test {

/// Its address. Throws std::runtime_error when the tests have started none.
inline std::string clickhouse_address() {
  if (const char* address = std::getenv("METAXY_TEST_CLICKHOUSE")) return address;
  std::string address;
  std::ifstream file("clickhouse.uri");  // in the folder that CTest runs its tests in
  if (!(file >> address)) {
    throw std::runtime_error("no ClickHouse server: run the test by `tests/clickhouse/server.py run`");
  }
  return address;
}

/// A new database that is dropped with it.
class ClickHouseDatabase {
 public:
  ClickHouseDatabase() : name_("test_" + stores::clickhouse::unique_name()) { ask("CREATE DATABASE " + name_); }
  ~ClickHouseDatabase() {
    try {
      ask("DROP DATABASE IF EXISTS " + name_);
    } catch (...) {  // a test may have stopped the server
    }
  }
  ClickHouseDatabase(const ClickHouseDatabase&) = delete;
  ClickHouseDatabase& operator=(const ClickHouseDatabase&) = delete;

  stores::clickhouse::Options options() const {
    stores::clickhouse::Options out;
    out.hosts = {clickhouse_address()};
    out.database = name_;
    return out;
  }
  const std::string& name() const { return name_; }
  /// Rows as texts of a statement in the database `default`.
  static nlohmann::json rows(const std::string& sql) {
    stores::clickhouse::Options options;
    options.hosts = {clickhouse_address()};
    const auto server = std::make_shared<stores::clickhouse::Server>(options);
    auto seat = server->seat();
    return server->rows(seat, sql);
  }
  static void ask(const std::string& sql) {
    stores::clickhouse::Options options;
    options.hosts = {clickhouse_address()};
    const auto server = std::make_shared<stores::clickhouse::Server>(options);
    auto seat = server->seat();
    server->execute(seat, sql, {});
  }

 private:
  std::string name_;
};

/// A store that its database goes with.
class OwnDatabaseStore final : public store::Store {
 public:
  OwnDatabaseStore() : store_(stores::clickhouse::make_store(database_.options())) {}
  const store::Info& info() const override { return store_->info(); }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    return store_->open(mode, watch);
  }

 private:
  ClickHouseDatabase database_;
  std::unique_ptr<store::Store> store_;
};
inline std::unique_ptr<store::Store> clickhouse_database() { return std::make_unique<OwnDatabaseStore>(); }

/// A store in a database that goes with it.
template <class Change>
std::shared_ptr<const store::Store> clickhouse_store(Change change) {
  struct Held {
    ClickHouseDatabase database;
    std::unique_ptr<store::Store> store;
  };
  auto held = std::make_shared<Held>();
  auto options = held->database.options();
  change(options);
  held->store = stores::clickhouse::make_store(std::move(options));
  return {held, held->store.get()};
}
inline std::shared_ptr<const store::Store> clickhouse_store() {
  return clickhouse_store([](auto&) {});
}

}  // namespace metaxy::test
