// SPDX-License-Identifier: Apache-2.0
// Rows of an Arrow batch as a DuckDB chunk, around the faults of DuckDB 1.4's own conversion.
#pragma once

#include <cstdint>
#include <metaxy/arrow.hpp>
#include <vector>

#include "stores/duckdb/handles.hpp"

namespace metaxy::stores::duckdb {

/// Rows for DuckDB; the chunk may lie in the copy.
struct ConvertedRows {
  arrow::Array copy;
  Chunk chunk;
};

/// Some columns of a schema, ready to be converted.
class ArrowRows {
 public:
  /// Takes the columns at `columns` of `schema`. Throws: Unsupported naming the column and its type.
  ArrowRows(duckdb_connection connection, const ArrowSchema& schema, std::vector<std::size_t> columns);

  /// DuckDB's types of the columns.
  std::vector<LogicalType> types() const;
  /// Throws: InvalidArgument naming the column and row whose text is not UTF-8; DuckDB would store it as it is.
  void check_text(const ArrowArray& batch) const;
  /// Rows [from, from + count) of a batch; count is at most duckdb_vector_size(). The batch must outlive the
  /// chunk.
  /// Requires: `check_text(batch)` did not throw.
  ConvertedRows rows(const ArrowArray& batch, std::int64_t from, std::int64_t count) const;

 private:
  duckdb_connection connection_;
  std::vector<std::size_t> columns_;
  std::vector<ArrowSchema*> children_;
  ArrowSchema schema_{};  // a view of the columns; owned by whoever owns the schema given
  bool copied_ = false;   // DuckDB is given copies in a plain layout
  arrow::Schema plain_;
  ConvertedSchema converted_;
};

/// Throws: SchemaMismatch for columns whose names differ at most in case; Unsupported for types that DuckDB cannot
/// read, naming all of them.
void check_importable(const ArrowSchema& schema);

}  // namespace metaxy::stores::duckdb
