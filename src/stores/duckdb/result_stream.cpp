// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/result_stream.hpp"

#include <metaxy/error.hpp>
#include <optional>
#include <vector>

#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/query_watch.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// A query that is running. Members are destroyed from the last to the first: the connection outlives the rest.
class RunningQuery {
 public:
  RunningQuery(std::shared_ptr<DuckDbConnection> connection, Prepared statement, std::string sql, const Watch& watch)
      : connection_(std::move(connection)), statement_(std::move(statement)), sql_(std::move(sql)) {
    watching_.emplace(connection_->get(), watch);
    if (duckdb_execute_prepared_streaming(statement_.get(), result_.get()) != DuckDBSuccess) {
      watching_.reset();
      connection_->leave();
      throw_error();
    }
    *options_.out() = duckdb_result_get_arrow_options(result_.get());
  }

  RunningQuery(const RunningQuery&) = delete;
  RunningQuery& operator=(const RunningQuery&) = delete;
  ~RunningQuery() {
    if (!given_up_) return;
    watching_.reset();
    connection_->leave();
  }

  arrow::Schema schema() {
    std::vector<LogicalType> types;
    std::vector<duckdb_logical_type> raw_types;
    std::vector<const char*> names;
    for (idx_t i = 0; i < duckdb_column_count(result_.get()); ++i) {
      types.emplace_back(duckdb_column_logical_type(result_.get(), i));
      raw_types.push_back(types.back().get());
      names.push_back(duckdb_column_name(result_.get(), i));
    }
    arrow::Schema schema;
    check(duckdb_to_arrow_schema(options_.get(), raw_types.data(), names.data(), names.size(), schema.out()));
    return schema;
  }

  std::optional<arrow::Array> next() {
    if (done_) return std::nullopt;
    const Chunk chunk(duckdb_fetch_chunk(*result_.get()));
    if (!chunk) {
      const char* message = duckdb_result_error(result_.get());
      if (message && *message) throw_error();
    }
    if (!chunk || duckdb_data_chunk_get_size(chunk.get()) == 0) {
      finish();
      return std::nullopt;
    }
    arrow::Array array;
    check(duckdb_data_chunk_to_arrow(options_.get(), chunk.get(), array.out()));
    return array;
  }

 private:
  [[noreturn]] void throw_error() {
    watching_.reset();
    done_ = true;
    connection_->fail(duckdb_result_error_type(result_.get()), duckdb_result_error(result_.get()), sql_);
  }
  void finish() {
    done_ = true;
    given_up_ = false;
    watching_.reset();
  }

  std::shared_ptr<DuckDbConnection> connection_;
  Prepared statement_;
  std::string sql_;
  Result result_;
  ArrowOptions options_;
  std::optional<QueryWatch> watching_;
  bool done_ = false;
  bool given_up_ = true;  ///< unless it comes to its end
};

}  // namespace

arrow::Stream stream_result(std::shared_ptr<DuckDbConnection> connection, Prepared statement, std::string sql,
                            const Watch& watch) {
  auto query = std::make_shared<RunningQuery>(std::move(connection), std::move(statement), std::move(sql), watch);
  arrow::Schema schema = query->schema();
  return arrow::make_stream(std::move(schema), [query] { return query->next(); });
}

}  // namespace metaxy::stores::duckdb
