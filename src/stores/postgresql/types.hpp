// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's types beside Arrow's and metaxy's.
#pragma once

#include <libpq-fe.h>

#include <optional>
#include <string>

#include "arrow/build.hpp"
#include "arrow/view.hpp"
#include "store/session.hpp"

namespace metaxy::stores::postgresql {

/// A type that is known in binary form.
struct KnownType {
  Oid oid;
  Oid array;
  store::Kind kind;
  const char* text;   ///< in a table definition
  const char* arrow;  ///< Arrow's format; of numeric: made from its digits
  int width;
};
/// Null for types that go as text.
const KnownType* find_type(Oid oid);
const KnownType* find_element(Oid array);
const KnownType& known_type(std::string_view text);

constexpr Oid kNumeric = 1700;
constexpr Oid kJson = 114;
constexpr Oid kJsonb = 3802;

/// What a column of that type holds. `modifier` has the digits of a numeric.
store::ColumnType column_type(Oid oid, int modifier, const std::string& text);
/// The Arrow column that a result's column becomes; absent: only as text.
std::optional<arrow::Field> arrow_field(const std::string& name, Oid oid, int modifier);
/// What a column of an Arrow stream is kept as.
store::ColumnType column_type(const arrow::TypeNode& type, const ArrowSchema& schema);

/// A type as it is remembered in the comment of a JSONB column, and back; absent: the comment is somebody else's.
std::string write_comment(const store::ColumnType& type);
std::optional<store::ColumnType> read_comment(const std::string& comment);
/// A struct, map or nested list that is kept as JSON.
bool is_kept_as_json(const store::ColumnType& type);
/// Any column of JSON.
bool is_json(const store::ColumnType& type);

}  // namespace metaxy::stores::postgresql
