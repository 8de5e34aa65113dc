// SPDX-License-Identifier: Apache-2.0
#include "project/toml_reader.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "base/text.hpp"

namespace metaxy::project {

std::vector<Entry> entries(const toml::table& table) {
  std::vector<Entry> out;
  out.reserve(table.size());
  for (const auto& [key, value] : table) out.push_back({std::string(key.str()), key.source().begin, &value});
  std::ranges::stable_sort(out, {}, [](const Entry& entry) { return std::tuple(entry.at.line, entry.at.column); });
  return out;
}

toml::source_position named_at(const toml::node& item, std::string_view name) {
  const auto* table = item.as_table();
  const auto* value = table ? table->get(name) : nullptr;
  return value ? value->source().begin : item.source().begin;
}

std::string_view describe(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::string: return "text";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a number";
    case toml::node_type::boolean: return "true or false";
    case toml::node_type::date: return "a date";
    case toml::node_type::time: return "a time";
    case toml::node_type::date_time: return "a date and time";
    case toml::node_type::none: break;
  }
  return "nothing";
}

TomlReader::Subject::Subject(TomlReader& reader, const std::string& name) : Grown(reader.subject_) {
  if (!reader.subject_.empty()) reader.subject_ += ", ";
  reader.subject_ += name;
}

TomlReader::Part::Part(TomlReader& reader, std::string_view name, const toml::source_position& at)
    : Grown(reader.part_) {
  reader.part_ = pointer(reader.part_, name);
  reader.places_.emplace(reader.part_, reader.place(at));
}

TomlReader::Part::Part(TomlReader& reader, std::size_t item, const toml::source_position& at)
    : Part(reader, std::to_string(item), at) {}

Place TomlReader::place(const toml::source_position& at) const {
  return {file_, static_cast<int>(at.line), static_cast<int>(at.column)};
}

void TomlReader::wrong(const toml::source_position& at, std::string message, std::string hint) {
  faults_.add(subject_, std::move(message), std::move(hint), place(at));
}

void TomlReader::wrong(const toml::node& node, std::string message, std::string hint) {
  wrong(node.source().begin, std::move(message), std::move(hint));
}

const toml::table* TomlReader::table(const toml::node& node, std::string_view what) {
  if (!node.is_table()) wrong(node, fmt::format("should be {}, but is {}", what, describe(node)));
  return node.as_table();
}

void TomlReader::only(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(known, key.str()) != known.end()) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    std::string hint = did_you_mean(key.str(), names);
    if (hint.empty()) hint = fmt::format("known keys are {}", fmt::join(names, ", "));
    wrong(key.source().begin, fmt::format("unknown key {}", quote(key.str())), std::move(hint));
  }
}

std::optional<std::string> TomlReader::text(const toml::node& node) {
  if (const auto* value = node.as_string()) return value->get();
  std::string hint;
  if (node.is_number()) hint = "put it in quotes";
  wrong(node, fmt::format("should be text, but is {}", describe(node)), std::move(hint));
  return std::nullopt;
}

std::optional<bool> TomlReader::boolean(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return value->get();
  std::string hint;
  if (node.is_string()) hint = "leave the quotes out";
  wrong(node, fmt::format("should be true or false, but is {}", describe(node)), std::move(hint));
  return std::nullopt;
}

std::vector<std::string> TomlReader::texts(const toml::node& node) {
  std::vector<std::string> out;
  const auto add = [&](const toml::node& item) {
    const Part part(*this, out.size(), item.source().begin);
    if (auto one = text(item)) out.push_back(std::move(*one));
  };
  if (node.is_array() || node.is_string()) {
    each_item(node, add);
  } else {
    wrong(node, fmt::format("should be a list of texts, but is {}", describe(node)));
  }
  return out;
}

namespace {

template <class T>
std::string iso_text(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

}  // namespace

Json TomlReader::json(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: {
      Json out = Json::object();
      for (const Entry& entry : entries(*node.as_table())) out[entry.name] = json(*entry.value);
      return out;
    }
    case toml::node_type::array: {
      Json out = Json::array();
      for (const toml::node& item : *node.as_array()) out.push_back(json(item));
      return out;
    }
    case toml::node_type::string: return node.as_string()->get();
    case toml::node_type::integer: return node.as_integer()->get();
    case toml::node_type::floating_point: {
      const double value = node.as_floating_point()->get();
      if (!std::isfinite(value)) wrong(node, "nan and inf have no JSON form", "write it as text");
      return std::isfinite(value) ? Json(value) : Json(nullptr);
    }
    case toml::node_type::boolean: return node.as_boolean()->get();
    case toml::node_type::date: return iso_text(node.as_date()->get());
    case toml::node_type::time: return iso_text(node.as_time()->get());
    case toml::node_type::date_time: return iso_text(node.as_date_time()->get());
    case toml::node_type::none: break;
  }
  return nullptr;
}

}  // namespace metaxy::project
