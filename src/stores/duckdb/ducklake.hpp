// SPDX-License-Identifier: Apache-2.0
// DuckLakes: tables whose files lie in a folder or an object store and whose catalog is a database of its own.
#pragma once

#include <chrono>
#include <metaxy/error.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy::stores::duckdb {

/// How often and after what waits a commit that met another is tried again: DuckLake's own settings, which count for
/// its tries within a commit and for metaxy's, that begin it anew.
struct LakeRetries {
  int count = 10;
  std::chrono::milliseconds wait{100};
  double backoff = 1.5;
};

/// What makes tables of an instance be those of a lake.
struct Lake {
  std::string shown;                       ///< where it is, without secrets
  std::vector<std::string> extensions;     ///< of DuckDB, that it needs
  std::vector<std::string> secrets;        ///< statements that make what reaching it takes
  std::string attach = {};                 ///< statement; makes the lake when it is not there
  std::string attach_known = {};           ///< the same, but it never makes one; empty: the catalog is a file
  std::string alias = {};                  ///< its name as a database
  std::string use = {};                    ///< statement that makes it the one spoken of
  std::optional<std::string> file = {};    ///< its catalog, when that is a file
  std::optional<std::string> secret = {};  ///< of its catalog in PostgreSQL
  std::string data_path = {};              ///< where its files are
  std::string snapshot = {};               ///< which of its states is shown, for people; empty: the newest
  LakeRetries retries = {};
  /// Only one process can have the catalog open.
  bool is_exclusive = false;
};

/// Reads `ducklake` of a store's configuration (docs/stores.md); the names that the reference's examples once had are
/// understood. Faults are added with their place; what is returned then is of no use. `as_reference`: the statements
/// as the reference writes them.
Lake read_lake(const nlohmann::json& settings, std::string_view store_name, Faults& faults, bool as_reference = false);

/// `CREATE OR REPLACE SECRET …`; parameters that are null are left out, the others sorted by name.
std::string secret_sql(std::string_view name, std::string_view type, const nlohmann::json& parameters,
                       std::string_view kept_in = {});
/// Options of ATTACH with the space before them; empty when there are none.
std::string attach_options(const nlohmann::json& options);

}  // namespace metaxy::stores::duckdb
