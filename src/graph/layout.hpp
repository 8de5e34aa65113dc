// SPDX-License-Identifier: Apache-2.0
// Definitions with numbers instead of keys: what every computation over the graph walks on.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <metaxy/graph.hpp>

namespace metaxy::graph {

using Index = std::uint32_t;
inline constexpr Index kUnknown = std::numeric_limits<Index>::max();

struct FieldNode {
  Index feature = 0;
  std::string name;            ///< `feature/key.field/key`
  std::vector<Index> parents;  ///< fields, sorted bytewise by name
};

struct FeatureNode {
  std::string key;
  Index first_field = 0;          ///< its fields follow each other in declaration order
  std::vector<Index> deps;        ///< one per dep in declaration order; kUnknown when there is no such feature
  std::vector<Index> dependents;  ///< in definition order
};

struct Layout {
  std::vector<spec::FeatureDefinition> definitions;
  std::vector<FeatureNode> features;  ///< parallel to `definitions`
  std::vector<FieldNode> fields;
  std::vector<Index> by_name;  ///< features sorted bytewise by key
  std::unordered_map<std::string, Index> feature_index;
  std::unordered_map<std::string, Index> field_index;

  const spec::FeatureSpec& spec(Index feature) const { return definitions[feature].spec; }
  Index find(const FeatureKey& key) const;
  /// A field of a feature; kUnknown when it has none of that key.
  Index find_field(Index feature, const FieldKey& key) const;
  const FieldKey& field_key(Index field) const;
  Index field_end(Index feature) const {
    return features[feature].first_field + static_cast<Index>(spec(feature).fields.size());
  }
};

/// Numbers and links the definitions. An external definition gives way to one that is not external. Adds duplicate
/// features, clashing table names and upstreams that are neither known nor unread to `faults`. Parents are not resolved
/// yet.
Layout make_layout(std::vector<spec::FeatureDefinition> definitions, const Unread& unread, Faults& faults);

/// Adds a fault for every group of features that depend on each other, showing one cycle of each.
void find_cycles(const Layout& layout, Faults& faults);

/// Resolves the parents of all fields; adds unknown fields and fields without parents.
void resolve_parents(Layout& layout, Faults& faults);

/// Adds what is wrong with the columns that deps rename, select and match by, as far as upstreams tell.
void check_columns(const Layout& layout, Faults& faults);

/// `feature video/crop`, and with a dep or field behind it.
std::string subject_of(const FeatureNode& feature);

}  // namespace metaxy::graph
