// SPDX-License-Identifier: Apache-2.0
// Exact decimals of up to 38 digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace metaxy::stores::sqlite {

__extension__ using Int128 = __int128;

struct Decimal {
  Int128 digits = 0;
  int scale = 0;  ///< how many of them stand behind the point
};

inline constexpr int kMostDigits = 38;

/// Absent: no decimal of up to 38 digits.
std::optional<Decimal> parse_decimal(std::string_view text);
std::string to_text(const Decimal& decimal);
double to_double(const Decimal& decimal);
/// Exact only as far as a double is: the shortest text that reads back as the same.
std::optional<Decimal> from_double(double value);

/// With so many digits behind the point; halves are rounded away from zero. Throws: InvalidArgument.
Decimal rescaled(const Decimal& decimal, int scale);
/// The greatest whole number that is not greater, with no digits behind the point.
Decimal floor(const Decimal& decimal);

/// Throw: InvalidArgument when the result has more than 38 digits.
Decimal add(const Decimal& left, const Decimal& right);
Decimal multiply(const Decimal& left, const Decimal& right);
/// With the sign of the left side. Requires: right is not zero.
Decimal modulo(const Decimal& left, const Decimal& right);
int compare(const Decimal& left, const Decimal& right);

}  // namespace metaxy::stores::sqlite
