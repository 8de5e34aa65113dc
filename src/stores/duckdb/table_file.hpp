// SPDX-License-Identifier: Apache-2.0
// Tabular files in and out, by the embedded DuckDB. CSV and JSON carry no types: numbers and booleans are
// recognised, everything else is text, unless the reader is told what the columns are. A CSV column with numbers such
// as `007` is text. Nested columns are JSON text in CSV; the by-field columns are read back as structs.
#pragma once

#include <cstdint>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>
#include <string_view>

#include "store/session.hpp"

namespace metaxy::stores::duckdb {

/// Json: written as one array of objects; what is read may be lines as well.
enum class FileFormat { Csv, Json, JsonLines, Parquet, Arrow };

/// Stands for standard input or output.
inline constexpr std::string_view kStandardStream = "-";

/// What scalar columns of CSV and JSON are, whatever they look like; names that the file lacks are passed over.
struct FileTypes {
  store::TableSchema known = {};   ///< other values are refused
  store::TableSchema likely = {};  ///< only if all values are of the type
};

/// Reads a file, or standard input.
/// Throws: NotFound, Io, InvalidArgument (not of this format, or of these types); also later, from the stream.
arrow::Stream read_table_file(const std::string& path, FileFormat format, const FileTypes& types = {},
                              const Watch& watch = {});

/// Writes all rows to a file, which appears whole or not at all, or to standard output, and returns their number.
/// In JSON, numbers that are not finite are null.
/// Throws: Io, Unsupported (a type that the format lacks), and what the stream throws.
std::uint64_t write_table_file(arrow::Stream rows, const std::string& path, FileFormat format, const Watch& watch = {});

}  // namespace metaxy::stores::duckdb
