// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

namespace metaxy::stores::duckdb {

/// Registers the aggregate `metaxy_gather(key BLOB, items VARCHAR, shared BIGINT, separator VARCHAR)`. `items` is what
/// `metaxy_items` wrote, of as many texts in every row. It gives `texts`, lists of what all rows bring to each text,
/// ascending by key and joined with the separator, and `permutation`, the numbers of the rows in that order (the row
/// that came first is 1). With a negative `shared` a row brings the texts of its items, NULLs left out (and NULL when
/// nothing is left); else its first `shared` items, as written, and behind them each of the others.
void register_gather(duckdb_connection connection);

}  // namespace metaxy::stores::duckdb
