// SPDX-License-Identifier: Apache-2.0
// Exact decimals in PostgreSQL's binary form: groups of four digits.
#pragma once

#include <string>
#include <string_view>

namespace metaxy::stores::postgresql {

/// From text such as `-12.50`. Requires: digits with at most one point.
std::string numeric_from_text(std::string_view text);
/// As text with `scale` digits behind the point. Throws: Unsupported for NaN and infinities.
std::string numeric_to_text(std::string_view binary, int scale);

}  // namespace metaxy::stores::postgresql
