// SPDX-License-Identifier: Apache-2.0
// An in-memory DuckDB for tests that judge SQL by running it.
#pragma once

#include <duckdb.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace metaxy::testing_support {

class Duck {
 public:
  using Row = std::vector<std::optional<std::string>>;

  Duck() {
    if (duckdb_open(nullptr, &database_) != DuckDBSuccess || duckdb_connect(database_, &connection_) != DuckDBSuccess) {
      throw std::runtime_error("DuckDB does not open");
    }
    query("SET TimeZone = 'UTC'");
    query("SET threads = 2");
  }
  ~Duck() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Duck(const Duck&) = delete;
  Duck& operator=(const Duck&) = delete;

  /// Values as text, so cast what is not text, a number or a boolean. Throws: runtime_error with DuckDB's message.
  std::vector<Row> query(const std::string& sql) {
    duckdb_result result;
    std::vector<Row> rows;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess) {
      std::string message = std::string(duckdb_result_error(&result)) + "\n" + sql;
      duckdb_destroy_result(&result);
      throw std::runtime_error(message);
    }
    for (idx_t r = 0; r < duckdb_row_count(&result); ++r) {
      Row& row = rows.emplace_back();
      for (idx_t c = 0; c < duckdb_column_count(&result); ++c) row.push_back(value(result, c, r));
    }
    duckdb_destroy_result(&result);
    return rows;
  }

 private:
  static std::optional<std::string> value(duckdb_result& result, idx_t column, idx_t row) {
    if (duckdb_value_is_null(&result, column, row)) return std::nullopt;
    duckdb_string text = duckdb_value_string(&result, column, row);
    std::string copy(text.data, text.size);
    duckdb_free(text.data);
    return copy;
  }

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace metaxy::testing_support
