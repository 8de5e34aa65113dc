// SPDX-License-Identifier: Apache-2.0
// What relations on a Storage read: its rows as streams where one pass is enough, or else copies of its tables in the
// local engine. A copy is read again for as long as the storage says that its table has not changed.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "store/storage.hpp"

namespace metaxy::store {

class Mirrors {
 public:
  /// Requires: both outlive this; `engine` writes a database of its own.
  Mirrors(Storage& storage, Session& engine) : storage_(storage), engine_(engine) {}

  /// Absent when the storage has no such table.
  std::optional<TableSchema> find(const std::string& table);
  /// Throws: NotFound.
  void require(const std::string& table);
  /// What a relation that scans a table once asks of its rows; nothing for a relation that scans it more than once.
  static std::vector<Condition> conditions_on(const std::string& table, const TableSchema& schema,
                                              const rel::RelPtr& relation);
  /// A table's columns without rows, bound as an input. Throws: NotFound.
  rel::RelPtr bind_empty(const std::string& table, Inputs& inputs);
  /// A table's rows to be read once, bound as an input. Throws: NotFound.
  rel::RelPtr bind_rows(const std::string& table, const std::vector<std::string>& columns,
                        const std::vector<Condition>& conditions, Inputs& inputs);

  /// The copies that a relation reads: they stay as long as this does.
  using Lease = std::shared_ptr<void>;
  /// The relation with inputs and tables of the engine in place of the storage's. Throws: NotFound.
  rel::RelPtr to_read(const rel::RelPtr& relation, Inputs& inputs, std::vector<Lease>& leases, const Watch& watch);
  /// Tables in `staged` are the engine's already.
  rel::RelPtr to_describe(const rel::RelPtr& relation, Inputs& inputs, const std::set<std::string>& staged = {});

  /// Drops the copies that nobody reads any more.
  void sweep();
  /// A name for a table of the engine, which relations may then read as it is.
  std::string new_name() { return kPrefix + std::to_string(count_++); }

 private:
  static constexpr const char* kPrefix = "__mx_stored";

  struct Copy {
    std::string name;
    std::optional<std::string> state;
    std::set<std::string> columns;
  };
  struct Swept {
    std::mutex mutex;
    std::vector<std::string> names;
  };
  struct Use;
  using Uses = std::map<std::string, Use>;

  /// The scan of a stored table, or null.
  static const rel::Scan* stored(const rel::RelPtr& source);
  static void look(const rel::RelPtr& relation, bool again, std::vector<rel::ExprPtr> predicates, Uses& uses);
  static std::vector<Condition> conditions_of_use(const Use& use, const TableSchema& schema);
  struct Bound {
    std::string name;
    TableSchema columns;
  };
  Bound bind_schema(StoredTable described, Inputs& inputs);
  TableSchema columns_of(StoredTable described);
  std::shared_ptr<Copy> copy_of(const std::string& table, const Use& use, const Watch& watch);

  Storage& storage_;
  Session& engine_;
  std::map<std::string, std::shared_ptr<Copy>> copies_;
  std::shared_ptr<Swept> swept_ = std::make_shared<Swept>();
  std::size_t count_ = 0;
};

}  // namespace metaxy::store
