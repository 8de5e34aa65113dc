// SPDX-License-Identifier: Apache-2.0
// Takes a JSON value apart and remembers everything that is not as it should be, each fault under its JSON pointer.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <metaxy/spec.hpp>

#include "base/json.hpp"

namespace metaxy::spec {

/// A value and where it lies.
struct Spot {
  const Json& value;
  std::string path;

  Spot item(std::size_t index) const;
  /// Requires: the member exists.
  Spot member(std::string_view name) const;
};

class JsonReader {
 public:
  explicit JsonReader(Faults& faults) : faults_(faults) {}

  void wrong(const Spot& spot, std::string message, std::string hint = {});
  /// True for an object; every member that is not `known` is a fault.
  bool object(const Spot& spot, std::initializer_list<std::string_view> known);
  /// The member when it is there.
  std::optional<Spot> find(const Spot& object, std::string_view name) const;
  /// The member; a fault when it is missing.
  std::optional<Spot> need(const Spot& object, std::string_view name);

  std::optional<std::string> text(const Spot& spot);
  std::optional<bool> boolean(const Spot& spot);
  /// Calls `each` for every item; a fault when it is no list. False when it is none.
  bool list(const Spot& spot, const std::function<void(const Spot&)>& each);
  std::vector<std::string> texts(const Spot& spot);
  /// Absent for null.
  std::optional<std::vector<std::string>> texts_or_null(const Spot& spot);
  std::optional<std::string> text_or_null(const Spot& spot);

  /// Every form of spec keys: text, list of parts, `{"root": […]}`, `{"parts": […]}`.
  template <class Key>
  std::optional<Key> key(const Spot& spot) {
    auto parts = key_parts(spot);
    if (!parts) return std::nullopt;
    try {
      return Key::from_parts(std::move(*parts));
    } catch (const Error& error) {
      wrong(spot, error.message(), error.hint());
      return std::nullopt;
    }
  }

 private:
  std::optional<std::vector<std::string>> key_parts(const Spot& spot);

  Faults& faults_;
};

}  // namespace metaxy::spec
