// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/types.hpp"

#include <fmt/format.h>

#include <nanoarrow/nanoarrow.h>
#include <cctype>
#include <charconv>
#include <optional>

#include <metaxy/error.hpp>

#include "arrow/copy.hpp"
#include "base/text.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "sql/quote.hpp"
#include "store/fit.hpp"

namespace metaxy::stores::clickhouse {

using store::ColumnType;
using store::Kind;

namespace {

/// Splits what is between parentheses at the commas that lie in no inner parentheses or quotes.
std::vector<std::string_view> arguments_of(std::string_view text) {
  std::vector<std::string_view> out;
  int depth = 0;
  char quoted = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == quoted) quoted = 0;
    } else if (c == '`' || c == '\'' || c == '"') {
      quoted = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == ',' && depth == 0) {
      out.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (!text.empty()) out.push_back(text.substr(begin));
  for (auto& part : out) {
    while (part.starts_with(' ')) part.remove_prefix(1);
  }
  return out;
}

int number_of(std::string_view text) {
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The name in front of a type, taken away; absent when there is none.
std::optional<std::string> take_name(std::string_view& text) {
  std::string name;
  if (text.starts_with('`') || text.starts_with('"')) {
    std::size_t i = 1;
    for (; i < text.size() && text[i] != text[0]; ++i) {
      if (text[i] == '\\') ++i;
      name += text[i];
    }
    text.remove_prefix(std::min(i + 2, text.size()));
    return name;
  }
  std::size_t i = 0;
  while (i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_')) ++i;
  if (i == 0 || i >= text.size() || text[i] != ' ') return std::nullopt;
  name = text.substr(0, i);
  text.remove_prefix(i + 1);
  return name;
}

ColumnType tuple_type(const std::vector<std::string_view>& parts) {
  ColumnType out{Kind::Struct, {}, {}, {}};
  for (auto part : parts) {
    auto name = take_name(part);
    out.members.push_back(name ? *name : std::to_string(out.members.size() + 1));
    out.member_types.push_back(read_type(part));
  }
  return out;
}

ColumnType scalar(std::string_view name, const std::vector<std::string_view>& arguments, std::string_view text) {
  const auto typed = [&](Kind kind, int width = 0, int scale = 0) {
    return ColumnType{kind, std::string(text), {}, {}, width, scale};
  };
  if (name == "String" || name == "FixedString" || name.starts_with("Enum")) return typed(Kind::Text);
  if (name == "Bool") return typed(Kind::Boolean);
  if (name.starts_with("Int") && !name.starts_with("Interval")) return typed(Kind::Integer);
  if (name.starts_with("UInt")) return typed(Kind::Integer);
  if (name == "Float32") return typed(Kind::Float, 32);
  if (name == "Float64") return typed(Kind::Float, 64);
  if (name == "Decimal" && arguments.size() == 2) {
    return typed(Kind::Decimal, number_of(arguments[0]), number_of(arguments[1]));
  }
  if (name == "Date" || name == "Date32") return typed(Kind::Date);
  if (name == "Time" || name == "Time64") return typed(Kind::Time);
  if (name == "DateTime") return typed(Kind::TimestampTz);
  if (name == "DateTime64") return typed(arguments.size() > 1 ? Kind::TimestampTz : Kind::Timestamp);
  if (name == "JSON" || name == "Object") return typed(Kind::Json);
  if (name == "Nothing") return {Kind::Null, "String", {}, {}};
  return typed(Kind::Other);
}

std::string timestamp_text(const ArrowSchemaView& view) {
  const int digits = view.time_unit == NANOARROW_TIME_UNIT_SECOND  ? 0
                     : view.time_unit == NANOARROW_TIME_UNIT_MILLI ? 3
                     : view.time_unit == NANOARROW_TIME_UNIT_MICRO ? 6
                                                                   : 9;
  if (view.type == NANOARROW_TYPE_TIME32 || view.type == NANOARROW_TYPE_TIME64)
    return fmt::format("Time64({})", digits);
  const bool zoned = view.timezone && *view.timezone;
  return zoned ? fmt::format("DateTime64({}, 'UTC')", digits) : fmt::format("DateTime64({})", digits);
}

std::string scalar_input(const ArrowSchema& schema, const ArrowSchemaView& view) {
  switch (view.type) {
    case NANOARROW_TYPE_BOOL: return "Bool";
    case NANOARROW_TYPE_INT8: return "Int8";
    case NANOARROW_TYPE_INT16: return "Int16";
    case NANOARROW_TYPE_INT32: return "Int32";
    case NANOARROW_TYPE_INT64: return "Int64";
    case NANOARROW_TYPE_UINT8: return "UInt8";
    case NANOARROW_TYPE_UINT16: return "UInt16";
    case NANOARROW_TYPE_UINT32: return "UInt32";
    case NANOARROW_TYPE_UINT64: return "UInt64";
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT: return "Float32";
    case NANOARROW_TYPE_DOUBLE: return "Float64";
    case NANOARROW_TYPE_NA:
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: return "String";
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY:
      throw Error(ErrorCode::Unsupported,
                  fmt::format("column {} has binary values, which ClickHouse would give back as text",
                              quote(schema.name ? schema.name : "")),
                  "write them as text, for example in base64");
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64: return "Date32";
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
    case NANOARROW_TYPE_TIMESTAMP: return timestamp_text(view);
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: return fmt::format("Decimal({}, {})", view.decimal_precision, view.decimal_scale);
    default:
      throw Error(ErrorCode::Unsupported,
                  fmt::format("ClickHouse cannot take the column {} of Arrow type {}", schema.name ? schema.name : "",
                              schema.format),
                  "give it as another type");
  }
}

std::string struct_to_map(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  std::string pairs;
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    const auto member = fmt::format("tupleElement({}, {})", expr, quote_text(from.members[i]));
    const auto value = fit_expression(member, from.member_types[i], to.member_types.at(1));
    pairs += fmt::format("{}{}, {}", i ? ", " : "", quote_text(from.members[i]), value);
  }
  if (pairs.empty()) return "map()";
  return fmt::format("mapFilter((k, v) -> isNotNull(v), map({}))", pairs);
}

std::string map_to_struct(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  std::string names;
  std::string members;
  for (std::size_t i = 0; i < to.members.size(); ++i) {
    const auto key = quote_text(to.members[i]);
    const auto value = fmt::format("if(mapContains({0}, {1}), {0}[{1}], NULL)", expr, key);
    names += (i ? ", " : "") + key;
    members += (i ? ", " : "") + fit_expression(value, from.member_types.at(1), to.member_types[i]);
  }
  return fmt::format(
      "tuple({2}, throwIf(notEmpty(arrayFilter(k -> NOT has([{1}], k), mapKeys({0}))), 'a map has keys that the struct "
      "of the table lacks')).1",
      expr, names, members);
}

std::string struct_to_struct(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  std::string members;
  for (std::size_t i = 0; i < to.members.size(); ++i) {
    if (i) members += ", ";
    const auto at = store::find_member(from, to.members[i]);
    if (!at) {
      members += fit_expression("NULL", ColumnType{Kind::Null, {}, {}, {}}, to.member_types[i]);
      continue;
    }
    const auto member = fmt::format("tupleElement({}, {})", expr, quote_text(from.members[*at]));
    members += fit_expression(member, from.member_types[*at], to.member_types[i]);
  }
  return fmt::format("tuple({})", members);
}

}  // namespace

ColumnType read_type(std::string_view text) {
  const auto open = text.find('(');
  const std::string_view name = text.substr(0, open);
  std::vector<std::string_view> arguments;
  if (open != std::string_view::npos) arguments = arguments_of(text.substr(open + 1, text.rfind(')') - open - 1));
  if ((name == "Nullable" || name == "LowCardinality") && arguments.size() == 1) return read_type(arguments[0]);
  if (name == "SimpleAggregateFunction" && arguments.size() == 2) return read_type(arguments[1]);
  ColumnType out;
  if (name == "Array" && arguments.size() == 1) {
    out = {Kind::List, {}, {}, {read_type(arguments[0])}};
  } else if (name == "Map" && arguments.size() == 2) {
    out = {Kind::Map, {}, {}, {read_type(arguments[0]), read_type(arguments[1])}};
  } else if (name == "Variant" && arguments.size() == 1) {  // of lists and maps beside NULLs
    out = read_type(arguments[0]);
  } else if (name == "Tuple" || name == "Nested") {
    out = tuple_type(arguments);
  } else {
    return scalar(name, arguments, text);
  }
  out.text = stored_type(out);
  return out;
}

std::string stored_type(const ColumnType& type) {
  switch (type.kind) {
    case Kind::Json: return type.text;
    case Kind::Null: return "Nullable(String)";
    case Kind::List: return fmt::format("Array({})", stored_type(type.member_types.at(0)));
    case Kind::Map:
      return fmt::format("Map({}, {})", type.member_types.at(0).text, stored_type(type.member_types.at(1)));
    case Kind::Struct: {
      std::string out;
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        out += fmt::format("{}{} {}", i ? ", " : "", quote_name(type.members[i]), stored_type(type.member_types[i]));
      }
      return fmt::format("Tuple({})", out);
    }
    case Kind::Other:
      if (type.text.starts_with("Variant") || type.text.starts_with("Dynamic")) return type.text;
      return fmt::format("Nullable({})", type.text);
    default: return fmt::format("Nullable({})", type.text);
  }
}

