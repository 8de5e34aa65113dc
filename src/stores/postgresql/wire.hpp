// SPDX-License-Identifier: Apache-2.0
// Numbers as they lie in PostgreSQL's binary formats: big-endian.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace metaxy::stores::postgresql {

template <class Number>
auto swapped(Number value) {
  if constexpr (sizeof(Number) == 2) return __builtin_bswap16(static_cast<std::uint16_t>(value));
  if constexpr (sizeof(Number) == 4) return __builtin_bswap32(static_cast<std::uint32_t>(value));
  if constexpr (sizeof(Number) == 8) return __builtin_bswap64(static_cast<std::uint64_t>(value));
}

/// Requires: an integer of 2, 4 or 8 bytes.
template <class Number>
void put_at(char* at, Number value) {
  const auto bytes =
      std::endian::native == std::endian::little ? swapped(value) : static_cast<decltype(swapped(value))>(value);
  std::memcpy(at, &bytes, sizeof bytes);
}

template <class Number>
void put(std::string& out, Number value) {
  char bytes[sizeof value];
  put_at(bytes, value);
  out.append(bytes, sizeof bytes);
}

template <class Number>
Number get(const char* at) {
  std::make_unsigned_t<Number> bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  if constexpr (std::endian::native == std::endian::little) bytes = swapped(bytes);
  return static_cast<Number>(bytes);
}

/// Days and microseconds from 1970, the epoch of Arrow, to 2000, that of PostgreSQL.
constexpr std::int32_t kEpochDays = 10957;
constexpr std::int64_t kEpochMicros = kEpochDays * std::int64_t{86'400'000'000};

}  // namespace metaxy::stores::postgresql
