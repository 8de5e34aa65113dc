// SPDX-License-Identifier: Apache-2.0
#include "project/config_text.hpp"

#include <array>
#include <string_view>

#include "base/text.hpp"

namespace metaxy::project {

namespace {

bool names_secret(std::string_view name) {
  constexpr std::array<std::string_view, 7> kWords = {"password", "passwd",     "pwd", "secret",
                                                      "token",    "credential", "_key"};
  const std::string lower = to_lower(name);
  if (lower.ends_with("_name")) return false;  // of a secret that is kept elsewhere
  for (const std::string_view word : kWords)
    if (lower.find(word) != std::string::npos) return true;
  return lower == "key";
}

Json masked(const Json& value) { return value.is_string() || value.is_number() ? Json("***") : without_secrets(value); }

bool is_bare(std::string_view key) {
  return !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
                             std::string_view::npos;
}

std::string toml_key(const std::string& key) { return is_bare(key) ? key : dump_compact(key); }

// JSON's text and numbers are TOML's as well (U+007F is escaped, which only TOML asks for).
std::string toml_value(const Json& value) {
  if (value.is_array()) {
    std::string out = "[";
    for (const Json& item : value) out += (out.size() > 1 ? ", " : "") + toml_value(item);
    return out + "]";
  }
  if (value.is_object()) {
    std::string out = "{";
    for (const auto& [key, member] : value.items())
      if (!member.is_null()) out += (out.size() > 1 ? ", " : " ") + toml_key(key) + " = " + toml_value(member);
    return out + (out.size() > 1 ? " }" : "}");
  }
  std::string out = dump_compact(value);
  for (std::size_t at = out.find('\x7f'); at != std::string::npos; at = out.find('\x7f')) out.replace(at, 1, "\\u007F");
  return out;
}

void append_table(std::string& out, const Json& object, const std::string& path) {
  for (const auto& [key, value] : object.items())
    if (!value.is_object() && !value.is_null()) out += toml_key(key) + " = " + toml_value(value) + "\n";
  for (const auto& [key, value] : object.items()) {
    if (!value.is_object()) continue;
    const std::string name = path.empty() ? toml_key(key) : path + "." + toml_key(key);
    bool has_values = value.empty();
    for (const auto& [inner, member] : value.items())
      has_values = has_values || !(member.is_object() || member.is_null());
    if (has_values) out += (out.empty() ? "[" : "\n[") + name + "]\n";
    append_table(out, value, name);
  }
}

}  // namespace

Json without_secrets(const Json& value) {
  if (value.is_string()) return redact_uri(value.get_ref<const std::string&>());
  if (value.is_array()) {
    Json out = Json::array();
    for (const Json& item : value) out.push_back(without_secrets(item));
    return out;
  }
  if (!value.is_object()) return value;
  Json out = Json::object();
  for (const auto& [key, member] : value.items())
    out[key] = names_secret(key) ? masked(member) : without_secrets(member);
  return out;
}

std::string render_toml(const Json& object) {
  std::string out;
  append_table(out, object, "");
  return out;
}

}  // namespace metaxy::project
