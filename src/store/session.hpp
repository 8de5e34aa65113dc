// SPDX-License-Identifier: Apache-2.0
// The store seam (ARCHITECTURE.md): what a database must do for metaxy and nothing more. Tables here are plain tables:
// versions, soft deletes and system columns are the business of `ops`. Authors of stores and `ops` include this.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>

#include "rel/relation.hpp"

namespace metaxy::store {

enum class Mode { Read, Write };

/// What a column holds, as far as metaxy cares.
enum class Kind {
  Text,
  Integer,
  Float,
  Decimal,
  Boolean,
  Date,
  Time,
  Timestamp,
  TimestampTz,
  Binary,
  List,
  Struct,
  Map,
  Json,
  Null,
  Other
};

struct ColumnType {
  Kind kind = Kind::Other;
  std::string text;                      ///< the database's own name of the type
  std::vector<std::string> members;      ///< of structs, in order
  std::vector<ColumnType> member_types;  ///< of structs; of a list its one, of a map key and value
  int width = 0;                         ///< of floats in bits, of decimals in digits; 0: unknown
  int scale = 0;                         ///< of decimals
};
struct TableColumn {
  std::string name;
  ColumnType type;
};
using TableSchema = std::vector<TableColumn>;

/// The column of that name; null when there is none.
const TableColumn* find_column(const TableSchema& schema, std::string_view name);
/// Names in order.
std::vector<std::string> column_names(const TableSchema& schema);

/// Creates a table with the columns and types of a relation (which may read inputs); must not exist yet.
struct Create {
  std::string table;
  rel::RelPtr like;
  std::vector<std::pair<std::string, rel::Type>> typed;  ///< columns whose type is set, whatever `like` says
  std::vector<std::string> keys = {};                    ///< by which rows will be looked for and joined: a hint
};
/// Adds columns, and members to struct columns, so that rows of `like` fit. Nothing is removed.
struct Extend {
  std::string table;
  rel::RelPtr like;
};
/// Appends all rows of a relation, columns matched by name; columns that `rows` lacks become NULL.
struct Append {
  std::string table;
  rel::RelPtr rows;
};
/// Refuses the commit when the relation, read after the mutations before it, has a row: throws what `fault` makes of
/// the first few rows.
struct Require {
  rel::RelPtr violations;
  std::function<void(arrow::Stream&)> fault;  ///< called only when there are rows; must throw
  std::function<bool()> known = nullptr;      ///< whether it is known by now that there are none
};
/// Deletes the rows whose `keys` equal those of a row of `rows`, which may read the same table.
struct Erase {
  std::string table;
  rel::RelPtr rows;
  std::vector<std::string> keys;
};
struct Drop {
  std::string table;
};
using Mutation = std::variant<Create, Extend, Append, Require, Erase, Drop>;

/// Streams that relations read by name (rel::Input).
using Inputs = std::map<std::string, arrow::Stream>;

/// What `Session::maintain` is asked for.
struct Maintenance {
  std::chrono::seconds keep{0};  ///< older states that a database keeps by itself may be forgotten at this age
  bool dry_run = false;          ///< only say which statements there would be
};

/// One thread's live handle on a store; closed by its destructor.
class Session {
 public:
  virtual ~Session() = default;
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  Mode mode() const { return mode_; }
  std::vector<std::string> tables() { return do_tables(); }
  /// Absent when there is no such table.
  std::optional<TableSchema> find(const std::string& table) { return do_find(table); }
  /// The columns and types that a relation would give.
  TableSchema describe(const rel::Relation& relation, Inputs& inputs) { return do_describe(relation, inputs); }
  /// Runs a relation; the session must outlive the stream and can run other relations meanwhile.
  arrow::Stream run(const rel::Relation& relation, Inputs inputs = {}, const Watch& watch = {});
  /// All mutations in order, atomically: all are durable or none is visible. Returns the rows appended and erased.
  struct Done {
    std::uint64_t appended = 0;
    std::uint64_t erased = 0;
    std::map<std::string, std::uint64_t> appended_to = {};  ///< by table

    std::uint64_t rows_of(const std::string& table) const;  ///< appended to one table
  };
  /// Throws: InvalidArgument on a session opened for reading; Conflict when others write for too long.
  Done commit(std::vector<Mutation> mutations, Inputs inputs = {}, const Watch& watch = {});
  /// The same for mutations that depend on what is stored: `plan` reads this session while nobody else can write the
  /// store, and it stays as read until the commit is done.
  using Plan = std::function<std::vector<Mutation>()>;
  Done commit(const Plan& plan, Inputs inputs = {}, const Watch& watch = {});
  /// The same for mutations that read streams which the plan opens.
  using OpeningPlan = std::function<std::vector<Mutation>(Inputs& inputs)>;
  Done commit(const OpeningPlan& plan, Inputs inputs = {}, const Watch& watch = {});
  /// What stops, and is told of, waits in verbs that are given no watch of their own.
  void heed(Watch watch) { heeded_ = std::move(watch); }
  /// Keeps a store small and fast, and no record is lost: files are merged, what nothing needs any more is removed,
  /// statistics are made anew. Returns the statements; none where there is nothing to do. Throws: as commit.
  std::vector<std::string> maintain(const Maintenance& given, const Watch& watch = {});
  /// The statement that `run` would send, for people.
  std::string explain(const rel::Relation& relation) { return do_explain(relation); }

 protected:
  explicit Session(Mode mode) : mode_(mode) {}
  const Watch& heeded() const { return heeded_; }

 private:
  virtual std::vector<std::string> do_tables() = 0;
  virtual std::optional<TableSchema> do_find(const std::string& table) = 0;
  virtual TableSchema do_describe(const rel::Relation& relation, Inputs& inputs) = 0;
  virtual arrow::Stream do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) = 0;
  virtual Done do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) = 0;
  virtual std::string do_explain(const rel::Relation& relation) = 0;
  virtual std::vector<std::string> do_maintain(const Maintenance&, const Watch&) { return {}; }

  Mode mode_ = Mode::Read;
  Watch heeded_;
};

/// Of sessions that may have to wait for other writers before they can read. Who needs several such stores at once
/// takes them in the order of their places: then no two wait for each other.
class Holdable {
 public:
  virtual ~Holdable() = default;
  Holdable() = default;
  Holdable(const Holdable&) = delete;
  Holdable& operator=(const Holdable&) = delete;

  /// The same for all sessions on one store, in every process; empty when nobody waits.
  virtual std::string place() const = 0;
  /// Until the returned is gone this session reads without waiting, and nobody writes the store. Throws: Conflict,
  /// Cancelled.
  virtual std::shared_ptr<void> hold(const Watch& watch) = 0;
};

/// What a store is and can do; plain data.
struct Info {
  std::string kind;      ///< for example "duckdb"
  std::string location;  ///< for people, without secrets
  std::vector<std::string> algorithms;
  std::string default_algorithm;    ///< of format 1
  std::string reference_algorithm;  ///< the reference's default, for format 0
  std::size_t identifier_limit = 0;
  bool atomic_commit = false;
};

/// Immutable, thread-safe description of a store.
class Store {
 public:
  virtual ~Store() = default;
  virtual const Info& info() const = 0;
  /// An open session keeps nobody out; `watch` is heeded by it. Throws: NotFound (reading what does not exist),
  /// Conflict (in use by another program for too long, naming it), Backend, Io.
  virtual std::unique_ptr<Session> open(Mode mode, const Watch& watch = {}) const = 0;
};

}  // namespace metaxy::store
