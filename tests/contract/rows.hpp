// SPDX-License-Identifier: Apache-2.0
// Arrow for tests: streams made of literals and read back as text. The local DuckDB is the producer and the judge.
#pragma once

#include <string>
#include <vector>

#include <metaxy/arrow.hpp>

namespace metaxy::testing {

using TextRows = std::vector<std::vector<std::string>>;

/// The rows that DuckDB gives for a query, as an Arrow stream that lives by itself.
arrow::Stream sql_stream(const std::string& query);

/// Reads a stream to its end: every value as DuckDB's text of it, NULL as `NULL`. Throws what the stream throws.
TextRows read_all(arrow::Stream stream);

/// Names of the columns of a stream.
std::vector<std::string> column_names(arrow::Stream& stream);

}  // namespace metaxy::testing
