// SPDX-License-Identifier: Apache-2.0
#include "store/sql_commit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <metaxy/error.hpp>
#include <utility>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "sql/quote.hpp"
#include "store/fit.hpp"
#include "store/requirement.hpp"
#include "store/told.hpp"

namespace metaxy::store {

namespace {

/// Adds the members that only `want` has, at every depth; false when there are none.
bool widen(ColumnType& have, const ColumnType& want) {
  if (have.kind != Kind::Struct || want.kind != Kind::Struct) return false;
  bool wider = false;
  for (std::size_t i = 0; i < want.members.size(); ++i) {
    if (const auto at = find_member(have, want.members[i])) {
      wider = widen(have.member_types[*at], want.member_types[i]) || wider;
    } else {
      have.members.push_back(want.members[i]);
      have.member_types.push_back(want.member_types[i]);
      wider = true;
    }
  }
  return wider;
}

/// A value of a column as a constant.
rel::ExprPtr constant(const Json& value, const TableColumn* column) {
  if (value.is_null()) return rel::null();
  if (value.is_boolean()) return rel::literal(value.get<bool>());
  if (value.is_number_integer()) return rel::literal(value.get<std::int64_t>());
  if (value.is_number()) return rel::literal(value.get<double>());
  const auto text = value.is_string() ? value.get<std::string>() : dump_compact(value);
  switch (column ? column->type.kind : Kind::Text) {
    case Kind::Decimal: return rel::literal(rel::TypedText{rel::Type::Decimal, text});
    case Kind::Date: return rel::literal(rel::TypedText{rel::Type::Date, text});
    case Kind::Timestamp: return rel::literal(rel::TypedText{rel::Type::Timestamp, text});
    case Kind::TimestampTz: return rel::literal(rel::TypedText{rel::Type::TimestampTz, text});
    default: return rel::literal(text);
  }
}

/// The relation whose rows a mutation reads.
struct RowsRead {
  rel::RelPtr operator()(const Append& append) const { return append.rows; }
  rel::RelPtr operator()(const Require& require) const { return require.violations; }
  rel::RelPtr operator()(const Erase& erase) const { return erase.rows; }
  rel::RelPtr operator()(const auto&) const { return nullptr; }
};

}  // namespace

void SqlCommit::leave_inputs(const Mutation& mutation, Inputs& inputs) {
  const auto rows = std::visit(RowsRead{}, mutation);
  if (!rows) return;
  if (is_on_the_way(mutation, inputs)) {
    on_their_way_.merge(rel::names_of_inputs(*rows));
  } else if (!is_local(rows)) {
    return;
  }
  for (const auto& name : rel::names_of_inputs(*rows)) {
    auto input = inputs.extract(name);
    if (!input) continue;
    connection_.bind_schema(name, input.mapped().schema());
    left_.insert(std::move(input));
  }
}

bool SqlCommit::is_on_the_way(const Mutation& mutation, Inputs& inputs) const {
  const auto* append = std::get_if<Append>(&mutation);
  if (!append || !engine_ || !taker_ || !binds_ || rel::reads_tables(*append->rows)) return false;
  const auto names = rel::names_of_inputs(*append->rows);
  return !names.empty() && std::ranges::all_of(names, [&](const auto& name) {
    const auto input = inputs.find(name);
    return input != inputs.end() && passes_unchanged(*input->second.schema().get());
  });
}

bool SqlCommit::is_local(const rel::RelPtr& relation) {
  if (!engine_) return false;
  for (const auto& name : rel::names_of_inputs(*relation)) {
    if ((taker_ && !binds_) || on_their_way_.contains(name)) return true;
  }
  return !statements_.can(relation);
}

arrow::Stream SqlCommit::computed(const rel::RelPtr& relation) {
  Parted parted = part(relation, [this](const auto& each) { return statements_.can(each); });
  const auto parts = parted.parts;
  for (const auto& each : parts) {
    engine_.keep(parted, each, statements_.query(each.rows, watch_), watch_);
  }
  Inputs inputs;
  for (const auto& name : rel::names_of_inputs(*relation)) {
    if (auto input = left_.extract(name)) inputs.insert(std::move(input));
  }
  return engine_.run(parted, std::move(inputs), {watch_.stop, {}});
}

rel::RelPtr SqlCommit::here(const rel::RelPtr& relation) {
  if (!is_local(relation)) return relation;
  const auto name = "__mx_computed" + std::to_string(computed_++);
  connection_.bind(name, computed(relation));
  return rel::input(name, rel::output_columns(*relation));
}

std::string SqlCommit::quote(const std::string& name) const { return sql::quote_name(dialect_, name); }

/// Statements shorten names that are too long; what is kept must be found again by its own.
void SqlCommit::check_name(const std::string& what, const std::string& name) const {
  const auto limit = dialect_.traits().identifier_limit;
  if (limit == 0 || name.size() <= limit) return;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("the name of {} `{}` has {} bytes, more than the {} that {} allows", what, name, name.size(),
                          limit, dialect_.traits().name),
              "give it a shorter name");
}

