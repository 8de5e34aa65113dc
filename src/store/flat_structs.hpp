// SPDX-License-Identifier: Apache-2.0
// Structs for databases that have none. What a statement computes carries the members of a struct as columns of their
// own; what a table keeps is JSON. Answers are put together again as Arrow.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <metaxy/arrow.hpp>

#include "rel/relation.hpp"
#include "store/session.hpp"

namespace metaxy::store {

/// A column of a relation as a statement carries it.
struct FlatColumn {
  std::string name;  ///< in the statement; of a struct the column that is NULL where the struct is
  bool is_struct = false;
  std::vector<std::pair<std::string, FlatColumn>> members = {};
  std::optional<ColumnType> kept = {};  ///< of a column that a table keeps as JSON: what it is
};
using FlatColumns = std::vector<std::pair<std::string, FlatColumn>>;

struct FlatRelation {
  rel::RelPtr rows;
  FlatColumns columns;  ///< by the names of the relation it was made of
};

/// Columns of a table or an input; asked for once each.
using SchemaOf = std::function<TableSchema(const rel::RelPtr& source)>;

/// The relation without struct values, for statements. `json` names the type of columns that are kept as JSON.
FlatRelation flatten(const rel::RelPtr& relation, const SchemaOf& schema_of, std::string_view json);
/// The same whose kept structs are spread into members, to be answered.
FlatRelation spread(FlatRelation flat);
/// The relation whose structs are values again, which the dialect writes as JSON, to be kept in a table.
rel::RelPtr pack_again(const FlatRelation& flat);

/// The schema of the relation that was made flat, from what the database says of the flat one.
TableSchema put_together(const TableSchema& flat, const FlatColumns& columns, std::string_view json);
/// The rows of the relation that was made flat.
arrow::Stream put_together(arrow::Stream rows, const FlatColumns& columns);

}  // namespace metaxy::store
