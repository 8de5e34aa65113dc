// SPDX-License-Identifier: Apache-2.0
// Takes a TOML document apart and remembers everything that is not as it should be, each fault with its place.
#pragma once

#include <algorithm>
#include <cstddef>
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

/// Where an item is named: the value of its member `name` when it is a table that has one.
toml::source_position named_at(const toml::node& item, std::string_view name);

class TomlReader {
 public:
  TomlReader(std::string file, Faults& faults) : file_(std::move(file)), faults_(faults) {}

  Place place(const toml::source_position& at) const;

  /// Until it is gone, a text may grow.
  class Grown {
   public:
    explicit Grown(std::string& text) : text_(text), length_(text.size()) {}
    ~Grown() { text_.resize(length_); }
    Grown(const Grown&) = delete;
    Grown& operator=(const Grown&) = delete;

   private:
    std::string& text_;
    std::size_t length_;
  };

  /// What faults are about until the returned object is gone; nested ones are joined by commas.
  class Subject : public Grown {
   public:
    Subject(TomlReader& reader, const std::string& name);
  };

  /// What is read until the returned object is gone is this part of the definition, or of the part around it. Of two
  /// with the same name the first counts.
  class Part : public Grown {
   public:
    Part(TomlReader& reader, std::string_view name, const toml::source_position& at);
    Part(TomlReader& reader, std::size_t item, const toml::source_position& at);
  };
  /// Has a member, if there is one, read as the part `name`.
  template <class Read>
  void part(const toml::table& table, std::string_view name, const Read& read) {
    if (const auto* node = table.get(name)) {
      const Part part(*this, name, node->source().begin);
      read(*node);
    }
  }
  /// Where parts were written since this was called last.
  spec::PartPlaces take_places() { return std::exchange(places_, {}); }

  void wrong(const toml::source_position& at, std::string message, std::string hint = {});
  void wrong(const toml::node& node, std::string message, std::string hint = {});
  std::size_t faults() const { return faults_.items().size(); }

  /// The value as a table; a fault that says `what` it should be when it is none.
  const toml::table* table(const toml::node& node, std::string_view what);
  /// Every member that is not known is a fault.
  void only(const toml::table& table, std::initializer_list<std::string_view> known);
  std::optional<std::string> text(const toml::node& node);
  std::optional<bool> boolean(const toml::node& node);
  /// The items of a list, or the one that stands for a list of one.
  template <class Read>
  static void each_item(const toml::node& node, const Read& read) {
    if (const auto* list = node.as_array()) {
      for (const toml::node& item : *list) read(item);
    } else {
      read(node);
    }
  }
  /// A list of texts, or one text; each a part.
  std::vector<std::string> texts(const toml::node& node);

  /// Text such as `video/raw`, or a list of its parts.
  template <class Key>
  std::optional<Key> key(const toml::node& node) {
    if (!node.is_array()) {
      const auto name = text(node);
      return name ? key<Key>(*name, node.source().begin) : std::nullopt;
    }
    const std::size_t before = faults();
    std::vector<std::string> parts;
    for (const toml::node& item : *node.as_array())
      if (auto one = text(item)) parts.push_back(std::move(*one));
    if (faults() != before) return std::nullopt;
    return made_key<Key>([&] { return Key::from_parts(std::move(parts)); }, node.source().begin);
  }
  template <class Key>
  std::optional<Key> key(std::string_view name, const toml::source_position& at) {
    return made_key<Key>([&] { return Key::parse(name); }, at);
  }
  /// Adds a list of keys, or one key as text, each a part.
  template <class Key>
  void keys(const toml::node& node, std::vector<Key>& out) {
    const auto add = [&](const toml::node& item) {
      const Part part(*this, out.size(), item.source().begin);
      if (auto one = key<Key>(item)) out.push_back(std::move(*one));
    };
    each_item(node, add);
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
  std::string part_;
  spec::PartPlaces places_;
  Faults& faults_;
};

/// `an integer`, `a table`, …
std::string_view describe(const toml::node& node);

}  // namespace metaxy::project