std::string input_type(const ArrowSchema& schema) {
  if (schema.dictionary) return input_type(*schema.dictionary);
  ArrowSchemaView view{};
  ArrowError error{};
  if (ArrowSchemaViewInit(&view, &schema, &error) != NANOARROW_OK) {
    throw Error(ErrorCode::Unsupported, fmt::format("an Arrow column has a type that is unknown: {}", error.message));
  }
  const auto child = [&](std::int64_t i) { return input_type(*schema.children[i]); };
  switch (view.type) {
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_LIST_VIEW:
    case NANOARROW_TYPE_LARGE_LIST_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_LIST: return fmt::format("Array({})", child(0));
    case NANOARROW_TYPE_MAP: {
      const ArrowSchema& entries = *schema.children[0];
      return fmt::format("Map({}, {})", read_type(input_type(*entries.children[0])).text,
                         input_type(*entries.children[1]));
    }
    case NANOARROW_TYPE_STRUCT: {
      std::string out;
      for (std::int64_t i = 0; i < schema.n_children; ++i) {
        out += fmt::format("{}{} {}", i ? ", " : "", quote_name(schema.children[i]->name), child(i));
      }
      return fmt::format("Tuple({})", out);
    }
    default: return fmt::format("Nullable({})", scalar_input(schema, view));
  }
}

