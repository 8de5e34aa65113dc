// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <metaxy/arrow.hpp>
#include <string>

namespace metaxy::stores::duckdb {

/// Looks at all text in rows [from, from + count) of an array, also inside lists, structs and dictionaries.
/// Throws: InvalidArgument naming `path`, the row and the place when some of it is not UTF-8.
void check_utf8(const std::string& path, const ArrowSchema& schema, const ArrowArray& array, std::int64_t from,
                std::int64_t count);

}  // namespace metaxy::stores::duckdb
