// SPDX-License-Identifier: Apache-2.0
// A Storage whose tables lie in a DuckDB in memory, for tests of stores that only keep tables.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "rel/relation.hpp"
#include "store/storage.hpp"
#include "stores/registry.hpp"
#include "stores/storage_store.hpp"

namespace metaxy::test {

struct StorageHabits {
  bool tells_state = true;       ///< or every question reads the rows again
  bool heeds_conditions = true;  ///< or gives all rows
};

inline rel::ExprPtr expression(const store::Condition& condition) {
  const auto column = rel::column(condition.column);
  std::vector<rel::ExprPtr> values;
  for (const auto& value : condition.values) values.push_back(std::make_shared<const rel::Expr>(rel::Expr{value}));
  const auto compare = [&](rel::BinaryOp op) { return rel::binary(op, column, values.front()); };
  switch (condition.comparison) {
    case store::Comparison::Equal: return compare(rel::BinaryOp::Eq);
    case store::Comparison::NotEqual: return compare(rel::BinaryOp::Ne);
    case store::Comparison::Less: return compare(rel::BinaryOp::Lt);
    case store::Comparison::LessEqual: return compare(rel::BinaryOp::Le);
    case store::Comparison::Greater: return compare(rel::BinaryOp::Gt);
    case store::Comparison::GreaterEqual: return compare(rel::BinaryOp::Ge);
    case store::Comparison::In: return std::make_shared<const rel::Expr>(rel::Expr{rel::In{column, values}});
    case store::Comparison::IsNull: return rel::is_null(column);
    case store::Comparison::IsNotNull: return rel::is_not_null(column);
  }
  return nullptr;
}

/// The tables and how often they were changed.
struct Tables {
  std::unique_ptr<store::Store> store = stores::open_empty();
  std::atomic<int> changes = 0;
};

class TableStorage final : public store::Storage {
 public:
  TableStorage(std::shared_ptr<Tables> tables, StorageHabits habits)
      : tables_(std::move(tables)), habits_(habits), session_(tables_->store->open(store::Mode::Write)) {}

  std::vector<std::string> tables() override { return session_->tables(); }

  std::optional<store::StoredTable> describe(const std::string& table) override {
    const auto columns = session_->find(table);
    if (!columns) return std::nullopt;
    auto none = session_->run(*rel::order(rel::scan(table, store::column_names(*columns)), {}, 0));
    store::StoredTable out{none.schema()};
    none.next();  // an engine waits for statements that were given up
    if (habits_.tells_state) out.state = std::to_string(tables_->changes);
    return out;
  }

  arrow::Stream scan(const std::string& table, const std::vector<std::string>& columns,
                     const std::vector<store::Condition>& conditions) override {
    auto rows = rel::scan(table, columns);
    if (habits_.heeds_conditions) {
      auto all = store::column_names(session_->find(table).value());
      rows = rel::scan(table, std::move(all));
      for (const auto& condition : conditions) rows = rel::filter(rows, expression(condition));
      rows = rel::project(rows, rel::keep(columns));
    }
    return session_->run(*rows);
  }

  void append(const std::string& table, const store::Rows& rows) override {
    store::Inputs inputs;
    inputs.emplace("rows", rows());
    const auto given = rel::input("rows", store::column_names(session_->describe(*rel::input("rows", {}), inputs)));
    store::Mutation room = store::Create{table, given, {}};
    if (session_->find(table)) room = store::Extend{table, given};
    session_->commit({std::move(room), store::Append{table, given}}, std::move(inputs));
    ++tables_->changes;
  }

  void erase(const std::string& table, const store::Rows& keys) override {
    store::Inputs inputs;
    inputs.emplace("keys", keys());
    const auto columns = store::column_names(session_->describe(*rel::input("keys", {}), inputs));
    session_->commit({store::Erase{table, rel::input("keys", columns), columns}}, std::move(inputs));
    ++tables_->changes;
  }

  void drop(const std::string& table) override {
    session_->commit({store::Drop{table}});
    ++tables_->changes;
  }

 private:
  std::shared_ptr<Tables> tables_;
  StorageHabits habits_;
  std::unique_ptr<store::Session> session_;
};

/// A store on such a storage; all its sessions see the same tables.
inline std::unique_ptr<store::Store> table_storage_store(StorageHabits habits = {}) {
  auto tables = std::make_shared<Tables>();
  return stores::make_storage_store(
      "tables", "in memory", [tables, habits](store::Mode) { return std::make_unique<TableStorage>(tables, habits); });
}

}  // namespace metaxy::test
