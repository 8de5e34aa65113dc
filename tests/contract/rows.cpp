// SPDX-License-Identifier: Apache-2.0
#include "contract/rows.hpp"

#include <memory>

#include "contract/sql.hpp"
#include "stores/duckdb/connection.hpp"

namespace metaxy::testing {

namespace {

std::shared_ptr<stores::duckdb::DuckDbConnection> local_engine() {
  return std::make_shared<stores::duckdb::DuckDbConnection>(stores::duckdb::DatabasePlace::of({}), store::Access::Read,
                                                            stores::duckdb::Caller{}, Watch{});
}

}  // namespace

arrow::Stream sql_stream(const std::string& query) { return local_engine()->query(query, {}); }

std::vector<std::string> column_names(arrow::Stream& stream) {
  std::vector<std::string> names;
  const arrow::Schema schema = stream.schema();
  for (std::int64_t i = 0; i < schema->n_children; ++i) names.emplace_back(schema->children[i]->name);
  return names;
}

TextRows read_all(arrow::Stream stream) {
  const auto engine = local_engine();
  engine->bind("rows", std::move(stream));
  const std::string sql = "SELECT COLUMNS(*)::VARCHAR FROM metaxy_input('rows')";
  try {
    return stores::duckdb::testing::rows(engine->get(), sql);
  } catch (const std::runtime_error& failure) {
    engine->fail(DUCKDB_ERROR_INVALID, failure.what(), sql);  // throws what the stream threw
  }
}

}  // namespace metaxy::testing
