// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>

#include "stores/sqlite/database.hpp"

namespace metaxy::stores::sqlite {

/// Appends all rows of a stream to a table of as many columns; how many.
std::uint64_t insert_rows(Database& database, const std::string& table, arrow::Stream& rows, const Watch& watch);

}  // namespace metaxy::stores::sqlite
