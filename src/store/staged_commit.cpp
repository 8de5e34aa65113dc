// SPDX-License-Identifier: Apache-2.0
#include "store/staged_commit.hpp"

#include <utility>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"

namespace metaxy::store {

namespace {

/// Rows that are read only when they turn out to be needed.
arrow::Stream unless(const std::function<bool()>& unneeded, arrow::Stream rows) {
  if (!unneeded) return rows;
  auto schema = rows.schema();
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  return arrow::make_stream(std::move(schema), [stream, unneeded]() -> std::optional<arrow::Array> {
    return unneeded() ? std::nullopt : stream->next();
  });
}

}  // namespace

bool StagedCommit::add_all(const std::vector<Mutation>& mutations, bool may_replan) {
  for (const auto& mutation : mutations) {
    const auto* create = std::get_if<Create>(&mutation);
    if (create && may_replan && !staged_.contains(create->table) && storage_.describe(create->table)) return false;
    std::visit(*this, mutation);
  }
  return true;
}

void StagedCommit::stage(const std::string& table) {
  if (staged_.contains(table)) return;
  prepared_.emplace_back(Create{table, mirrors_.bind_empty(table, inputs_), {}});
  steps_.emplace_back(Appending{table, false});
  staged_.insert(table);
}

void StagedCommit::operator()(const Create& create) {
  if (staged_.contains(create.table) || storage_.describe(create.table)) {
    throw Error(ErrorCode::AlreadyExists, "the store has a table " + create.table + " already");
  }
  prepared_.emplace_back(Create{create.table, mirrors_.to_describe(create.like, inputs_, staged_), create.typed});
  steps_.emplace_back(Appending{create.table, true});
  staged_.insert(create.table);
}

void StagedCommit::operator()(const Extend& extend) {
  stage(extend.table);
  prepared_.emplace_back(Extend{extend.table, mirrors_.to_describe(extend.like, inputs_, staged_)});
}

void StagedCommit::operator()(const Append& append) {
  stage(append.table);
  prepared_.emplace_back(Append{append.table, to_read(append.rows)});
}

void StagedCommit::operator()(const Require& require) {
  if (require.known && require.known()) return;
  prepared_.emplace_back(Require{to_read(require.violations, require.known), require.fault, require.known});
}

void StagedCommit::operator()(const Erase& erase) {
  if (!staged_.contains(erase.table)) mirrors_.require(erase.table);
  if (erase.keys.empty()) throw Error(ErrorCode::Internal, "rows to erase from " + erase.table + " have no keys");
  const auto keys = mirrors_.new_name();
  prepared_.emplace_back(
      Create{keys, rel::project(mirrors_.to_describe(erase.rows, inputs_, staged_), rel::keep(erase.keys)), {}});
  prepared_.emplace_back(Append{keys, rel::aggregate(to_read(erase.rows), erase.keys, {})});
  scratch_.insert(keys);
  steps_.emplace_back(Erasing{erase.table, keys});
}

void StagedCommit::operator()(const Drop& drop) {
  mirrors_.require(drop.table);
  steps_.emplace_back(Dropping{drop.table});
}

rel::RelPtr StagedCommit::to_read(const rel::RelPtr& relation, const std::function<bool()>& unneeded) {
  const auto replaced = rel::replace_sources(relation, [&](const rel::RelPtr& source) {
    const auto* scan = std::get_if<rel::Scan>(&source->node);
    if (!scan || !staged_.contains(scan->table)) return source;
    return rel::scan(together(*scan, relation, unneeded), scan->columns);
  });
  return mirrors_.to_read(replaced, inputs_, leases_, watch_);
}

std::string StagedCommit::together(const rel::Scan& scan, const rel::RelPtr& relation,
                                   const std::function<bool()>& unneeded) {
  const auto name = mirrors_.new_name();
  const auto staged = rel::scan(scan.table, scan.columns);
  prepared_.emplace_back(Create{name, staged, {}});
  if (const auto stored = mirrors_.find(scan.table)) {
    std::vector<std::string> known;
    for (const auto& column : scan.columns) {
      if (find_column(*stored, column)) known.push_back(column);
    }
    const auto conditions = Mirrors::conditions_on(scan.table, *stored, relation);
    const auto rows = mirrors_.bind_rows(scan.table, known, conditions, inputs_);
    auto& stream = inputs_.at(std::get<rel::Input>(rows->node).name);
    stream = unless(unneeded, std::move(stream));
    prepared_.emplace_back(Append{name, rows});
  }
  prepared_.emplace_back(Append{name, staged});
  scratch_.insert(name);
  return name;
}

Session::Done StagedCommit::carry_out() {
  Session::Done done;
  try {
    const auto prepared = engine_.commit(std::move(prepared_), std::move(inputs_), watch_);
    for (const auto& step : steps_) {
      if (const auto* appending = std::get_if<Appending>(&step)) {
        const auto rows = prepared.rows_of(appending->table);
        const auto columns = column_names(engine_.find(appending->table).value());
        if (rows == 0 && !appending->is_new) continue;
        storage_.append(appending->table, staged_rows(appending->table, columns));
        done.appended += rows;
        done.appended_to[appending->table] += rows;
      } else if (const auto* erasing = std::get_if<Erasing>(&step)) {
        done.erased += erase(*erasing);
      } else {
        storage_.drop(std::get<Dropping>(step).table);
      }
    }
  } catch (...) {
    sweep();
    throw;
  }
  sweep();
  return done;
}

Rows StagedCommit::staged_rows(const std::string& table, const std::vector<std::string>& columns) {
  return [this, staged = rel::scan(table, columns)] { return engine_.run(*staged, {}, {watch_.stop, {}}); };
}

std::uint64_t StagedCommit::erase(const Erasing& erasing) {
  const auto columns = column_names(engine_.find(erasing.keys).value());
  const auto keys = rel::scan(erasing.keys, columns);
  std::vector<std::pair<std::string, std::string>> on;
  std::vector<rel::Named> renamed;
  for (const auto& column : columns) {
    on.emplace_back(column, "__mx_key_" + column);
    renamed.push_back({on.back().second, rel::column(column)});
  }
  Inputs inputs;
  std::vector<Mirrors::Lease> leases;
  const auto stored = mirrors_.to_read(rel::scan(erasing.table, columns), inputs, leases, watch_);
  auto matching = rel::join(rel::JoinKind::Semi, stored, rel::project(keys, renamed), on);
  auto counted = rel::aggregate(matching, {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  auto rows = engine_.run(*counted, std::move(inputs), {watch_.stop, {}});
  const auto count = arrow::read_rows(rows).front()["n"].get<std::uint64_t>();
  if (count > 0) storage_.erase(erasing.table, staged_rows(erasing.keys, columns));
  return count;
}

void StagedCommit::sweep() noexcept {
  leases_.clear();
  std::vector<Mutation> drops;
  for (const auto& table : staged_) drops.emplace_back(Drop{table});
  for (const auto& table : scratch_) drops.emplace_back(Drop{table});
  for (auto& drop : drops) {
    try {
      engine_.commit({std::move(drop)});
    } catch (const Error&) {  // a table of a commit that was refused is not there
    }
  }
}

}  // namespace metaxy::store
