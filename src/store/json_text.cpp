// SPDX-License-Identifier: Apache-2.0
#include "store/json_text.hpp"

#include <cmath>
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/json.hpp"

namespace metaxy::store {

namespace {

std::string_view text_at(const ArrowArrayView& view, std::int64_t row) {
  const auto text = ArrowArrayViewGetStringUnsafe(&view, row);
  return {text.data, static_cast<std::size_t>(text.size_bytes)};
}

bool is_text(const arrow::TypeNode& type) {
  return type.view.type == NANOARROW_TYPE_STRING || type.view.type == NANOARROW_TYPE_LARGE_STRING;
}

void append_map(std::string& out, const arrow::TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  const auto& entries = *view.children[0];
  const auto& entry = type.children[0];
  const bool object = is_text(entry.children[0]);
  const auto [begin, end] = arrow::list_range(view, row);
  out += object ? '{' : '[';
  for (auto i = begin; i < end; ++i) {
    const auto at = i + entries.offset;
    if (i > begin) out += ',';
    if (!object) out += R"({"key":)";
    append_json(out, entry.children[0], *entries.children[0], at);
    out += object ? ":" : R"(,"value":)";
    append_json(out, entry.children[1], *entries.children[1], at);
    if (!object) out += '}';
  }
  out += object ? '}' : ']';
}

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // where what needs no other writing begins
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out += text.substr(plain, i - plain);
    plain = i + 1;
    if (byte == 0) {
      throw Error(ErrorCode::InvalidArgument, "a text contains a NUL byte",
                  "databases cannot store NUL in text: remove it");
    }
    if (byte < 0x20) {
      ((out += "\\u00") += kHex[byte >> 4U]) += kHex[byte & 0xfU];
    } else {
      (out += '\\') += text[i];
    }
  }
  (out += text.substr(plain)) += '"';
}

void append_json(std::string& out, const arrow::TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  if (ArrowArrayViewIsNull(&view, row) != 0) {
    out += "null";
    return;
  }
  switch (type.view.type) {
    case NANOARROW_TYPE_STRUCT:
      out += '{';
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        if (i > 0) out += ',';
        const char* name = type.children[i].view.schema->name;
        append_json_text(out, name ? name : "");
        out += ':';
        append_json(out, type.children[i], *view.children[i], row + view.offset);
      }
      out += '}';
      return;
    case NANOARROW_TYPE_MAP: return append_map(out, type, view, row);
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST: {
      const auto [begin, end] = arrow::list_range(view, row);
      out += '[';
      for (auto i = begin; i < end; ++i) {
        if (i > begin) out += ',';
        append_json(out, type.children[0], *view.children[0], i);
      }
      out += ']';
      return;
    }
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING: return append_json_text(out, text_at(view, row));
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY: {
      constexpr std::string_view kHex = "0123456789abcdef";
      out += R"("\\x)";
      for (const char c : text_at(view, row)) {
        const auto byte = static_cast<unsigned char>(c);
        (out += kHex[byte >> 4U]) += kHex[byte & 0xfU];
      }
      out += '"';
      return;
    }
    default: break;
  }
  const Json value = arrow::read_value(type, view, row);
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    const auto number = value.get<double>();
    out += std::isnan(number) ? R"("NaN")" : number > 0 ? R"("Infinity")" : R"("-Infinity")";
  } else {
    out += dump_compact(value);
  }
}

}  // namespace metaxy::store
