// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <string>
#include <vector>

namespace metaxy::stores::duckdb {

/// An extension of DuckDB that the user, or what he uses, asks for.
struct Extension {
  std::string name;
  std::string repository = {};             ///< where it is installed from; empty: DuckDB's own
  std::vector<std::string> init_sql = {};  ///< run after it was loaded
};

/// Loads an extension; one that is not on this machine is installed as DuckDB does, which takes a network.
/// Throws: Unsupported naming what to install; what `init_sql` throws.
void load(duckdb_connection connection, const Extension& extension);

}  // namespace metaxy::stores::duckdb
