// SPDX-License-Identifier: Apache-2.0
// Which SQL a database behind a driver speaks.
#pragma once

#include <string>
#include <vector>

#include "sql/dialect.hpp"

namespace metaxy::stores::adbc {

/// The names that the option `dialect` knows.
std::vector<std::string> dialect_names();
/// Throws: InvalidArgument naming the known ones.
const sql::Dialect& dialect_named(const std::string& name);
/// The dialect of what a driver calls its database ("PostgreSQL", "MySQL", …); `ansi` for what is not known.
const sql::Dialect& dialect_of_vendor(const std::string& vendor);
/// What is said on every new connection.
std::vector<std::string> setup_of(const sql::Dialect& dialect);

}  // namespace metaxy::stores::adbc
