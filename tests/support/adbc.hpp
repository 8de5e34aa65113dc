// SPDX-License-Identifier: Apache-2.0
// Stores behind ADBC's drivers for SQLite and PostgreSQL; METAXY_ADBC_DRIVERS is the folder of the drivers.
#pragma once

#include <memory>
#include <string>

#include "stores/registry.hpp"
#include "support/folder.hpp"
#include "support/postgresql.hpp"

namespace metaxy::test {

inline std::string adbc_driver(const std::string& name) {
  return std::string(METAXY_ADBC_DRIVERS) + "/libadbc_driver_" + name + ".so";
}

/// A store whose SQLite file goes with it.
class AdbcSqlite final : public store::Store {
 public:
  explicit AdbcSqlite(stores::Options options = {}) {
    options.emplace("driver", adbc_driver("sqlite"));
    options.emplace("uri", folder_.file("store.sqlite"));
    store_ = stores::open_store("adbc", options);
  }
  const store::Info& info() const override { return store_->info(); }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    return store_->open(mode, watch);
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<store::Store> store_;
};

/// A store in a new schema of the PostgreSQL server of the tests.
inline std::unique_ptr<store::Store> adbc_postgresql(stores::Options options = {}) {
  const auto schema = options.emplace("schema", new_schema()).first->second;
  psql("CREATE SCHEMA IF NOT EXISTS " + schema);
  options.emplace("driver", adbc_driver("postgresql"));
  options.emplace("uri", postgresql_uri());
  return stores::open_store("adbc", options);
}

}  // namespace metaxy::test
