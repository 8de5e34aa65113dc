// SPDX-License-Identifier: Apache-2.0
// Takes a TOML document apart and remembers everything that is not as it should be, each fault with its place.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <toml++/toml.h>

#include <metaxy/spec.hpp>

#include "base/json.hpp"

namespace metaxy::project {

/// A member of a table.
struct Entry {
  std::string name;
  toml::source_position at;  ///< of the name
  const toml::node* value = nullptr;
};

/// Members in the order written; the parser keeps them sorted by name.
std::vector<Entry> entries(const toml::table& table);

class TomlReader {
 public:
  TomlReader(std::string file, Faults& faults) : file_(std::move(file)), faults_(faults) {}

  Place place(const toml::source_position& at) const;

  /// What faults are about until the returned object is gone; nested ones are joined by commas.
  class Subject {
   public:
    Subject(TomlReader& reader, const std::string& name);
    ~Subject() { reader_.subject_.resize(length_); }
    Subject(const Subject&) = delete;
    Subject& operator=(const Subject&) = delete;

   private:
    TomlReader& reader_;
    std::size_t length_;
  };

  void wrong(const toml::source_position& at, std::string message, std::string hint = {});
  void wrong(const toml::node& node, std::string message, std::string hint = {});
  std::size_t faults() const { return faults_.items().size(); }

  /// The value as a table; a fault that says `what` it should be when it is none.
  const toml::table* table(const toml::node& node, std::string_view what);
  /// Every member that is not known is a fault.
  void only(const toml::table& table, std::initializer_list<std::string_view> known);
  std::optional<std::string> text(const toml::node& node);
  std::optional<bool> boolean(const toml::node& node);
  /// A list of texts, or one text.
  std::vector<std::string> texts(const toml::node& node);

  /// Text such as `video/raw`, or a list of its parts.
  template <class Key>
  std::optional<Key> key(const toml::node& node) {
    if (!node.is_array()) {
      const auto name = text(node);
      return name ? key<Key>(*name, node.source().begin) : std::nullopt;
    }
    const std::size_t before = faults();
    std::vector<std::string> parts = texts(node);
    if (faults() != before) return std::nullopt;
    return made_key<Key>([&] { return Key::from_parts(std::move(parts)); }, node.source().begin);
  }
  template <class Key>
  std::optional<Key> key(std::string_view name, const toml::source_position& at) {
    return made_key<Key>([&] { return Key::parse(name); }, at);
  }
  /// A list of keys, or one key as text.
  template <class Key>
  std::vector<Key> keys(const toml::node& node) {
    std::vector<Key> out;
    if (!node.is_array()) {
      if (auto one = key<Key>(node)) out.push_back(std::move(*one));
      return out;
    }
    for (const toml::node& item : *node.as_array())
      if (auto one = key<Key>(item)) out.push_back(std::move(*one));
    return out;
  }

  /// Any value as JSON: dates and times as ISO 8601 text. Values that JSON lacks (nan, inf) are faults.
  Json json(const toml::node& node);

 private:
  template <class Key, class Make>
  std::optional<Key> made_key(const Make& make, const toml::source_position& at) {
    try {
      return make();
    } catch (const Error& error) {
      wrong(at, error.message(), error.hint());
      return std::nullopt;
    }
  }

  std::string file_;
  std::string subject_;
  Faults& faults_;
};

/// `an integer`, `a table`, …
std::string_view describe(const toml::node& node);

}  // namespace metaxy::project
