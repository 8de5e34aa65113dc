// SPDX-License-Identifier: Apache-2.0
// Raw SQL for tests: what a second hand sees in a database.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "stores/duckdb/database.hpp"

namespace metaxy::stores::duckdb::testing {

using TextRows = std::vector<std::vector<std::string>>;

/// Rows as text; NULL is `NULL`. Throws std::runtime_error with DuckDB's message.
inline TextRows rows(duckdb_connection connection, const std::string& sql) {
  Result result;
  if (duckdb_query(connection, sql.c_str(), result.get()) != DuckDBSuccess) {
    throw std::runtime_error(duckdb_result_error(result.get()));
  }
  TextRows out(duckdb_row_count(result.get()));
  for (idx_t row = 0; row < out.size(); ++row) {
    for (idx_t column = 0; column < duckdb_column_count(result.get()); ++column) {
      char* text = duckdb_value_varchar(result.get(), column, row);
      out[row].push_back(text ? take_text(text) : "NULL");
    }
  }
  return out;
}

inline std::string value(duckdb_connection connection, const std::string& sql) {
  return rows(connection, sql).at(0).at(0);
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A database of its own with metaxy's functions.
class Sql {
 public:
  explicit Sql(const Options& options = {}) : database_(options), connection_(database_.take_connection()) {}
  TextRows rows(const std::string& sql) { return testing::rows(connection_.get(), sql); }
  std::string value(const std::string& sql) { return testing::value(connection_.get(), sql); }
  /// DuckDB's message for a statement that must fail.
  std::string error(const std::string& sql) {
    try {
      rows(sql);
    } catch (const std::runtime_error& failure) {
      return failure.what();
    }
    return "no error";
  }

 private:
  Database database_;
  ConnectionHandle connection_;
};

}  // namespace metaxy::stores::duckdb::testing
