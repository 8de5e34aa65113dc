// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/column_types.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>

#include "sql/dialect_duckdb.hpp"
#include "sql/quote.hpp"
#include "sql/writer.hpp"
#include "store/fit.hpp"
#include "stores/duckdb/handles.hpp"

namespace metaxy::stores::duckdb {

using store::ColumnType;
using store::Kind;

namespace {

struct Scalar {
  duckdb_type type;
  Kind kind;
  std::string_view text;
  int width = 0;
};

constexpr Scalar kScalars[] = {
    {DUCKDB_TYPE_BOOLEAN, Kind::Boolean, "BOOLEAN"},
    {DUCKDB_TYPE_TINYINT, Kind::Integer, "TINYINT"},
    {DUCKDB_TYPE_SMALLINT, Kind::Integer, "SMALLINT"},
    {DUCKDB_TYPE_INTEGER, Kind::Integer, "INTEGER"},
    {DUCKDB_TYPE_BIGINT, Kind::Integer, "BIGINT"},
    {DUCKDB_TYPE_HUGEINT, Kind::Integer, "HUGEINT"},
    {DUCKDB_TYPE_UTINYINT, Kind::Integer, "UTINYINT"},
    {DUCKDB_TYPE_USMALLINT, Kind::Integer, "USMALLINT"},
    {DUCKDB_TYPE_UINTEGER, Kind::Integer, "UINTEGER"},
    {DUCKDB_TYPE_UBIGINT, Kind::Integer, "UBIGINT"},
    {DUCKDB_TYPE_UHUGEINT, Kind::Integer, "UHUGEINT"},
    {DUCKDB_TYPE_FLOAT, Kind::Float, "FLOAT", 32},
    {DUCKDB_TYPE_DOUBLE, Kind::Float, "DOUBLE", 64},
    {DUCKDB_TYPE_VARCHAR, Kind::Text, "VARCHAR"},
    {DUCKDB_TYPE_BLOB, Kind::Binary, "BLOB"},
    {DUCKDB_TYPE_DATE, Kind::Date, "DATE"},
    {DUCKDB_TYPE_TIME, Kind::Time, "TIME"},
    {DUCKDB_TYPE_TIME_NS, Kind::Time, "TIME_NS"},
    {DUCKDB_TYPE_TIME_TZ, Kind::Other, "TIME WITH TIME ZONE"},
    {DUCKDB_TYPE_TIMESTAMP, Kind::Timestamp, "TIMESTAMP"},
    {DUCKDB_TYPE_TIMESTAMP_S, Kind::Timestamp, "TIMESTAMP_S"},
    {DUCKDB_TYPE_TIMESTAMP_MS, Kind::Timestamp, "TIMESTAMP_MS"},
    {DUCKDB_TYPE_TIMESTAMP_NS, Kind::Timestamp, "TIMESTAMP_NS"},
    {DUCKDB_TYPE_TIMESTAMP_TZ, Kind::TimestampTz, "TIMESTAMP WITH TIME ZONE"},
    {DUCKDB_TYPE_INTERVAL, Kind::Other, "INTERVAL"},
    {DUCKDB_TYPE_UUID, Kind::Other, "UUID"},
    {DUCKDB_TYPE_BIT, Kind::Other, "BIT"},
    {DUCKDB_TYPE_BIGNUM, Kind::Other, "BIGNUM"},
    {DUCKDB_TYPE_SQLNULL, Kind::Null, "\"NULL\""},
};

std::string struct_text(const ColumnType& type) {
  std::string text;
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    text += fmt::format("{}{} {}", i ? ", " : "STRUCT(", quote_name(type.members[i]), type.member_types[i].text);
  }
  return text + ")";
}

void restore_nulls(ColumnType& type, const ArrowSchema& schema) {
  if (std::string_view(schema.format) == "n") {
    if (type.text == "INTEGER") type = {Kind::Null, "VARCHAR", {}, {}};
  } else if (type.kind == Kind::Struct && static_cast<std::size_t>(schema.n_children) == type.members.size()) {
    for (std::size_t i = 0; i < type.members.size(); ++i) restore_nulls(type.member_types[i], *schema.children[i]);
    type.text = struct_text(type);
  } else if (type.kind == Kind::List && schema.n_children == 1 && type.text == type.member_types[0].text + "[]") {
    restore_nulls(type.member_types[0], *schema.children[0]);
    type.text = type.member_types[0].text + "[]";
  }
}

ColumnType struct_type(duckdb_logical_type type) {
  ColumnType result{Kind::Struct, {}, {}, {}};
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    const LogicalType child(duckdb_struct_type_child_type(type, i));
    result.members.push_back(take_text(duckdb_struct_type_child_name(type, i)));
    result.member_types.push_back(column_type(child.get()));
  }
  result.text = struct_text(result);
  return result;
}

ColumnType enum_type(duckdb_logical_type type) {
  std::string text;
  for (idx_t i = 0; i < duckdb_enum_dictionary_size(type); ++i) {
    text += (i ? ", " : "ENUM(") + quote_text(take_text(duckdb_enum_dictionary_value(type, i)));
  }
  return {Kind::Text, text + ")", {}, {}};
}

