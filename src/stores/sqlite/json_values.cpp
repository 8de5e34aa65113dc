// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/json_values.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json.hpp"
#include "store/json_text.hpp"
#include "stores/sqlite/function_values.hpp"

namespace metaxy::stores::sqlite {

namespace {

constexpr int kAnyNumber = -1;

/// Walks along JSON text that is taken to be well formed; at the first fault it is at its end.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char c) {
    space();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// A string with its quotes.
  std::string_view string() {
    space();
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
    return cut(end + 1);
  }

  /// Any value.
  std::string_view value() {
    space();
    if (rest_.starts_with('"')) return string();
    std::size_t end = 0;
    int depth = 0;
    while (end < rest_.size()) {
      const char c = rest_[end];
      if (c == '"') {
        end += Scanner(rest_.substr(end)).string().size();
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++end;
    }
    auto out = cut(end);
    while (!out.empty() && static_cast<unsigned char>(out.back()) <= ' ') out.remove_suffix(1);
    return out;
  }

 private:
  void space() {
    while (!rest_.empty() && static_cast<unsigned char>(rest_.front()) <= ' ') rest_.remove_prefix(1);
  }
  std::string_view cut(std::size_t size) {
    const auto out = rest_.substr(0, size);
    rest_.remove_prefix(out.size());
    return out;
  }

  std::string_view rest_;
};

std::string unquoted(std::string_view string) {
  const auto inner = string.size() < 2 ? std::string_view() : string.substr(1, string.size() - 2);
  if (inner.find('\\') == std::string_view::npos) return std::string(inner);
  const auto json = Json::parse(string, nullptr, false);
  return json.is_string() ? json.get<std::string>() : std::string(inner);
}

void member(sqlite3_context* context, Arguments args) {
  const auto found = member_of(text_of(args[0]), text_of(args[1]));
  found ? give(context, *found) : sqlite3_result_null(context);
}

void give_json(sqlite3_context* context, std::string_view json) {
  give(context, json);
  sqlite3_result_subtype(context, kJsonSubtype);
}

/// metaxy_pack(name, value, …)
void pack(sqlite3_context* context, Arguments args) {
  std::string out = "{";
  for (std::size_t i = 0; i + 1 < args.size(); i += 2) {
    if (i > 0) out += ',';
    store::append_json_text(out, text_of(args[i]));
    out += ':';
    out += json_of(args[i + 1]);
  }
  give_json(context, out + "}");
}

/// metaxy_merge(object, …): the members of all of them.
void merge(sqlite3_context* context, Arguments args) {
  std::string out = "{";
  for (auto* arg : args) {
    auto object = text_of(arg);
    if (object.size() <= 2) continue;
    if (out.size() > 1) out += ',';
    out += object.substr(1, object.size() - 2);
  }
  give_json(context, out + "}");
}

/// metaxy_json(text): the text, which is JSON.
void json(sqlite3_context* context, Arguments args) { give_json(context, text_of(args[0])); }

}  // namespace

std::string json_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL: return "null";
    case SQLITE_INTEGER: return std::to_string(sqlite3_value_int64(value));
    case SQLITE_FLOAT: {
      const double number = sqlite3_value_double(value);
      if (std::isinf(number)) return number > 0 ? R"("Infinity")" : R"("-Infinity")";
      return dump_compact(Json(number));
    }
    case SQLITE_BLOB: {
      std::string out = R"("\\x)";
      for (const char c : text_of(value)) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
      return out + '"';
    }
    default: break;
  }
  if (sqlite3_value_subtype(value) == kJsonSubtype) return std::string(text_of(value));
  std::string out;
  store::append_json_text(out, text_of(value));
  return out;
}

std::optional<std::string> member_of(std::string_view json, std::string_view name) {
  Scanner at(json);
  if (!at.take('{') || at.take('}')) return std::nullopt;
  do {
    const auto key = at.string();
    if (!at.take(':')) return std::nullopt;
    const auto value = at.value();
    if (unquoted(key) != name) continue;
    if (value == "null") return std::nullopt;
    return value.starts_with('"') ? unquoted(value) : std::string(value);
  } while (at.take(','));
  return std::nullopt;
}

void register_json(sqlite3* database) {
  register_scalar(database, "metaxy_member", 2, call<member>);
  register_scalar(database, "metaxy_pack", kAnyNumber, call<pack, false>);
  register_scalar(database, "metaxy_merge", kAnyNumber, call<merge>);
  register_scalar(database, "metaxy_json", 1, call<json>);
}

}  // namespace metaxy::stores::sqlite
