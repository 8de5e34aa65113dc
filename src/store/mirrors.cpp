// SPDX-License-Identifier: Apache-2.0
#include "store/mirrors.hpp"

#include <algorithm>
#include <utility>

#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "store/conditions.hpp"

namespace metaxy::store {

/// How a relation reads one table.
struct Mirrors::Use {
  std::set<std::string> columns = {};
  int scans = 0;
  bool again = false;                         ///< may be read more than once, or by place
  std::vector<rel::ExprPtr> predicates = {};  ///< of the last scan
};

namespace {

StoredTable get(Storage& storage, const std::string& table) {
  if (auto described = storage.describe(table)) return *std::move(described);
  throw Error(ErrorCode::NotFound, "the store has no table " + table);
}

bool has_all(const std::set<std::string>& columns, const std::set<std::string>& wanted) {
  return std::includes(columns.begin(), columns.end(), wanted.begin(), wanted.end());
}

}  // namespace

std::optional<TableSchema> Mirrors::find(const std::string& table) {
  auto described = storage_.describe(table);
  if (!described) return std::nullopt;
  return columns_of(*std::move(described));
}

void Mirrors::require(const std::string& table) { get(storage_, table); }

TableSchema Mirrors::columns_of(StoredTable described) {
  Inputs inputs;
  return bind_schema(std::move(described), inputs).columns;
}

Mirrors::Bound Mirrors::bind_schema(StoredTable described, Inputs& inputs) {
  Bound out{new_name(), {}};
  Inputs own;
  own.emplace(out.name, arrow::make_stream(std::move(described.schema), std::vector<arrow::Array>{}));
  out.columns = engine_.describe(*rel::input(out.name, {}), own);
  inputs.merge(own);
  return out;
}

rel::RelPtr Mirrors::bind_empty(const std::string& table, Inputs& inputs) {
  const auto bound = bind_schema(get(storage_, table), inputs);
  return rel::input(bound.name, column_names(bound.columns));
}

rel::RelPtr Mirrors::bind_rows(const std::string& table, const std::vector<std::string>& columns,
                               const std::vector<Condition>& conditions, Inputs& inputs) {
  const auto name = new_name();
  inputs.emplace(name, storage_.scan(table, columns, conditions));
  return rel::input(name, columns);
}

const rel::Scan* Mirrors::stored(const rel::RelPtr& source) {
  const auto* scan = std::get_if<rel::Scan>(&source->node);
  return scan && !scan->table.starts_with(kPrefix) ? scan : nullptr;
}

void Mirrors::look(const rel::RelPtr& relation, bool again, std::vector<rel::ExprPtr> predicates, Uses& uses) {
  if (const auto* scan = stored(relation)) {
    auto& use = uses[scan->table];
    use.columns.insert(scan->columns.begin(), scan->columns.end());
    ++use.scans;
    use.again = use.again || again;
    use.predicates = std::move(predicates);
    return;
  }
  const auto* filter = std::get_if<rel::Filter>(&relation->node);
  if (filter) predicates.push_back(filter->predicate);
  const bool kept =
      std::holds_alternative<rel::Latest>(relation->node) || std::holds_alternative<rel::Once>(relation->node);
  for (const auto& input : rel::inputs_of(*relation)) {
    look(input, again || kept, filter ? predicates : std::vector<rel::ExprPtr>{}, uses);
  }
}

std::vector<Condition> Mirrors::conditions_of_use(const Use& use, const TableSchema& schema) {
  return use.scans == 1 ? conditions_of(*rel::all_of(use.predicates), schema) : std::vector<Condition>{};
}

std::vector<Condition> Mirrors::conditions_on(const std::string& table, const TableSchema& schema,
                                              const rel::RelPtr& relation) {
  Uses uses;
  look(relation, false, {}, uses);
  return conditions_of_use(uses.at(table), schema);
}

std::shared_ptr<Mirrors::Copy> Mirrors::copy_of(const std::string& table, const Use& use, const Watch& watch) {
  auto described = get(storage_, table);
  auto& known = copies_[table];
  const bool current = known && known->state && known->state == described.state;
  if (current && has_all(known->columns, use.columns)) return known;

  auto columns = use.columns;
  if (current) columns.insert(known->columns.begin(), known->columns.end());
  auto state = std::move(described.state);
  const auto conditions = conditions_of_use(use, columns_of(std::move(described)));
  Inputs inputs;
  const auto rows = bind_rows(table, {columns.begin(), columns.end()}, conditions, inputs);
  auto name = new_name();
  engine_.commit({Create{name, rows, {}}, Append{name, rows}}, std::move(inputs), {watch.stop, {}});
  std::shared_ptr<Copy> copy(new Copy{std::move(name), std::move(state), std::move(columns)},
                             [swept = swept_](Copy* gone) {
                               const std::lock_guard lock(swept->mutex);
                               swept->names.push_back(gone->name);
                               delete gone;
                             });
  known = copy->state && conditions.empty() ? copy : nullptr;
  return copy;
}

rel::RelPtr Mirrors::to_read(const rel::RelPtr& relation, Inputs& inputs, std::vector<Lease>& leases,
                             const Watch& watch) {
  sweep();
  Uses uses;
  look(relation, false, {}, uses);
  std::map<std::string, std::string> copies;
  for (const auto& [table, use] : uses) {
    if (use.scans == 1 && !use.again) continue;
    auto copy = copy_of(table, use, watch);
    copies.emplace(table, copy->name);
    leases.push_back(std::move(copy));
  }
  return rel::replace_sources(relation, [&](const rel::RelPtr& source) {
    const auto* scan = stored(source);
    if (!scan) return source;
    if (const auto copy = copies.find(scan->table); copy != copies.end()) {
      return rel::scan(copy->second, scan->columns);
    }
    const auto schema = columns_of(get(storage_, scan->table));
    return bind_rows(scan->table, scan->columns, conditions_of_use(uses.at(scan->table), schema), inputs);
  });
}

rel::RelPtr Mirrors::to_describe(const rel::RelPtr& relation, Inputs& inputs, const std::set<std::string>& staged) {
  return rel::replace_sources(relation, [&](const rel::RelPtr& source) {
    // The engine finds latest rows in tables only; their columns are those of all rows.
    if (const auto* latest = std::get_if<rel::Latest>(&source->node)) {
      return to_describe(latest->input, inputs, staged);
    }
    const auto* scan = stored(source);
    if (!scan || staged.contains(scan->table)) return source;
    const auto empty = bind_empty(scan->table, inputs);
    return rel::input(std::get<rel::Input>(empty->node).name, scan->columns);
  });
}

void Mirrors::sweep() {
  std::vector<Mutation> drops;
  {
    const std::lock_guard lock(swept_->mutex);
    for (auto& name : std::exchange(swept_->names, {})) drops.emplace_back(Drop{std::move(name)});
  }
  if (!drops.empty()) engine_.commit(std::move(drops));
}

}  // namespace metaxy::store
