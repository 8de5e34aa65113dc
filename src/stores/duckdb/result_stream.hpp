// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>

#include "stores/duckdb/connection.hpp"

namespace metaxy::stores::duckdb {

/// Runs a prepared query and gives its rows as they are computed, in bounded memory. The stream keeps the connection.
arrow::Stream stream_result(std::shared_ptr<DuckDbConnection> connection, Prepared statement, std::string sql,
                            const Watch& watch);

}  // namespace metaxy::stores::duckdb
