// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "store/session.hpp"
#include "stores/clickhouse/server.hpp"

namespace metaxy::stores::clickhouse {

class ClickHouseSession final : public store::Session {
 public:
  ClickHouseSession(store::Mode mode, std::shared_ptr<Server> server) : Session(mode), server_(std::move(server)) {}

 private:
  std::vector<std::string> do_tables() override;
  std::optional<store::TableSchema> do_find(const std::string& table) override;
  store::TableSchema do_describe(const rel::Relation& relation, store::Inputs& inputs) override;
  arrow::Stream do_run(const rel::Relation& relation, store::Inputs inputs, const Watch& watch) override;
  Done do_commit(const OpeningPlan& plan, store::Inputs inputs, const Watch& watch) override;
  std::string do_explain(const rel::Relation& relation) override;
  std::vector<std::string> do_maintain(const store::Maintenance& given, const Watch& watch) override;

  const Watch& heeded_or(const Watch& watch) const { return watch.stop.stop_possible() ? watch : heeded(); }

  std::shared_ptr<Server> server_;
};

}  // namespace metaxy::stores::clickhouse
