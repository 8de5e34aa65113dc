// SPDX-License-Identifier: Apache-2.0
// Dates, times and timestamps, which are microseconds here: of dates those of their first moment, of times those since
// midnight.
#include <algorithm>
#include <chrono>

#include "arrow/temporal.hpp"
#include "base/text.hpp"
#include "stores/sqlite/function_values.hpp"

namespace metaxy::stores::sqlite {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

[[noreturn]] void refuse(std::string_view text, const char* type) {
  throw Error(ErrorCode::InvalidArgument, quote(text) + " is no " + type);
}

std::int64_t floor_days(std::int64_t micros) { return micros / kDay - (micros % kDay < 0 ? 1 : 0); }

std::int64_t micros_of(sqlite3_value* value, const char* type) {
  if (sqlite3_value_type(value) == SQLITE_INTEGER) return sqlite3_value_int64(value);
  const auto text = text_of(value);
  const auto parsed = is_text(value) ? arrow::parse_timestamp(trim(text), kSecond) : std::nullopt;
  if (!parsed) refuse(text, type);
  return parsed->units;
}

void to_timestamp(sqlite3_context* context, Arguments args) {
  sqlite3_result_int64(context, micros_of(args[0], "timestamp"));
}
void to_date(sqlite3_context* context, Arguments args) {
  sqlite3_result_int64(context, floor_days(micros_of(args[0], "date")) * kDay);
}

/// A time, or that of a timestamp.
void to_time(sqlite3_context* context, Arguments args) {
  std::int64_t micros = 0;
  if (is_text(args[0])) {
    const auto parsed = arrow::parse_timestamp("1970-01-01 " + std::string(trim(text_of(args[0]))), kSecond);
    if (!parsed) refuse(text_of(args[0]), "time");
    micros = parsed->units;
  } else {
    micros = micros_of(args[0], "time");
  }
  sqlite3_result_int64(context, micros - floor_days(micros) * kDay);
}

/// Without the zeros at the end of a fraction.
std::string shortest(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::string timestamp_text(std::int64_t micros) {
  auto out = shortest(arrow::render_timestamp(micros, kSecond));
  std::replace(out.begin(), out.end(), 'T', ' ');
  return out;
}

std::int64_t integer(sqlite3_value* value) { return sqlite3_value_int64(value); }

void date_text(sqlite3_context* context, Arguments args) {
  give(context, arrow::render_date(floor_days(integer(args[0]))));
}
void time_text(sqlite3_context* context, Arguments args) {
  give(context, shortest(arrow::render_time(integer(args[0]), kSecond)));
}
void local_text(sqlite3_context* context, Arguments args) { give(context, timestamp_text(integer(args[0]))); }
void zoned_text(sqlite3_context* context, Arguments args) { give(context, timestamp_text(integer(args[0])) + "+00"); }
void interval_text(sqlite3_context* context, Arguments args) {
  give(context, arrow::render_duration(0, 0, integer(args[0]), kSecond));
}

std::chrono::year_month_day date_of(std::int64_t micros) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(floor_days(micros))));
}

/// metaxy_shift(moment, months, microseconds): a day that a month lacks is its last one.
void shift(sqlite3_context* context, Arguments args) {
  const auto moment = integer(args[0]);
  const auto months = integer(args[1]);
  std::int64_t out = moment;
  if (months != 0) {
    const auto begin = date_of(moment);
    auto date = begin + std::chrono::months(months);
    if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
    const auto days = std::chrono::sys_days(date).time_since_epoch().count() - floor_days(moment);
    if (__builtin_add_overflow(moment, days * kDay, &out)) refuse("a moment", "timestamp");
  }
  if (__builtin_add_overflow(out, integer(args[2]), &out)) refuse("a moment", "timestamp");
  sqlite3_result_int64(context, out);
}

void year(sqlite3_context* context, Arguments args) {
  sqlite3_result_int64(context, static_cast<int>(date_of(micros_of(args[0], "date")).year()));
}
void month(sqlite3_context* context, Arguments args) {
  sqlite3_result_int64(context, static_cast<unsigned>(date_of(micros_of(args[0], "date")).month()));
}
void day(sqlite3_context* context, Arguments args) {
  sqlite3_result_int64(context, static_cast<unsigned>(date_of(micros_of(args[0], "date")).day()));
}

}  // namespace

void register_times(sqlite3* database) {
  register_scalar(database, "metaxy_to_timestamp", 1, call<to_timestamp>);
  register_scalar(database, "metaxy_to_date", 1, call<to_date>);
  register_scalar(database, "metaxy_to_time", 1, call<to_time>);
  register_scalar(database, "metaxy_date_text", 1, call<date_text>);
  register_scalar(database, "metaxy_time_text", 1, call<time_text>);
  register_scalar(database, "metaxy_timestamp_text", 1, call<local_text>);
  register_scalar(database, "metaxy_timestamptz_text", 1, call<zoned_text>);
  register_scalar(database, "metaxy_interval_text", 1, call<interval_text>);
  register_scalar(database, "metaxy_shift", 3, call<shift>);
  register_scalar(database, "metaxy_year", 1, call<year>);
  register_scalar(database, "metaxy_month", 1, call<month>);
  register_scalar(database, "metaxy_day", 1, call<day>);
}

}  // namespace metaxy::stores::sqlite
