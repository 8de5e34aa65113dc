// SPDX-License-Identifier: Apache-2.0
// The texts of DATE '…' and its kin, in a spelling that every database reads in the same way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::rel {

/// The one spelling of the text of a Date, Time, Timestamp, TimestampTz or Interval constant, with seconds and (of
/// zoned timestamps; UTC when the text has none) with the offset. Absent when the text is not of the type.
std::optional<std::string> typed_text(Type type, std::string_view text);
/// What `typed_text` wants to see, for hints.
std::string_view typed_text_form(Type type);
/// Units of intervals, singular or plural, lower case.
bool is_interval_unit(std::string_view word);

}  // namespace metaxy::rel
