// SPDX-License-Identifier: Apache-2.0
// Which texts a definition may carry.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace metaxy::spec {

/// Whether a text may have several lines (tab, line feed and carriage return count as such).
enum class Lines { One, Many };

/// What is wrong with a text: invalid UTF-8 or a control character; absent when it is fine.
std::optional<std::string> text_fault(std::string_view text, Lines lines);

/// What is wrong with a text that should be a JSON object; absent when it is one.
std::optional<std::string> json_object_fault(std::string_view text);

}  // namespace metaxy::spec
