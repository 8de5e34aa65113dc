// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/error.hpp>
#include <string>

#include "stores/duckdb/table_file.hpp"

namespace metaxy::stores::duckdb {

/// DuckDB's error about a tabular file in words for whoever gave the file. `shown` is its name in messages.
Error file_fault(const std::string& path, const std::string& shown, FileFormat format, const Error& error);

}  // namespace metaxy::stores::duckdb
