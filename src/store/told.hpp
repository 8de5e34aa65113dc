// SPDX-License-Identifier: Apache-2.0
// Types of a relation's columns, for databases whose statements and values do not know them.
#pragma once

#include "rel/relation.hpp"
#include "sql/dialect.hpp"
#include "store/flat_structs.hpp"
#include "store/session.hpp"

namespace metaxy::store {

struct ToldRelation {
  rel::RelPtr rows;     ///< whose columns know their types
  TableSchema columns;  ///< what it gives
};

/// What a column of a type is to a dialect; `type` absent: it is not known.
ColumnType column_type(const sql::Dialect& dialect, const std::optional<rel::ValueType>& type);

/// Tells the columns of a flat relation their types, from those of the tables and inputs that it reads.
ToldRelation tell(const rel::RelPtr& relation, const SchemaOf& schema_of, const sql::Dialect& dialect);

}  // namespace metaxy::store
