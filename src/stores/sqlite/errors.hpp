// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sqlite3.h>

#include <metaxy/error.hpp>
#include <string>
#include <string_view>

namespace metaxy::stores::sqlite {

/// What the database says about its last failure. `sql` may be empty.
Error translate(sqlite3* database, const std::string& path, std::string_view sql, bool stopped);

/// Others hold the file for too long.
Error in_use(const std::string& path);

}  // namespace metaxy::stores::sqlite
