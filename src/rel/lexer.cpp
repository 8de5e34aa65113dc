// SPDX-License-Identifier: Apache-2.0
#include "rel/lexer.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"

namespace metaxy::rel {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool begins_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Spaces and quotes that editors put in and that nobody sees or means as part of a name.
bool is_typographic(char32_t c) {
  return c == 0xA0 || c == 0xAB || c == 0xB4 || c == 0xBB || (c >= 0x2000 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

/// Longest first, so that the first match is the right one.
constexpr auto kSymbols = std::to_array<std::string_view>({
    "<=", ">=", "<>", "!=", "==", "||", "::", "(", ")", ",", ".", "+", "-", "*", "/", "%", "=", "<", ">", "!",
});

struct Refusal {
  std::string_view begin;
  std::string_view message;
  std::string_view hint;
};
constexpr auto kRefusals = std::to_array<Refusal>({
    {"<=>", "`<=>` is not part of the filter language", "write IS NOT DISTINCT FROM"},
    {"->", "`->` is not part of the filter language", "write a member as column.member"},
    {";", "a filter is one expression, found `;`", "combine conditions with AND or OR"},
    {"`", "names are not quoted with backquotes", "use double quotes: \"name\""},
    {"?", "parameters are not part of the filter language", "write the value itself"},
    {"$", "parameters are not part of the filter language", "write the value itself"},
    {"@", "parameters are not part of the filter language", "write the value itself"},
    {":", "parameters are not part of the filter language", "write the value itself; a cast is written x::type"},
    {"[", "lists and subscripts are not part of the filter language", "write a member as column.member"},
    {"{", "struct constants are not part of the filter language", ""},
    {"&&", "`&&` is not part of the filter language", "write AND"},
    {"&", "bit operators are not part of the filter language", "write AND for a conjunction"},
    {"|", "bit operators are not part of the filter language", "write OR for a disjunction, || to join texts"},
    {"^", "`^` is not part of the filter language", ""},
    {"~", "regular expressions are not part of the filter language", "use LIKE, contains, starts_with or ends_with"},
    {"#", "`#` is not part of the filter language", "comments begin with --"},
    {"\\", "a backslash has no meaning outside of quotes", ""},
});

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (skip_blank(), at_ < text_.size()) next();
    add(TokenKind::End, at_, {});
    return std::move(tokens_);
  }

 private:
  bool sees(std::string_view begin) const { return text_.substr(at_).starts_with(begin); }

  void add(TokenKind kind, std::size_t begin, std::string value) {
    tokens_.push_back({kind, text_.substr(begin, at_ - begin), std::move(value), begin});
  }

  void skip_blank() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (sees("--")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (sees("/*")) {
        std::size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) refuse(text_, at_, "a comment is not closed", "end it with */");
        at_ = end + 2;
      } else {
        return;
      }
    }
  }

  void next() {
    char c = text_[at_];
    bool point = c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    if (c == '\'') {
      quoted(TokenKind::String, c);
    } else if (c == '"') {
      quoted(TokenKind::QuotedName, c);
    } else if (is_digit(c) || (point && !after_name())) {
      number();
    } else if (begins_word(c)) {
      word();
    } else {
      symbol();
    }
  }

  /// `a.1` is a member with a wrong name, not a name and a number.
  bool after_name() const {
    if (tokens_.empty()) return false;
    const Token& last = tokens_.back();
    return last.at + last.text.size() == at_ &&
           (last.kind == TokenKind::Word || last.kind == TokenKind::QuotedName || last.text == ")");
  }

  void quoted(TokenKind kind, char quote_character) {
    std::size_t begin = at_;
    std::string value;
    for (++at_;; ++at_) {
      if (at_ == text_.size()) {
        bool name = kind == TokenKind::QuotedName;
        refuse(text_, begin, name ? "a quoted name is not closed" : "a text constant is not closed",
               fmt::format("end it with {0}; a {0} inside is written twice", quote_character));
      }
      if (text_[at_] == quote_character) {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != quote_character) break;
        ++at_;
      }
      value += text_[at_];
    }
    ++at_;
    if (kind == TokenKind::QuotedName && value.empty()) refuse(text_, begin, "a name is empty");
    add(kind, begin, std::move(value));
  }

  void digits() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  }

  void number() {
    std::size_t begin = at_;
    digits();
    if (at_ < text_.size() && text_[at_] == '.') ++at_;
    digits();
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      std::size_t exponent = at_ + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent < text_.size() && is_digit(text_[exponent])) {
        at_ = exponent;
        digits();
      }
    }
    if (at_ < text_.size() && (begins_word(text_[at_]) || text_[at_] == '.')) {
      std::size_t end = at_;
      while (end < text_.size() && (begins_word(text_[end]) || is_digit(text_[end]) || text_[end] == '.')) ++end;
      refuse(text_, begin, quote(text_.substr(begin, end - begin)) + " is neither a number nor a name",
             "a name that begins with a digit is written in double quotes");
    }
    add(TokenKind::Number, begin, {});
  }

  void word() {
    std::size_t begin = at_;
    while (at_ < text_.size() && (begins_word(text_[at_]) || is_digit(text_[at_]))) {
      std::size_t after = at_;
      char32_t c = next_code_point(text_, after);
      if (is_typographic(c)) {
        refuse(text_, at_, fmt::format("found the typographic character U+{:04X}", static_cast<std::uint32_t>(c)),
               "use plain spaces and quotes: ' for texts, \" for names");
      }
      at_ = after;
    }
    add(TokenKind::Word, begin, to_lower(text_.substr(begin, at_ - begin)));
  }

  void symbol() {
    for (const Refusal& refusal : kRefusals) {
      if (sees(refusal.begin) && !(refusal.begin == ":" && sees("::")) && !(refusal.begin == "|" && sees("||"))) {
        refuse(text_, at_, std::string(refusal.message), std::string(refusal.hint));
      }
    }
    for (std::string_view symbol : kSymbols) {
      if (!sees(symbol)) continue;
      std::size_t begin = at_;
      at_ += symbol.size();
      return add(TokenKind::Symbol, begin, {});
    }
    refuse(text_, at_, "found " + quote(text_.substr(at_, 1)) + ", which has no meaning in a filter");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

void refuse(std::string_view text, std::size_t at, const std::string& message, std::string hint) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < at; ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) {
      ++column;
    }
  }
  throw Error(ErrorCode::InvalidArgument, fmt::format("filter, line {}, column {}: {}", line, column, message),
              std::move(hint));
}

std::vector<Token> read_tokens(std::string_view text) {
  if (auto broken = find_invalid_utf8(text)) refuse(text, *broken, "the text is not valid UTF-8", "write it in UTF-8");
  std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) refuse(text, nul, "the text contains a NUL byte", "remove it");
  return Lexer(text).run();
}

}  // namespace metaxy::rel
