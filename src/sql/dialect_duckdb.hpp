// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// DuckDB 1.4 with metaxy's kernels registered: digests are `metaxy_digest_<format>_<algorithm>(length, parts…)`
/// where parts alternate raw text, value, raw text, …; streams are `metaxy_input('name')`.
const Dialect& duckdb();

}  // namespace metaxy::sql
