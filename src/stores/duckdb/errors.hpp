// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <metaxy/error.hpp>

#include "stores/duckdb/handles.hpp"

namespace metaxy::stores::duckdb {

/// DuckDB's own words without the JSON some calls wrap them in and without the kind of error in front.
std::string clean_message(std::string_view message);

/// metaxy's error for one of DuckDB's; `sql` becomes a note when it is not empty.
Error translate(duckdb_error_type type, std::string_view message, std::string_view sql);

/// Others use the database file for too long.
Error in_use(std::string_view path, std::string_view whom);

/// Throws when `data` carries an error; takes it over.
void check(duckdb_error_data data);

}  // namespace metaxy::stores::duckdb
