// SPDX-License-Identifier: Apache-2.0
#include "project/toml_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::project {
namespace {

// The parser and the destructors of its tables recurse once per level, so deep nesting would end the stack.
constexpr int kDeepestBrackets = 64;
constexpr int kMostDots = 32;

/// Looks for nesting that is too deep without building anything. Reads as a TOML lexer does; where the text is not
/// TOML the two may differ, but the parser stops there.
class DepthScan {
 public:
  explicit DepthScan(std::string_view text) : text_(text) {}

  std::optional<std::size_t> find_too_deep() {
    for (; at_ < text_.size(); ++at_) {
      if (step(text_[at_])) return at_;
    }
    return std::nullopt;
  }

 private:
  bool step(char c) {
    switch (c) {
      case '#': at_ = std::min(text_.find('\n', at_), text_.size()) - 1; break;
      case '"':
      case '\'': skip_string(c); break;
      case '.': return ++dots_ > kMostDots;
      case '[':
      case '{': dots_ = 0; return ++brackets_ > kDeepestBrackets;
      case ']':
      case '}':
        brackets_ = std::max(0, brackets_ - 1);
        dots_ = 0;
        break;
      case '=':
      case ',':
      case '\n': dots_ = 0; break;
      default: break;
    }
    return false;
  }

  // Leaves `at_` on the last character of the string.
  void skip_string(char mark) {
    const std::string fence(3, mark);
    const bool is_long = text_.substr(at_, 3) == fence;
    at_ += is_long ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\' && mark == '"') {
        ++at_;
      } else if (!is_long && (c == mark || c == '\n')) {
        return;
      } else if (is_long && text_.substr(at_, 3) == fence) {
        at_ += 2;
        // Up to two further marks belong to the text.
        for (int i = 0; i < 2 && at_ + 1 < text_.size() && text_[at_ + 1] == mark; ++i) ++at_;
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int brackets_ = 0;
  int dots_ = 0;
};

Place place_of(std::string_view text, std::size_t offset, const std::string& file) {
  Place place{file, 1, 1};
  for (std::size_t at = 0; at < offset; ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((byte & 0xC0) != 0x80) {
      ++place.column;
    }
  }
  return place;
}

// The parser's own words, without characters that could steer a terminal.
std::string harmless(std::string_view words) {
  const std::string quoted = quote(words, 400);
  return quoted.substr(1, quoted.size() - 2);
}

}  // namespace

std::string shown_path(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(path, ignored).lexically_normal();
  const auto relative = absolute.lexically_relative(std::filesystem::current_path(ignored));
  if (relative.empty() || *relative.begin() == "..") return absolute.string();
  return relative.string();
}

std::optional<std::string> read_file(const std::filesystem::path& path, const Place& place, Faults& faults) {
  const std::string subject = "file " + quote(shown_path(path));
  std::error_code failed;
  const auto status = std::filesystem::status(path, failed);
  if (status.type() == std::filesystem::file_type::not_found) {
    faults.add(subject, "does not exist", "", place);
    return std::nullopt;
  }
  if (status.type() == std::filesystem::file_type::directory) {
    faults.add(subject, "is a folder, not a file", "", place);
    return std::nullopt;
  }
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text;
  if (in) text.assign(std::istreambuf_iterator<char>(in), {});
  if (!in || in.bad()) {
    const int code = errno ? errno : EIO;
    faults.add(subject, fmt::format("cannot be read: {}", std::strerror(code)), system_remedy(code), place);
    return std::nullopt;
  }
  return text;
}

std::optional<toml::table> parse_toml(std::string_view text, const std::string& file, Faults& faults) {
  if (const auto at = find_invalid_utf8(text)) {
    faults.add("", fmt::format("is not valid UTF-8 (byte {})", *at + 1), "save the file as UTF-8",
               place_of(text, *at, file));
    return std::nullopt;
  }
  if (const auto at = DepthScan(text).find_too_deep()) {
    faults.add(
        "", fmt::format("is nested too deeply; at most {} brackets and {} dots in a key", kDeepestBrackets, kMostDots),
        "", place_of(text, *at, file));
    return std::nullopt;
  }
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    faults.add("", "is not valid TOML: " + harmless(error.description()), "",
               Place{file, static_cast<int>(begin.line), static_cast<int>(begin.column)});
    return std::nullopt;
  }
}

}  // namespace metaxy::project
