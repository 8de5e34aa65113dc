// SPDX-License-Identifier: Apache-2.0
// What columns of a database behind a driver hold, as metaxy, the database and Arrow call it.
#pragma once

#include <optional>
#include <string>

#include "arrow/build.hpp"
#include "rel/expr.hpp"
#include "sql/dialect.hpp"
#include "store/nested_types.hpp"
#include "store/session.hpp"

namespace metaxy::stores::adbc {

/// The types of one dialect. Scalars are remembered in metaxy's words (`integer`, `decimal(10,2)`), whatever the
/// database calls them; structs, maps and lists are JSON.
class Types final : public store::OwnTypes {
 public:
  /// Requires: `dialect` outlives this.
  explicit Types(const sql::Dialect& dialect) : dialect_(dialect) {}

  std::string_view json() const override { return dialect_.traits().json_type; }
  store::ColumnType scalar_of(const ArrowSchemaView& view) const override;
  store::ColumnType list_of(store::ColumnType element) const override;
  std::string write_scalar(const store::ColumnType& type) const override;
  std::optional<store::ColumnType> read_scalar(const std::string& text) const override;

  /// The scalar type; absent: the column holds nothing that has one.
  std::optional<rel::ValueType> value_type(const store::ColumnType& type) const;
  bool keeps_nan() const { return dialect_.traits().keeps_nan; }
  /// Arrow's type of values as readers get them.
  arrow::Field given(const std::string& name, const store::ColumnType& type) const;
  /// Arrow's type of values as the driver takes them: what the database keeps as text is text.
  arrow::Field taken(const std::string& name, const store::ColumnType& type) const;

 private:
  bool is_kept_as_text(rel::Type type) const;

  const sql::Dialect& dialect_;
};

}  // namespace metaxy::stores::adbc
