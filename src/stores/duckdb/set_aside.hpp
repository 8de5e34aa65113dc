// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <mutex>
#include <optional>

namespace metaxy::stores::duckdb {

/// All rows of a stream, taken now and given later: in memory while they are few, else from a temporary file.
/// Throws: what the stream throws; Io.
arrow::Stream set_aside(arrow::Stream rows);

/// The same, to be read as often as is wanted by one reader at a time.
std::function<arrow::Stream()> keep_rows(arrow::Stream rows, const Watch& watch);

/// Takes the rows of slow producers now. The rest of many rows that come fast is left in their stream, because
/// copying them would take longer than waiting for them.
arrow::Stream settle(arrow::Stream rows, const Watch& watch);

/// Rows that are read from a database until they are cut off from it. Thread-safe.
class DetachableRows {
 public:
  explicit DetachableRows(arrow::Stream rows) : rows_(std::move(rows)) {}
  std::optional<arrow::Array> next();
  /// Reads to the end whatever was not yet asked for; what fails is told by `next`.
  void detach() noexcept;

 private:
  std::mutex mutex_;
  arrow::Stream rows_;
  std::exception_ptr failure_;
  bool detached_ = false;
};

}  // namespace metaxy::stores::duckdb
