// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "stores/duckdb/connection.hpp"
#include "stores/duckdb/table_file.hpp"

namespace metaxy::stores::duckdb {

/// DuckDB gives columns names of its own where a file's occur twice (in any case) or are empty. `seen` are those that
/// it gave; `path` is a literal of SQL. Throws: InvalidArgument naming the column.
void check_column_names(DuckDbConnection& engine, const std::string& path, FileFormat format,
                        const std::vector<std::string>& seen);

}  // namespace metaxy::stores::duckdb
