// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/text_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "stores/duckdb/column_types.hpp"

namespace metaxy::stores::duckdb {

using store::ColumnType;
using store::Kind;

namespace {

/// Databases and definitions name integers of other sizes than the usual alike.
constexpr std::pair<std::string_view, std::string_view> kIntegers[] = {
    {"int8", "TINYINT"},     {"tinyint", "TINYINT"},     {"int16", "SMALLINT"},  {"smallint", "SMALLINT"},
    {"int32", "INTEGER"},    {"integer", "INTEGER"},     {"uint8", "UTINYINT"},  {"utinyint", "UTINYINT"},
    {"uint16", "USMALLINT"}, {"usmallint", "USMALLINT"}, {"uint32", "UINTEGER"}, {"uinteger", "UINTEGER"},
    {"uint64", "UBIGINT"},   {"ubigint", "UBIGINT"},     {"int128", "HUGEINT"},  {"hugeint", "HUGEINT"},
};

constexpr int kMostDigits = 38;
constexpr int kUsualScale = 10;

std::string integer_type(const std::string& name) {
  const auto lower = to_lower(name);
  const auto* known = std::ranges::find(kIntegers, lower, &std::pair<std::string_view, std::string_view>::first);
  return std::string(known == std::end(kIntegers) ? "BIGINT" : known->second);
}

std::string error_of(const std::string& column, const std::string& shown, const std::string& why) {
  return fmt::format("error({} || {} || {})",
                     quote_text(fmt::format("{}column {} has `", kRefusedValue, quote(column))), shown,
                     quote_text("`, which is " + why));
}

}  // namespace

std::optional<std::string> engine_type(const ColumnType& type) {
  switch (type.kind) {
    case Kind::Text: return "VARCHAR";
    case Kind::Boolean: return "BOOLEAN";
    case Kind::Integer: return integer_type(type.text);
    case Kind::Float: return type.width == 32 ? "FLOAT" : "DOUBLE";
    case Kind::Decimal:
      if (type.width < 1 || type.width > kMostDigits) return fmt::format("DECIMAL({},{})", kMostDigits, kUsualScale);
      return fmt::format("DECIMAL({},{})", type.width, type.scale);
    case Kind::Date: return "DATE";
    case Kind::Time: return "TIME";
    case Kind::Timestamp: return type.text == "TIMESTAMP_NS" ? type.text : "TIMESTAMP";
    case Kind::TimestampTz: return "TIMESTAMP WITH TIME ZONE";
    case Kind::Other: return type.text == "UUID" ? std::optional<std::string>("UUID") : std::nullopt;
    default: return std::nullopt;
  }
}

std::string value_of(const std::string& text, const ColumnType& type) {
  auto value = fmt::format("TRY_CAST({} AS {})", text, *engine_type(type));
  const auto when = [&](const std::string& condition) {
    return fmt::format("CASE WHEN {} THEN {} END", condition, value);
  };
  switch (type.kind) {
    case Kind::Text: return text;
    // Casts round to the type's digits.
    case Kind::Integer:
    case Kind::Decimal: return when(fmt::format("TRY_CAST({} AS DOUBLE) = CAST({} AS DOUBLE)", text, value));
    case Kind::Date: return when(fmt::format("TRY_CAST({} AS TIMESTAMP) = {}", text, value));
    case Kind::Time: return when(fmt::format("TRY_CAST({} AS TIMESTAMP) IS NULL", text));
    case Kind::Timestamp:
      if (type.text == "TIMESTAMP_NS") return value;
      // By itself the cast would pass over an offset.
      return fmt::format("CAST(TRY_CAST({} AS TIMESTAMP WITH TIME ZONE) AS TIMESTAMP)", text);
    default: return value;
  }
}

std::string checked_value(const std::string& text, const store::TableColumn& column) {
  if (column.type.kind == Kind::Text) return text;
  return fmt::format("coalesce({}, CASE WHEN {} IS NOT NULL THEN {} END)", value_of(text, column.type), text,
                     error_of(column.name, text, "not of type " + column.type.text));
}

std::string checked_scalar(const std::string& json, const std::string& column) {
  return fmt::format("CASE WHEN json_type({0}) IN ('OBJECT', 'ARRAY') THEN {1} ELSE {0} ->> '$' END", json,
                     error_of(column, fmt::format("CAST({} AS VARCHAR)", json), std::string(kNotSingle)));
}

}  // namespace metaxy::stores::duckdb
