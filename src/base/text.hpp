// SPDX-License-Identifier: Apache-2.0
// Text: UTF-8, splitting and joining, names and secrets in messages.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy {

/// The offset of the first byte that is not well-formed UTF-8 (overlong forms and surrogates are not).
std::optional<std::size_t> find_invalid_utf8(std::string_view text);
inline bool is_valid_utf8(std::string_view text) { return !find_invalid_utf8(text); }

/// Reads the code point that begins at `at` and moves `at` behind it. Requires: valid UTF-8, `at < text.size()`.
char32_t next_code_point(std::string_view text, std::size_t& at);
/// Requires: a Unicode scalar value.
void append_code_point(std::string& out, char32_t code_point);

std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Always at least one part; empty parts are kept, so that `join` is its inverse.
std::vector<std::string> split(std::string_view text, char separator);
/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);
/// ASCII letters only, so that it does not depend on a locale.
std::string to_lower(std::string_view text);

/// The candidate nearest to `name` by edit distance, when one is near enough to be a slip of the pen.
std::optional<std::string> nearest(std::string_view name, const std::vector<std::string>& candidates);
/// A hint of the form ``did you mean `x`?``, empty when nothing is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

/// Text from outside as a message shows it: in backticks, control characters and broken bytes as `\xNN`, cut when
/// longer than `limit` bytes.
std::string quote(std::string_view text, std::size_t limit = 120);

/// Masks what may be secret in a location: `scheme://user:pw@host` becomes `scheme://***:***@host`, and values of
/// parameters named like a secret (`password=`, `token=`, …) become `***`.
std::string redact_uri(std::string_view uri);

}  // namespace metaxy
