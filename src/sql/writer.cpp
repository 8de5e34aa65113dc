// SPDX-License-Identifier: Apache-2.0
#include "sql/writer.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "rel/vocabulary.hpp"

namespace metaxy::sql {

namespace {

void require_writable(std::string_view text, std::string_view what) {
  if (text.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{} {} contains a NUL byte", what, quote(text)),
                "databases cannot store NUL in text: remove it");
  }
  if (!is_valid_utf8(text)) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{} {} is not valid UTF-8", what, quote(text)),
                "write it in UTF-8");
  }
}

}  // namespace

void Writer::append_quoted(std::string_view text, char quote_character) {
  text_ += quote_character;
  for (char c : text) {
    const bool twice = c == quote_character || (c == '\\' && backslash_ == Backslash::Escape);
    text_.append(twice ? 2 : 1, c);
  }
  text_ += quote_character;
}

Writer& Writer::sql(std::string_view words) {
  text_ += words;
  return *this;
}

Writer& Writer::operator<<(Ident ident) {
  if (ident.name.empty()) throw Error(ErrorCode::InvalidArgument, "a table or column name is empty", "give it a name");
  require_writable(ident.name, "name");
  append_quoted(ident.name, quote_);
  return *this;
}

Writer& Writer::operator<<(Text text) {
  require_writable(text.value, "text");
  append_quoted(text.value, '\'');
  return *this;
}

Writer& Writer::operator<<(Decimal decimal) {
  if (!rel::is_decimal(decimal.digits)) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("{} is not a decimal number", quote(decimal.digits)),
                "write up to 38 digits with at most one point");
  }
  text_ += decimal.digits;
  return *this;
}

Writer& Writer::number(std::uint64_t value) {
  text_ += std::to_string(value);
  return *this;
}

Writer& Writer::number(std::int64_t value) {
  text_ += std::to_string(value);
  return *this;
}

Writer& Writer::number(double value) {
  std::string digits = fmt::format("{}", value);
  text_ += digits;
  if (digits.find('e') == std::string::npos) text_ += "e0";
  return *this;
}

Writer& Writer::line() {
  text_ += '\n';
  text_.append(static_cast<std::size_t>(indent_) * 2, ' ');
  return *this;
}

Writer& Writer::indent(int levels) {
  indent_ += levels;
  return *this;
}

}  // namespace metaxy::sql
