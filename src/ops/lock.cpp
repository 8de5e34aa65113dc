// SPDX-License-Identifier: Apache-2.0
#include "ops/lock.hpp"

#include <algorithm>
#include <set>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "ops/definitions.hpp"

namespace metaxy::ops {

namespace {

using Definitions = std::map<FeatureKey, spec::FeatureDefinition>;

/// What a project defines itself, by key.
Definitions defined_here(const std::vector<spec::FeatureDefinition>& own) {
  Definitions out;
  for (const auto& definition : own) {
    if (!definition.is_external) out.emplace(definition.spec.key, definition);
  }
  return out;
}

std::set<FeatureKey> wanted(const Definitions& own, const StoredDefinitions& stored,
                            const std::vector<graph::Selection>& selections) {
  std::set<FeatureKey> out;
  for (const auto& [unused, definition] : own) {
    for (const auto& dep : definition.spec.deps) out.insert(dep.feature);
  }
  for (const auto& selection : selections) {
    out.insert(selection.keys.begin(), selection.keys.end());
    for (const auto& [key, definition] : stored.latest) {
      const auto& projects = selection.projects;
      if (selection.all || std::ranges::find(projects, definition.project) != projects.end()) out.insert(key);
    }
  }
  return out;
}

/// The stored definitions of `keys` with all that they depend on and that is not defined here.
Definitions with_upstreams(const std::set<FeatureKey>& keys, const StoredDefinitions& stored, const Definitions& own) {
  Definitions out;
  std::set<std::string> missing;
  std::vector<FeatureKey> waiting(keys.begin(), keys.end());
  while (!waiting.empty()) {
    const auto key = waiting.back();
    waiting.pop_back();
    if (out.contains(key) || own.contains(key)) continue;
    const auto found = stored.latest.find(key);
    if (found == stored.latest.end()) {
      missing.insert(key.to_string());
      continue;
    }
    out.emplace(key, found->second);
    for (const auto& dep : found->second.spec.deps) waiting.push_back(dep.feature);
  }
  if (missing.empty()) return out;
  throw Error(ErrorCode::NotFound,
              "the store does not know these features: " + join({missing.begin(), missing.end()}, ", "),
              "run `mx push` in the projects that define them");
}

/// What of the project's own features the locked ones depend on; most often nothing.
void add_own_upstreams(Definitions& definitions, const Definitions& own) {
  std::vector<FeatureKey> waiting;
  for (const auto& [key, unused] : definitions) waiting.push_back(key);
  while (!waiting.empty()) {
    const auto definition = definitions.at(waiting.back());
    waiting.pop_back();
    for (const auto& dep : definition.spec.deps) {
      const auto found = own.find(dep.feature);
      if (found != own.end() && definitions.emplace(*found).second) waiting.push_back(dep.feature);
    }
  }
}

graph::FeatureGraph graph_of(const Definitions& definitions, graph::VersionSettings settings) {
  std::vector<spec::FeatureDefinition> all;
  for (const auto& [unused, definition] : definitions) all.push_back(definition);
  try {
    return graph::FeatureGraph::build(std::move(all), settings);
  } catch (Error& error) {
    error.note("with the definitions that the store keeps");
    throw;
  }
}

LockedFeature locked(const graph::FeatureGraph& graph, const spec::FeatureDefinition& definition,
                     const DefinitionVersions& stored) {
  const auto& versions = graph.versions(definition.spec.key);
  if (versions.feature_version != stored.feature_version) {
    throw Error(ErrorCode::Conflict,
                "feature " + definition.spec.key.to_string() + " is stored with version " + stored.feature_version +
                    ", but its stored definition gives " + versions.feature_version,
                "push project " + definition.project + " again");
  }
  LockedFeature out{definition, versions.feature_version, {}, stored.definition_version};
  for (const auto& field : versions.fields) out.version_by_field[field.key.to_string()] = field.version;
  return out;
}

}  // namespace

std::vector<LockedFeature> lock(store::Session& session, graph::VersionSettings settings,
                                const std::vector<spec::FeatureDefinition>& own, const LockOptions& options) {
  const auto stored = read_definitions(session, {.exclude_project = options.exclude_project});
  const auto here = defined_here(own);
  const auto found = with_upstreams(wanted(here, stored, options.selections), stored, here);
  auto needed = found;
  add_own_upstreams(needed, here);
  const auto graph = graph_of(needed, settings);
  std::vector<LockedFeature> out;
  for (const auto& [key, definition] : found) out.push_back(locked(graph, definition, stored.versions.at(key)));
  return out;
}

}  // namespace metaxy::ops
