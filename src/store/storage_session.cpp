// SPDX-License-Identifier: Apache-2.0
#include "store/storage_session.hpp"

#include <utility>

#include "store/staged_commit.hpp"

namespace metaxy::store {

namespace {

/// How often a commit is planned again because another writer made a table meanwhile.
constexpr int kReplans = 5;

rel::RelPtr shared(const rel::Relation& relation) { return std::make_shared<const rel::Relation>(relation); }

/// Rows that keep alive what they are read from.
arrow::Stream with_leases(arrow::Stream rows, std::vector<Mirrors::Lease> leases) {
  if (leases.empty()) return rows;
  auto schema = rows.schema();
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  return arrow::make_stream(std::move(schema), [stream, leases = std::move(leases)] { return stream->next(); });
}

}  // namespace

StorageSession::StorageSession(Mode mode, std::unique_ptr<Storage> storage, std::unique_ptr<Session> engine)
    : Session(mode), storage_(std::move(storage)), engine_(std::move(engine)), mirrors_(*storage_, *engine_) {}

TableSchema StorageSession::do_describe(const rel::Relation& relation, Inputs& inputs) {
  Inputs bound;
  const auto here = mirrors_.to_describe(shared(relation), bound);
  // The caller goes on to read its own inputs.
  for (auto& [name, stream] : inputs) bound.emplace(name, std::move(stream));
  auto out = engine_->describe(*here, bound);
  for (auto& [name, stream] : inputs) stream = std::move(bound.at(name));
  return out;
}

arrow::Stream StorageSession::do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) {
  engine_->heed(heeded());
  std::vector<Mirrors::Lease> leases;
  const auto here = mirrors_.to_read(shared(relation), inputs, leases, watch);
  return with_leases(engine_->run(*here, std::move(inputs), watch), std::move(leases));
}

Session::Done StorageSession::do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) {
  engine_->heed(heeded());
  for (int tries = 0;; ++tries) {
    const auto mutations = plan(inputs);
    StagedCommit commit(*storage_, *engine_, mirrors_, inputs, watch);
    if (commit.add_all(mutations, tries < kReplans)) return commit.carry_out();
  }
}

}  // namespace metaxy::store