TableSchema SqlCommit::get(const std::string& table) {
  if (auto schema = connection_.find(table)) return *std::move(schema);
  throw Error(ErrorCode::NotFound, fmt::format("the store has no table {}", table));
}

void SqlCommit::operator()(const Create& create) {
  if (connection_.find(create.table)) {
    throw Error(ErrorCode::AlreadyExists, fmt::format("the store has a table {} already", create.table));
  }
  check_name("table", create.table);
  std::string definitions;
  auto columns = statements_.describe(create.like);
  for (auto& column : columns) {
    check_name("column", column.name);
    const auto typed = std::find_if(create.typed.begin(), create.typed.end(),
                                    [&](const auto& entry) { return entry.first == column.name; });
    if (typed != create.typed.end()) column.type = column_type(dialect_, rel::ValueType{typed->second});
    definitions += fmt::format("{}{} {}", definitions.empty() ? "" : ", ", quote(column.name), column.type.text);
  }
  execute(fmt::format("CREATE TABLE {} ({})", quote(create.table), definitions));
  for (const auto& column : columns) remember_type(create.table, column.name, column.type);
  for (auto& statement : connection_.indexes(create.table, columns, create.keys)) due_.push_back(std::move(statement));
}

void SqlCommit::finish() {
  for (const auto& statement : due_) execute(statement);
}

void SqlCommit::operator()(const Extend& extend) {
  const TableSchema have = get(extend.table);
  for (const auto& column : statements_.describe(extend.like)) {
    const TableColumn* existing = find_column(have, column.name);
    if (!existing) {
      check_name("column", column.name);
      execute(
          fmt::format("ALTER TABLE {} ADD COLUMN {} {}", quote(extend.table), quote(column.name), column.type.text));
      remember_type(extend.table, column.name, column.type);
    } else if (!dialect_.traits().json_type.empty()) {
      ColumnType both = existing->type;
      if (widen(both, column.type)) remember_type(extend.table, column.name, both);
    } else {
      std::vector<std::string> path{column.name};
      add_members(extend.table, path, existing->type, column.type);
    }
  }
}

void SqlCommit::remember_type(const std::string& table, const std::string& column, const ColumnType& type) {
  for (const auto& statement : connection_.remember_type(table, column, type)) execute(statement);
}

void SqlCommit::add_members(const std::string& table, std::vector<std::string>& path, const ColumnType& have,
                            const ColumnType& want) {
  if (have.kind != Kind::Struct || want.kind != Kind::Struct) return;
  for (std::size_t i = 0; i < want.members.size(); ++i) {
    path.push_back(want.members[i]);
    if (const auto at = find_member(have, want.members[i])) {
      add_members(table, path, have.member_types[*at], want.member_types[i]);
    } else {
      for (const auto& statement : connection_.add_member(table, path, want.member_types[i])) execute(statement);
    }
    path.pop_back();
  }
}

