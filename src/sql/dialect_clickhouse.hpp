// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// ClickHouse's SQL, with the settings that src/stores/clickhouse sends with every statement: outer joins give NULL,
/// names mean columns before they mean aliases. Inputs are temporary tables (input_table).
const Dialect& clickhouse();

/// The temporary table that holds an input's rows.
std::string clickhouse_input_table(std::string_view input);

}  // namespace metaxy::sql
