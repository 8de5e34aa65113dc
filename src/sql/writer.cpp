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

/// The beginning of a name and a hash (FNV-1a) of all of it.
std::string shortened(std::string_view name, std::size_t limit) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  const std::string ending = fmt::format("~{:016x}", hash);
  auto kept = limit - ending.size();
  while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xc0U) == 0x80U) --kept;
  return std::string(name.substr(0, kept)) + ending;
}

}  // namespace

void Writer::append_quoted(std::string_view text, char quote_character, bool escape) {
  text_ += quote_character;
  for (char c : text) {
    const bool twice = c == quote_character || (c == '\\' && escape);
    text_.append(twice ? 2 : 1, c);
  }
  text_ += quote_character;
}

void Writer::append_escaped(std::string_view text) {
  text_ += '\'';
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      text_ += c == '\n' ? "\\n" : "\\r";
    } else if (c == '$' && text.substr(i).starts_with("${")) {
      text_ += "\\u0024";  // Spark puts variables in the place of ${name}, inside of texts too
    } else {
      if (c == '\'' || c == '\\') text_ += '\\';
      text_ += c;
    }
  }
  text_ += '\'';
}

Writer& Writer::sql(std::string_view words) {
  text_ += words;
  return *this;
}

Writer& Writer::operator<<(Ident ident) {
  if (ident.name.empty()) throw Error(ErrorCode::InvalidArgument, "a table or column name is empty", "give it a name");
  require_writable(ident.name, "name");
  const bool escape = backslash_ == Backslash::Escape;
  if (limit_ == 0 || ident.name.size() <= limit_) {
    append_quoted(ident.name, quote_, escape);
  } else {
    append_quoted(shortened(ident.name, limit_), quote_, escape);
  }
  return *this;
}

Writer& Writer::operator<<(Text text) {
  require_writable(text.value, "text");
  if (backslash_ == Backslash::QuotesToo) {
    append_escaped(text.value);
  } else {
    append_quoted(text.value, '\'', backslash_ != Backslash::Plain);
  }
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