void restore_nulls(ColumnType& type, const ArrowSchema& schema) {
  if (std::string_view(schema.format) == "n") {
    if (type.text == "String") type = {Kind::Null, "String", {}, {}};
  } else if (type.kind == Kind::Struct && static_cast<std::size_t>(schema.n_children) == type.members.size()) {
    for (std::size_t i = 0; i < type.members.size(); ++i) restore_nulls(type.member_types[i], *schema.children[i]);
  } else if (type.kind == Kind::List && schema.n_children == 1) {
    restore_nulls(type.member_types[0], *schema.children[0]);
  }
}

void restore_no_zone(ArrowSchema& schema) {
  const std::string format = schema.format;
  if (format.starts_with("ts") && std::string_view(format).substr(4) == kNoZone) {
    arrow::check(ArrowSchemaSetFormat(&schema, format.substr(0, 4).c_str()), "taking a time zone away");
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) restore_no_zone(*schema.children[i]);
}

std::string fit_expression(const std::string& expr, const ColumnType& from, const ColumnType& to) {
  if (from.kind == Kind::Null) {
    const bool nested = to.kind == Kind::Struct || to.kind == Kind::List || to.kind == Kind::Map;
    return nested ? fmt::format("defaultValueOfTypeName({})", quote_text(stored_type(to))) : "NULL";
  }
  if (from.kind == Kind::Struct && to.kind == Kind::Map) return struct_to_map(expr, from, to);
  if (from.kind == Kind::Map && to.kind == Kind::Struct) return map_to_struct(expr, from, to);
  if (from.kind == Kind::Struct && to.kind == Kind::Struct) return struct_to_struct(expr, from, to);
  if (from.text == to.text) return expr;
  const auto target = quote_text(fmt::format("Nullable({})", to.text));
  if (to.kind == Kind::Integer) return fmt::format("accurateCast({}, {})", expr, target);
  const bool of_time = to.kind == Kind::Timestamp || to.kind == Kind::TimestampTz;
  if (of_time && from.kind == Kind::Text) return fmt::format("parseDateTime64BestEffort({}, 6, 'UTC')", expr);
  return expr;
}

ColumnType widened(const ColumnType& have, const ColumnType& want) {
  if (have.kind != Kind::Struct || want.kind != Kind::Struct) return have;
  ColumnType out = have;
  for (std::size_t i = 0; i < want.members.size(); ++i) {
    if (const auto at = store::find_member(have, want.members[i])) {
      out.member_types[*at] = widened(have.member_types[*at], want.member_types[i]);
    } else {
      out.members.push_back(want.members[i]);
      out.member_types.push_back(want.member_types[i]);
    }
  }
  out.text = stored_type(out);
  return out;
}

std::string quote_name(std::string_view name) { return sql::quote_name(sql::clickhouse(), name); }

std::string quote_text(std::string_view text) { return sql::quote_text(sql::clickhouse(), text); }

}  // namespace metaxy::stores::clickhouse
