// SPDX-License-Identifier: Apache-2.0
// A picture of a feature graph as data, and its texts. Pure: same input, same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>

namespace metaxy::cli {

struct ViewField {
  std::string key;
  std::string version;
  std::string code_version;
};

struct ViewNode {
  std::string key;
  std::string project;
  std::string version;
  std::string code_version;
  bool root = false;
  bool external = false;
  std::vector<ViewField> fields;
  std::vector<std::string> deps;  ///< also those outside of the picture
};

struct GraphView {
  std::optional<std::string> project_version;
  std::vector<ViewNode> nodes;  ///< upstreams first
};

struct ViewStyle {
  bool fields = true;
  bool feature_versions = true;
  bool field_versions = true;
  bool code_versions = false;
  bool project_version = true;
  bool projects = true;
  std::size_t hash_length = 8;  ///< 0: whole
  std::string direction = "TB";
  std::string title = "Feature Graph";
};

/// A feature with those around it: so many steps up and down, all without a number.
struct Focus {
  spec::FeatureKey feature;
  std::optional<std::uint64_t> up;
  std::optional<std::uint64_t> down;
};

/// The focus and its surroundings, upstreams first.
std::vector<spec::FeatureKey> around(const graph::FeatureGraph& graph, const Focus& focus);
/// Requires: `keys` are of the graph. They are put into its order.
GraphView make_view(const graph::FeatureGraph& graph, const std::vector<spec::FeatureKey>& keys,
                    const std::optional<std::string>& project);

std::string render_terminal(const GraphView& view, const ViewStyle& style);
std::string render_mermaid(const GraphView& view, const ViewStyle& style);
std::string render_graphviz(const GraphView& view, const ViewStyle& style);

/// A version as the style shows it.
std::string shown_version(const std::string& version, const ViewStyle& style);

}  // namespace metaxy::cli
