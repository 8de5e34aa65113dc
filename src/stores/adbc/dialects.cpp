// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/dialects.hpp"

#include <algorithm>
#include <array>
#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "sql/dialect_plain.hpp"
#include "sql/dialect_postgresql.hpp"

namespace metaxy::stores::adbc {

namespace {

/// What is in the names by which drivers call databases, in lower case.
struct Vendor {
  std::string_view part;
  std::string_view dialect;
};
constexpr auto kVendors = std::to_array<Vendor>({
    {"redshift", "redshift"},
    {"postgres", "postgresql"},
    {"sqlite", "sqlite_plain"},
    {"mariadb", "mariadb"},
    {"mysql", "mysql"},
    {"snowflake", "snowflake"},
    {"bigquery", "bigquery"},
    {"databricks", "databricks"},
    {"spark", "databricks"},
    {"trino", "trino"},
    {"sql server", "mssql"},
    {"mssql", "mssql"},
    {"datafusion", "datafusion"},
});

}  // namespace

std::vector<std::string> dialect_names() {
  std::vector<std::string> out = {"postgresql"};
  for (const auto name : sql::plain_names()) out.emplace_back(name);
  return out;
}

const sql::Dialect& dialect_named(const std::string& name) {
  if (name == "postgresql") return sql::postgresql();
  if (const auto* plain = sql::find_plain(name)) return *plain;
  throw Error(ErrorCode::InvalidArgument, "there is no SQL dialect called " + quote(name),
              "dialects: " + join(dialect_names(), ", "));
}

const sql::Dialect& dialect_of_vendor(const std::string& vendor) {
  const auto name = to_lower(vendor);
  const auto at =
      std::ranges::find_if(kVendors, [&](const auto& known) { return name.find(known.part) != std::string::npos; });
  return dialect_named(at == kVendors.end() ? "ansi" : std::string(at->dialect));
}

std::vector<std::string> setup_of(const sql::Dialect& dialect) {
  const auto name = dialect.traits().name;
  if (name == "sqlite_plain") return {"PRAGMA busy_timeout = 60000"};
  if (name == "mysql" || name == "mariadb") {
    return {"SET NAMES utf8mb4", "SET time_zone = '+00:00'",
            "SET SESSION sql_mode = REPLACE(@@sql_mode, 'NO_BACKSLASH_ESCAPES', '')"};
  }
  return {};
}

}  // namespace metaxy::stores::adbc
