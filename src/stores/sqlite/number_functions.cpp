// SPDX-License-Identifier: Apache-2.0
// Arithmetic as the filter language means it: integers that do not overflow, exact decimals, real numbers with NaN.
// Decimals are text; NaN, which is NULL to SQLite, is the text NaN.
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <variant>

#include "base/text.hpp"
#include "stores/sqlite/decimal.hpp"
#include "stores/sqlite/function_values.hpp"
#include "stores/sqlite/number_text.hpp"

namespace metaxy::stores::sqlite {

namespace {

constexpr int kAnyNumber = -1;

using Number = std::variant<std::int64_t, double, Decimal>;

[[noreturn]] void refuse(std::string_view text, std::string_view type) {
  throw Error(ErrorCode::InvalidArgument, fmt::format("{} is no {}", quote(text), type));
}
[[noreturn]] void out_of_range() { throw Error(ErrorCode::InvalidArgument, "an integer is out of range"); }

Number number_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return sqlite3_value_int64(value);
    case SQLITE_FLOAT: return sqlite3_value_double(value);
    default: break;
  }
  const auto text = text_of(value);
  if (text == kNaN) return std::nan("");
  if (const auto decimal = parse_decimal(text)) return *decimal;
  refuse(text, "number");
}

double real(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return static_cast<double>(*integer);
  if (const auto* decimal = std::get_if<Decimal>(&number)) return to_double(*decimal);
  return std::get<double>(number);
}

Decimal exact(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return {*integer, 0};
  return std::get<Decimal>(number);
}

bool is_real(const Number& number) { return std::holds_alternative<double>(number); }

void give_number(sqlite3_context* context, double value) {
  std::isnan(value) ? give(context, kNaN) : sqlite3_result_double(context, value);
}
void give_number(sqlite3_context* context, const Decimal& value) { give(context, to_text(value)); }

struct Add {
  static bool overflows(std::int64_t a, std::int64_t b, std::int64_t& out) {
    return __builtin_add_overflow(a, b, &out);
  }
  static double of(double a, double b) { return a + b; }
  static Decimal of(const Decimal& a, const Decimal& b) { return add(a, b); }
};
struct Subtract {
  static bool overflows(std::int64_t a, std::int64_t b, std::int64_t& out) {
    return __builtin_sub_overflow(a, b, &out);
  }
  static double of(double a, double b) { return a - b; }
  static Decimal of(const Decimal& a, const Decimal& b) { return add(a, {-b.digits, b.scale}); }
};
struct Multiply {
  static bool overflows(std::int64_t a, std::int64_t b, std::int64_t& out) {
    return __builtin_mul_overflow(a, b, &out);
  }
  static double of(double a, double b) { return a * b; }
  static Decimal of(const Decimal& a, const Decimal& b) { return multiply(a, b); }
};

template <class Operation>
void arithmetic(sqlite3_context* context, Arguments args) {
  const auto left = number_of(args[0]);
  const auto right = number_of(args[1]);
  if (is_real(left) || is_real(right)) return give_number(context, Operation::of(real(left), real(right)));
  const auto* first = std::get_if<std::int64_t>(&left);
  const auto* second = std::get_if<std::int64_t>(&right);
  if (!first || !second) return give_number(context, Operation::of(exact(left), exact(right)));
  std::int64_t out = 0;
  if (Operation::overflows(*first, *second, out)) out_of_range();
  sqlite3_result_int64(context, out);
}

/// Of real numbers; by zero it is infinite.
void divide(sqlite3_context* context, Arguments args) {
  const double right = real(number_of(args[1]));
  // A zero has no sign here.
  give_number(context, real(number_of(args[0])) / (right == 0 ? 0.0 : right));
}

