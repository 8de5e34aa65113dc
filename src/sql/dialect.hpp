// SPDX-License-Identifier: Apache-2.0
// What a SQL database says differently. Constants are data without defaults: a new trait does not compile until every
// dialect states it. Hooks only where the shape differs. Authors of dialects include this.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "rel/relation.hpp"
#include "sql/writer.hpp"

namespace metaxy::sql {

struct Traits {
  std::string_view name;
  char identifier_quote;
  Backslash backslash;
  std::size_t identifier_limit;  ///< bytes; 0: none
  bool full_join;
  bool full_join_as_union;     ///< a left join and what it leaves out are found faster
  bool union_by_name;          ///< UNION ALL BY NAME
  bool semi_join;              ///< SEMI JOIN and ANTI JOIN
  bool semi_join_as_in;        ///< where there is none, (a, b) IN (SELECT …) is found faster than EXISTS
  bool semi_join_shows_right;  ///< names of the right side can be seen behind a SEMI JOIN
  /// LEFT JOIN LATERAL looks only for what the left rows ask for, instead of preparing the whole right side.
  bool lateral_join;
  /// What columns of structs are where there are no struct types; statements carry members as columns then. Empty:
  /// there are struct types.
  std::string_view json_type;
  std::string_view once;  ///< between the name and the query of a WITH that is computed once
  /// Ends a query so that its columns are computed once a row, however often the query around it names them. Empty:
  /// that is so anyhow.
  std::string_view fence = {};
  std::size_t most_references;  ///< to tables and inputs, counted anew for every reference to such a query; 0: any
  bool nested_queries;          ///< a derived table may hold another at any depth; if not, WITH names them
  bool values;                  ///< VALUES may stand in FROM; if not, constants are SELECTs whose NULLs have types
  bool named_values;            ///< AS t(a, b) names the columns of VALUES; if not, they are column1, column2, …
  bool sorts_by_bytes;          ///< ORDER BY sorts texts by their bytes; if not, it is left to the local engine
  bool nulls_last;              ///< ORDER BY … NULLS LAST; if not, an order is asked for around a query of its own
  bool limit;                   ///< LIMIT n
  bool conditions_are_values;   ///< a condition may stand where a value does, and a boolean where a condition does
  /// Around a key of groups or partitions, to stand beside it where unequal texts may be taken for equal. Empty: they
  /// are not.
  std::string_view apart_opening;
  std::string_view apart_closing;
  bool joins_apart;  ///< joins need it, too
  bool keeps_nan;    ///< a column of real numbers keeps NaN apart from NULL
};

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual const Traits& traits() const = 0;
  /// The database's name of a type, as casts and table definitions write it.
  virtual std::string_view type_name(rel::Type type) const = 0;
  /// The type of a column of that type in a table definition.
  virtual std::string_view column_type(rel::Type type) const = 0;
  /// Writes a constant of the given type from its text, for example DATE '2025-01-31'.
  virtual void write_typed(Writer& out, const rel::TypedText& typed) const = 0;
  /// Writes infinities and NaN.
  virtual void write_not_finite(Writer& out, double value) const = 0;
  /// Writes an integer constant as a 64-bit number, whatever its size.
  virtual void write_bigint(Writer& out, std::int64_t value) const = 0;
  /// Writes an expression whose shape is the database's own, so that it binds like a call; false: it has the shape that
  /// all have.
  virtual bool write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const = 0;
  /// Writes a value that becomes a column.
  virtual void write_value(Writer& out, const rel::Expr& expr, const WriteExpr& write) const = 0;
  /// Writes the digest of a pre-image; false: not in this database.
  virtual bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const = 0;
  virtual void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const = 0;
  virtual void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const = 0;
  /// Writes the items of values as one text.
  virtual void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const = 0;
  /// Writes an operator whose words or meaning differ from `a operator b`; false: they do not.
  virtual bool write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const = 0;
  virtual void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const = 0;
  /// What stands before and behind an aggregate's argument: `count(DISTINCT ` and `)`.
  virtual std::string_view aggregate_opening(rel::AggregateFunction function) const = 0;
  virtual std::string_view aggregate_closing(rel::AggregateFunction function) const = 0;
  /// Writes an aggregate that depends on what its argument is; false: it has the words above.
  virtual bool write_aggregated(Writer& out, const rel::Aggregated& column, const WriteExpr& write) const = 0;
  /// Writes a bound Arrow stream as a table expression.
  virtual void write_input(Writer& out, const rel::Input& input) const = 0;
  /// Writes the query that keeps the latest row per group, with all columns of its input.
  virtual void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const = 0;
  /// Writes the query of an aggregate that takes rows in an order. `from` writes its input as a table expression.
  virtual void write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                                       const WriteExpr& write) const = 0;
};

/// A writer that quotes as the dialect does.
inline Writer writer_of(const Dialect& dialect) {
  const Traits& traits = dialect.traits();
  return {traits.identifier_quote, traits.backslash, traits.identifier_limit};
}

}  // namespace metaxy::sql
