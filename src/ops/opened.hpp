// SPDX-License-Identifier: Apache-2.0
// An open store together with the graph and the rules: what every operation works on.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "lineage/increment.hpp"
#include "ops/store_settings.hpp"
#include "store/overlay.hpp"

namespace metaxy::ops {

struct Opened {
  std::unique_ptr<store::Session> session;
  std::shared_ptr<const graph::FeatureGraph> graph;
  Rules rules;
  /// `session`, when there are fallback stores; null otherwise.
  store::OverlaySession* overlay = nullptr;
  /// By store: since when only metaxy of this kind, which keeps ids unique within a write, writes it; see find_stored.
  std::map<std::size_t, std::optional<Timestamp>> ours_since = {};
  /// The store's settings were seen to be these rules'; they never change.
  bool settings_agree = false;
};

/// Stores that are read: the first and its fallbacks.
std::size_t store_count(const Opened& opened);
std::string store_name(const Opened& opened, std::size_t store);
/// Runs `work` on the session of one of them.
template <class Work>
auto in_store(Opened& opened, std::size_t store, Work work) {
  if (store == 0) return work(*opened.session);
  return store::in_fallback(opened.overlay->name(store), [&] { return work(opened.overlay->at(store)); });
}

enum class Reach { Everywhere, FirstStore };
/// A feature's tables; absent when nothing was written. Throws: SchemaMismatch when stores differ in a column's type.
std::optional<lineage::Stored> find_stored(Opened& opened, const spec::FeatureSpec& spec,
                                           Reach reach = Reach::Everywhere);
/// Columns of a table in all stores.
std::optional<store::TableSchema> find_schema(Opened& opened, const std::string& table);
/// What any of the stores recorded.
RecordedVersions find_field_versions(Opened& opened, const FeatureKey& feature);

/// How many rows a relation gives.
std::uint64_t count_rows(store::Session& session, rel::RelPtr rows, const Watch& watch = {});

/// When a table's records were written and deleted, in microseconds; absent for an empty table.
struct Times {
  std::optional<std::int64_t> first_written;
  std::optional<std::int64_t> last_written;
  std::optional<std::int64_t> last_deleted;
  std::uint64_t records = 0;
};
/// Databases answer this from statistics, without reading the records.
Times read_times(store::Session& session, const std::string& table);

/// Leaves only what was there at a time.
void leave_until(lineage::Stored& stored, Timestamp time);
/// The same for a time that users give. Throws: InvalidArgument for a time later than the clock and every write.
void look_back(Opened& opened, lineage::Stored& stored, Timestamp as_of);

/// Records that count when the given fields are needed at their current versions; no fields: any version.
lineage::Counting counting(Opened& opened, const FeatureKey& feature, const std::set<spec::FieldKey>& needed);
/// Records of which every field is at its current version.
lineage::Counting counting_every_field(Opened& opened, const FeatureKey& feature);
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
                    const std::vector<std::pair<std::string, std::string>>& id, const ExplainOptions& options);

}  // namespace metaxy::ops