void modulo(sqlite3_context* context, Arguments args) {
  const auto left = number_of(args[0]);
  const auto right = number_of(args[1]);
  if (real(right) == 0) return sqlite3_result_null(context);
  if (is_real(left) || is_real(right)) return give_number(context, std::fmod(real(left), real(right)));
  const auto* first = std::get_if<std::int64_t>(&left);
  const auto* second = std::get_if<std::int64_t>(&right);
  if (!first || !second) return give_number(context, modulo(exact(left), exact(right)));
  sqlite3_result_int64(context, *second == -1 ? 0 : *first % *second);
}

void negate(sqlite3_context* context, Arguments args) {
  const auto number = number_of(args[0]);
  if (is_real(number)) return give_number(context, -real(number));
  const auto* integer = std::get_if<std::int64_t>(&number);
  if (!integer) return give_number(context, Decimal{-exact(number).digits, exact(number).scale});
  if (*integer == std::numeric_limits<std::int64_t>::min()) out_of_range();
  sqlite3_result_int64(context, -*integer);
}

void abs_of(sqlite3_context* context, Arguments args) {
  const auto number = number_of(args[0]);
  if (real(number) < 0) return negate(context, args);
  sqlite3_result_value(context, args[0]);
}

/// Halves go away from zero.
void round_of(sqlite3_context* context, Arguments args) {
  const auto number = number_of(args[0]);
  const auto digits = args.size() > 1 ? sqlite3_value_int64(args[1]) : 0;
  if (digits < -kMostDigits || digits > kMostDigits) return sqlite3_result_value(context, args[0]);
  if (const auto* integer = std::get_if<std::int64_t>(&number)) {
    if (digits >= 0) return sqlite3_result_int64(context, *integer);
    const auto out = rescaled({*integer, static_cast<int>(-digits)}, 0);
    return sqlite3_result_int64(
        context, static_cast<std::int64_t>(multiply(out, rescaled({1, static_cast<int>(digits)}, 0)).digits));
  }
  if (is_real(number)) {
    const double unit = std::pow(10.0, static_cast<double>(digits));
    const double out = std::round(real(number) * unit) / unit;
    return give_number(context, std::isfinite(out) ? out : real(number));
  }
  give_number(context, rescaled(exact(number), static_cast<int>(std::max<std::int64_t>(digits, 0))));
}

void floor_of(sqlite3_context* context, Arguments args) {
  const auto number = number_of(args[0]);
  if (is_real(number)) return give_number(context, std::floor(real(number)));
  if (std::holds_alternative<std::int64_t>(number)) return sqlite3_result_value(context, args[0]);
  give_number(context, floor(exact(number)));
}

void ceil_of(sqlite3_context* context, Arguments args) {
  const auto number = number_of(args[0]);
  if (is_real(number)) return give_number(context, std::ceil(real(number)));
  if (std::holds_alternative<std::int64_t>(number)) return sqlite3_result_value(context, args[0]);
  const auto up = floor({-exact(number).digits, exact(number).scale});
  give_number(context, Decimal{-up.digits, 0});
}

/// NaN is greater than all others and equals itself.
int compare_real(double left, double right) {
  if (std::isnan(left) || std::isnan(right))
    return static_cast<int>(std::isnan(left)) - static_cast<int>(std::isnan(right));
  return left < right ? -1 : left > right ? 1 : 0;
}

int compare_numbers(sqlite3_value* left, sqlite3_value* right) {
  const auto first = number_of(left);
  const auto second = number_of(right);
  if (is_real(first) || is_real(second)) return compare_real(real(first), real(second));
  return compare(exact(first), exact(second));
}

/// As SQLite itself orders values.
int compare_values(sqlite3_value* left, sqlite3_value* right) {
  if (is_text(left) && is_text(right)) {
    return text_of(left).compare(text_of(right));
  }
  if (is_text(left) != is_text(right)) return is_text(left) ? 1 : -1;
  return compare_numbers(left, right);
}

/// metaxy_compare(a, b): less than, equal to or greater than zero.
void compare_of(sqlite3_context* context, Arguments args) {
  sqlite3_result_int(context, compare_numbers(args[0], args[1]));
}

