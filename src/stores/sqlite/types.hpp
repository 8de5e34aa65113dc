// SPDX-License-Identifier: Apache-2.0
// Declared types of columns beside Arrow's and metaxy's. SQLite keeps the words and does not heed them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arrow/build.hpp"
#include "arrow/view.hpp"
#include "store/session.hpp"

namespace metaxy::stores::sqlite {

inline constexpr std::string_view kJson = "JSON TEXT";

/// What a column that was declared so holds.
store::ColumnType column_type(std::string_view declared);
/// What a column of an Arrow stream is kept as.
store::ColumnType column_type(const arrow::TypeNode& type, const ArrowSchema& schema);
/// The Arrow column that gives values of a type.
arrow::Field arrow_field(const std::string& name, const store::ColumnType& type);

/// The exact type of a JSON column as it is remembered, and back; absent: somebody else's.
std::string write_type(const store::ColumnType& type);
std::optional<store::ColumnType> read_type(const std::string& text);

}  // namespace metaxy::stores::sqlite
