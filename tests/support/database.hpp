// SPDX-License-Identifier: Apache-2.0
// The store that tests of everything above stores run on: DuckDB in memory, or what METAXY_TEST_STORE names.
#pragma once

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "stores/registry.hpp"
#include "support/adbc.hpp"
#include "support/clickhouse.hpp"
#include "support/lake.hpp"
#include "support/postgresql.hpp"
#include "support/table_storage.hpp"

namespace metaxy::test {

/// Whether texts with NUL bytes can be kept in it.
inline bool keeps_nul() {
  const char* named = std::getenv("METAXY_TEST_STORE");
  return !named || std::string(named).find("postgresql") == std::string::npos;
}

/// Whether times can be given to it as constants.
inline bool takes_times() {
  const char* named = std::getenv("METAXY_TEST_STORE");
  return !named || std::string(named) != "adbc";
}

inline std::unique_ptr<store::Store> database(int threads = 2) {
  const char* named = std::getenv("METAXY_TEST_STORE");
  const std::string kind = named ? named : "duckdb";
  if (kind == "duckdb")
    return stores::open_store("duckdb", {{"path", ":memory:"}, {"threads", std::to_string(threads)}});
  if (kind == "sqlite") return stores::open_store("sqlite", {{"path", ":memory:"}});
  if (kind == "postgresql") return postgresql_store();
  if (kind == "adbc") return std::make_unique<AdbcSqlite>();
  if (kind == "adbc-postgresql") return adbc_postgresql();
  if (kind == "storage") return table_storage_store();
  if (kind == "ducklake") return std::make_unique<ScratchLake>("sqlite");
  if (kind == "clickhouse") return clickhouse_database();
  if (kind == "clickhouse-cluster") return clickhouse_database(Spread::TwoShards);
  throw std::runtime_error("METAXY_TEST_STORE names no store of these tests: " + kind);
}

}  // namespace metaxy::test
