// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "store/nested_types.hpp"

namespace metaxy::stores::sqlite {

using store::ColumnType;
using store::Kind;

namespace {

struct KnownType {
  std::string_view text;
  Kind kind;
  std::string_view arrow;
  int width;
};

constexpr auto kTypes = std::to_array<KnownType>({
    {"TEXT", Kind::Text, "u", 0},
    {"BOOLEAN", Kind::Boolean, "b", 0},
    {"SMALLINT", Kind::Integer, "s", 0},
    {"INTEGER", Kind::Integer, "i", 0},
    {"BIGINT", Kind::Integer, "l", 0},
    {"FLOAT", Kind::Float, "f", 32},
    {"DOUBLE", Kind::Float, "g", 64},
    {"DATE", Kind::Date, "tdD", 0},
    {"TIME", Kind::Time, "ttu", 0},
    {"TIMESTAMP", Kind::Timestamp, "tsu:", 0},
    {"TIMESTAMPTZ", Kind::TimestampTz, "tsu:UTC", 0},
    {"BLOB", Kind::Binary, "z", 0},
    {kJson, Kind::Json, "u", 0},
});

constexpr int kMostDigits = 38;

const KnownType* find_type(std::string_view text) {
  const auto at = std::ranges::find_if(kTypes, [&](const auto& type) { return text == type.text; });
  return at == kTypes.end() ? nullptr : &*at;
}

ColumnType scalar(std::string_view text) {
  const auto* known = find_type(text);
  return {known->kind, std::string(known->text), {}, {}, known->width};
}

ColumnType decimal(int width, int scale) {
  return {Kind::Decimal, fmt::format("DECIMAL TEXT({},{})", width, scale), {}, {}, width, scale};
}

ColumnType list_type(ColumnType element) { return {Kind::List, std::string(kJson), {}, {std::move(element)}}; }

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What others declare: as SQLite decides how values are kept.
ColumnType foreign(std::string_view declared) {
  const auto word = to_lower(declared);
  const auto with_own_text = [&](ColumnType type) {
    type.text = declared;
    return type;
  };
  if (contains(word, "int")) return with_own_text(scalar("BIGINT"));
  if (contains(word, "char") || contains(word, "clob") || contains(word, "text")) return with_own_text(scalar("TEXT"));
  if (contains(word, "blob")) return with_own_text(scalar("BLOB"));
  if (contains(word, "real") || contains(word, "floa") || contains(word, "doub"))
    return with_own_text(scalar("DOUBLE"));
  if (contains(word, "bool")) return with_own_text(scalar("BOOLEAN"));
  return {Kind::Other, declared.empty() ? "ANY" : std::string(declared), {}, {}};
}

ColumnType scalar_type(const ArrowSchemaView& view) {
  switch (view.type) {
    case NANOARROW_TYPE_NA: return {Kind::Null, "TEXT", {}, {}};
    case NANOARROW_TYPE_BOOL: return scalar("BOOLEAN");
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16: return scalar("SMALLINT");
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32: return scalar("INTEGER");
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64: return scalar("BIGINT");
    case NANOARROW_TYPE_UINT64: return decimal(20, 0);
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT: return scalar("FLOAT");
    case NANOARROW_TYPE_DOUBLE: return scalar("DOUBLE");
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64: return scalar("DATE");
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: return scalar("TIME");
    case NANOARROW_TYPE_TIMESTAMP: return scalar(view.timezone && *view.timezone ? "TIMESTAMPTZ" : "TIMESTAMP");
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128: return decimal(view.decimal_precision, view.decimal_scale);
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: return scalar("TEXT");
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return scalar("BLOB");
    default: return {Kind::Other, "TEXT", {}, {}};
  }
}

class OwnTypes final : public store::OwnTypes {
 public:
  std::string_view json() const override { return kJson; }
  ColumnType scalar_of(const ArrowSchemaView& view) const override { return scalar_type(view); }
  ColumnType list_of(ColumnType element) const override { return list_type(std::move(element)); }
  std::string write_scalar(const ColumnType& type) const override { return type.text; }
  std::optional<ColumnType> read_scalar(const std::string& text) const override { return column_type(text); }
};
const OwnTypes kOwn{};

}  // namespace

ColumnType column_type(std::string_view declared) {
  if (const auto* known = find_type(declared)) return scalar(known->text);
  int width = 0;
  int scale = 0;
  const std::string text(declared);
  if (std::sscanf(text.c_str(), "DECIMAL TEXT(%d,%d)", &width, &scale) == 2 && width > 0 && width <= kMostDigits &&
      scale >= 0) {
    return decimal(width, scale);
  }
  return foreign(declared);
}

ColumnType column_type(const arrow::TypeNode& type, const ArrowSchema& schema) {
  return store::column_type(kOwn, type, schema);
}

arrow::Field arrow_field(const std::string& name, const ColumnType& type) {
  if (store::is_nested(type)) return {name};
  if (type.kind == Kind::Decimal) return {name, fmt::format("d:{},{}", type.width, type.scale)};
  const auto* known = find_type(type.text);
  if (known) return {name, known->arrow};
  switch (type.kind) {  // as others call it
    case Kind::Integer: return {name, arrow::kInt64};
    case Kind::Float: return {name, arrow::kDouble};
    case Kind::Binary: return {name, arrow::kBinary};
    case Kind::Boolean: return {name, arrow::kBool};
    default: return {name};
  }
}

std::string write_type(const ColumnType& type) { return store::write_type(kOwn, type); }

std::optional<ColumnType> read_type(const std::string& text) { return store::read_type(kOwn, text); }

}  // namespace metaxy::stores::sqlite
