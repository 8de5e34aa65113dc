// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/session.hpp"
#include "stores/duckdb/database.hpp"

namespace metaxy::stores::duckdb {

/// A store in a DuckDB file or, with `:memory:`, in memory for as long as the store lives. Opens nothing yet.
/// Throws: Unsupported for remote databases.
std::unique_ptr<store::Store> make_store(Options options);

}  // namespace metaxy::stores::duckdb
