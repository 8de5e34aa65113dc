// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include <utility>

#include "base/text.hpp"
#include "ops/definitions.hpp"
#include "ops/external_features.hpp"
#include "ops/history.hpp"
#include "ops/lock.hpp"
#include "ops/opened.hpp"
#include "ops/row_types.hpp"

namespace metaxy::ops {

struct MetadataStore::State {
  Opened opened;
  std::vector<std::string> warnings = {};
};

namespace {

/// Runs an operation and says in its errors which one it was.
template <class Work>
auto noted(store::Session& session, const Watch& watch, const char* doing, const std::string& what, Work work) {
  if (watch.stop.stop_possible() || watch.progress) session.heed(watch);
  try {
    return work();
  } catch (Error& error) {
    error.note(std::string(doing) + " " + what);
    throw;
  }
}

std::string names_of(const std::vector<FeatureKey>& features) {
  std::vector<std::string> names;
  for (const auto& feature : features) names.push_back(feature.to_string());
  return names.empty() ? "all features" : join(names, ", ");
}

}  // namespace

MetadataStore::MetadataStore(std::unique_ptr<store::Session> session, std::shared_ptr<const graph::FeatureGraph> graph,
                             Rules rules)
    : state_(new State{Opened{std::move(session), std::move(graph), std::move(rules)}}) {}

MetadataStore::MetadataStore(NamedStore first, std::vector<NamedStore> fallbacks,
                             std::shared_ptr<const graph::FeatureGraph> graph, Rules rules)
    : state_(new State{Opened{nullptr, std::move(graph), std::move(rules)}}) {
  std::vector<store::NamedSession> stores;
  stores.push_back({std::move(first.name), std::move(first.session)});
  for (auto& other : fallbacks) stores.push_back({std::move(other.name), std::move(other.session)});
  auto overlay = std::make_unique<store::OverlaySession>(std::move(stores));
  state_->opened.overlay = overlay.get();
  state_->opened.session = std::move(overlay);
}

MetadataStore::MetadataStore(MetadataStore&&) noexcept = default;
MetadataStore::~MetadataStore() = default;

const graph::FeatureGraph& MetadataStore::graph() const { return *state_->opened.graph; }
const std::vector<std::string>& MetadataStore::warnings() const { return state_->warnings; }
const Rules& MetadataStore::rules() const { return state_->opened.rules; }
store::Session& MetadataStore::session() { return *state_->opened.session; }

void MetadataStore::use(std::shared_ptr<const graph::FeatureGraph> graph, Rules rules) {
  state_->opened.graph = std::move(graph);
  state_->opened.rules = std::move(rules);
}

Increment MetadataStore::resolve_update(const FeatureKey& feature, ResolveOptions options) {
  return noted(*state_->opened.session, options.watch, "while resolving", feature.to_string(),
               [&] { return ops::resolve_update(state_->opened, feature, std::move(options)); });
}

std::string MetadataStore::explain_resolve(const FeatureKey& feature, ResolveOptions options) {
  return noted(*state_->opened.session, options.watch, "while resolving", feature.to_string(),
               [&] { return ops::explain_resolve(state_->opened, feature, std::move(options)); });
}

WriteResult MetadataStore::write(const FeatureKey& feature, arrow::Stream rows, WriteOptions options) {
  return noted(*state_->opened.session, options.watch, "while writing", feature.to_string(),
               [&] { return ops::write(state_->opened, feature, std::move(rows), options); });
}

arrow::Stream MetadataStore::read(const FeatureKey& feature, ReadOptions options) {
  return noted(*state_->opened.session, options.watch, "while reading", feature.to_string(),
               [&] { return ops::read(state_->opened, feature, options); });
}

DeleteResult MetadataStore::remove(const FeatureKey& feature, DeleteOptions options) {
  return remove(std::vector<FeatureKey>{feature}, std::move(options));
}

DeleteResult MetadataStore::remove(const std::vector<FeatureKey>& features, DeleteOptions options) {
  return noted(*state_->opened.session, options.watch, "while deleting from", names_of(features),
               [&] { return ops::remove(state_->opened, features, options); });
}

DropResult MetadataStore::drop(const std::vector<FeatureKey>& features, DropOptions options) {
  return noted(*state_->opened.session, options.watch, "while dropping", names_of(features),
               [&] { return ops::drop(state_->opened, features, options); });
}

RebaseResult MetadataStore::rebase(const FeatureKey& feature, const RebaseOptions& options) {
  return noted(*state_->opened.session, options.watch, "while rebasing", feature.to_string(),
               [&] { return ops::rebase(state_->opened, feature, options); });
}

CopyResult MetadataStore::copy_from(MetadataStore& source, const CopyOptions& options) {
  if (options.watch.stop.stop_possible() || options.watch.progress) source.state_->opened.session->heed(options.watch);
  return noted(*state_->opened.session, options.watch, "while copying", names_of(options.features),
               [&] { return ops::copy(source.state_->opened, state_->opened, options); });
}

std::vector<std::string> MetadataStore::sample_columns(const FeatureKey& feature) const {
  return ops::sample_columns(state_->opened, feature);
}

FeatureStatus MetadataStore::status(const FeatureKey& feature, const StatusOptions& options) {
  return noted(*state_->opened.session, options.watch, "in the status of", feature.to_string(),
               [&] { return ops::status(state_->opened, feature, options); });
}

Explanation MetadataStore::explain(const FeatureKey& feature,
                                   const std::vector<std::pair<std::string, std::string>>& id,
                                   const ExplainOptions& options) {
  return noted(*state_->opened.session, options.watch, "while explaining", feature.to_string(),
               [&] { return ops::explain(state_->opened, feature, id, options); });
}

RowTypes MetadataStore::row_types(const FeatureKey& feature) { return ops::row_types(state_->opened, feature); }

PushResult MetadataStore::push(const PushOptions& options) { return ops::push(state_->opened, options); }

std::vector<LockedFeature> MetadataStore::lock(const std::vector<spec::FeatureDefinition>& own,
                                               const LockOptions& options) {
  return ops::lock(*state_->opened.session, state_->opened.graph->settings(), own, options);
}

std::vector<Push> MetadataStore::history(const HistoryOptions& options) {
  return ops::read_history(*state_->opened.session, options);
}

std::vector<PushedVersion> MetadataStore::history(const FeatureKey& feature, const HistoryOptions& options) {
  return ops::read_feature_history(*state_->opened.session, state_->opened.graph->settings(), feature, options);
}

SyncResult MetadataStore::sync_external_features(const SyncOptions& options) {
  auto out = ops::sync_external_features(state_->opened, options);
  state_->warnings.insert(state_->warnings.end(), out.warnings.begin(), out.warnings.end());
  return out;
}

}  // namespace metaxy::ops
