// SPDX-License-Identifier: Apache-2.0
#include "store/fit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace metaxy::store {

namespace {

bool is_any_of(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool scalar_fits(const ColumnType& from, const ColumnType& to) {
  // Decimals of any size may be the same text to a database.
  if (from.text == to.text && from.kind != Kind::Decimal) return true;
  switch (to.kind) {
    case Kind::Text:
    case Kind::Json: return is_any_of(from.kind, {Kind::Text, Kind::Json});
    case Kind::Integer: return from.kind == Kind::Integer;
    case Kind::Float: return from.kind == Kind::Integer || (from.kind == Kind::Float && from.width <= to.width);
    case Kind::Decimal:
      return from.kind == Kind::Integer ||
             (from.kind == Kind::Decimal && from.scale <= to.scale && from.width - from.scale <= to.width - to.scale);
    case Kind::Timestamp:
    case Kind::TimestampTz:
      // Naive timestamps count as UTC; text is how files without types carry them.
      return is_any_of(from.kind, {Kind::Timestamp, Kind::TimestampTz, Kind::Date, Kind::Text});
    case Kind::Date: return is_any_of(from.kind, {Kind::Date, Kind::Text});
    case Kind::Time: return is_any_of(from.kind, {Kind::Time, Kind::Text});
    default: return from.kind == to.kind && to.kind != Kind::Other;
  }
}

void check_struct(const std::string& subject, const ColumnType& from, const ColumnType& to, Faults& faults) {
  for (std::size_t i = 0; i < from.members.size(); ++i) {
    const auto at = find_member(to, from.members[i]);
    const std::string member = subject + "." + from.members[i];
    if (!at) {
      faults.add(member, "the table's column has no such member");
    } else {
      check_fit(member, from.member_types[i], to.member_types[*at], faults);
    }
  }
}

}  // namespace

std::optional<std::size_t> find_member(const ColumnType& type, const std::string& name) {
  const auto at = std::find(type.members.begin(), type.members.end(), name);
  if (at == type.members.end()) return std::nullopt;
  return static_cast<std::size_t>(at - type.members.begin());
}

void check_fit(const std::string& subject, const ColumnType& from, const ColumnType& to, Faults& faults) {
  if (from.kind == Kind::Null) return;
  if (from.kind == Kind::Struct && to.kind == Kind::Struct) return check_struct(subject, from, to, faults);
  if (from.kind == Kind::Struct && to.kind == Kind::Map) {
    for (std::size_t i = 0; i < from.members.size(); ++i) {
      check_fit(subject + "." + from.members[i], from.member_types[i], to.member_types.at(1), faults);
    }
    return;
  }
  if (from.kind == Kind::Map && to.kind == Kind::Struct) {
    for (const auto& member : to.member_types) check_fit(subject, from.member_types.at(1), member, faults);
    return;
  }
  if (from.kind == to.kind && (from.kind == Kind::List || from.kind == Kind::Map)) {
    for (std::size_t i = 0; i < from.member_types.size() && i < to.member_types.size(); ++i) {
      check_fit(subject, from.member_types[i], to.member_types[i], faults);
    }
    return;
  }
  if (!scalar_fits(from, to)) {
    faults.add(subject, fmt::format("the table has {}, the rows have {}", to.text, from.text),
               fmt::format("give the column as {}", to.text));
  }
}

}  // namespace metaxy::store
