// SPDX-License-Identifier: Apache-2.0
// Dates and times as ISO-8601 text and back, for any year that 64 bits reach.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace metaxy::arrow {

/// `2024-02-29`; years beyond 9999 and before 0 with a sign.
std::string render_date(std::int64_t days_since_epoch);
/// `2024-02-29T12:34:56.789`: the fraction has as many digits as the unit (0, 3, 6, 9) and is left out when zero.
/// `units` are counted from the epoch in `units_per_second`.
std::string render_timestamp(std::int64_t units, std::int64_t units_per_second);
/// `12:34:56.789`.
std::string render_time(std::int64_t units, std::int64_t units_per_second);
/// `P1M2DT3.5S`.
std::string render_duration(std::int64_t months, std::int64_t days, std::int64_t units, std::int64_t units_per_second);

/// The inverse of `render_date`.
std::optional<std::int64_t> parse_date(std::string_view text);

/// A timestamp of the form `2024-02-29[T ]12:34[:56[.789]][Z|+01:00]` or only a date, in units since the epoch; digits
/// beyond the unit are cut. A zone is subtracted. Absent: not of that form or out of range.
struct ParsedTimestamp {
  std::int64_t units;
  bool zoned;
};
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text, std::int64_t units_per_second);

}  // namespace metaxy::arrow