void distinct(sqlite3_context* context, Arguments args) {
  const bool same = any_null(args) ? is_null(args[0]) && is_null(args[1]) : compare_numbers(args[0], args[1]) == 0;
  sqlite3_result_int(context, same ? 0 : 1);
}

/// The first (sign -1) or last (sign 1) of those that are not NULL.
template <int sign, auto Compare>
void extreme(sqlite3_context* context, Arguments args) {
  sqlite3_value* found = nullptr;
  for (auto* value : args) {
    if (!is_null(value) && (!found || Compare(value, found) * sign > 0)) found = value;
  }
  found ? sqlite3_result_value(context, found) : sqlite3_result_null(context);
}

template <class Integer>
void to_integer(sqlite3_context* context, Arguments args) {
  Number number;
  if (is_text(args[0])) {
    const auto text = trim(text_of(args[0]));
    std::int64_t value = 0;
    const auto digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failure == std::errc() && end == digits.data() + digits.size()) {
      number = value;
    } else if (const auto decimal = parse_decimal(text)) {
      number = *decimal;
    } else {
      refuse(text, "integer");
    }
  } else {
    number = number_of(args[0]);
  }
  if (is_real(number)) {
    const double rounded = std::nearbyint(real(number));
    if (!(rounded >= -0x1p63 && rounded < 0x1p63)) out_of_range();
    number = static_cast<std::int64_t>(rounded);
  }
  const auto whole = rescaled(exact(number), 0).digits;
  if (whole < std::numeric_limits<Integer>::min() || whole > std::numeric_limits<Integer>::max()) out_of_range();
  sqlite3_result_int64(context, static_cast<std::int64_t>(whole));
}

double real_of(sqlite3_value* value) {
  if (!is_text(value)) return real(number_of(value));
  const auto text = text_of(value);
  if (const auto number = parse_real(text)) return *number;
  refuse(text, "number");
}

void to_double_of(sqlite3_context* context, Arguments args) { give_number(context, real_of(args[0])); }

void to_float(sqlite3_context* context, Arguments args) {
  const double value = real_of(args[0]);
  const auto out = static_cast<float>(value);
  if (std::isinf(out) && !std::isinf(value)) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{} is out of the range of a real number", value));
  }
  give_number(context, static_cast<double>(out));
}

/// metaxy_to_decimal(value, digits, behind the point)
void to_decimal(sqlite3_context* context, Arguments args) {
  const auto precision = sqlite3_value_int(args[1]);
  const auto scale = sqlite3_value_int(args[2]);
  std::optional<Decimal> decimal;
  if (sqlite3_value_type(args[0]) == SQLITE_FLOAT) {
    decimal = from_double(sqlite3_value_double(args[0]));
  } else if (sqlite3_value_type(args[0]) == SQLITE_INTEGER) {
    decimal = Decimal{sqlite3_value_int64(args[0]), 0};
  } else {
    decimal = parse_decimal(trim(text_of(args[0])));
    if (!decimal) {
      if (const auto number = parse_real(text_of(args[0]))) decimal = from_double(*number);
    }
  }
  if (!decimal) refuse(text_of(args[0]), "decimal");
  const auto out = rescaled(*decimal, scale);
  Int128 limit = 1;
  for (int i = 0; i < precision; ++i) limit *= 10;
  if (out.digits >= limit || out.digits <= -limit) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{} does not fit decimal({}, {})", to_text(out), precision, scale));
  }
  give_number(context, out);
}

void to_boolean(sqlite3_context* context, Arguments args) {
  if (!is_text(args[0])) return sqlite3_result_int(context, real(number_of(args[0])) != 0 ? 1 : 0);
  const auto text = to_lower(trim(text_of(args[0])));
  const bool yes = text == "true" || text == "t" || text == "1" || text == "yes" || text == "y";
  const bool no = text == "false" || text == "f" || text == "0" || text == "no" || text == "n";
  if (!yes && !no) refuse(text, "boolean");
  sqlite3_result_int(context, yes ? 1 : 0);
}

