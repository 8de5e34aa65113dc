// SPDX-License-Identifier: Apache-2.0
// Whether the text of DATE '…' and its kin can be read by every database in the same way.
#pragma once

#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::rel {

/// For Date, Time, Timestamp, TimestampTz and Interval.
bool is_typed_text(Type type, std::string_view text);
/// What `is_typed_text` wants to see, for hints.
std::string_view typed_text_form(Type type);
/// Units of intervals, singular or plural, lower case.
bool is_interval_unit(std::string_view word);

}  // namespace metaxy::rel
