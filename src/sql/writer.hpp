// SPDX-License-Identifier: Apache-2.0
// Appends SQL. Identifiers and literals are accepted only as types, so that quoting cannot be forgotten.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "rel/relation.hpp"

namespace metaxy::sql {

/// A name to be quoted.
struct Ident {
  std::string_view name;
};
/// A text constant to be quoted.
struct Text {
  std::string_view value;
};
/// An exact decimal, written bare.
struct Decimal {
  std::string_view digits;
};

/// What a backslash is inside quotes.
enum class Backslash {
  Plain,      ///< itself
  Escape,     ///< the beginning of an escape
  InTexts,    ///< the beginning of an escape in texts, itself in names
  QuotesToo,  ///< as InTexts; a quote in a text is escaped, not doubled, and so are ends of lines
};

/// Throws: InvalidArgument for names and texts that no SQL text can carry (NUL, invalid UTF-8, empty names).
class Writer {
 public:
  /// Names longer than `identifier_limit` bytes (0: any) are shortened, each to a name of its own.
  Writer(char identifier_quote, Backslash backslash, std::size_t identifier_limit)
      : quote_(identifier_quote), backslash_(backslash), limit_(identifier_limit) {}
  /// SQL's own words and punctuation; only ever literals of the source code.
  Writer& sql(std::string_view words);
  Writer& operator<<(Ident ident);
  Writer& operator<<(Text text);
  Writer& operator<<(Decimal decimal);
  Writer& number(std::uint64_t value);
  Writer& number(std::int64_t value);
  /// Finite, with an exponent, shortest text that reads back as the same value.
  Writer& number(double value);
  /// Begins a line, indented by `indent` so far.
  Writer& line();
  Writer& indent(int levels);
  std::string take() { return std::move(text_); }

 private:
  void append_quoted(std::string_view text, char quote_character, bool escape);
  void append_escaped(std::string_view text);

  char quote_;
  Backslash backslash_;
  std::size_t limit_;
  int indent_ = 0;
  std::string text_;
};

/// Writes an expression. Hooks that put something behind it (members) get one that adds parentheses where needed.
using WriteExpr = std::function<void(const rel::Expr&)>;

}  // namespace metaxy::sql
