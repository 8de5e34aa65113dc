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
class OwnTypes {
 public:
  OwnTypes() = default;
  OwnTypes(const OwnTypes&) = delete;
  OwnTypes& operator=(const OwnTypes&) = delete;
  virtual ~OwnTypes() = default;

  virtual std::string_view json() const = 0;  ///< its name of JSON columns
  virtual ColumnType scalar_of(const ArrowSchemaView& view) const = 0;
  virtual ColumnType list_of(ColumnType element) const = 0;
  virtual std::string write_scalar(const ColumnType& type) const = 0;
  /// Absent: not one of its types.
  virtual std::optional<ColumnType> read_scalar(const std::string& text) const = 0;
};

/// Whether a column is a struct, map or list.
bool is_nested(const ColumnType& type);

/// What a column of an Arrow stream is kept as.
ColumnType column_type(const OwnTypes& own, const arrow::TypeNode& type, const ArrowSchema& schema);
/// The exact type of a JSON column as it is remembered, and back; absent: somebody else's text.
std::string write_type(const OwnTypes& own, const ColumnType& type);
std::optional<ColumnType> read_type(const OwnTypes& own, const std::string& text);

}  // namespace metaxy::store