void SqlCommit::operator()(const Append& append) {
  const TableSchema have = get(append.table);
  const bool hands_over = taker_ && is_local(append.rows);
  const auto source = hands_over ? append.rows : here(append.rows);
  Faults faults;
  std::string targets;
  std::string values;
  for (const auto& column : statements_.describe(source)) {
    const TableColumn* target = find_column(have, column.name);
    if (!target) {
      faults.add("column " + column.name, "the table has no such column");
      continue;
    }
    Faults own;
    check_fit("column " + column.name, column.type, target->type, own);
    for (const auto& fault : own.items()) faults.add(fault);
    if (!own.empty() || hands_over) continue;
    const std::string_view comma = targets.empty() ? "" : ", ";
    targets += fmt::format("{}{}", comma, quote(column.name));
    values += fmt::format("{}{}", comma, connection_.fit(quote(column.name), column.type, target->type));
  }
  faults.throw_if_any(ErrorCode::SchemaMismatch, fmt::format("the rows do not fit table {}", append.table));
  const auto appended =
      hands_over ? taker_->append(append.table, have, computed(source), watch_)
                 : connection_.execute(fmt::format("INSERT INTO {} ({}) SELECT {} FROM ({}) AS metaxy_rows",
                                                   quote(append.table), targets, values, statements_.kept(source)),
                                       watch_);
  done_.appended += appended;
  done_.appended_to[append.table] += appended;
  connection_.changed(append.table, appended);
}

void SqlCommit::operator()(const Require& require) {
  if (require.known && require.known()) return;
  const auto& rows = require.violations;
  enforce(require, is_local(rows) ? computed(rows) : statements_.query(rows, watch_));
}

void SqlCommit::operator()(const Erase& erase) {
  if (erase.keys.empty()) throw Error(ErrorCode::Internal, "rows to erase from " + erase.table + " have no keys");
  const auto table_columns = get(erase.table);
  if (taker_ && is_local(erase.rows)) return erase_computed(erase, table_columns);
  const std::string table = quote(erase.table);
  const auto rows = statements_.kept(here(erase.rows));
  std::string keys;
  std::string matches;
  for (const auto& key : erase.keys) {
    keys += (keys.empty() ? "" : ", ") + quote(key);
    matches += fmt::format("{}metaxy_rows.{} = {}.{}", matches.empty() ? "" : " AND ", quote(key), table, quote(key));
  }
  const auto where = dialect_.traits().semi_join_as_in
                         ? fmt::format("({}) IN (SELECT {} FROM ({}) AS metaxy_rows)", keys, keys, rows)
                         : fmt::format("EXISTS (SELECT 1 FROM ({}) AS metaxy_rows WHERE {})", rows, matches);
  done_.erased += connection_.execute(fmt::format("DELETE FROM {} WHERE {}", table, where), watch_);
}

void SqlCommit::erase_computed(const Erase& erase, const TableSchema& columns) {
  constexpr std::size_t kRowsOfStatement = 500;
  auto keys = computed(rel::aggregate(erase.rows, erase.keys, {}));
  arrow::Reader reader(keys.schema());
  std::vector<std::vector<rel::ExprPtr>> rows;
  const auto flush = [&] {
    if (rows.empty()) return;
    const auto constants = rel::values(erase.keys, std::exchange(rows, {}));
    if (!statements_.can(constants)) {
      throw Error(ErrorCode::Unsupported,
                  fmt::format("{} cannot be told by constants of {} which rows of {} to erase", dialect_.traits().name,
                              join(erase.keys, ", "), erase.table),
                  "delete without erasing, or use a store made for this database");
    }
    (*this)(Erase{erase.table, constants, erase.keys});
  };
  while (auto batch = keys.next()) {
    reader.set(*std::move(batch));
    for (std::int64_t row = 0; row < reader.rows(); ++row) {
      rows.emplace_back();
      for (std::size_t i = 0; i < reader.columns(); ++i) {
        rows.back().push_back(constant(reader.value(i, row), find_column(columns, reader.names()[i])));
      }
      if (rows.size() == kRowsOfStatement) flush();
    }
  }
  flush();
}

void SqlCommit::operator()(const Drop& drop) {
  get(drop.table);
  execute("DROP TABLE " + quote(drop.table));
}

}  // namespace metaxy::store
