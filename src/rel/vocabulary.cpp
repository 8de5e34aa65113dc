// SPDX-License-Identifier: Apache-2.0
#include "rel/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace metaxy::rel {

namespace {

constexpr std::size_t kMany = std::numeric_limits<std::size_t>::max();

constexpr auto kFunctions = std::to_array<FunctionWord>({
    {"coalesce", Function::Coalesce, 1, kMany},
    {"lower", Function::Lower, 1, 1},
    {"upper", Function::Upper, 1, 1},
    {"length", Function::Length, 1, 1},
    {"trim", Function::Trim, 1, 1},
    {"abs", Function::Abs, 1, 1},
    {"round", Function::Round, 1, 2},
    {"floor", Function::Floor, 1, 1},
    {"ceil", Function::Ceil, 1, 1},
    {"ceiling", Function::Ceil, 1, 1},
    {"least", Function::Least, 1, kMany},
    {"greatest", Function::Greatest, 1, kMany},
    {"nullif", Function::NullIf, 2, 2},
    {"starts_with", Function::StartsWith, 2, 2},
    {"ends_with", Function::EndsWith, 2, 2},
    {"contains", Function::Contains, 2, 2},
    {"substring", Function::Substring, 2, 3},
    {"substr", Function::Substring, 2, 3},
    {"replace", Function::Replace, 3, 3},
    {"year", Function::Year, 1, 1},
    {"month", Function::Month, 1, 1},
    {"day", Function::Day, 1, 1},
});

constexpr auto kTypes = std::to_array<TypeWord>({
    {"boolean", Type::Boolean},     {"bool", Type::Boolean},       {"smallint", Type::Int16},
    {"int2", Type::Int16},          {"integer", Type::Int32},      {"int", Type::Int32},
    {"int4", Type::Int32},          {"bigint", Type::Int64},       {"int8", Type::Int64},
    {"long", Type::Int64},          {"real", Type::Float},         {"float4", Type::Float},
    {"double", Type::Double},       {"float", Type::Double},       {"float8", Type::Double},
    {"decimal", Type::Decimal},     {"numeric", Type::Decimal},    {"dec", Type::Decimal},
    {"text", Type::Text},           {"varchar", Type::Text},       {"string", Type::Text},
    {"blob", Type::Binary},         {"binary", Type::Binary},      {"varbinary", Type::Binary},
    {"bytea", Type::Binary},        {"date", Type::Date},          {"time", Type::Time},
    {"timestamp", Type::Timestamp}, {"datetime", Type::Timestamp}, {"timestamptz", Type::TimestampTz},
    {"interval", Type::Interval},
});

constexpr auto kReserved = std::to_array<std::string_view>({
    "and", "as", "between", "case", "cast", "distinct", "else", "end", "escape", "exists", "false", "from", "ilike",
    "in",  "is", "isnull",  "like", "not",  "notnull",  "null", "or",  "over",   "select", "then",  "true", "when",
});

}  // namespace

std::span<const FunctionWord> function_words() { return kFunctions; }

std::string_view function_name(Function function) {
  if (function == Function::EpochMicros) return "epoch_us";
  return std::find_if(kFunctions.begin(), kFunctions.end(), [&](auto& word) { return word.function == function; })
      ->name;
}

std::span<const TypeWord> type_words() { return kTypes; }

std::string_view type_name(Type type) {
  return std::find_if(kTypes.begin(), kTypes.end(), [&](auto& word) { return word.type == type; })->name;
}

bool is_reserved(std::string_view word) {
  return std::find(kReserved.begin(), kReserved.end(), word) != kReserved.end();
}

bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  auto digits = std::count_if(text.begin(), text.end(), is_digit);
  auto points = std::count(text.begin(), text.end(), '.');
  return digits >= 1 && digits <= 38 && points <= 1 && digits + points == static_cast<std::ptrdiff_t>(text.size());
}

}  // namespace metaxy::rel