ColumnType union_type(duckdb_logical_type type) {
  std::string text;
  for (idx_t i = 0; i < duckdb_union_type_member_count(type); ++i) {
    const LogicalType member(duckdb_union_type_member_type(type, i));
    text += fmt::format("{}{} {}", i ? ", " : "UNION(", quote_name(take_text(duckdb_union_type_member_name(type, i))),
                        column_type(member.get()).text);
  }
  return {Kind::Other, text + ")", {}, {}};
}

std::string struct_to_map(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  std::string keys;
  std::string values;
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    const std::string member = fmt::format("struct_extract({}, {})", expr, quote_text(from.members[i]));
    keys += (i ? ", " : "") + quote_text(from.members[i]);
    values += (i ? ", " : "") + fit_expression(member, from.member_types[i], to.member_types.at(1));
  }
  return fmt::format("CASE WHEN {} IS NULL THEN NULL ELSE CAST(map([{}], [{}]) AS {}) END", expr, keys, values,
                     to.text);
}

std::string map_to_struct(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  std::string names;
  std::string members;
  for (std::size_t i = 0; i < to.members.size(); ++i) {
    const std::string value = fmt::format("element_at({}, {})[1]", expr, quote_text(to.members[i]));
    names += (i ? ", " : "") + quote_text(to.members[i]);
    members += fmt::format("{}{} := {}", i ? ", " : "", quote_name(to.members[i]),
                           fit_expression(value, from.member_types.at(1), to.member_types[i]));
  }
  return fmt::format(
      "CASE WHEN {0} IS NULL THEN NULL WHEN NOT list_has_all([{1}], map_keys({0})) THEN "
      "error('a map has keys that the struct of the table lacks: ' || map_keys({0})::VARCHAR) "
      "ELSE struct_pack({2}) END",
      expr, names, members);
}

}  // namespace

ColumnType column_type(duckdb_logical_type type) {
  const duckdb_type id = duckdb_get_type_id(type);
  if (take_text(duckdb_logical_type_get_alias(type)) == "JSON") return {Kind::Json, "JSON", {}, {}};
  for (const auto& scalar : kScalars) {
    if (scalar.type == id) return {scalar.kind, std::string(scalar.text), {}, {}, scalar.width, 0};
  }
  switch (id) {
    case DUCKDB_TYPE_DECIMAL: {
      const int width = duckdb_decimal_width(type);
      const int scale = duckdb_decimal_scale(type);
      return {Kind::Decimal, fmt::format("DECIMAL({},{})", width, scale), {}, {}, width, scale};
    }
    case DUCKDB_TYPE_STRUCT: return struct_type(type);
    case DUCKDB_TYPE_ENUM: return enum_type(type);
    case DUCKDB_TYPE_UNION: return union_type(type);
    case DUCKDB_TYPE_LIST: {
      const LogicalType child(duckdb_list_type_child_type(type));
      ColumnType item = column_type(child.get());
      std::string text = item.text + "[]";
      return {Kind::List, std::move(text), {}, {std::move(item)}};
    }
    case DUCKDB_TYPE_ARRAY: {
      const LogicalType child(duckdb_array_type_child_type(type));
      ColumnType item = column_type(child.get());
      std::string text = fmt::format("{}[{}]", item.text, duckdb_array_type_array_size(type));
      return {Kind::List, std::move(text), {}, {std::move(item)}};
    }
    case DUCKDB_TYPE_MAP: {
      const LogicalType key(duckdb_map_type_key_type(type));
      const LogicalType value(duckdb_map_type_value_type(type));
      ColumnType key_type = column_type(key.get());
      ColumnType value_type = column_type(value.get());
      std::string text = fmt::format("MAP({}, {})", key_type.text, value_type.text);
      return {Kind::Map, std::move(text), {}, {std::move(key_type), std::move(value_type)}};
    }
    default: return {Kind::Other, fmt::format("type {}", static_cast<int>(id)), {}, {}};
  }
}

void restore_nulls(store::TableSchema& columns, const ArrowSchema& schema) {
  for (auto& column : columns) {
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      const char* name = schema.children[i]->name;
      if (name && column.name == name) restore_nulls(column.type, *schema.children[i]);
    }
  }
}

std::string fit_expression(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  if (from.kind == Kind::Null) return fmt::format("CAST(NULL AS {})", to.text);
  if (from.text == to.text) return expr;
  if (from.kind == Kind::Struct && to.kind == Kind::Map) return struct_to_map(expr, from, to);
  if (from.kind == Kind::Map && to.kind == Kind::Struct) return map_to_struct(expr, from, to);
  // A cast between structs matches members by name and makes NULL of what is missing.
  return fmt::format("CAST({} AS {})", expr, to.text);
}

std::string quote_name(std::string_view name) { return sql::quote_name(sql::duckdb(), name); }

std::string quote_text(std::string_view text) { return sql::quote_text(sql::duckdb(), text); }

}  // namespace metaxy::stores::duckdb
