// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/extensions.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <optional>

#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/handles.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// What DuckDB objects to; absent when it does not.
std::optional<std::string> run(duckdb_connection connection, const std::string& sql) {
  Result result;
  if (duckdb_query(connection, sql.c_str(), result.get()) == DuckDBSuccess) return std::nullopt;
  return clean_message(duckdb_result_error(result.get()));
}

bool is_name(const std::string& text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

/// Packages on PyPI carry the extensions, signed, for those whose machines cannot reach DuckDB's own repository.
std::string package_of(const std::string& name) {
  constexpr std::string_view kScanner = "_scanner";
  return "duckdb-ext-" + (name.ends_with(kScanner) ? name.substr(0, name.size() - kScanner.size()) : name);
}

}  // namespace

void load(duckdb_connection connection, const Extension& extension) {
  if (!is_name(extension.name)) {
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("{} is no name of a DuckDB extension", quote_text(extension.name)));
  }
  const std::string loading = "LOAD " + extension.name;
  if (auto missing = run(connection, loading)) {
    std::string installing = "INSTALL " + extension.name;
    if (!extension.repository.empty()) installing += " FROM " + quote_name(extension.repository);
    auto failure = run(connection, installing);
    if (!failure) failure = run(connection, loading);
    if (failure) {
      throw Error(ErrorCode::Unsupported,
                  fmt::format("DuckDB {} has no extension {} here, and it could not be installed: {}",
                              duckdb_library_version(), extension.name, *failure),
                  fmt::format("run {} where there is a network, or pip install {} and name its folder by the setting "
                              "extension_directory",
                              quote_name(installing), package_of(extension.name)));
    }
  }
  for (const auto& sql : extension.init_sql) {
    if (auto failure = run(connection, sql)) {
      throw Error(ErrorCode::Backend,
                  fmt::format("init_sql of the extension {}: DuckDB: {}", extension.name, *failure));
    }
  }
}

}  // namespace metaxy::stores::duckdb
