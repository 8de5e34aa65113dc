// SPDX-License-Identifier: Apache-2.0
// Real numbers as text.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.hpp"

namespace metaxy::stores::sqlite {

/// NaN is NULL to SQLite and is kept as this text.
inline constexpr std::string_view kNaN = "NaN";

/// The shortest text that reads back as the same; whole numbers have a point.
template <class Real>
std::string real_text(Real value) {
  auto out = fmt::format("{}", value);
  if (out.find_first_of(".en") == std::string::npos) out += ".0";
  return out;
}

/// Absent: no number.
inline std::optional<double> parse_real(std::string_view text) {
  const auto word = to_lower(trim(text));
  if (word == "nan") return std::nan("");
  if (word == "infinity" || word == "inf" || word == "+infinity") return HUGE_VAL;
  if (word == "-infinity" || word == "-inf") return -HUGE_VAL;
  const std::string_view digits = word.starts_with('+') ? std::string_view(word).substr(1) : std::string_view(word);
  double out = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace metaxy::stores::sqlite
