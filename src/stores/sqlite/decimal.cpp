// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/decimal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <metaxy/error.hpp>

namespace metaxy::stores::sqlite {

namespace {

[[noreturn]] void too_large() {
  throw Error(ErrorCode::InvalidArgument, "a number has more than 38 digits", "cast it to double");
}

Int128 power(int digits) {
  Int128 out = 1;
  for (int i = 0; i < digits; ++i) out *= 10;
  return out;
}

Int128 checked(Int128 digits) {
  const Int128 limit = power(kMostDigits);
  if (digits >= limit || digits <= -limit) too_large();
  return digits;
}

Int128 times(Int128 left, Int128 right) {
  Int128 out = 0;
  if (__builtin_mul_overflow(left, right, &out)) too_large();
  return out;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  Decimal out;
  int digits = 0;
  bool behind = false;
  bool any = false;
  for (const char c : text) {
    if (c == '.' && !behind) {
      behind = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    any = true;
    if (digits > 0 || c != '0') ++digits;
    if (digits > kMostDigits || out.scale >= kMostDigits) return std::nullopt;
    out.digits = out.digits * 10 + (c - '0');
    out.scale += behind ? 1 : 0;
  }
  if (!any) return std::nullopt;
  if (negative) out.digits = -out.digits;
  return out;
}

std::string to_text(const Decimal& decimal) {
  std::string out;
  const bool negative = decimal.digits < 0;
  Int128 rest = negative ? -decimal.digits : decimal.digits;
  for (int place = 0; rest > 0 || place <= decimal.scale; ++place) {
    if (place == decimal.scale && decimal.scale > 0) out += '.';
    out += static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  if (negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

double to_double(const Decimal& decimal) {
  const auto text = to_text(decimal);
  double out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

std::optional<Decimal> from_double(double value) {
  if (!std::isfinite(value) || std::abs(value) >= 1e38) return std::nullopt;
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const auto point = text.find('.');
  constexpr std::size_t kSign = 2;
  if (point != std::string_view::npos && text.size() > kMostDigits) {
    text = text.substr(0, std::max<std::size_t>(point, kMostDigits - kSign));
  }
  return parse_decimal(text);
}

Decimal rescaled(const Decimal& decimal, int scale) {
  if (scale >= decimal.scale) {
    const int more = scale - decimal.scale;
    if (decimal.digits == 0) return {0, scale};
    if (more > kMostDigits) too_large();
    return {checked(times(decimal.digits, power(more))), scale};
  }
  const int fewer = decimal.scale - scale;
  if (fewer > kMostDigits) return {0, scale};
  const Int128 unit = power(fewer);
  Int128 digits = decimal.digits / unit;
  const Int128 rest = decimal.digits % unit;
  const Int128 size = rest < 0 ? -rest : rest;
  if (size >= unit - size) digits += decimal.digits < 0 ? -1 : 1;
  return {digits, scale};
}

Decimal floor(const Decimal& decimal) {
  const Int128 unit = power(decimal.scale);
  return {decimal.digits / unit - (decimal.digits % unit < 0 ? 1 : 0), 0};
}

Decimal add(const Decimal& left, const Decimal& right) {
  const int scale = std::max(left.scale, right.scale);
  return {checked(rescaled(left, scale).digits + rescaled(right, scale).digits), scale};
}

Decimal multiply(const Decimal& left, const Decimal& right) {
  const Decimal out{times(left.digits, right.digits), left.scale + right.scale};
  if (out.scale > kMostDigits) return rescaled(out, kMostDigits);
  return {checked(out.digits), out.scale};
}

Decimal modulo(const Decimal& left, const Decimal& right) {
  const int scale = std::max(left.scale, right.scale);
  return {rescaled(left, scale).digits % rescaled(right, scale).digits, scale};
}

int compare(const Decimal& left, const Decimal& right) {
  const auto first = floor(left).digits;
  const auto second = floor(right).digits;
  if (first != second) return first < second ? -1 : 1;
  // What is behind the point has up to 38 digits.
  const auto part = [](const Decimal& decimal, Int128 whole) {
    return (decimal.digits - whole * power(decimal.scale)) * power(kMostDigits - decimal.scale);
  };
  const auto a = part(left, first);
  const auto b = part(right, second);
  return a < b ? -1 : a > b ? 1 : 0;
}

}  // namespace metaxy::stores::sqlite
