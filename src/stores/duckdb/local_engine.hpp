// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "stores/duckdb/connection.hpp"

namespace metaxy::stores::duckdb {

/// A connection to an in-memory database of its own, which lives as long as the connection.
inline std::shared_ptr<DuckDbConnection> local_engine() {
  return std::make_shared<DuckDbConnection>(DatabasePlace::of({}), store::Access::Read, Caller{}, Watch{});
}

/// The texts of a query's only column. Nulls are empty.
std::vector<std::string> query_texts(DuckDbConnection& engine, const std::string& sql);

}  // namespace metaxy::stores::duckdb
