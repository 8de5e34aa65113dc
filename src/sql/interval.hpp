// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace metaxy::sql {

/// A length of time in the two units that cannot be turned into each other.
struct Interval {
  std::int64_t months = 0;
  std::int64_t microseconds = 0;
};

/// Reads the text of an interval constant. Requires: rel::typed_text has accepted it.
Interval read_interval(std::string_view text);

}  // namespace metaxy::sql
