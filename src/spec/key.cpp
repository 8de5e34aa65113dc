// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <type_traits>

#include <fmt/format.h>

#include <metaxy/spec.hpp>

#include "base/text.hpp"

namespace metaxy::spec {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// The first rule that a part breaks, empty when none.
std::string part_fault(std::string_view part, bool first) {
  if (part.empty()) return "cannot be empty";
  if (part.find('/') != part.npos) return "cannot contain forward slashes (`/`), which separate parts";
  if (part.find("__") != part.npos)
    return "cannot contain double underscores (`__`), which separate parts in table names";
  if (part[0] == '-') return "starts with `-`";
  if (first && part[0] >= '0' && part[0] <= '9') return "starts with a digit, which only later parts may";
  for (const char c : part) {
    if (!is_lower_or_digit(c) && c != '_' && c != '-') {
      return "has a character other than lower-case letters a-z, digits, `_` and `-`";
    }
  }
  return {};
}

template <class Tag>
constexpr std::string_view kind() {
  return std::is_same_v<Tag, FeatureTag> ? "feature" : "field";
}

}  // namespace

template <class Tag>
Key<Tag> Key<Tag>::from_parts(std::vector<std::string> parts) {
  if (parts.empty()) {
    throw Error(ErrorCode::InvalidSpec, fmt::format("{} key has no parts", kind<Tag>()),
                "write a key such as `video/raw`");
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string fault = part_fault(parts[i], i == 0);
    if (fault.empty()) continue;
    throw Error(
        ErrorCode::InvalidSpec,
        fmt::format("{} key {}: part {} ({}) {}", kind<Tag>(), quote(join(parts, "/")), i + 1, quote(parts[i]), fault),
        "write a key such as `video/raw`");
  }
  return Key(std::move(parts));
}

template <class Tag>
Key<Tag> Key<Tag>::parse(std::string_view text) {
  return from_parts(split(text, '/'));
}

template <class Tag>
std::string Key<Tag>::to_string() const {
  return join(parts_, "/");
}

template <class Tag>
std::string Key<Tag>::struct_key() const {
  return join(parts_, "_");
}

template <class Tag>
std::string Key<Tag>::column_suffix() const {
  return "__" + struct_key();
}

template <class Tag>
std::string Key<Tag>::table_name() const {
  std::string name = join(parts_, "__");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

template class Key<FeatureTag>;
template class Key<FieldTag>;

}  // namespace metaxy::spec
