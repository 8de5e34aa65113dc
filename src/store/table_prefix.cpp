// SPDX-License-Identifier: Apache-2.0
#include "store/table_prefix.hpp"

#include <algorithm>
#include <utility>

namespace metaxy::store {

namespace {

/// Names tables as the database does.
class Prefixing {
 public:
  explicit Prefixing(const std::string& prefix) : prefix_(prefix) {}

  rel::RelPtr in(const rel::RelPtr& relation) const {
    return rel::replace_sources(relation, [this](const rel::RelPtr& source) {
      const auto* scan = std::get_if<rel::Scan>(&source->node);
      return scan ? rel::scan(prefix_ + scan->table, scan->columns) : source;
    });
  }
  rel::RelPtr in(const rel::Relation& relation) const { return in(std::make_shared<const rel::Relation>(relation)); }

  Mutation operator()(const Create& create) const {
    return Create{prefix_ + create.table, in(create.like), create.typed, create.keys};
  }
  Mutation operator()(const Extend& extend) const { return Extend{prefix_ + extend.table, in(extend.like)}; }
  Mutation operator()(const Append& append) const { return Append{prefix_ + append.table, in(append.rows)}; }
  Mutation operator()(const Require& require) const {
    return Require{in(require.violations), require.fault, require.known};
  }
  Mutation operator()(const Erase& erase) const { return Erase{prefix_ + erase.table, in(erase.rows), erase.keys}; }
  Mutation operator()(const Drop& drop) const { return Drop{prefix_ + drop.table}; }

 private:
  const std::string& prefix_;
};

class PrefixSession final : public Session, public Holdable {
 public:
  PrefixSession(std::unique_ptr<Session> session, std::string prefix)
      : Session(session->mode()), session_(std::move(session)), prefix_(std::move(prefix)) {}

  std::string place() const override {
    const auto* holdable = dynamic_cast<const Holdable*>(session_.get());
    return holdable ? holdable->place() : std::string{};
  }
  std::shared_ptr<void> hold(const Watch& watch) override {
    auto* holdable = dynamic_cast<Holdable*>(session_.get());
    return holdable ? holdable->hold(watch) : nullptr;
  }

 private:
  std::vector<std::string> do_tables() override {
    std::vector<std::string> out;
    for (auto& table : inner().tables()) {
      if (table.starts_with(prefix_)) out.push_back(table.substr(prefix_.size()));
    }
    return out;
  }
  std::optional<TableSchema> do_find(const std::string& table) override { return inner().find(prefix_ + table); }
  TableSchema do_describe(const rel::Relation& relation, Inputs& inputs) override {
    return inner().describe(*Prefixing(prefix_).in(relation), inputs);
  }
  arrow::Stream do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) override {
    return inner().run(*Prefixing(prefix_).in(relation), std::move(inputs), watch);
  }
  Done do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) override {
    const OpeningPlan prefixed = [&](Inputs& all) {
      auto mutations = plan(all);
      for (auto& mutation : mutations) mutation = std::visit(Prefixing(prefix_), mutation);
      return mutations;
    };
    auto done = inner().commit(prefixed, std::move(inputs), watch);
    for (auto& [table, rows] : std::exchange(done.appended_to, {})) {
      done.appended_to.emplace(table.substr(prefix_.size()), rows);
    }
    return done;
  }
  std::string do_explain(const rel::Relation& relation) override {
    return inner().explain(*Prefixing(prefix_).in(relation));
  }

  std::vector<std::string> do_maintain(const Maintenance& given, const Watch& watch) override {
    return inner().maintain(given, watch);
  }

  Session& inner() {
    session_->heed(heeded());
    return *session_;
  }

  std::unique_ptr<Session> session_;
  std::string prefix_;
};

class PrefixStore final : public Store {
 public:
  PrefixStore(std::unique_ptr<Store> store, std::string prefix)
      : store_(std::move(store)), prefix_(std::move(prefix)), info_(store_->info()) {
    auto& limit = info_.identifier_limit;  // 0: none
    if (limit > 0) limit -= std::min(limit - 1, prefix_.size());
  }

  const Info& info() const override { return info_; }
  std::unique_ptr<Session> open(Mode mode, const Watch& watch) const override {
    auto session = std::make_unique<PrefixSession>(store_->open(mode, watch), prefix_);
    session->heed(watch);
    return session;
  }

 private:
  std::unique_ptr<Store> store_;
  std::string prefix_;
  Info info_;
};

}  // namespace

std::unique_ptr<Store> with_table_prefix(std::unique_ptr<Store> store, std::string prefix) {
  if (prefix.empty()) return store;
  return std::make_unique<PrefixStore>(std::move(store), std::move(prefix));
}

}  // namespace metaxy::store
