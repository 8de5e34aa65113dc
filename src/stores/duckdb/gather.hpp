// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <cstdint>

namespace metaxy::stores::duckdb {

/// Registers the aggregate `metaxy_gather(key BLOB, joined BIGINT, keyed BOOLEAN, separator VARCHAR, texts VARCHAR …)`
/// for up to 16 texts. It takes a group's rows ascending by key (never NULL) and gives a struct of
/// - `text_1` …: the first `joined` texts of all rows, joined with the separator. When `keyed`, a row brings its key
/// and
///   behind it the text as an item of format 1; else the text, NULLs left out (and NULL when nothing is left);
/// - `list_1` …: the others as lists;
/// - `permutation`: the numbers of the rows in that order; the row that came first is 1.
/// Rows being gathered may take `memory_limit` bytes in all statements together, beside what DuckDB itself takes.
void register_gather(duckdb_connection connection, std::uint64_t memory_limit);

}  // namespace metaxy::stores::duckdb
