// SPDX-License-Identifier: Apache-2.0
// An open store together with the graph and the rules: what every operation works on.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "lineage/increment.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

struct Opened {
  std::unique_ptr<store::Session> session;
  std::shared_ptr<const graph::FeatureGraph> graph;
  Rules rules;
  /// Since when only metaxy of this kind, which keeps ids unique within a write, writes the store; see find_stored.
  std::optional<Timestamp> ours_since;
  /// The store's settings were seen to be these rules'; they never change.
  bool settings_agree = false;
};

/// A feature's table; absent when nothing was written.
std::optional<lineage::Stored> find_stored(Opened& opened, const spec::FeatureSpec& spec);

/// Leaves only what was there at a time. Throws: InvalidArgument for a time to come.
void look_back(const Opened& opened, lineage::Stored& stored, Timestamp as_of);

/// Records that count when the given fields are needed at their current versions; no fields: any version.
lineage::Counting counting(Opened& opened, const FeatureKey& feature, const std::set<spec::FieldKey>& needed);
/// Records of the feature's current version.
lineage::Counting counting_current(Opened& opened, const FeatureKey& feature);

/// Records that one sees at all: every version's, in the compatibility mode only the current one's.
lineage::Counting counting_visible(Opened& opened, const FeatureKey& feature);

/// Parses filters; `where` names them in messages. Throws: InvalidArgument with the position.
std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const std::string& where);
/// Parses and refuses columns that the table lacks.
std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const lineage::Stored& stored,
                                        const std::string& where);

/// A time later than every write of the store, so that what is written now is the latest and no two writes tie.
/// Requires: nobody else writes the store until this is used (Session::commit with a plan).
struct WriteTime {
  Timestamp now;
  std::vector<store::Mutation> remember;  ///< part of the commit, so that later writes know
};
WriteTime next_time(Opened& opened, const std::optional<lineage::Stored>& stored);
/// The same for a commit that writes several tables, or brings records of times until `known`.
WriteTime next_time_for(Opened& opened, const std::vector<std::string>& tables, std::optional<Timestamp> known = {});

/// When anything of these tables was last written or deleted; absent when they are empty.
std::optional<Timestamp> last_time(Opened& opened, const std::vector<std::string>& tables);

/// What is expected of a feature and what is stored: the two sides of a comparison.
struct Comparison {
  graph::FeaturePlan plan;
  lineage::Expected expected;
  std::optional<lineage::Own> own;
  store::Inputs inputs;
};
/// `id`: only this sample, as text by join column. Throws as MetadataStore::resolve_update does.
Comparison make_comparison(Opened& opened, const FeatureKey& feature, ResolveOptions& options,
                           const std::vector<std::pair<std::string, std::string>>& id = {});

/// One dependency's records; `keys`: by what it is joined, `id`: only what belongs to this sample.
lineage::Upstream find_upstream(Opened& opened, const graph::FeaturePlan& plan, const graph::PlanDep& dep,
                                const std::vector<std::string>& keys, const ResolveOptions& options,
                                const std::vector<std::pair<std::string, std::string>>& id);

/// What a plan expects of the records that are there, whatever the feature's own records are.
lineage::Expected expected_now(Opened& opened, const graph::FeaturePlan& plan, const ResolveOptions& options);

/// Columns that tell the samples of a feature apart when they are compared with its upstreams.
std::vector<std::string> sample_columns(const Opened& opened, const FeatureKey& feature);

/// Conditions that a column, whatever its type, reads as this text.
rel::ExprPtr reads_as(const std::string& column, const std::string& text);

Increment resolve_update(Opened& opened, const FeatureKey& feature, ResolveOptions options);
std::string explain_resolve(Opened& opened, const FeatureKey& feature, ResolveOptions options);
WriteResult write(Opened& opened, const FeatureKey& feature, arrow::Stream rows, const WriteOptions& options);
arrow::Stream read(Opened& opened, const FeatureKey& feature, const ReadOptions& options);
DeleteResult remove(Opened& opened, const std::vector<FeatureKey>& features, const DeleteOptions& options);
DropResult drop(Opened& opened, const std::vector<FeatureKey>& features, const DropOptions& options);
RebaseResult rebase(Opened& opened, const FeatureKey& feature, const RebaseOptions& options);
CopyResult copy(Opened& source, Opened& destination, const CopyOptions& options);
FeatureStatus status(Opened& opened, const FeatureKey& feature, const StatusOptions& options);
Explanation explain(Opened& opened, const FeatureKey& feature,
                    const std::vector<std::pair<std::string, std::string>>& id);

}  // namespace metaxy::ops
