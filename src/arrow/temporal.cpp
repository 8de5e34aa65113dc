// SPDX-License-Identifier: Apache-2.0
#include "arrow/temporal.hpp"

#include <charconv>

namespace metaxy::arrow {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;

struct Civil {
  std::int64_t year;
  int month;
  int day;
};

// Howard Hinnant's algorithms (public domain): std::chrono's year ends at 32767, Arrow's does not.
Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {year_of_era + era * 400 + (month <= 2), month, static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

std::int64_t days_from_civil(Civil date) {
  const std::int64_t year = date.year - (date.month <= 2);
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0); }

void append_padded(std::string& out, std::uint64_t value, std::size_t digits) {
  const std::string text = std::to_string(value);
  if (text.size() < digits) out.append(digits - text.size(), '0');
  out += text;
}

void append_fraction(std::string& out, std::int64_t units, std::int64_t units_per_second) {
  if (units == 0) return;
  out += '.';
  append_padded(out, static_cast<std::uint64_t>(units), std::to_string(units_per_second).size() - 1);
}

/// Reads pieces off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool done() const { return text_.empty(); }
  bool skip(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    std::size_t n = 0;
    while (n < text_.size() && text_[n] >= '0' && text_[n] <= '9') ++n;
    const std::string_view out = text_.substr(0, n);
    text_.remove_prefix(n);
    return out;
  }
  // Exactly two digits, at most `limit`; -1 otherwise.
  int two(int limit) {
    const std::string_view text = digits();
    if (text.size() != 2) return -1;
    const int value = (text[0] - '0') * 10 + (text[1] - '0');
    return value <= limit ? value : -1;
  }

 private:
  std::string_view text_;
};

std::optional<std::int64_t> scan_date(Scanner& in) {
  const bool negative = in.skip('-');
  const bool sign = negative || in.skip('+');
  const std::string_view year_digits = in.digits();
  if (year_digits.size() < 4 || year_digits.size() > 7 || (!sign && year_digits.size() > 4)) return std::nullopt;
  std::int64_t year = 0;
  std::from_chars(year_digits.data(), year_digits.data() + year_digits.size(), year);
  if (!in.skip('-')) return std::nullopt;
  const int month = in.two(12);
  if (!in.skip('-')) return std::nullopt;
  const int day = in.two(31);
  if (month < 1 || day < 1) return std::nullopt;
  const std::int64_t days = days_from_civil({negative ? -year : year, month, day});
  if (civil_from_days(days).day != day) return std::nullopt;  // 30 February
  return days;
}

// Units of the fraction `.789`; none without a point.
std::optional<std::int64_t> scan_fraction(Scanner& in, std::int64_t units_per_second) {
  if (!in.skip('.')) return 0;
  const std::string_view digits = in.digits();
  if (digits.empty()) return std::nullopt;
  std::int64_t units = 0;
  std::int64_t weight = units_per_second;
  for (const char digit : digits) {
    weight /= 10;
    units += (digit - '0') * weight;
  }
  return units;
}

// Seconds that a zone is ahead of UTC.
std::optional<std::int64_t> scan_zone(Scanner& in) {
  if (in.skip('Z') || in.skip('z')) return 0;
  const bool negative = in.skip('-');
  if (!negative && !in.skip('+')) return std::nullopt;
  const int hours = in.two(23);
  const int minutes = in.skip(':') ? in.two(59) : 0;
  if (hours < 0 || minutes < 0) return std::nullopt;
  return (hours * 60 + minutes) * (negative ? -60 : 60);
}

}  // namespace

std::string render_date(std::int64_t days_since_epoch) {
  const Civil date = civil_from_days(days_since_epoch);
  std::string out = date.year < 0 ? "-" : date.year > 9999 ? "+" : "";
  append_padded(out, static_cast<std::uint64_t>(date.year < 0 ? -date.year : date.year), 4);
  out += '-';
  append_padded(out, static_cast<std::uint64_t>(date.month), 2);
  out += '-';
  append_padded(out, static_cast<std::uint64_t>(date.day), 2);
  return out;
}

std::string render_time(std::int64_t units, std::int64_t units_per_second) {
  const std::int64_t seconds = floor_div(units, units_per_second);
  std::string out;
  append_padded(out, static_cast<std::uint64_t>(seconds / 3600), 2);
  out += ':';
  append_padded(out, static_cast<std::uint64_t>(seconds / 60 % 60), 2);
  out += ':';
  append_padded(out, static_cast<std::uint64_t>(seconds % 60), 2);
  append_fraction(out, units - seconds * units_per_second, units_per_second);
  return out;
}

std::string render_timestamp(std::int64_t units, std::int64_t units_per_second) {
  const std::int64_t days = floor_div(units, kSecondsPerDay * units_per_second);
  return render_date(days) + "T" + render_time(units - days * kSecondsPerDay * units_per_second, units_per_second);
}

std::string render_duration(std::int64_t months, std::int64_t days, std::int64_t units, std::int64_t units_per_second) {
  std::string out = "P";
  if (months != 0) out += std::to_string(months) + "M";
  if (days != 0) out += std::to_string(days) + "D";
  if (units == 0 && out.size() > 1) return out;
  out += units < 0 ? "T-" : "T";
  const std::uint64_t magnitude = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  const auto unit = static_cast<std::uint64_t>(units_per_second);
  out += std::to_string(magnitude / unit);
  append_fraction(out, static_cast<std::int64_t>(magnitude % unit), units_per_second);
  return out + "S";
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Scanner in(text);
  const auto days = scan_date(in);
  return in.done() ? days : std::nullopt;
}

std::optional<ParsedTimestamp> parse_timestamp(std::string_view text, std::int64_t units_per_second) {
  Scanner in(text);
  const auto days = scan_date(in);
  if (!days) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t fraction = 0;
  bool zoned = false;
  if (in.skip('T') || in.skip(' ') || in.skip('t')) {
    const int hours = in.two(23);
    if (!in.skip(':')) return std::nullopt;
    const int minutes = in.two(59);
    const int second = in.skip(':') ? in.two(59) : 0;
    if (hours < 0 || minutes < 0 || second < 0) return std::nullopt;
    seconds = hours * 3600 + minutes * 60 + second;
    const auto scanned = scan_fraction(in, units_per_second);
    if (!scanned) return std::nullopt;
    fraction = *scanned;
    if (!in.done()) {
      const auto zone = scan_zone(in);
      if (!zone) return std::nullopt;
      seconds -= *zone;
      zoned = true;
    }
  }
  if (!in.done()) return std::nullopt;
  std::int64_t units = 0;
  if (__builtin_mul_overflow(*days * kSecondsPerDay + seconds, units_per_second, &units) ||
      __builtin_add_overflow(units, fraction, &units))
    return std::nullopt;
  return ParsedTimestamp{units, zoned};
}

}  // namespace metaxy::arrow
