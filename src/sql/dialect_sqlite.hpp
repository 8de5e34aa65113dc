// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// SQLite 3.39 and later, with the functions that stores/sqlite registers. Its values do not know their types: dates,
/// times and timestamps are integers of microseconds, booleans 0 and 1, exact decimals text, structs JSON text. What a
/// value is, is told by its column.
const Dialect& sqlite();

/// The temporary table of a bound stream.
std::string sqlite_input_table(std::string_view input);

}  // namespace metaxy::sql
