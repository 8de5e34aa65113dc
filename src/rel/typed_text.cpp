// SPDX-License-Identifier: Apache-2.0
#include "rel/typed_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include "base/text.hpp"

namespace metaxy::rel {

namespace {

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A number of `least` to `most` digits.
  std::optional<int> number(std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < rest_.size() && is_digit(rest_[count])) {
      if (++count > most) return std::nullopt;
      value = value * 10 + (rest_[count - 1] - '0');
    }
    if (count < least) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  bool number_up_to(int greatest) {
    auto value = number(2, 2);
    return value && *value <= greatest;
  }
  std::string_view word() {
    std::size_t count = 0;
    while (count < rest_.size() && ((rest_[count] | 0x20) >= 'a' && (rest_[count] | 0x20) <= 'z')) ++count;
    std::string_view result = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return result;
  }
  bool spaces() {
    std::size_t before = rest_.size();
    while (take(' ')) {
    }
    return rest_.size() < before;
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

bool date(Cursor& at) {
  auto year = at.number(4, 4);
  if (!year || !at.take('-')) return false;
  auto month = at.number(2, 2);
  if (!month || !at.take('-')) return false;
  auto day = at.number(2, 2);
  if (!day || *year == 0) return false;
  return std::chrono::year_month_day(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                     std::chrono::day(static_cast<unsigned>(*day)))
      .ok();
}

/// Appends `HH:MM:SS` with the fraction, if there is one.
bool clock(Cursor& at, std::string& out) {
  std::size_t begin = at.rest().size();
  std::string_view text = at.rest();
  if (!at.number_up_to(23) || !at.take(':') || !at.number_up_to(59)) return false;
  bool seconds = at.take(':');
  if (seconds && (!at.number_up_to(59) || (at.take('.') && !at.number(1, 6)))) return false;
  out += text.substr(0, begin - at.rest().size());
  if (!seconds) out += ":00";
  return true;
}

/// Appends the offset from UTC.
bool zone(Cursor& at, std::string& out) {
  std::string_view text = at.rest();
  if (at.at_end() || at.take('Z')) {
    out += "+00:00";
    return true;
  }
  if (!(at.take('+') || at.take('-')) || !at.number_up_to(15)) return false;
  out += text.substr(0, 3);
  if (!at.take(':')) {
    out += ":00";
    return true;
  }
  out += text.substr(3, 3);
  return at.number_up_to(59);
}

bool timestamp(Cursor& at, std::string& out) {
  std::string_view text = at.rest();
  if (!date(at)) return false;
  out += text.substr(0, 10);
  out += ' ';
  if (at.at_end()) {
    out += "00:00:00";
    return true;
  }
  return (at.take(' ') || at.take('T')) && clock(at, out);
}

/// `3 days`, `1 year 2 months`, `-04:05:06`, and these in a row.
bool interval(Cursor& at) {
  bool any = false;
  while (at.spaces(), !at.at_end()) {
    if (!at.take('-')) at.take('+');
    if (!at.number(1, 9)) return false;
    if (at.take(':')) {
      if (!at.number_up_to(59)) return false;
      if (at.take(':') && (!at.number_up_to(59) || (at.take('.') && !at.number(1, 6)))) return false;
    } else {
      at.spaces();
      if (!is_interval_unit(to_lower(at.word()))) return false;
    }
    any = true;
  }
  return any;
}

}  // namespace

bool is_interval_unit(std::string_view word) {
  static constexpr auto kUnits = std::to_array<std::string_view>(
      {"year", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"});
  if (word.ends_with('s')) word.remove_suffix(1);
  return std::find(kUnits.begin(), kUnits.end(), word) != kUnits.end();
}

std::optional<std::string> typed_text(Type type, std::string_view text) {
  Cursor at(text);
  std::string out;
  bool good = false;
  switch (type) {
    case Type::Date: good = date(at), out = text; break;
    case Type::Time: good = clock(at, out); break;
    case Type::Timestamp: good = timestamp(at, out); break;
    case Type::TimestampTz: good = timestamp(at, out) && zone(at, out); break;
    case Type::Interval: good = interval(at), out = text; break;
    default: break;
  }
  if (!good || !at.at_end()) return std::nullopt;
  return out;
}

std::string_view typed_text_form(Type type) {
  switch (type) {
    case Type::Date: return "write it as '2025-01-31'";
    case Type::Time: return "write it as '18:30:00'";
    case Type::Timestamp: return "write it as '2025-01-31 18:30:00'; with an offset it is a TIMESTAMPTZ";
    case Type::TimestampTz: return "write it as '2025-01-31 18:30:00+01:00' (without an offset it is UTC)";
    default: return "write it as '3 days', '1 year 2 months' or '04:05:06'";
  }
}

}  // namespace metaxy::rel
