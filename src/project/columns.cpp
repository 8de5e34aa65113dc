// SPDX-License-Identifier: Apache-2.0
#include "project/columns.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.hpp"

namespace metaxy::project {
namespace {

struct Scalar {
  std::string_view name;
  std::string_view type;    // of JSON Schema; empty: anything
  std::string_view format;  // empty: none
};

constexpr std::array kScalars = {
    Scalar{"text", "string", ""},
    Scalar{"string", "string", ""},
    Scalar{"bool", "boolean", ""},
    Scalar{"boolean", "boolean", ""},
    Scalar{"int8", "integer", "int8"},
    Scalar{"int16", "integer", "int16"},
    Scalar{"int32", "integer", "int32"},
    Scalar{"int64", "integer", "int64"},
    Scalar{"int", "integer", "int64"},
    Scalar{"integer", "integer", "int64"},
    Scalar{"uint8", "integer", "uint8"},
    Scalar{"uint16", "integer", "uint16"},
    Scalar{"uint32", "integer", "uint32"},
    Scalar{"uint64", "integer", "uint64"},
    Scalar{"float32", "number", "float"},
    Scalar{"float64", "number", "double"},
    Scalar{"float", "number", "double"},
    Scalar{"double", "number", "double"},
    Scalar{"decimal", "number", "decimal"},
    Scalar{"date", "string", "date"},
    Scalar{"time", "string", "time"},
    Scalar{"timestamp", "string", "date-time"},
    Scalar{"duration", "string", "duration"},
    Scalar{"binary", "string", "binary"},
    Scalar{"uuid", "string", "uuid"},
    Scalar{"json", "", ""},
};

/// type = name [ "<" … ">" ] ; list<T>, map<T>, struct<name: T, …>
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  Json whole() {
    Json out = type(0);
    skip_space();
    if (at_ < text_.size()) fail(fmt::format("has {} after its end", quote(text_.substr(at_))));
    return out;
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::string hint = {}) const {
    if (hint.empty())
      hint = "for example text, int64, float64, bool, timestamp, list<text>, map<int64>, struct<x: float64>";
    throw Error(ErrorCode::InvalidSpec, fmt::format("type {} {}", quote(text_), what), std::move(hint));
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void need(char c) {
    if (!take(c)) fail(fmt::format("lacks a `{}` at character {}", c, at_ + 1));
  }
  std::string_view word() {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && std::string_view("<>:, ").find(text_[at_]) == std::string_view::npos) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  Json type(int depth) {
    constexpr int kDeepest = 32;
    if (depth > kDeepest) fail("is nested too deeply");
    const std::string_view name = word();
    if (name == "list") {
      need('<');
      Json items = type(depth + 1);
      need('>');
      return Json{{"type", "array"}, {"items", std::move(items)}};
    }
    if (name == "map") {
      need('<');
      Json values = type(depth + 1);
      need('>');
      return Json{{"type", "object"}, {"additionalProperties", std::move(values)}};
    }
    if (name == "struct") return members(depth);
    const auto* scalar = std::ranges::find(kScalars, name, &Scalar::name);
    if (scalar == kScalars.end()) unknown(name);
    Json out = Json::object();
    if (!scalar->type.empty()) out["type"] = scalar->type;
    if (!scalar->format.empty()) out["format"] = scalar->format;
    return out;
  }

  Json members(int depth) {
    Json properties = Json::object();
    need('<');
    do {
      const std::string name(word());
      if (name.empty()) fail(fmt::format("lacks a member's name at character {}", at_ + 1));
      if (properties.contains(name)) fail(fmt::format("has the member {} twice", quote(name)));
      need(':');
      properties[name] = type(depth + 1);
    } while (take(','));
    need('>');
    return Json{{"type", "object"}, {"properties", std::move(properties)}};
  }

  [[noreturn]] void unknown(std::string_view name) const {
    std::vector<std::string> known = {"list", "map", "struct"};
    for (const Scalar& scalar : kScalars) known.emplace_back(scalar.name);
    std::string hint = did_you_mean(name, known);
    if (name == text_) fail("is not known", std::move(hint));
    fail(fmt::format("has an unknown part {}", quote(name)), std::move(hint));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class ColumnsReader {
 public:
  explicit ColumnsReader(TomlReader& reader) : toml_(reader) {}

  Json column(const toml::node& node) {
    if (node.is_string()) return schema_of(node);
    const auto* table = toml_.table(node, "a type or a table with a `type`");
    if (!table) return Json::object();
    toml_.only(*table, {"type", "description"});
    Json out = Json::object();
    if (const auto* type = table->get("type")) out = schema_of(*type);
    if (const auto* description = table->get("description"))
      if (auto text = toml_.text(*description)) out["description"] = std::move(*text);
    return out;
  }

 private:
  Json schema_of(const toml::node& node) {
    const auto type = toml_.text(node);
    if (!type) return Json::object();
    try {
      return column_schema(*type);
    } catch (const Error& error) {
      toml_.wrong(node, error.message(), error.hint());
      return Json::object();
    }
  }

  TomlReader& toml_;
};

}  // namespace

Json column_schema(std::string_view type) { return TypeParser(type).whole(); }

Json read_columns(TomlReader& reader, const toml::node& node, const std::vector<std::string>& id_columns) {
  Json properties = Json::object();
  const auto* table = reader.table(node, "a table of columns");
  if (!table) return properties;
  ColumnsReader columns(reader);
  for (const Entry& entry : entries(*table)) {
    const TomlReader::Subject subject(reader, "column " + quote(entry.name));
    if (entry.name.empty()) reader.wrong(entry.at, "has an empty name");
    if (entry.name.find('\0') != std::string::npos) reader.wrong(entry.at, "has a NUL character in its name");
    if (spec::is_system_column(entry.name)) {
      reader.wrong(entry.at, "is a column that metaxy fills in itself", "leave it out");
    }
    properties[entry.name] = columns.column(*entry.value);
  }
  Json required = Json::array();
  for (const std::string& id : id_columns)
    if (properties.contains(id)) required.push_back(id);
  Json out{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

}  // namespace metaxy::project