/// Texts that begin with \x are hexadecimal.
void to_binary(sqlite3_context* context, Arguments args) {
  const auto text = text_of(args[0]);
  std::string out(text);
  if (is_text(args[0]) && text.starts_with("\\x") && text.size() % 2 == 0) {
    out.clear();
    for (std::size_t i = 2; i < text.size(); i += 2) {
      unsigned byte = 0;
      const auto end = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16).ptr;
      if (end != text.data() + i + 2) refuse(text, "binary");
      out += static_cast<char>(byte);
    }
  }
  sqlite3_result_blob64(context, out.data(), out.size(), SQLITE_TRANSIENT);
}

void boolean_text(sqlite3_context* context, Arguments args) {
  give(context, sqlite3_value_int64(args[0]) != 0 ? "true" : "false");
}

template <class Real>
void real_text_of(sqlite3_context* context, Arguments args) {
  if (is_text(args[0])) return give(context, text_of(args[0]) == kNaN ? "nan" : text_of(args[0]));
  if (sqlite3_value_type(args[0]) == SQLITE_BLOB) {
    std::string out = "\\x";
    for (const char c : text_of(args[0])) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return give(context, out);
  }
  if (sqlite3_value_type(args[0]) == SQLITE_INTEGER) return give(context, std::to_string(sqlite3_value_int64(args[0])));
  give(context, real_text(static_cast<Real>(sqlite3_value_double(args[0]))));
}

}  // namespace

void register_numbers(sqlite3* database) {
  register_scalar(database, "metaxy_add", 2, call<arithmetic<Add>>);
  register_scalar(database, "metaxy_subtract", 2, call<arithmetic<Subtract>>);
  register_scalar(database, "metaxy_multiply", 2, call<arithmetic<Multiply>>);
  register_scalar(database, "metaxy_divide", 2, call<divide>);
  register_scalar(database, "metaxy_modulo", 2, call<static_cast<void (*)(sqlite3_context*, Arguments)>(modulo)>);
  register_scalar(database, "metaxy_negate", 1, call<negate>);
  register_scalar(database, "metaxy_abs", 1, call<abs_of>);
  register_scalar(database, "metaxy_round", 1, call<round_of>);
  register_scalar(database, "metaxy_round", 2, call<round_of>);
  register_scalar(database, "metaxy_floor", 1, call<floor_of>);
  register_scalar(database, "metaxy_ceil", 1, call<ceil_of>);
  register_scalar(database, "metaxy_compare", 2, call<compare_of>);
  register_scalar(database, "metaxy_distinct", 2, call<distinct, false>);
  register_scalar(database, "metaxy_least", kAnyNumber, call<extreme<-1, compare_values>, false>);
  register_scalar(database, "metaxy_greatest", kAnyNumber, call<extreme<1, compare_values>, false>);
  register_scalar(database, "metaxy_least_decimal", kAnyNumber, call<extreme<-1, compare_numbers>, false>);
  register_scalar(database, "metaxy_greatest_decimal", kAnyNumber, call<extreme<1, compare_numbers>, false>);
  register_scalar(database, "metaxy_to_int16", 1, call<to_integer<std::int16_t>>);
  register_scalar(database, "metaxy_to_int32", 1, call<to_integer<std::int32_t>>);
  register_scalar(database, "metaxy_to_int64", 1, call<to_integer<std::int64_t>>);
  register_scalar(database, "metaxy_to_double", 1, call<to_double_of>);
  register_scalar(database, "metaxy_to_float", 1, call<to_float>);
  register_scalar(database, "metaxy_to_decimal", 3, call<to_decimal>);
  register_scalar(database, "metaxy_to_boolean", 1, call<to_boolean>);
  register_scalar(database, "metaxy_to_binary", 1, call<to_binary>);
  register_scalar(database, "metaxy_boolean_text", 1, call<boolean_text>);
  register_scalar(database, "metaxy_text", 1, call<real_text_of<double>>);
  register_scalar(database, "metaxy_float_text", 1, call<real_text_of<float>>);
}

}  // namespace metaxy::stores::sqlite
