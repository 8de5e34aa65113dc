// SPDX-License-Identifier: Apache-2.0
// The words of a filter text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy::rel {

enum class TokenKind { Word, QuotedName, String, Number, Symbol, End };

struct Token {
  TokenKind kind;
  std::string_view text;  ///< as written
  std::string value;      ///< of words: lower case; of quoted names and strings: the content
  std::size_t at;         ///< byte offset in the text
};

/// Always ends with a token End. Throws: InvalidArgument with the position. `text` must outlive the tokens.
std::vector<Token> read_tokens(std::string_view text);

/// Throws InvalidArgument for the place at byte `at` of the filter `text`.
[[noreturn]] void refuse(std::string_view text, std::size_t at, const std::string& message, std::string hint = {});

}  // namespace metaxy::rel
