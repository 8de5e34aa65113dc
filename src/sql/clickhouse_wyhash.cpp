// SPDX-License-Identifier: Apache-2.0
// A value gets a name as the argument of a function that is mapped over a list of it alone.
#include "sql/clickhouse_wyhash.hpp"

#include <fmt/format.h>

#include <string_view>

namespace metaxy::sql {

namespace {

constexpr std::string_view kP0 = "0xa0761d6478bd642f";
constexpr std::string_view kP1 = "0xe7037ed1a0b428db";
constexpr std::string_view kP2 = "0x8ebc6af09c88c6e3";
constexpr std::string_view kP3 = "0x589965cc75374cc3";
constexpr std::string_view kP4 = "0x1d8e4e27c47d124f";
constexpr std::string_view kP5 = "0xeb44accab455d165";

std::string exclusive_or(std::string_view a, std::string_view b) { return fmt::format("bitXor({}, {})", a, b); }

std::string mix(std::string_view a, std::string_view b) {
  return fmt::format(
      "arrayMap(p -> bitXor(toUInt64(p), toUInt64(bitShiftRight(p, 64))), [toUInt128({}) * toUInt128({})])[1]", a, b);
}

std::string read4(std::string_view text, int at) {
  return fmt::format("toUInt64(reinterpretAsUInt32(substring({}, {}, 4)))", text, at + 1);
}

/// Eight bytes, of which the first four are the upper half.
std::string read_halves(std::string_view text, int at) {
  return fmt::format("bitOr(bitShiftLeft({}, 32), {})", read4(text, at), read4(text, at + 4));
}

/// Up to three bytes.
std::string read_few(std::string_view text) {
  return fmt::format(
      "if(length({0}) = 3, bitOr(bitShiftLeft(toUInt64(reinterpretAsUInt16(substring({0}, 1, 2))), 8), "
      "toUInt64(reinterpretAsUInt8(substring({0}, 3)))), toUInt64(reinterpretAsUInt16({0})))",
      text);
}

/// The last one to eight bytes `c`.
std::string read_last() {
  return fmt::format(
      "multiIf(length(c) < 4, {}, length(c) = 8, {}, bitOr(bitShiftLeft({}, toUInt64(8 * (length(c) - 4))), {}))",
      read_few("c"), read_halves("c", 0), read4("c", 0), read_few("substring(c, 5)"));
}

/// What whole blocks of 32 bytes of the text `x` make of the seed.
std::string blocks() {
  const auto part = [](int at, std::string_view secret) {
    return exclusive_or(fmt::format("reinterpretAsUInt64(substring(x, i + {}, 8))", at + 1), secret);
  };
  const auto both = exclusive_or(mix(part(0, kP1), part(8, kP2)), mix(part(16, kP3), part(24, kP4)));
  return fmt::format("arrayFold((h, i) -> {}, arrayMap(k -> k * 32, range(intDiv(length(x), 32))), toUInt64(0))",
                     mix(exclusive_or("h", kP0), both));
}

/// What is left of the text `x`: `n` bytes `t`, of which `c` are the last, behind `h`.
std::string rest() {
  const auto first = mix(exclusive_or(read_halves("t", 0), "h"), exclusive_or(read_halves("t", 8), kP2));
  const auto before = fmt::format("multiIf(n <= 8, h, n <= 16, {}, n <= 24, h, {})",
                                  exclusive_or(read_halves("t", 0), "h"), exclusive_or(read_halves("t", 16), "h"));
  const auto secret = fmt::format(
      "multiIf(n <= 8, toUInt64({}), n <= 16, toUInt64({}), n <= 24, toUInt64({}), toUInt64({}))", kP1, kP2, kP3, kP4);
  const auto last = mix(before, exclusive_or(read_last(), secret));
  return fmt::format(
      "arrayMap((t, n, h, c) -> if(n = 0, h, bitXor(if(n <= 16, toUInt64(0), {}), {})), [substring(x, "
      "intDiv(length(x), 32) * 32 + 1)], [length(x) % 32], [{}], [substring(x, intDiv(length(x) - 1, 8) * 8 + 1)])[1]",
      first, last, exclusive_or(blocks(), kP0));
}

}  // namespace

const std::string& wyhash_begin() {
  static const std::string text =
      fmt::format("arrayMap(s -> if(isNull(s), NULL, arrayMap(x -> {}, [assumeNotNull(s)])[1]), [",
                  mix(rest(), exclusive_or("length(x)", kP5)));
  return text;
}

}  // namespace metaxy::sql
