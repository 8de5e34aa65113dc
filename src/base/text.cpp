// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace metaxy {

namespace {

struct Sequence {
  std::size_t length;  // 0: no lead byte
  unsigned char second_min = 0x80;
  unsigned char second_max = 0xBF;
};

// The table "well-formed UTF-8 byte sequences" of the Unicode standard.
Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead >= 0xC2 && lead <= 0xDF) return {2};
  if (lead == 0xE0) return {3, 0xA0, 0xBF};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return {3};
  if (lead == 0xF0) return {4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return {4};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// The length of the well-formed sequence at `at`; 0 when there is none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const Sequence sequence = sequence_of(byte(at));
  if (sequence.length < 2) return sequence.length;
  if (text.size() - at < sequence.length) return 0;
  if (byte(at + 1) < sequence.second_min || byte(at + 1) > sequence.second_max) return 0;
  for (std::size_t i = 2; i < sequence.length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  return sequence.length;
}

}  // namespace

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

char32_t next_code_point(std::string_view text, std::size_t& at) {
  const std::size_t length = std::max<std::size_t>(1, sequence_length(text, at));
  constexpr std::array<unsigned char, 5> kLeadMask = {0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t value = static_cast<unsigned char>(text[at]) & kLeadMask[length];
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  at += length;
  return value;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto continuation = [&](int shift) { out += static_cast<char>(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    continuation(0);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    continuation(6);
    continuation(0);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 200;  // the distance costs length × length
  if (name.empty() || name.size() > kLongest) return std::nullopt;
  const std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
  const std::string* best = nullptr;
  std::size_t best_distance = allowed + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > name.size() + allowed || name.size() > candidate.size() + allowed) continue;
    const std::size_t distance = edit_distance(to_lower(name), to_lower(candidate));
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  if (!best) return std::nullopt;
  return *best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const auto found = nearest(name, candidates);
  return found ? "did you mean " + quote(*found) + "?" : std::string();
}

std::string quote(std::string_view text, std::size_t limit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "`";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (at + std::max<std::size_t>(1, length) > limit) {
      out += "…";
      break;
    }
    const auto byte = static_cast<unsigned char>(text[at]);
    // C1 controls (U+0080 to U+009F) can steer a terminal as well as the ASCII ones.
    const bool control =
        byte < 0x20 || byte == 0x7F || (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0);
    if (length == 0 || control) {
      for (std::size_t i = 0; i < std::max<std::size_t>(1, length); ++i) {
        const auto escaped = static_cast<unsigned char>(text[at + i]);
        out += "\\x";
        out += kHex[escaped >> 4];
        out += kHex[escaped & 15];
      }
    } else {
      out += text.substr(at, length);
    }
    at += std::max<std::size_t>(1, length);
  }
  return out + "`";
}

namespace {

void mask_user_info(std::string& uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string::npos) return;
  const std::size_t begin = scheme + 3;
  const std::size_t end = std::min(uri.find_first_of("/?#", begin), uri.size());
  const std::size_t at = uri.rfind('@', end == 0 ? 0 : end - 1);
  // A password with an unescaped slash must not leak either: then the last @ before the query counts.
  const std::size_t query = std::min(uri.find_first_of("?#", begin), uri.size());
  const std::size_t late = uri.rfind('@', query == 0 ? 0 : query - 1);
  const bool slash_in_password =
      late != std::string::npos && late > end && uri.substr(begin, end - begin).find(':') != std::string::npos;
  const std::size_t stop = slash_in_password ? late : at;
  if (stop == std::string::npos || stop < begin) return;
  uri.replace(begin, stop - begin, "***:***");
}

bool names_secret(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWords = {"password", "passwd", "pwd",      "secret",
                                                      "token",    "key",    "passwort", "credential"};
  const std::string lower = to_lower(name);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

// Parameters of queries (`?a=b&c=d`), option lists (`a=b;c=d`) and connection strings (`host=h password=p`).
void mask_parameters(std::string& uri) {
  constexpr std::string_view kEnds = "&;# \t\n";
  for (std::size_t equals = uri.find('='); equals != std::string::npos; equals = uri.find('=', equals + 1)) {
    const std::size_t before = uri.find_last_of("?&;# \t\n", equals);
    const std::size_t name = before == std::string::npos ? 0 : before + 1;
    if (!names_secret(std::string_view(uri).substr(name, equals - name))) continue;
    std::size_t end;
    if (equals + 1 < uri.size() && (uri[equals + 1] == '\'' || uri[equals + 1] == '"')) {
      end = uri.find(uri[equals + 1], equals + 2);
      end = end == std::string::npos ? uri.size() : end + 1;
    } else {
      end = std::min(uri.find_first_of(kEnds, equals + 1), uri.size());
    }
    uri.replace(equals + 1, end - equals - 1, "***");
  }
}

}  // namespace

std::string redact_uri(std::string_view uri) {
  std::string out(uri);
  mask_user_info(out);
  mask_parameters(out);
  return out;
}

}  // namespace metaxy
