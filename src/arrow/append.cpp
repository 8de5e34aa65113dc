// SPDX-License-Identifier: Apache-2.0
#include "arrow/append.hpp"

#include <metaxy/error.hpp>

#include <algorithm>
#include <limits>
#include <string>

#include "arrow/copy.hpp"
#include "arrow/temporal.hpp"
#include "base/text.hpp"

namespace metaxy::arrow {

namespace {

[[noreturn]] void refuse(const TypeNode& type, const Json& value) {
  const char* name = type.view.schema->name;
  throw Error(ErrorCode::SchemaMismatch, "column " + quote(name ? name : "") + " of type " +
                                             ArrowTypeString(type.view.type) + " cannot hold " +
                                             quote(dump_compact(value)));
}

// The stored integer of a date, time or timestamp; numbers are taken as they are.
std::optional<std::int64_t> temporal_units(const TypeNode& type, const Json& value) {
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_string()) return std::nullopt;
  const std::string& text = value.get_ref<const std::string&>();
  const std::int64_t unit = units_per_second(type.view.time_unit);
  switch (type.view.type) {
    case NANOARROW_TYPE_DATE32: return parse_date(text);
    case NANOARROW_TYPE_DATE64: {
      const auto days = parse_date(text);
      return days ? std::optional(*days * 86400000) : std::nullopt;
    }
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: {
      const auto parsed = parse_timestamp("1970-01-01T" + text, unit);
      return parsed && !parsed->zoned ? std::optional(parsed->units) : std::nullopt;
    }
    case NANOARROW_TYPE_TIMESTAMP: {
      if (text == "infinity") return std::numeric_limits<std::int64_t>::max();
      if (text == "-infinity") return -std::numeric_limits<std::int64_t>::max();
      const auto parsed = parse_timestamp(text, unit);
      // A time with a zone in a column without one would lose the zone silently.
      if (!parsed || (parsed->zoned && !*type.view.timezone)) return std::nullopt;
      return parsed->units;
    }
    default: return std::nullopt;
  }
}

bool append_decimal(ArrowArray& array, const TypeNode& type, const Json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : dump_python(value, Keys::AsGiven);
  const bool negative = text.starts_with('-');
  std::string digits = negative ? text.substr(1) : text;
  const std::size_t point = digits.find('.');
  std::size_t scale = 0;
  if (point != std::string::npos) {
    scale = digits.size() - point - 1;
    digits.erase(point, 1);
  }
  const auto wanted = static_cast<std::size_t>(std::max(0, type.view.decimal_scale));
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos || scale > wanted) return false;
  digits.append(wanted - scale, '0');
  const std::size_t first = digits.find_first_not_of('0');
  digits.erase(0, first == std::string::npos ? digits.size() - 1 : first);
  if (digits.size() > static_cast<std::size_t>(type.view.decimal_precision)) return false;
  if (negative) digits.insert(0, "-");
  ArrowDecimal decimal;
  ArrowDecimalInit(&decimal, type.view.decimal_bitwidth, type.view.decimal_precision, type.view.decimal_scale);
  return ArrowDecimalSetDigits(&decimal, {digits.data(), static_cast<std::int64_t>(digits.size())}) == NANOARROW_OK &&
         ArrowArrayAppendDecimal(&array, &decimal) == NANOARROW_OK;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string out;
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::uint32_t digit = 0;
    if (c >= 'A' && c <= 'Z')
      digit = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      digit = static_cast<std::uint32_t>(c - 'a' + 26);
    else if (c >= '0' && c <= '9')
      digit = static_cast<std::uint32_t>(c - '0' + 52);
    else if (c == '+')
      digit = 62;
    else if (c == '/')
      digit = 63;
    else if (c != '=' || i + padding < text.size())
      return std::nullopt;
    group = group << 6 | digit;
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(group >> shift & 255);
    group = 0;
  }
  out.resize(out.size() - padding);
  return out;
}

bool append_leaf(ArrowArray& array, const TypeNode& type, const Json& value) {
  switch (type.view.type) {
    case NANOARROW_TYPE_BOOL:
      return value.is_boolean() && ArrowArrayAppendInt(&array, value.get<bool>()) == NANOARROW_OK;
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_UINT64:
      if (value.is_number_unsigned()) return ArrowArrayAppendUInt(&array, value.get<std::uint64_t>()) == NANOARROW_OK;
      return value.is_number_integer() && ArrowArrayAppendInt(&array, value.get<std::int64_t>()) == NANOARROW_OK;
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
    case NANOARROW_TYPE_DOUBLE:
      return value.is_number() && ArrowArrayAppendDouble(&array, value.get<double>()) == NANOARROW_OK;
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
      return value.is_string() && append_text(array, value.get_ref<const std::string&>());
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: {
      const auto bytes = value.is_string() ? decode_base64(value.get_ref<const std::string&>()) : std::nullopt;
      return bytes && append_text(array, *bytes);
    }
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64:
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
    case NANOARROW_TYPE_TIMESTAMP:
    case NANOARROW_TYPE_DURATION: {
      const auto units = temporal_units(type, value);
      return units && ArrowArrayAppendInt(&array, *units) == NANOARROW_OK;
    }
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: return append_decimal(array, type, value);
    default: return false;
  }
}

// Objects are maps with text keys; lists of {"key", "value"} are maps with any keys.
void append_map(ArrowArray& array, const TypeNode& type, const Json& value) {
  ArrowArray& entries = *array.children[0];
  const TypeNode& entry = type.children.at(0);
  const auto append_entry = [&](const Json& key, const Json& item) {
    append_value(*entries.children[0], entry.children.at(0), key);
    append_value(*entries.children[1], entry.children.at(1), item);
    check(ArrowArrayFinishElement(&entries), "appending a map");
  };
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) append_entry(key, item);
    return;
  }
  for (const Json& pair : value) {
    if (!pair.is_object() || !pair.contains("key") || !pair.contains("value")) refuse(type, value);
    append_entry(pair["key"], pair["value"]);
  }
}

void append_struct(ArrowArray& array, const TypeNode& type, const Json& value) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const auto found = value.find(type.children[i].view.schema->name);
    used += found != value.end();
    append_value(*array.children[i], type.children[i], found == value.end() ? Json(nullptr) : *found);
  }
  if (used != value.size()) refuse(type, value);
}

}  // namespace

bool append_text(ArrowArray& array, std::string_view text) {
  ArrowBufferView bytes;
  bytes.data.data = text.data();
  bytes.size_bytes = static_cast<std::int64_t>(text.size());
  return ArrowArrayAppendBytes(&array, bytes) == NANOARROW_OK;
}

void append_value(ArrowArray& array, const TypeNode& type, const Json& value) {
  if (value.is_null()) {
    check(ArrowArrayAppendNull(&array, 1), "appending a null");
    return;
  }
  switch (type.view.type) {
    case NANOARROW_TYPE_STRUCT:
      if (!value.is_object()) refuse(type, value);
      append_struct(array, type, value);
      break;
    case NANOARROW_TYPE_MAP:
      if (!value.is_structured()) refuse(type, value);
      append_map(array, type, value);
      break;
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST:
      if (!value.is_array()) refuse(type, value);
      for (const Json& item : value) append_value(*array.children[0], type.children.at(0), item);
      break;
    default:
      if (!append_leaf(array, type, value)) refuse(type, value);
      return;
  }
  if (ArrowArrayFinishElement(&array) != NANOARROW_OK) refuse(type, value);
}

}  // namespace metaxy::arrow
