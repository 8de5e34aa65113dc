// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <cstdint>

namespace metaxy::stores::duckdb {

/// Registers `metaxy_digest_<format>_<algorithm>(length, raw, value, raw, value, …)` for every format and algorithm
/// of room `hash`. Length and raw parts must be constants; values are VARCHAR. A NULL value makes format 0's digest
/// NULL and is the item `~,` in format 1.
void register_kernels(duckdb_connection connection, std::uint64_t memory_limit);

}  // namespace metaxy::stores::duckdb
