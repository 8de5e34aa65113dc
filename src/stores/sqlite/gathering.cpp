// SPDX-License-Identifier: Apache-2.0
// Aggregates that take a group's rows in an order, which SQLite's own cannot.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "stores/sqlite/function_values.hpp"
#include "stores/sqlite/json_values.hpp"

namespace metaxy::stores::sqlite {

namespace {

using Key = std::variant<std::int64_t, double, std::string, std::monostate>;  // in this order

struct Row {
  std::vector<Key> keys;
  std::optional<std::string> value;
};

struct Group {
  std::vector<Row> rows;
  std::string separator;
};

Key key_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: return sqlite3_value_int64(value);
    case SQLITE_FLOAT: return sqlite3_value_double(value);
    case SQLITE_NULL: return std::monostate{};
    default: return std::string(text_of(value));
  }
}

/// The group of a call; null when it has none and is not to begin.
Group** place_of(sqlite3_context* context, bool begin) {
  return static_cast<Group**>(sqlite3_aggregate_context(context, begin ? sizeof(Group*) : 0));
}

/// The texts of an argument: `list` of any value as JSON, else as it is.
template <bool list>
void step(sqlite3_context* context, Arguments args) {
  Group** place = place_of(context, true);
  if (!place) throw std::bad_alloc();
  if (!*place) *place = new Group;
  constexpr std::size_t kValue = list ? 0 : 1;
  if (!list && (*place)->separator.empty()) (*place)->separator = text_of(args[0]);
  if (!list && is_null(args[kValue])) return;
  Row row;
  for (auto* key : args.subspan(kValue + 1)) row.keys.push_back(key_of(key));
  if (list) {
    row.value = json_of(args[kValue]);
  } else {
    row.value = std::string(text_of(args[kValue]));
  }
  (*place)->rows.push_back(std::move(row));
}

template <bool list>
void finish(sqlite3_context* context) noexcept {
  Group** place = place_of(context, false);
  if (!place || !*place) return sqlite3_result_null(context);
  const std::unique_ptr<Group> group(std::exchange(*place, nullptr));
  try {
    std::stable_sort(group->rows.begin(), group->rows.end(),
                     [](const Row& left, const Row& right) { return left.keys < right.keys; });
    if (!list && group->rows.empty()) return sqlite3_result_null(context);
    std::string out = list ? "[" : "";
    bool first = true;
    for (const auto& row : group->rows) {
      if (!std::exchange(first, false)) out += list ? "," : group->separator;
      out += *row.value;
    }
    if (list) out += "]";
    give(context, out);
  } catch (const std::exception&) {
    sqlite3_result_error_nomem(context);
  }
}

template <bool list>
void register_aggregate(sqlite3* database, const char* name) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (sqlite3_create_function_v2(database, name, -1, flags, nullptr, nullptr, call<step<list>, false>, finish<list>,
                                 nullptr) != SQLITE_OK) {
    throw Error(ErrorCode::Internal, std::string("SQLite takes no function ") + name);
  }
}

}  // namespace

void register_gathering(sqlite3* database) {
  register_aggregate<false>(database, "metaxy_join");  // (separator, text, order, …)
  register_aggregate<true>(database, "metaxy_list");   // (value, order, …)
}

}  // namespace metaxy::stores::sqlite
