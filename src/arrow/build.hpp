// SPDX-License-Identifier: Apache-2.0
// Making Arrow batches in C++: types by their format strings, values typed or as JSON.
#pragma once

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace metaxy::arrow {

/// Format strings of the types that metaxy itself makes (others work too).
inline constexpr std::string_view kNull = "n";
inline constexpr std::string_view kBool = "b";
inline constexpr std::string_view kInt64 = "l";
inline constexpr std::string_view kDouble = "g";
inline constexpr std::string_view kText = "u";
inline constexpr std::string_view kBinary = "z";
inline constexpr std::string_view kDate = "tdD";
inline constexpr std::string_view kTimestamp = "tsu:UTC";
inline constexpr std::string_view kLocalTimestamp = "tsu:";
inline constexpr std::string_view kStruct = "+s";
inline constexpr std::string_view kList = "+l";
inline constexpr std::string_view kMap = "+m";

/// A column, or a part of one, to be made.
struct Field {
  std::string name;
  std::string format = std::string(kText);
  std::vector<Field> children = {};
  bool nullable = true;

  // NOLINTNEXTLINE(google-explicit-constructor): lists of columns name those of text by their names alone
  Field(std::string column_name, std::string_view type = kText, std::vector<Field> parts = {})
      : name(std::move(column_name)), format(type), children(std::move(parts)) {}
};

/// `name: struct<member: text, …>`.
Field struct_of_text(std::string name, const std::vector<std::string>& members);
/// `name: list<text>`.
Field list_of_text(std::string name);
/// `name: map<text, text>`.
Field map_of_text(std::string name);

/// The schema of batches with these columns.
Schema make_schema(const std::vector<Field>& columns);

/// Builds one batch after another. Columns are filled independently, in any order; `finish` checks that all of them
/// have the same number of values. Values are copied. After an append that threw, the builder is good for nothing.
class Builder {
 public:
  /// Throws: Unsupported when a type cannot be built.
  explicit Builder(const std::vector<Field>& columns) : Builder(make_schema(columns)) {}
  explicit Builder(Schema schema);

  /// A copy of the schema.
  Schema schema() const;
  std::size_t columns() const { return static_cast<std::size_t>(schema_->n_children); }
  /// Values in the first column.
  std::int64_t rows() const;

  /// Append one value to a column. Throw: SchemaMismatch when the column has another type.
  void null(std::size_t column);
  void boolean(std::size_t column, bool value);
  void int64(std::size_t column, std::int64_t value);
  void float64(std::size_t column, double value);
  /// Text or bytes; text is not checked to be UTF-8. Absent is null.
  void text(std::size_t column, std::optional<std::string_view> value);
  void timestamp(std::size_t column, Timestamp value);
  /// A value of any type; dates and timestamps are ISO-8601 text, maps are objects, decimals text or numbers.
  void value(std::size_t column, const Json& value);
  /// A whole row by column names; what is missing is null. Throws: SchemaMismatch for unknown names.
  void row(const Json& object);

  /// The batch, and the builder is empty again. Throws: Internal when columns differ in length.
  Array finish();

 private:
  ArrowArray& at(std::size_t column);
  void start();
  [[noreturn]] void refuse(std::size_t column, const std::string& what) const;

  Schema schema_;
  Array array_;
};

/// Batches of rows given as JSON objects, for tests and small results.
Array make_batch(const std::vector<Field>& columns, const std::vector<Json>& rows);
Stream make_stream(const std::vector<Field>& columns, const std::vector<Json>& rows, std::size_t rows_per_batch = 1024);
/// A stream over batches that exist.
Stream make_stream(Schema schema, std::vector<Array> batches);

}  // namespace metaxy::arrow
