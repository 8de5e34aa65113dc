// SPDX-License-Identifier: Apache-2.0
// Values of SQLite as JSON text, and members of JSON text, read without making a tree of it.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string>
#include <string_view>

namespace metaxy::stores::sqlite {

std::string json_of(sqlite3_value* value);

/// The text of an object's member: of a text itself, of anything else its JSON; absent: null or not there.
std::optional<std::string> member_of(std::string_view json, std::string_view name);

}  // namespace metaxy::stores::sqlite
