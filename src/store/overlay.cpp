// SPDX-License-Identifier: Apache-2.0
#include "store/overlay.hpp"

#include <utility>

namespace metaxy::store {

namespace {

rel::RelPtr shared(const rel::Relation& relation) { return std::make_shared<const rel::Relation>(relation); }

/// Rows that are read while another store works: their errors come up there.
arrow::Stream noted(arrow::Stream rows, const std::string& name) {
  auto schema = rows.schema();
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  return arrow::make_stream(std::move(schema),
                            [stream, name] { return in_fallback(name, [&] { return stream->next(); }); });
}

}  // namespace

/// Replaces what is foreign in relations by inputs that the stores give.
class OverlaySession::Bringing {
 public:
  Bringing(OverlaySession& overlay, Inputs& inputs, const Watch& watch)
      : overlay_(overlay), inputs_(inputs), watch_{watch.stop, {}} {}

  rel::RelPtr to_read(const rel::RelPtr& relation) {
    return rel::replace_foreign(relation, [this](const rel::Foreign& foreign) {
      auto input = described_.extract(&foreign);
      return input ? input.mapped() : bring(foreign);
    });
  }

  /// Only the columns will be asked for; the rows are left to whoever reads the same relation later.
  rel::RelPtr to_describe(const rel::RelPtr& relation) {
    return rel::replace_foreign(relation, [this](const rel::Foreign& foreign) {
      auto& input = described_[&foreign];
      if (!input) input = bring(foreign);
      return input;
    });
  }

  Mutation operator()(Create create) {
    create.like = to_describe(create.like);
    return create;
  }
  Mutation operator()(Extend extend) {
    extend.like = to_describe(extend.like);
    return extend;
  }
  Mutation operator()(Append append) {
    append.rows = to_read(append.rows);
    return append;
  }
  Mutation operator()(Require require) {
    require.violations = to_read(require.violations);
    return require;
  }
  Mutation operator()(Erase erase) {
    erase.rows = to_read(erase.rows);
    return erase;
  }
  Mutation operator()(Drop drop) { return drop; }

 private:
  rel::RelPtr bring(const rel::Foreign& foreign) {
    const auto name = "__mx_store" + std::to_string(inputs_.size());
    const auto& from = overlay_.name(foreign.store);
    inputs_.emplace(
        name,
        noted(in_fallback(from, [&] { return overlay_.at(foreign.store).run(*foreign.rows, {}, watch_); }), from));
    return rel::unordered_input(name, rel::output_columns(*foreign.rows));
  }

  OverlaySession& overlay_;
  Inputs& inputs_;
  Watch watch_;  // one of the stores reports progress: the first
  std::map<const rel::Foreign*, rel::RelPtr> described_;
};

/// Keeps the fallback stores readable from before a commit plans until it has planned. What comes before the first
/// store in the order of places is taken before it, the others when it has been taken.
class OverlaySession::Holds {
 public:
  Holds(OverlaySession& overlay, const Watch& watch) : overlay_(overlay), watch_(watch) {
    if (const auto* first = dynamic_cast<Holdable*>(overlay.stores_.front().session.get())) first_ = first->place();
    for (std::size_t i = 1; i < overlay.size(); ++i) {
      auto* session = dynamic_cast<Holdable*>(overlay.stores_[i].session.get());
      if (!session || session->place().empty() || session->place() == first_) continue;
      waiting_.try_emplace(session->place(), i, session);
    }
  }

  void take_those_before() {
    while (!waiting_.empty() && waiting_.begin()->first < first_) take_next();
  }
  void take_the_rest() {
    while (!waiting_.empty()) take_next();
  }
  void release() { held_.clear(); }

 private:
  void take_next() {
    const auto [store, session] = waiting_.extract(waiting_.begin()).mapped();
    held_.push_back(in_fallback(
        overlay_.name(store), [&] { return session->hold(watch_.stop.stop_possible() ? watch_ : overlay_.heeded()); }));
  }

  OverlaySession& overlay_;
  const Watch& watch_;
  std::string first_;
  std::map<std::string, std::pair<std::size_t, Holdable*>> waiting_;
  std::vector<std::shared_ptr<void>> held_;
};

OverlaySession::OverlaySession(std::vector<NamedSession> stores)
    : Session(stores.front().session->mode()), stores_(std::move(stores)) {}

Session& OverlaySession::at(std::size_t store) {
  auto& session = *stores_.at(store).session;
  session.heed(heeded());
  return session;
}

std::vector<std::string> OverlaySession::do_tables() { return at(0).tables(); }

std::optional<TableSchema> OverlaySession::do_find(const std::string& table) { return at(0).find(table); }

TableSchema OverlaySession::do_describe(const rel::Relation& relation, Inputs& inputs) {
  return at(0).describe(relation, inputs);
}

arrow::Stream OverlaySession::do_run(const rel::Relation& relation, Inputs inputs, const Watch& watch) {
  const auto here = Bringing(*this, inputs, watch).to_read(shared(relation));
  return at(0).run(*here, std::move(inputs), watch);
}

Session::Done OverlaySession::do_commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) {
  Holds holds(*this, watch);
  const OpeningPlan here = [&](Inputs& all) {
    holds.take_the_rest();
    auto mutations = plan(all);
    Bringing bringing(*this, all, watch);
    for (auto& mutation : mutations) mutation = std::visit(bringing, std::move(mutation));
    holds.release();
    return mutations;
  };
  holds.take_those_before();
  return at(0).commit(here, std::move(inputs), watch);
}

/// The first store's statement, then those that the others are sent.
std::string OverlaySession::do_explain(const rel::Relation& relation) {
  std::string others;
  std::size_t count = 0;
  const auto here = rel::replace_foreign(shared(relation), [&](const rel::Foreign& foreign) {
    const auto name = "__mx_store" + std::to_string(count++);
    others += "\n\n-- " + name + ": fallback store " + this->name(foreign.store) + "\n" +
              at(foreign.store).explain(*foreign.rows);
    return rel::unordered_input(name, rel::output_columns(*foreign.rows));
  });
  return at(0).explain(*here) + others;
}

}  // namespace metaxy::store
