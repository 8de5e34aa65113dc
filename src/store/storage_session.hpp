// SPDX-License-Identifier: Apache-2.0
// A session on a Storage: a local engine computes relations and prepares commits, the storage keeps the tables.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/mirrors.hpp"
#include "store/storage.hpp"

namespace metaxy::store {

class StorageSession final : public Session {
 public:
  /// Requires: `engine` writes an empty database of its own.
  StorageSession(Mode mode, std::unique_ptr<Storage> storage, std::unique_ptr<Session> engine);

 private:
  std::vector<std::string> do_tables() override { return storage_->tables(); }
  std::optional<TableSchema> do_find(const std::string& table) override { return mirrors_.find(table); }
  TableSchema do_describe(const rel::Relation& relation, Inputs& inputs) override;
  arrow::Stream do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) override;
  Done do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) override;
  std::string do_explain(const rel::Relation& relation) override { return engine_->explain(relation); }
  std::vector<std::string> do_maintain(const Maintenance& given, const Watch&) override {
    return storage_->maintain(given);
  }

  std::unique_ptr<Storage> storage_;
  std::unique_ptr<Session> engine_;
  Mirrors mirrors_;
};

}  // namespace metaxy::store
