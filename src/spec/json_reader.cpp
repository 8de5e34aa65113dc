// SPDX-License-Identifier: Apache-2.0
#include "spec/json_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "base/text.hpp"

namespace metaxy::spec {
namespace {

std::string_view kind_of(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  if (value.is_string()) return "a text";
  if (value.is_boolean()) return "a boolean";
  return value.is_null() ? "null" : "a number";
}

}  // namespace

Spot Spot::item(std::size_t index) const { return {value[index], pointer(path, index)}; }

Spot Spot::member(std::string_view name) const { return {*value.find(std::string(name)), pointer(path, name)}; }

void JsonReader::wrong(const Spot& spot, std::string message, std::string hint) {
  faults_.add(spot.path.empty() ? "/" : spot.path, std::move(message), std::move(hint));
}

bool JsonReader::object(const Spot& spot, std::initializer_list<std::string_view> known) {
  if (!spot.value.is_object()) {
    wrong(spot, fmt::format("is {} and should be an object", kind_of(spot.value)));
    return false;
  }
  for (const auto& [name, member] : spot.value.items()) {
    if (std::ranges::find(known, std::string_view(name)) != known.end()) continue;
    std::string hint = did_you_mean(name, std::vector<std::string>(known.begin(), known.end()));
    if (hint.empty()) hint = fmt::format("known members are {}", fmt::join(known, ", "));
    wrong({member, pointer(spot.path, name)}, "is not a known member", std::move(hint));
  }
  return true;
}

std::optional<Spot> JsonReader::find(const Spot& object, std::string_view name) const {
  if (!object.value.contains(std::string(name))) return std::nullopt;
  return object.member(name);
}

std::optional<Spot> JsonReader::need(const Spot& object, std::string_view name) {
  auto spot = find(object, name);
  if (!spot) wrong(object, fmt::format("lacks the member `{}`", name));
  return spot;
}

std::optional<std::string> JsonReader::text(const Spot& spot) {
  if (spot.value.is_string()) return spot.value.get<std::string>();
  wrong(spot, fmt::format("is {} and should be a text", kind_of(spot.value)));
  return std::nullopt;
}

std::optional<bool> JsonReader::boolean(const Spot& spot) {
  if (spot.value.is_boolean()) return spot.value.get<bool>();
  wrong(spot, fmt::format("is {} and should be true or false", kind_of(spot.value)));
  return std::nullopt;
}

bool JsonReader::list(const Spot& spot, const std::function<void(const Spot&)>& each) {
  if (!spot.value.is_array()) {
    wrong(spot, fmt::format("is {} and should be a list", kind_of(spot.value)));
    return false;
  }
  for (std::size_t i = 0; i < spot.value.size(); ++i) each(spot.item(i));
  return true;
}

std::vector<std::string> JsonReader::texts(const Spot& spot) {
  std::vector<std::string> out;
  list(spot, [&](const Spot& item) {
    if (auto value = text(item)) out.push_back(std::move(*value));
  });
  return out;
}

std::optional<std::vector<std::string>> JsonReader::texts_or_null(const Spot& spot) {
  if (spot.value.is_null()) return std::nullopt;
  return texts(spot);
}

std::optional<std::string> JsonReader::text_or_null(const Spot& spot) {
  if (spot.value.is_null()) return std::nullopt;
  return text(spot);
}

std::optional<std::vector<std::string>> JsonReader::key_parts(const Spot& spot) {
  if (spot.value.is_string()) return split(spot.value.get_ref<const std::string&>(), '/');
  if (spot.value.is_array()) {
    std::vector<std::string> parts = texts(spot);
    if (parts.size() != spot.value.size()) return std::nullopt;
    return parts;
  }
  if (spot.value.is_object() && spot.value.size() == 1) {
    if (const auto root = find(spot, "root"); root && root->value.is_array()) return key_parts(*root);
    if (const auto parts = find(spot, "parts"); parts && parts->value.is_array()) {
      const bool nested = parts->value.size() == 1 && parts->value[0].is_object();
      return key_parts(nested ? parts->item(0) : *parts);
    }
  }
  wrong(spot, fmt::format("is {} and should be a key such as \"video/raw\"", kind_of(spot.value)));
  return std::nullopt;
}

}  // namespace metaxy::spec
