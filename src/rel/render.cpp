// SPDX-License-Identifier: Apache-2.0
// An expression as text of the filter language.
#include <fmt/format.h>

#include <cmath>

#include "base/text.hpp"
#include "rel/notation.hpp"
#include "rel/vocabulary.hpp"

namespace metaxy::rel {

namespace {

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char c : text) result.append(c == quote ? 2 : 1, c);
  result += quote;
  return result;
}

bool is_bare(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name.front())) return false;
  for (char c : name) {
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  }
  return !is_reserved(to_lower(name));
}

std::string identifier(const std::string& name) { return is_bare(name) ? name : quoted(name, '"'); }

std::string number(double value) {
  if (std::isnan(value)) return "CAST('NaN' AS double)";
  if (std::isinf(value)) return value > 0 ? "CAST('Infinity' AS double)" : "CAST('-Infinity' AS double)";
  std::string text = fmt::format("{}", value);
  // Without an exponent it would be read as an exact decimal.
  return text.find('e') == std::string::npos ? text + "e0" : text;
}

class FilterNotation final : public Notation {
 public:
  std::string take() { return std::move(text_); }

 protected:
  void put(std::string_view words) override { text_ += words; }
  void put_term(std::int64_t value) override { text_ += std::to_string(value); }
  void put_column(const Column& column) override { text_ += identifier(column.name); }

  void put_literal(const Literal& literal) override {
    if (const auto* flag = std::get_if<bool>(&literal.value)) {
      text_ += *flag ? "TRUE" : "FALSE";
    } else if (const auto* integer = std::get_if<std::int64_t>(&literal.value)) {
      text_ += std::to_string(*integer);
    } else if (const auto* real = std::get_if<double>(&literal.value)) {
      text_ += number(*real);
    } else if (const auto* text = std::get_if<std::string>(&literal.value)) {
      text_ += quoted(*text, '\'');
    } else if (const auto* typed = std::get_if<TypedText>(&literal.value)) {
      put_typed(*typed);
    } else {
      text_ += "NULL";
    }
  }

  void put_member(const Member& member) override {
    bool path = std::holds_alternative<Column>(member.of->node) || std::holds_alternative<Member>(member.of->node);
    if (!path) text_ += '(';
    write(*member.of);
    if (!path) text_ += ')';
    text_ += '.';
    text_ += identifier(member.name);
  }

  void put_type(const Cast& cast) override {
    text_ += type_name(cast.type);
    if (cast.type == Type::Decimal) text_ += fmt::format("({}, {})", cast.precision, cast.scale);
  }

  void put_call(const Call& call) override {
    text_ += function_name(call.function);
    text_ += '(';
    bool first = true;
    for (const ExprPtr& arg : call.args) {
      if (!std::exchange(first, false)) text_ += ", ";
      write(*arg);
    }
    text_ += ')';
  }

  void put_pack(const Pack& pack) override {
    text_ += "pack(";
    bool first = true;
    for (const auto& [name, expr] : pack.members) {
      if (!std::exchange(first, false)) text_ += ", ";
      text_ += identifier(name) + " := ";
      write(*expr);
    }
    text_ += ')';
  }

  void put_items(const Items& items) override {
    text_ += "items(";
    bool first = true;
    for (const auto& arg : items.args) {
      if (!std::exchange(first, false)) text_ += ", ";
      write(*arg);
    }
    text_ += ')';
  }

  void put_digest(const Digest& digest) override {
    text_ += fmt::format("digest({}, {}, {}", digest.format, digest.algorithm, digest.length);
    for (const auto& part : digest.parts) {
      text_ += ", ";
      if (const auto* raw = std::get_if<std::string>(&part)) {
        text_ += quoted(*raw, '\'');
      } else if (const auto* written = std::get_if<Written>(&part)) {
        text_ += "written ";
        write(*written->text);
      } else {
        write(*std::get<ExprPtr>(part));
      }
    }
    text_ += ')';
  }

 private:
  void put_typed(const TypedText& typed) {
    if (typed.type == Type::Decimal && is_decimal(typed.text)) {
      text_ += typed.text;
      return;
    }
    switch (typed.type) {
      case Type::Date:
      case Type::Time:
      case Type::Timestamp:
      case Type::TimestampTz:
      case Type::Interval:
        text_ += fmt::format("{} {}", upper(type_name(typed.type)), quoted(typed.text, '\''));
        return;
      default: text_ += fmt::format("CAST({} AS {})", quoted(typed.text, '\''), type_name(typed.type));
    }
  }

  static std::string upper(std::string_view word) {
    std::string result(word);
    for (char& c : result) c = static_cast<char>(c - 'a' + 'A');
    return result;
  }

  std::string text_;
};

}  // namespace

std::string render(const Expr& expr) {
  FilterNotation notation;
  notation.write(expr);
  return notation.take();
}

}  // namespace metaxy::rel
