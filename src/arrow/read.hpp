// SPDX-License-Identifier: Apache-2.0
// Reading Arrow batches value by value, for output, tests and small results.
#pragma once

#include <metaxy/arrow.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrow/view.hpp"
#include "base/json.hpp"

namespace metaxy::arrow {

/// The value of a row as JSON. Dates, times and timestamps are ISO-8601 text (a zoned timestamp is given in UTC with
/// `Z`), durations ISO-8601 too, decimals are text, bytes base64; a map is an object when its keys are text and
/// differ, else a list of `{"key", "value"}`. Floats may be NaN or infinite.
/// Throws: Unsupported for unions and run-end encoding.
Json read_value(const TypeNode& type, const ArrowArrayView& view, std::int64_t row);
Json read_value(const ArrowSchema& schema, const ArrowArrayView& view, std::int64_t row);
/// The value of a row of decimals. Requires: it is not NULL.
std::string decimal_text(const TypeNode& type, const ArrowArrayView& view, std::int64_t row);

/// Batches of one schema, one at a time.
class Reader {
 public:
  /// Requires: a struct schema, as streams have.
  explicit Reader(Schema schema);

  const ArrowSchema& schema() const { return *schema_.get(); }
  std::size_t columns() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  /// The position of a column; absent when there is none or several of that name.
  std::optional<std::size_t> find(std::string_view name) const;

  /// Looks at another batch from now on, which is kept. Throws: SchemaMismatch.
  void set(Array batch);
  std::int64_t rows() const { return rows_; }

  bool is_null(std::size_t column, std::int64_t row) const;
  Json value(std::size_t column, std::int64_t row) const;
  /// Text or bytes without a copy; valid until the next `set`. Throws: SchemaMismatch when the column is not text.
  std::optional<std::string_view> text(std::size_t column, std::int64_t row) const;
  /// Throws: SchemaMismatch when the column is no integer of up to 64 bits (dates and timestamps count as such).
  std::optional<std::int64_t> int64(std::size_t column, std::int64_t row) const;
  /// The whole row as an object in column order.
  Json row(std::int64_t row) const;

 private:
  Schema schema_;
  TypeNode type_;
  std::vector<std::string> names_;
  Array batch_;
  std::unique_ptr<ArrayView> view_;
  std::int64_t rows_ = 0;
};

/// All rows of a stream as objects, for tests and small results.
std::vector<Json> read_rows(Stream& stream);
std::vector<Json> read_rows(Stream&& stream);

}  // namespace metaxy::arrow
