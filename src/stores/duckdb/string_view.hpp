// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace metaxy::stores::duckdb {

inline constexpr std::size_t kInlineLength = 12;  // shorter texts lie inside duckdb_string_t

/// The bytes of a VARCHAR or BLOB, which may lie inside `text` itself.
inline std::string_view view_of(const duckdb_string_t& text) {
  const std::uint32_t size = text.value.inlined.length;
  return {size <= kInlineLength ? text.value.inlined.inlined : text.value.pointer.ptr, size};
}

}  // namespace metaxy::stores::duckdb
