// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// PostgreSQL 15 and later. Structs are JSONB, bound streams temporary tables.
const Dialect& postgresql();

/// The temporary table of a bound stream.
std::string postgresql_input_table(std::string_view input);

}  // namespace metaxy::sql
