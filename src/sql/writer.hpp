// SPDX-License-Identifier: Apache-2.0
// Appends SQL. Identifiers and literals are accepted only as types, so that quoting cannot be forgotten.
#pragma once

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

class Writer {
 public:
  explicit Writer(char identifier_quote) : quote_(identifier_quote) {}
  /// SQL's own words and punctuation; only ever literals of the source code.
  Writer& sql(std::string_view words);
  Writer& operator<<(Ident ident);
  Writer& operator<<(Text text);
  Writer& number(std::uint64_t value);
  std::string take() { return std::move(text_); }

 private:
  char quote_;
  std::string text_;
};

using WriteExpr = std::function<void(const rel::Expr&)>;
using WriteRelation = std::function<void(const rel::Relation&)>;

}  // namespace metaxy::sql
