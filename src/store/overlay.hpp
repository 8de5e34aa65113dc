// SPDX-License-Identifier: Apache-2.0
// Several stores read as one: the first is written, the others give what relations call foreign (rel::Foreign). Which
// of their rows count is the business of `ops`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <metaxy/error.hpp>

#include "store/session.hpp"

namespace metaxy::store {

struct NamedSession {
  std::string name;
  std::unique_ptr<Session> session;
};

/// Every store runs its own part of a relation and sends the rows as Arrow to the first, which runs the rest.
class OverlaySession final : public Session {
 public:
  /// Requires: at least one. `find`, `tables` and `commit` mean the first.
  explicit OverlaySession(std::vector<NamedSession> stores);

  std::size_t size() const { return stores_.size(); }
  /// The store that a foreign relation calls so; 0 is the first.
  Session& at(std::size_t store);
  const std::string& name(std::size_t store) const { return stores_[store].name; }

 private:
  class Bringing;
  class Holds;

  std::vector<std::string> do_tables() override;
  std::optional<TableSchema> do_find(const std::string& table) override;
  TableSchema do_describe(const rel::Relation& relation, Inputs& inputs) override;
  arrow::Stream do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) override;
  Done do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) override;
  std::vector<std::string> do_maintain(const Maintenance& given, const Watch& watch) override {
    return at(0).maintain(given, watch);
  }
  std::string do_explain(const rel::Relation& relation) override;

  std::vector<NamedSession> stores_;
};

/// Runs `work` on a fallback store and says in its errors which one it was.
template <class Work>
auto in_fallback(const std::string& name, Work work) {
  try {
    return work();
  } catch (Error& error) {
    error.note("in fallback store `" + name + "`");
    throw;
  }
}

}  // namespace metaxy::store
