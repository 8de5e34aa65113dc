// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <metaxy/arrow.hpp>
#include <string>
#include <string_view>

#include "store/session.hpp"

namespace metaxy::stores::duckdb {

/// A DuckDB type in metaxy's words; its text is what CREATE TABLE and CAST take.
store::ColumnType column_type(duckdb_logical_type type);

/// DuckDB says INTEGER of columns that are only null; those that are so in `schema`, by name, become Kind::Null, which
/// is created as text.
void restore_nulls(store::TableSchema& columns, const ArrowSchema& schema);

/// SQL that turns `expr` into a value of type `to`: structs by member name, structs into maps and back.
std::string fit_expression(const std::string& expr, const store::ColumnType& from, const store::ColumnType& to);

/// A name as DuckDB's SQL writes it.
std::string quote_name(std::string_view name);
/// A text constant as DuckDB's SQL writes it.
std::string quote_text(std::string_view text);

}  // namespace metaxy::stores::duckdb
