// SPDX-License-Identifier: Apache-2.0
// A small relational algebra. Relations are immutable trees; names of the output columns are fixed by the tree, so a
// relation means the same in every dialect. `lineage` and `ops` build them, `sql` writes them, stores run them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rel/expr.hpp"

namespace metaxy::rel {

struct Relation;
using RelPtr = std::shared_ptr<const Relation>;

/// An output column: its name and what it is computed from.
struct Named {
  std::string name;
  ExprPtr expr;
};

/// A stored table; `columns` are those that it gives, by name.
struct Scan {
  std::string table;
  std::vector<std::string> columns;
};
/// An Arrow stream bound by name when the relation is run; can be read once. `columns` are those that it gives.
struct Input {
  std::string name;
  std::vector<std::string> columns;
  bool is_unordered = false;  ///< many rows, which may be read in any order, by several threads
};
/// Rows of constants; at least one, each with a value per column.
struct Values {
  std::vector<std::string> columns;
  std::vector<std::vector<ExprPtr>> rows;
};
struct Filter {
  RelPtr input;
  ExprPtr predicate;
};
/// Exactly these columns in this order.
struct Project {
  RelPtr input;
  std::vector<Named> columns;
};
/// How many rows of a table are not the latest of their keys: it changes how they are looked for, never which they are.
enum class Superseded {
  Few,
  Many,  ///< requires: `order` is an integer
};
/// Per group of `keys` the one row with the greatest `order`; of equal ones the one written last. NULL keys form a
/// group, NULL order comes before everything. `input` is a Scan or a Filter over one.
struct Latest {
  RelPtr input;
  std::vector<std::string> keys;
  ExprPtr order;
  Superseded superseded = Superseded::Few;
};
enum class JoinKind { Inner, Left, Full, Semi, Anti };
/// How many left rows of a left join find right ones: it changes how these are looked for, never which they are.
enum class Matches { Many, Few };
/// Output: the left columns, then (except Semi, Anti) the right ones; the two sides share no column name.
struct Join {
  JoinKind kind;
  RelPtr left;
  RelPtr right;
  std::vector<std::pair<std::string, std::string>> on;  ///< left column = right column; NULL matches nothing
  Matches matches = Matches::Many;
};
/// Rows of all inputs, matched by column name; what an input lacks is NULL.
struct Union {
  std::vector<RelPtr> inputs;
};
/// List keeps NULLs; Concat leaves them out and is NULL when nothing else is there.
enum class AggregateFunction { Count, CountDistinct, ApproximateCountDistinct, Min, Max, AnyValue, List, Concat };
struct Aggregated {
  std::string name;
  AggregateFunction function;
  ExprPtr arg;  ///< null for Count of rows
};
/// One row per group of `keys`; one row in all when there are none.
struct Aggregate {
  RelPtr input;
  std::vector<std::string> keys;
  std::vector<Aggregated> columns;
  /// List and Concat take a group's rows ascending by these columns, texts bytewise, NULLs last; empty: in any order.
  std::vector<std::string> order = {};
  std::string separator = {};  ///< of Concat
};
struct Order {
  RelPtr input;
  std::vector<std::string> by;
  std::optional<std::uint64_t> limit;
};

/// The rows of `input`, computed once however often this very node stands in a tree: what is built on itself again and
/// again stays small. `input` reads no Input.
struct Once {
  RelPtr input;
};
/// Rows that another store gives; it runs `rows` itself. Stores are counted from 1; 0 is the one that runs this.
struct Foreign {
  std::size_t store;
  RelPtr rows;
};

struct Relation {
  std::variant<Scan, Input, Values, Filter, Project, Latest, Join, Union, Aggregate, Order, Once, Foreign> node;
};

RelPtr scan(std::string table, std::vector<std::string> columns);
RelPtr input(std::string name, std::vector<std::string> columns);
RelPtr unordered_input(std::string name, std::vector<std::string> columns);
RelPtr values(std::vector<std::string> columns, std::vector<std::vector<ExprPtr>> rows);
/// `input` itself when the predicate is literally TRUE.
RelPtr filter(RelPtr input, ExprPtr predicate);
RelPtr project(RelPtr input, std::vector<Named> columns);
RelPtr latest(RelPtr input, std::vector<std::string> keys, ExprPtr order, Superseded superseded = Superseded::Few);
RelPtr join(JoinKind kind, RelPtr left, RelPtr right, std::vector<std::pair<std::string, std::string>> on,
            Matches matches = Matches::Many);
RelPtr unite(std::vector<RelPtr> inputs);
RelPtr aggregate(RelPtr input, std::vector<std::string> keys, std::vector<Aggregated> columns,
                 std::vector<std::string> order = {}, std::string separator = {});
RelPtr order(RelPtr input, std::vector<std::string> by, std::optional<std::uint64_t> limit = {});
/// `rows` itself when `store` is 0.
RelPtr foreign(std::size_t store, RelPtr rows);

/// What stands in for a Scan, a Latest or a Foreign; the same node where nothing is to be replaced. A Latest that stays
/// is asked for its Scan.
using SourceReplacement = std::function<RelPtr(const RelPtr& source)>;
/// The relation with its stored and foreign rows replaced; itself when nothing is.
RelPtr replace_sources(const RelPtr& relation, const SourceReplacement& replacement);
/// The relation with what other stores give replaced; itself when nothing is foreign.
RelPtr replace_foreign(const RelPtr& relation, const std::function<RelPtr(const Foreign&)>& replacement);
RelPtr once(RelPtr input);

/// The relations that a relation is made of, in order.
std::vector<RelPtr> inputs_of(const Relation& relation);

/// The relation with each of these replaced; itself when all stay as they are.
RelPtr replace_inputs(const RelPtr& relation, const std::function<RelPtr(const RelPtr&)>& replacement);
/// Names of the streams that a relation reads.
std::set<std::string> names_of_inputs(const Relation& relation);
/// Whether it reads stored rows.
bool reads_tables(const Relation& relation);

/// Names of the output columns, in order.
std::vector<std::string> output_columns(const Relation& relation);
/// `Named` for columns taken over unchanged.
std::vector<Named> keep(const std::vector<std::string>& columns);

}  // namespace metaxy::rel
