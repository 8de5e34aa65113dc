// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/session.hpp"

namespace metaxy::stores::duckdb {

/// A store from the options of its configuration: `path` (also called `database` and `location`), `memory_limit`,
/// `threads`, `temp_directory`, `lock_timeout` (seconds) and `config`, a JSON object of DuckDB's own settings,
/// `extensions`, a JSON list, and `ducklake`, a JSON object (ducklake.hpp).
/// Options that every kind of store has and others read are passed over.
/// Throws: InvalidArgument naming every fault; Unsupported.
std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options);

/// The statements that attach the DuckLake of such options; none without one. Throws: InvalidArgument.
std::vector<std::string> setup_statements(const std::map<std::string, std::string>& options, bool as_reference);

}  // namespace metaxy::stores::duckdb
