// SPDX-License-Identifier: Apache-2.0
// Databases that are reached with nothing but their own SQL. They say what has our meaning in their words for certain,
// and refuse the rest, which the local engine computes then: ErrorCode::Unsupported, so that can_render tells.
//
// A store tells columns their types (store/told.hpp) and calls a column text only when it compares by its bytes, as
// columns of `column_type(Type::Text)` do. Operators refuse columns of which they know no type.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// Null: there is no such dialect.
const Dialect* find_plain(std::string_view name);
std::vector<std::string_view> plain_names();
/// The table that stands for a bound input: an ordinary one, which the store creates and drops.
std::string plain_input_table(std::string_view input);

}  // namespace metaxy::sql
