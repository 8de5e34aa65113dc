// SPDX-License-Identifier: Apache-2.0
// Types of columns in databases that keep structs, maps and some lists as JSON: made of Arrow's, and as texts by which
// a database remembers what its JSON columns are.
#pragma once

#include <optional>
#include <string>

#include "arrow/view.hpp"
#include "store/session.hpp"

namespace metaxy::store {

/// What a database itself says of types.
struct OwnTypes {
  std::string_view json;  ///< its name of JSON columns
  ColumnType (*scalar_of)(const ArrowSchemaView& view);
  ColumnType (*list_of)(ColumnType element);
  std::string (*write_scalar)(const ColumnType& type);
  std::optional<ColumnType> (*read_scalar)(const std::string& text);  ///< absent: not one of its types
};

/// What a column of an Arrow stream is kept as.
ColumnType column_type(const OwnTypes& own, const arrow::TypeNode& type, const ArrowSchema& schema);
/// The exact type of a JSON column as it is remembered, and back; absent: somebody else's text.
std::string write_type(const OwnTypes& own, const ColumnType& type);
std::optional<ColumnType> read_type(const OwnTypes& own, const std::string& text);

}  // namespace metaxy::store
