// SPDX-License-Identifier: Apache-2.0
// The versioned graph of features: an immutable value made from definitions. Versions are computed once, when built.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/hash.hpp>
#include <metaxy/spec.hpp>

namespace metaxy::graph {

using spec::FeatureKey;
using spec::FieldKey;

/// How definition-level versions are made: always sha256, cut to `length` characters.
struct VersionSettings {
  hash::Format format = hash::Format::V1;
  std::size_t length = hash::kLengthV1;
};

/// A field of a feature of the graph.
struct FieldRef {
  FeatureKey feature;
  FieldKey field;
  /// `feature/key.field/key`
  std::string to_string() const;
  bool operator==(const FieldRef&) const = default;
};

/// A field with its resolved upstream fields, sorted bytewise by `to_string()`.
struct PlanField {
  FieldKey key;
  std::string code_version;
  std::vector<FieldRef> parents;
};

/// A dependency with its upstream's spec.
struct PlanDep {
  spec::FeatureDep dep;
  spec::FeatureSpec upstream;
  /// The upstream's id columns as they are called after `dep.rename`.
  std::vector<std::string> id_columns;
  /// Columns, after renaming, by which the upstream's rows belong to samples: `id_columns`, or what the lineage
  /// aggregates or expands `on` (without `on`: the feature's own id columns).
  std::vector<std::string> match_columns;
};

/// A feature with everything that resolving it needs to know about its upstreams.
struct FeaturePlan {
  spec::FeatureSpec feature;
  std::vector<PlanDep> deps;      ///< in declaration order
  std::vector<PlanField> fields;  ///< in declaration order
  /// Columns that upstreams and the feature's own records are matched by, in a fixed order.
  std::vector<std::string> join_columns;
  /// As in the definition.
  std::shared_ptr<const spec::PartPlaces> part_places = {};
};

/// Versions of one field.
struct FieldVersion {
  FieldKey key;
  std::string version;
};

/// All versions of a feature, and of its fields in declaration order.
struct FeatureVersions {
  std::string feature_version;
  std::vector<FieldVersion> fields;
  std::string code_version;
  std::string spec_version;
  std::string definition_version;
};

/// What to take from a graph: whole projects and single features together, or all.
struct Selection {
  std::vector<std::string> projects;
  std::vector<FeatureKey> keys;
  bool all = false;
};

class FeatureGraph {
 public:
  /// Validates everything and computes all versions. Throws: InvalidSpec with every fault of every definition
  /// (each with its place): cycles, duplicate features, unknown upstreams and fields, clashing table names, and
  /// what `spec::check` finds. An external definition gives way to one of the same key that is not external.
  /// Throws: InvalidArgument for versions shorter than 8 characters.
  static FeatureGraph build(std::vector<spec::FeatureDefinition> definitions, VersionSettings settings = {});

  FeatureGraph(FeatureGraph&&) noexcept;
  FeatureGraph& operator=(FeatureGraph&&) noexcept;
  ~FeatureGraph();

  std::size_t size() const;
  const VersionSettings& settings() const;
  /// In the order given to `build`.
  const std::vector<spec::FeatureDefinition>& definitions() const;
  const spec::FeatureDefinition* find(const FeatureKey& key) const;
  /// Throws: NotFound with the nearest known key.
  const spec::FeatureDefinition& get(const FeatureKey& key) const;
  /// Throws: NotFound.
  FeaturePlan plan(const FeatureKey& key) const;
  /// Throws: NotFound.
  const FeatureVersions& versions(const FeatureKey& key) const;
  /// Bytes that the field's version is the digest of. Throws: NotFound; Unsupported for a field whose version an
  /// external definition gives.
  std::string field_version_preimage(const FieldRef& field) const;
  /// Version of all non-external features of a project; `empty` without any.
  std::string project_version(std::string_view project) const;

  /// Upstreams first, depth first by key (the reference's order). Restricted to `keys` when given, but ordered by all
  /// dependencies, also those through features left out. Throws: NotFound.
  std::vector<FeatureKey> topological_order(const std::vector<FeatureKey>* keys = nullptr) const;
  /// Features that depend on any of `sources`, directly or not, in the reference's order, sources left out.
  /// Throws: NotFound.
  std::vector<FeatureKey> downstream(const std::vector<FeatureKey>& sources) const;
  /// Features that `sources` depend on, directly or not, upstreams first, sources left out. Throws: NotFound.
  std::vector<FeatureKey> upstream(const std::vector<FeatureKey>& sources) const;
  /// Keys of a selection in definition order. Throws: NotFound for unknown keys and projects; InvalidArgument for a
  /// selection of nothing.
  std::vector<FeatureKey> select(const Selection& selection) const;

 private:
  struct State;
  explicit FeatureGraph(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Definitions that exist but could not be read.
struct Unread {
  std::vector<FeatureKey> features;
  bool others = false;  ///< there may be more, of unknown keys
};

/// Adds what `FeatureGraph::build` refuses definitions for, as far as those that could be read tell: what is said about
/// an unread feature may be right.
void check(std::vector<spec::FeatureDefinition> definitions, const Unread& unread, Faults& faults);

/// A remark of the linter that does not stop anything.
struct LintWarning {
  std::string subject;
  std::string message;
  std::optional<Place> place;
};

/// Looks for what is legal but likely wrong: settings without effect and upstreams that no field reads. Filters are not
/// parsed here.
std::vector<LintWarning> lint(const FeatureGraph& graph);

}  // namespace metaxy::graph
