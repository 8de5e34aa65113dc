// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/arrow_text.hpp"

#include <fmt/format.h>

#include <cstring>
#include <metaxy/error.hpp>
#include <string_view>

#include "base/text.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr std::int64_t kViewSize = 16;
constexpr std::int32_t kViewInline = 12;

bool is_valid_row(const ArrowArray& array, std::int64_t row) {
  if (array.null_count == 0 || !array.buffers[0]) return true;
  return (static_cast<const std::uint8_t*>(array.buffers[0])[row / 8] >> (row % 8) & 1) != 0;
}

bool is_ascii(std::string_view text) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  std::uint64_t seen = 0;
  std::size_t i = 0;
  for (; i + sizeof seen <= text.size(); i += sizeof seen) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, sizeof word);
    seen |= word;
  }
  for (; i < text.size(); ++i) seen |= static_cast<std::uint8_t>(text[i]) & 0x80U;
  return (seen & kHighBits) == 0;
}

void check_value(const std::string& path, std::int64_t row, std::string_view value) {
  if (is_ascii(value)) return;
  if (const auto at = find_invalid_utf8(value)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("column {}, row {} of a batch: the text is not UTF-8 at byte {}: {}", path, row + 1, *at,
                            quote(value)),
                "store it as binary, or decode it first");
  }
}

template <class Offset>
void check_texts(const std::string& path, const ArrowArray& array, std::int64_t first, std::int64_t count) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  const auto* data = static_cast<const char*>(array.buffers[2]);
  if (count == 0 || !offsets || !data) return;
  // One look at the whole stretch spares the values in the usual case.
  const std::string_view all(data + offsets[first], static_cast<std::size_t>(offsets[first + count] - offsets[first]));
  if (is_ascii(all)) return;
  for (std::int64_t row = first; row < first + count; ++row) {
    if (!is_valid_row(array, row)) continue;
    check_value(path, row - first, {data + offsets[row], static_cast<std::size_t>(offsets[row + 1] - offsets[row])});
  }
}

void check_views(const std::string& path, const ArrowArray& array, std::int64_t first, std::int64_t count) {
  const auto* views = static_cast<const char*>(array.buffers[1]);
  for (std::int64_t row = first; row < first + count; ++row) {
    if (!is_valid_row(array, row)) continue;
    const char* view = views + row * kViewSize;
    std::int32_t words[4];
    std::memcpy(words, view, sizeof words);
    const auto size = static_cast<std::size_t>(words[0]);
    const char* text =
        words[0] <= kViewInline ? view + 4 : static_cast<const char*>(array.buffers[2 + words[2]]) + words[3];
    check_value(path, row - first, {text, size});
  }
}

template <class Offset>
void check_list(const std::string& path, const ArrowSchema& schema, const ArrowArray& array, std::int64_t first,
                std::int64_t count) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  if (count == 0 || !offsets) return;
  check_utf8(path, *schema.children[0], *array.children[0], offsets[first], offsets[first + count] - offsets[first]);
}

}  // namespace

void check_utf8(const std::string& path, const ArrowSchema& schema, const ArrowArray& array, std::int64_t from,
                std::int64_t count) {
  if (schema.dictionary) return check_utf8(path, *schema.dictionary, *array.dictionary, 0, array.dictionary->length);
  const std::string_view format = schema.format;
  const std::int64_t first = array.offset + from;
  if (format == "u") return check_texts<std::int32_t>(path, array, first, count);
  if (format == "U") return check_texts<std::int64_t>(path, array, first, count);
  if (format == "vu") return check_views(path, array, first, count);
  if (format == "+l" || format == "+m") return check_list<std::int32_t>(path, schema, array, first, count);
  if (format == "+L") return check_list<std::int64_t>(path, schema, array, first, count);
  if (format == "+s") {
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      const char* name = schema.children[i]->name;
      check_utf8(path + "." + (name ? name : ""), *schema.children[i], *array.children[i], first, count);
    }
  } else {
    // Fixed-size lists, list views, unions and run-end encoding are rare: all of their children are looked at.
    for (std::int64_t i = 0; i < array.n_children; ++i) {
      check_utf8(path, *schema.children[i], *array.children[i], 0, array.children[i]->length);
    }
  }
}

}  // namespace metaxy::stores::duckdb
