// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <metaxy/error.hpp>
#include <utility>

#include "store/nested_types.hpp"

namespace metaxy::stores::postgresql {

using store::ColumnType;
using store::Kind;

namespace {

constexpr auto kTypes = std::to_array<KnownType>({
    {25, 1009, Kind::Text, "text COLLATE \"C\"", "u", 0},
    {1043, 1015, Kind::Text, "character varying", "u", 0},
    {1042, 1014, Kind::Text, "character", "u", 0},
    {19, 1003, Kind::Text, "name", "u", 0},
    {16, 1000, Kind::Boolean, "boolean", "b", 0},
    {21, 1005, Kind::Integer, "smallint", "s", 0},
    {23, 1007, Kind::Integer, "integer", "i", 0},
    {20, 1016, Kind::Integer, "bigint", "l", 0},
    {26, 1028, Kind::Integer, "oid", "I", 0},
    {700, 1021, Kind::Float, "real", "f", 32},
    {701, 1022, Kind::Float, "double precision", "g", 64},
    {1082, 1182, Kind::Date, "date", "tdD", 0},
    {1083, 1183, Kind::Time, "time without time zone", "ttu", 0},
    {1114, 1115, Kind::Timestamp, "timestamp without time zone", "tsu:", 0},
    {1184, 1185, Kind::TimestampTz, "timestamp with time zone", "tsu:UTC", 0},
    {17, 1001, Kind::Binary, "bytea", "z", 0},
    {kJson, 199, Kind::Json, "json", "u", 0},
    {kJsonb, 3807, Kind::Json, "jsonb", "u", 0},
    {kNumeric, 1231, Kind::Decimal, "numeric", "d:", 0},
});

constexpr int kMostDigits = 38;
constexpr int kModifierOffset = 4;

/// Digits of a numeric from its modifier; no digits: of any length.
std::pair<int, int> digits_of(int modifier) {
  if (modifier < kModifierOffset) return {0, 0};
  const int scale = (modifier - kModifierOffset) & 0x7ff;
  return {((modifier - kModifierOffset) >> 16) & 0xffff, (scale ^ 1024) - 1024};
}

ColumnType scalar(std::string_view text) {
  const auto& known = known_type(text);
  return {known.kind, known.text, {}, {}, known.width, 0};
}

ColumnType decimal(int width, int scale) {
  return {Kind::Decimal, fmt::format("numeric({},{})", width, scale), {}, {}, width, scale};
}

ColumnType list_type(ColumnType element) {
  if (is_json(element) || element.kind == Kind::List) return {Kind::List, "jsonb", {}, {std::move(element)}};
  auto text = element.kind == Kind::Text ? "text[] COLLATE \"C\"" : element.text + "[]";
  return {Kind::List, std::move(text), {}, {std::move(element)}};
}

ColumnType scalar_type(const ArrowSchemaView& view) {
  switch (view.type) {
    case NANOARROW_TYPE_NA: return {Kind::Null, "text COLLATE \"C\"", {}, {}};
    case NANOARROW_TYPE_BOOL: return scalar("boolean");
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16: return scalar("smallint");
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32: return scalar("integer");
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64: return scalar("bigint");
    case NANOARROW_TYPE_UINT64: return decimal(20, 0);
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT: return scalar("real");
    case NANOARROW_TYPE_DOUBLE: return scalar("double precision");
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64: return scalar("date");
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: return scalar("time without time zone");
    case NANOARROW_TYPE_TIMESTAMP:
      return scalar(view.timezone && *view.timezone ? "timestamp with time zone" : "timestamp without time zone");
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: return decimal(view.decimal_precision, view.decimal_scale);
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: return scalar("text COLLATE \"C\"");
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return scalar("bytea");
    default: return {Kind::Other, "text COLLATE \"C\"", {}, {}};
  }
}

/// Texts are remembered without the collation of their columns.
std::string scalar_text(const ColumnType& type) { return type.kind == Kind::Text ? "text" : type.text; }

std::optional<ColumnType> read_scalar_type(const std::string& text) {
  if (text == "text") return scalar("text COLLATE \"C\"");
  int width = 0;
  int scale = 0;
  if (std::sscanf(text.c_str(), "numeric(%d,%d)", &width, &scale) == 2) return decimal(width, scale);
  const auto at = std::ranges::find_if(kTypes, [&](const auto& type) { return text == type.text; });
  if (at == kTypes.end()) return std::nullopt;
  return scalar(text);
}

class OwnTypes final : public store::OwnTypes {
 public:
  std::string_view json() const override { return "jsonb"; }
  ColumnType scalar_of(const ArrowSchemaView& view) const override { return scalar_type(view); }
  ColumnType list_of(ColumnType element) const override { return list_type(std::move(element)); }
  std::string write_scalar(const ColumnType& type) const override { return scalar_text(type); }
  std::optional<ColumnType> read_scalar(const std::string& text) const override { return read_scalar_type(text); }
};
const OwnTypes kOwn{};

constexpr std::string_view kCommentBegin = "metaxy: ";

}  // namespace

const KnownType* find_type(Oid oid) {
  const auto at = std::ranges::find_if(kTypes, [&](const auto& type) { return type.oid == oid; });
  return at == kTypes.end() ? nullptr : &*at;
}

const KnownType* find_element(Oid array) {
  const auto at = std::ranges::find_if(kTypes, [&](const auto& type) { return type.array == array; });
  return at == kTypes.end() ? nullptr : &*at;
}

const KnownType& known_type(std::string_view text) {
  const auto at = std::ranges::find_if(kTypes, [&](const auto& type) { return text == type.text; });
  if (at == kTypes.end()) throw Error(ErrorCode::Internal, "PostgreSQL has no type " + std::string(text));
  return *at;
}

ColumnType column_type(Oid oid, int modifier, const std::string& text) {
  if (oid == kNumeric) {
    const auto [width, scale] = digits_of(modifier);
    return width > 0 ? decimal(width, scale) : ColumnType{Kind::Decimal, "numeric", {}, {}, 1000, 500};
  }
  if (const auto* known = find_type(oid)) return {known->kind, known->text, {}, {}, known->width, 0};
  if (const auto* element = find_element(oid)) return list_type(column_type(element->oid, modifier, {}));
  return {Kind::Other, text, {}, {}};
}

std::optional<arrow::Field> arrow_field(const std::string& name, Oid oid, int modifier) {
  if (oid == kNumeric) {
    const auto [width, scale] = digits_of(modifier);
    if (width == 0 || width > kMostDigits || scale < 0) return std::nullopt;
    return arrow::Field(name, fmt::format("d:{},{}", width, scale));
  }
  if (const auto* known = find_type(oid)) return arrow::Field(name, known->arrow);
  const auto* element = find_element(oid);
  if (!element) return std::nullopt;
  auto inner = arrow_field("item", element->oid, modifier);
  if (!inner) return std::nullopt;
  return arrow::Field(name, arrow::kList, {*std::move(inner)});
}

ColumnType column_type(const arrow::TypeNode& type, const ArrowSchema& schema) {
  return store::column_type(kOwn, type, schema);
}

bool is_kept_as_json(const ColumnType& type) { return type.text == "jsonb" && type.kind != Kind::Json; }

bool is_json(const ColumnType& type) { return is_kept_as_json(type) || type.kind == Kind::Json; }

std::string write_comment(const ColumnType& type) { return std::string(kCommentBegin) + store::write_type(kOwn, type); }

std::optional<ColumnType> read_comment(const std::string& comment) {
  if (!comment.starts_with(kCommentBegin)) return std::nullopt;
  return store::read_type(kOwn, comment.substr(kCommentBegin.size()));
}

}  // namespace metaxy::stores::postgresql
