// SPDX-License-Identifier: Apache-2.0
// The filter language: SQL's boolean expressions with SQL's meaning, over the columns of one relation.
#pragma once

#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::rel {

/// Parses one filter. Throws: InvalidArgument with line and column for syntax errors and for whatever the language
/// lacks (subqueries, several statements, unknown functions, parameters).
ExprPtr parse_filter(std::string_view text);

}  // namespace metaxy::rel
