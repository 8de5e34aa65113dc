// SPDX-License-Identifier: Apache-2.0
#include "ops/external_features.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "ops/definitions.hpp"

namespace metaxy::ops {

namespace {

bool is_selected(const graph::Selection& selection, const spec::FeatureDefinition& definition) {
  return selection.all || std::ranges::find(selection.projects, definition.project) != selection.projects.end() ||
         std::ranges::find(selection.keys, definition.spec.key) != selection.keys.end();
}

/// Of all stores that are read; what one knows hides what its fallbacks do.
StoredDefinitions find_definitions(Opened& opened) {
  StoredDefinitions out;
  for (std::size_t i = 0; i < store_count(opened); ++i) {
    auto found = in_store(opened, i, [](store::Session& session) { return read_definitions(session); });
    out.latest.merge(found.latest);
    out.warnings.insert(out.warnings.end(), found.warnings.begin(), found.warnings.end());
  }
  return out;
}

/// Chosen definitions of the store, completed by those that they depend on.
class Loading {
 public:
  Loading(const graph::FeatureGraph& graph, const StoredDefinitions& stored) : graph_(graph), stored_(stored) {}

  void choose(const std::vector<graph::Selection>& selections) {
    for (const auto& [key, definition] : stored_.latest) {
      const auto* here = graph_.find(key);
      const bool stands_in = here && here->is_external;
      const bool selected =
          std::ranges::any_of(selections, [&](const auto& selection) { return is_selected(selection, definition); });
      if (stands_in || (selected && !here)) chosen_.insert(key);
    }
    while (add_upstreams()) {
    }
  }

  /// Definitions whose upstreams nobody knows are of no use. Gives these.
  std::vector<std::pair<FeatureKey, FeatureKey>> drop_incomplete() {
    std::vector<std::pair<FeatureKey, FeatureKey>> out;
    bool again = true;
    while (again) {
      again = std::erase_if(chosen_, [&](const FeatureKey& key) {
                for (const auto& dep : stored_.latest.at(key).spec.deps) {
                  if (chosen_.count(dep.feature) || graph_.find(dep.feature)) continue;
                  out.emplace_back(key, dep.feature);
                  return true;
                }
                return false;
              }) > 0;
    }
    return out;
  }

  const std::set<FeatureKey>& chosen() const { return chosen_; }

 private:
  bool add_upstreams() {
    std::vector<FeatureKey> missing;
    for (const auto& key : chosen_) {
      for (const auto& dep : stored_.latest.at(key).spec.deps) {
        const bool known = chosen_.count(dep.feature) || graph_.find(dep.feature);
        if (!known && stored_.latest.count(dep.feature)) missing.push_back(dep.feature);
      }
    }
    chosen_.insert(missing.begin(), missing.end());
    return !missing.empty();
  }

  const graph::FeatureGraph& graph_;
  const StoredDefinitions& stored_;
  std::set<FeatureKey> chosen_;
};

graph::FeatureGraph build(const graph::FeatureGraph& graph, const StoredDefinitions& stored,
                          const std::set<FeatureKey>& chosen) {
  auto definitions = graph.definitions();
  for (const auto& key : chosen) definitions.push_back(stored.latest.at(key));
  try {
    return graph::FeatureGraph::build(std::move(definitions), graph.settings());
  } catch (Error& error) {
    error.note("with the definitions of external features that the store keeps");
    throw;
  }
}

std::string describe_mismatch(const graph::FeatureGraph& before, const graph::FeatureGraph& after,
                              const FeatureKey& key) {
  return key.to_string() + " (here " + before.versions(key).feature_version + ", in the store " +
         after.versions(key).feature_version + ")";
}

/// Stand-ins whose versions are not those of the features that they stand for.
void check_versions(const graph::FeatureGraph& before, const graph::FeatureGraph& after, const SyncOptions& options,
                    SyncResult& out) {
  std::vector<std::string> refused;
  std::vector<std::string> remarked;
  for (const auto& definition : before.definitions()) {
    const auto& key = definition.spec.key;
    if (!definition.is_external || after.get(key).is_external) continue;
    if (before.versions(key).feature_version == after.versions(key).feature_version) continue;
    const auto mode = options.on_version_mismatch.value_or(definition.on_version_mismatch);
    auto& list = mode == spec::OnVersionMismatch::Error ? refused : remarked;
    list.push_back(describe_mismatch(before, after, key));
  }
  if (!remarked.empty()) {
    out.warnings.push_back("external features have other versions than declared, those of the store are used: " +
                           join(remarked, ", "));
  }
  if (refused.empty()) return;
  throw Error(ErrorCode::Conflict, "external features have other versions than declared: " + join(refused, ", "),
              "bring the declarations up to date, or set on_version_mismatch = \"warn\"");
}

}  // namespace

SyncResult sync_external_features(Opened& opened, const SyncOptions& options) {
  SyncResult out;
  const auto before = opened.graph;
  const bool has_external = std::ranges::any_of(before->definitions(), &spec::FeatureDefinition::is_external);
  if (!has_external && options.selections.empty()) return out;
  const auto stored = find_definitions(opened);
  out.warnings = stored.warnings;
  Loading loading(*before, stored);
  loading.choose(options.selections);
  for (const auto& [feature, upstream] : loading.drop_incomplete()) {
    out.warnings.push_back("feature " + feature.to_string() + " was not loaded from the store: it depends on " +
                           upstream.to_string() + ", which has not been pushed");
  }
  auto after = build(*before, stored, loading.chosen());
  check_versions(*before, after, options, out);
  std::vector<std::string> unresolved;
  for (const auto& definition : after.definitions()) {
    if (definition.is_external) unresolved.push_back(definition.spec.key.to_string());
  }
  std::ranges::sort(unresolved);
  if (!unresolved.empty()) {
    out.warnings.push_back("external features that the store does not know stay as declared: " +
                           join(unresolved, ", "));
  }
  out.loaded.assign(loading.chosen().begin(), loading.chosen().end());
  opened.graph = std::make_shared<const graph::FeatureGraph>(std::move(after));
  return out;
}

}  // namespace metaxy::ops
