// SPDX-License-Identifier: Apache-2.0
// Values that a database would keep as others: they are refused, because nobody would notice.
#pragma once

#include <cstdint>
#include <metaxy/arrow.hpp>
#include <optional>
#include <utility>

#include "arrow/view.hpp"

namespace metaxy::store {

/// What a database does not keep.
struct Lost {
  bool nanoseconds = false;
  bool nan = false;
  std::optional<std::pair<std::int64_t, std::int64_t>> years = std::nullopt;  ///< dates are kept in these only
};

/// A column's time, in units of its type, as microseconds. Throws: InvalidArgument naming the column when it is between
/// two of them or out of range.
std::int64_t whole_micros(const ArrowSchemaView& column, std::int64_t units);

/// The same batches, whose columns are looked at as they are read. Throws, then: InvalidArgument naming the column.
arrow::Stream refuse_lost(arrow::Stream rows, Lost lost);

}  // namespace metaxy::store
