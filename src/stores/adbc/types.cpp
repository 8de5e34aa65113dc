// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "store/told.hpp"

namespace metaxy::stores::adbc {

using rel::Type;
using store::ColumnType;
using store::Kind;

namespace {

struct KnownType {
  std::string_view word;
  Type type;
  Kind kind;
  std::string_view arrow;
  int width;
};

constexpr auto kTypes = std::to_array<KnownType>({
    {"text", Type::Text, Kind::Text, "u", 0},
    {"boolean", Type::Boolean, Kind::Boolean, "b", 0},
    {"smallint", Type::Int16, Kind::Integer, "s", 0},
    {"integer", Type::Int32, Kind::Integer, "i", 0},
    {"bigint", Type::Int64, Kind::Integer, "l", 0},
    {"float", Type::Float, Kind::Float, "f", 32},
    {"double", Type::Double, Kind::Float, "g", 64},
    {"binary", Type::Binary, Kind::Binary, "z", 0},
    {"date", Type::Date, Kind::Date, "tdD", 0},
    {"time", Type::Time, Kind::Time, "ttu", 0},
    {"timestamp", Type::Timestamp, Kind::Timestamp, "tsu:", 0},
    {"timestamptz", Type::TimestampTz, Kind::TimestampTz, "tsu:UTC", 0},
});

constexpr int kMostDigits = 38;
constexpr const char* kDecimal = "decimal(%d,%d)";

const KnownType* find_type(Type type) {
  const auto at = std::ranges::find(kTypes, type, &KnownType::type);
  return at == kTypes.end() ? nullptr : &*at;
}

std::optional<rel::ValueType> arrow_type(const ArrowSchemaView& view) {
  switch (view.type) {
    case NANOARROW_TYPE_BOOL: return rel::ValueType{Type::Boolean};
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16: return rel::ValueType{Type::Int16};
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32: return rel::ValueType{Type::Int32};
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64: return rel::ValueType{Type::Int64};
    case NANOARROW_TYPE_UINT64: return rel::ValueType{Type::Decimal, 20, 0};
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT: return rel::ValueType{Type::Float};
    case NANOARROW_TYPE_DOUBLE: return rel::ValueType{Type::Double};
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64: return rel::ValueType{Type::Date};
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: return rel::ValueType{Type::Time};
    case NANOARROW_TYPE_TIMESTAMP:
      return rel::ValueType{view.timezone && *view.timezone ? Type::TimestampTz : Type::Timestamp};
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128: return rel::ValueType{Type::Decimal, view.decimal_precision, view.decimal_scale};
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: return rel::ValueType{Type::Text};
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return rel::ValueType{Type::Binary};
    default: return std::nullopt;
  }
}

}  // namespace

bool Types::is_kept_as_text(Type type) const {
  const auto column = dialect_.column_type(type);
  return type != Type::Text && (column == dialect_.column_type(Type::Text) || column.ends_with(" TEXT"));
}

ColumnType Types::scalar_of(const ArrowSchemaView& view) const {
  const std::string text(dialect_.column_type(Type::Text));
  if (view.type == NANOARROW_TYPE_NA) return {Kind::Null, text, {}, {}};
  const auto type = arrow_type(view);
  return type ? store::column_type(dialect_, type) : ColumnType{Kind::Other, text, {}, {}};
}

ColumnType Types::list_of(ColumnType element) const {
  return {Kind::List, std::string(json()), {}, {std::move(element)}};
}

std::optional<rel::ValueType> Types::value_type(const ColumnType& type) const {
  if (type.kind == Kind::Decimal) return rel::ValueType{Type::Decimal, type.width, type.scale};
  // Integers of several widths differ by what the database calls them.
  if (type.kind == Kind::Integer) {
    for (const auto width : {Type::Int16, Type::Int32}) {
      if (type.text == dialect_.column_type(width) && type.text != dialect_.column_type(Type::Int64))
        return rel::ValueType{width};
    }
    return rel::ValueType{Type::Int64};
  }
  const auto at = std::ranges::find_if(kTypes, [&](const auto& known) {
    return known.kind == type.kind && (type.kind != Kind::Float || known.width == (type.width == 32 ? 32 : 64));
  });
  return at == kTypes.end() ? std::nullopt : std::optional(rel::ValueType{at->type});
}

std::string Types::write_scalar(const ColumnType& type) const {
  const auto value = value_type(type);
  if (!value) return "text";
  if (value->type == Type::Decimal) return fmt::format("decimal({},{})", value->precision, value->scale);
  return std::string(find_type(value->type)->word);
}

std::optional<ColumnType> Types::read_scalar(const std::string& text) const {
  int width = 0;
  int digits = 0;
  if (std::sscanf(text.c_str(), kDecimal, &width, &digits) == 2) {
    if (width < 1 || width > kMostDigits || digits < 0 || digits > width) return std::nullopt;
    return store::column_type(dialect_, rel::ValueType{Type::Decimal, width, digits});
  }
  const auto at = std::ranges::find(kTypes, text, &KnownType::word);
  return at == kTypes.end() ? std::nullopt : std::optional(store::column_type(dialect_, rel::ValueType{at->type}));
}

arrow::Field Types::given(const std::string& name, const ColumnType& type) const {
  const auto value = store::is_nested(type) ? std::nullopt : value_type(type);
  if (!value) return {name};
  if (value->type == Type::Decimal) return {name, fmt::format("d:{},{}", value->precision, value->scale)};
  return {name, find_type(value->type)->arrow};
}

arrow::Field Types::taken(const std::string& name, const ColumnType& type) const {
  const auto value = store::is_nested(type) ? std::nullopt : value_type(type);
  return value && !is_kept_as_text(value->type) ? given(name, type) : arrow::Field(name);
}

}  // namespace metaxy::stores::adbc
