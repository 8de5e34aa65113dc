// SPDX-License-Identifier: Apache-2.0
#include "cli/graph_view.hpp"

#include <map>
#include <set>

namespace metaxy::cli {

namespace {

using spec::FeatureKey;
using Edges = std::map<FeatureKey, std::vector<FeatureKey>>;

void walk(const Edges& edges, const FeatureKey& from, std::optional<std::uint64_t> steps, std::set<FeatureKey>& out) {
  std::vector<FeatureKey> frontier = {from};
  std::set<FeatureKey> seen = {from};
  for (std::uint64_t step = 0; (!steps || step < *steps) && !frontier.empty(); ++step) {
    std::vector<FeatureKey> next;
    for (const FeatureKey& key : frontier) {
      const auto found = edges.find(key);
      if (found == edges.end()) continue;
      for (const FeatureKey& other : found->second)
        if (seen.insert(other).second) next.push_back(other);
    }
    frontier = std::move(next);
  }
  out.merge(seen);
}

}  // namespace

std::vector<FeatureKey> around(const graph::FeatureGraph& graph, const Focus& focus) {
  Edges up;
  Edges down;
  for (const spec::FeatureDefinition& definition : graph.definitions()) {
    for (const spec::FeatureDep& dep : definition.spec.deps) {
      up[definition.spec.key].push_back(dep.feature);
      down[dep.feature].push_back(definition.spec.key);
    }
  }
  std::set<FeatureKey> keys;
  walk(up, focus.feature, focus.up, keys);
  walk(down, focus.feature, focus.down, keys);
  const std::vector<FeatureKey> list(keys.begin(), keys.end());
  return graph.topological_order(&list);
}

GraphView make_view(const graph::FeatureGraph& graph, const std::vector<FeatureKey>& keys,
                    const std::optional<std::string>& project) {
  GraphView view;
  if (project) view.project_version = graph.project_version(*project);
  for (const FeatureKey& key : graph.topological_order(&keys)) {
    const spec::FeatureDefinition& definition = graph.get(key);
    const graph::FeatureVersions& versions = graph.versions(key);
    ViewNode node;
    node.key = key.to_string();
    node.project = definition.project;
    node.version = versions.feature_version;
    node.code_version = versions.code_version;
    node.root = definition.spec.deps.empty();
    node.external = definition.is_external;
    for (std::size_t i = 0; i < definition.spec.fields.size(); ++i)
      node.fields.push_back({definition.spec.fields[i].key.to_string(), versions.fields.at(i).version,
                             definition.spec.fields[i].code_version});
    for (const spec::FeatureDep& dep : definition.spec.deps) node.deps.push_back(dep.feature.to_string());
    view.nodes.push_back(std::move(node));
  }
  return view;
}

std::string shown_version(const std::string& version, const ViewStyle& style) {
  return style.hash_length == 0 ? version : version.substr(0, style.hash_length);
}

}  // namespace metaxy::cli
