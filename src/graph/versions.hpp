// SPDX-License-Identifier: Apache-2.0
// Definition-level versions in both hash formats.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/layout.hpp"

namespace metaxy::graph {

/// Versions of a feature as written, whatever its graph.
std::string code_version(const spec::FeatureSpec& spec, VersionSettings settings);
std::string spec_version(const spec::FeatureSpec& spec, VersionSettings settings);
/// `schema`: a JSON object as text, keys sorted as Python's `json.dumps` does.
std::string definition_version(const std::string& spec_version, const std::string& schema, VersionSettings settings);

/// `definitions`: keys and definition versions of a project's features that are not external.
std::string project_version(std::vector<std::pair<FeatureKey, std::string>> definitions, VersionSettings settings);

class Versioner {
 public:
  Versioner(const Layout& layout, VersionSettings settings) : layout_(layout), settings_(settings) {}

  /// Versions of all features, parallel to the layout's. Requires: no cycles, parents resolved.
  std::vector<FeatureVersions> run();

  /// Requires: `run` was called, or the versions of all parents are in `versions`.
  std::string field_preimage(Index field, const std::vector<FeatureVersions>& versions) const;

  /// The version that an external definition gives for a field; null without.
  const std::string* given_version(Index field) const;

  std::string project_version(std::string_view project, const std::vector<FeatureVersions>& versions) const;

 private:
  std::string digest(std::string_view preimage) const;
  std::string feature_version(const std::vector<FieldVersion>& fields) const;
  const std::string& parent_version(Index field, const std::vector<FeatureVersions>& versions) const;
  bool is_v0() const { return settings_.format == hash::Format::V0; }

  const Layout& layout_;
  VersionSettings settings_;
};

}  // namespace metaxy::graph
