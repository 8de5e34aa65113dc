// SPDX-License-Identifier: Apache-2.0
#include "spec/text_rules.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include <metaxy/error.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace metaxy::spec {
namespace {

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

bool has_nul(const std::string& text) { return text.find('\0') != text.npos; }

// Databases cannot keep NUL in texts; every other character is fine in JSON, which escapes it.
bool mentions_nul(const Json& value) {
  if (value.is_string()) return has_nul(value.get_ref<const std::string&>());
  if (value.is_array()) return std::ranges::any_of(value, mentions_nul);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.get_ref<const Json::object_t&>(),
                             [](const auto& member) { return has_nul(member.first) || mentions_nul(member.second); });
}

}  // namespace

std::optional<std::string> text_fault(std::string_view text, Lines lines) {
  if (const auto at = find_invalid_utf8(text)) return fmt::format("is not valid UTF-8 at byte {}", *at);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t value = next_code_point(text, at);
    const bool breaks = value == '\n' || value == '\r' || value == '\t';
    if (is_control(value) && !(breaks && lines == Lines::Many)) {
      return fmt::format("has the control character U+{:04X} at byte {}", static_cast<unsigned>(value), begin);
    }
  }
  return std::nullopt;
}

std::optional<std::string> json_object_fault(std::string_view text) {
  try {
    const Json value = parse_json(text);
    if (!value.is_object()) return "is not a JSON object";
    if (mentions_nul(value)) return "has a NUL character";
  } catch (const Error& error) {
    const auto& faults = error.faults();
    return fmt::format("is not valid JSON{}", faults.empty() ? "" : ": " + faults.front().message);
  }
  return std::nullopt;
}

}  // namespace metaxy::spec
