// SPDX-License-Identifier: Apache-2.0
// What users do with an open store: resolve, write, read, delete, ask for status and reasons.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>
#include <metaxy/progress.hpp>
#include <metaxy/spec.hpp>

namespace metaxy::store {
class Session;
}

namespace metaxy::ops {

using spec::FeatureKey;
struct RowTypes;

/// Names of the columns that metaxy adds to results of `resolve_update`.
inline constexpr std::string_view kIncrementColumn = "metaxy_increment";  ///< new, stale or orphaned
inline constexpr std::string_view kPreviousColumn = "metaxy_previous";    ///< struct: the stored record's columns
inline constexpr std::string_view kStaleByFieldColumn = "metaxy_stale_by_field";  ///< why fields are stale

/// By which rules a store is used. `compat` is the reference's behaviour wherever ours differs (docs/compat.md).
struct Rules {
  hash::Settings hash;
  bool compat = false;
  bool create_tables = true;
  std::string project;                            ///< whose project version is stamped on records
  std::optional<std::string> materialization_id;  ///< stamped on records unless a call says otherwise
  Clock clock = system_clock();
};

/// A point in time: `2026-01-31`, `2026-01-31 12:00`, with `Z` or an offset; UTC without. Throws: InvalidArgument.
Timestamp parse_time(std::string_view text);

/// SQL conditions; several are joined by AND (docs/filters.md).
using Filters = std::vector<std::string>;

struct ReadOptions {
  Filters filters = {};
  std::vector<std::string> columns = {};            ///< empty: all
  bool sample_history = false;                      ///< every record of a sample instead of its latest
  bool feature_history = false;                     ///< records of all feature versions, not only those that count now
  std::optional<std::string> feature_version = {};  ///< only this one; needs feature_history
  bool include_soft_deleted = false;
  std::optional<Timestamp> as_of = {};  ///< what was written and deleted until then
  bool fallback = true;                 ///< records of fallback stores too
  std::optional<std::uint64_t> limit = {};
  Watch watch = {};
};

struct WriteOptions {
  /// 1:N: a write holds all children of each of its parents; stored ones that it lacks are soft-deleted with it. A row
  /// in which all ids of children are NULL, the only one of its parent, says that the parent has none.
  /// Absent: yes, except under the reference's rules. Switch it off to write a parent's children in several writes.
  std::optional<bool> retire_children = {};
  std::optional<std::string> materialization_id = {};
  /// Rows are partial results: user columns that they lack, and data versions of fields whose provenance did not
  /// change, are taken over from the sample's previous record.
  bool carry_over = false;
  /// Records keep the feature and project version that the rows bring, where they bring both.
  bool keep_versions = false;
  /// Let the store convert columns to the types that the table has, where it can. For text formats.
  bool coerce = false;
  Watch watch = {};
};
struct WriteResult {
  std::uint64_t rows = 0;
  std::uint64_t retired = 0;    ///< children that were not among those written
  std::uint64_t childless = 0;  ///< parents (1:N) that were written without children
  bool table_created = false;
};

struct DeleteOptions {
  Filters filters = {};  ///< empty: every sample, allowed only with `all`
  bool all = false;
  bool hard = false;
  bool feature_history = false;  ///< hard, compatibility mode: records of every feature version, as always without it
  /// Downstream too: samples that have lost all that they were made from through a required dependency (of optional
  /// ones: through all). A group that has lost a member and keeps another is not deleted: it is stale.
  bool cascade = false;
  bool where_stored = false;  ///< features of which nothing is stored are passed over instead of refused
  bool dry_run = false;       ///< only count
  Watch watch = {};
};
struct DeletedSamples {
  FeatureKey feature;
  std::uint64_t samples = 0;
};
struct DeleteResult {
  std::uint64_t samples = 0;             ///< in all
  std::vector<DeletedSamples> features;  ///< downstream features before their upstreams; of a cascade all looked at
};

struct DropOptions {
  bool dry_run = false;  ///< only count
  Watch watch = {};
};
struct DroppedFeature {
  FeatureKey feature;
  std::uint64_t records = 0;
};
struct DropResult {
  std::vector<DroppedFeature> features;  ///< in the order given
};

struct RebaseOptions {
  std::string from;                    ///< feature version whose records are brought over
  std::optional<std::string> to = {};  ///< absent: the current one
  /// Also samples that cannot be shown to be made from what is there now.
  bool unverified = false;
  bool dry_run = false;  ///< only count
  Watch watch = {};
};
/// How many samples of the version stood in which case; the last three were left as they were.
struct RebaseResult {
  std::string to;
  std::uint64_t rebased = 0;
  std::uint64_t deleted = 0;   ///< brought over as deleted as they were
  std::uint64_t changed = 0;   ///< made from other data, or by other rules, than there are now
  std::uint64_t waiting = 0;   ///< upstream not yet at the current versions
  std::uint64_t orphaned = 0;  ///< nothing upstream to be made from
};

struct CopyOptions {
  std::vector<FeatureKey> features = {};       ///< empty: every feature of the graph that the source has
  std::map<FeatureKey, Filters> filters = {};  ///< on one feature's stored columns
  Filters global_filters = {};                 ///< on every feature's
  bool feature_history = true;                 ///< the latest record of each sample of every feature version
  bool sample_history = false;                 ///< every record of a sample instead of its latest
  /// 0: everything in one commit. Else a commit after this many of one feature, so that a copy which is stopped goes on
  /// where it was when it is done again; until then the destination has a part of the records.
  std::uint64_t records_per_commit = 0;
  Watch watch = {};
};
struct CopiedFeature {
  FeatureKey feature;
  std::uint64_t records = 0;  ///< that the destination did not have
};
struct CopyResult {
  std::uint64_t records = 0;
  std::vector<CopiedFeature> features;
};

struct ResolveOptions {
  Filters target_filters = {};                         ///< on the feature's own stored columns
  Filters global_filters = {};                         ///< on every feature involved
  std::map<FeatureKey, Filters> filters = {};          ///< on one feature's stored columns
  std::vector<std::string> staleness_predicates = {};  ///< on stored columns; a sample for which one is TRUE is stale
  /// Records as they were then, upstream and own, under the definitions of now.
  std::optional<Timestamp> as_of = {};
  bool skip_comparison = false;        ///< everything is new
  std::vector<std::string> only = {};  ///< states to give, as kIncrementColumn names them; empty: all
  /// N:1: a row for each member instead of one per group with the members' columns as lists. Absent: as the rules say.
  std::optional<bool> row_per_member = {};
  bool with_previous = false;                 ///< kPreviousColumn also for stale samples, and kStaleByFieldColumn
  bool count_waiting = false;                 ///< Increment::waiting too, for which the store may be asked again
  std::optional<arrow::Stream> samples = {};  ///< what should exist, instead of asking upstreams
  Watch watch = {};
};

/// Columns in this order: kIncrementColumn; the columns samples are matched by; user columns of the upstreams in
/// order of the dependencies; metaxy_provenance_by_field, metaxy_provenance, metaxy_data_version_by_field,
/// metaxy_data_version; kPreviousColumn; with `with_previous` also kStaleByFieldColumn: for a stale sample the reason
/// by field (`code`, `upstream`, `data`, `predicate`; NULL: the field's value can be carried over), NULL where the
/// stored row is not one (1:N). Row order is not defined.
struct Increment {
  arrow::Stream rows;
  std::optional<std::uint64_t> waiting = {};  ///< samples whose upstream is not yet at the current versions
};

/// How many samples of a feature are in which state.
struct FeatureStatus {
  FeatureKey key;
  bool is_root = false;
  bool exists = false;     ///< the feature has a table
  std::uint64_t rows = 0;  ///< live samples stored
  std::uint64_t up_to_date = 0;
  std::uint64_t new_samples = 0;
  std::uint64_t stale = 0;
  /// Upstream not yet at the current versions; of a root: its records of other versions, to be written again by users.
  std::uint64_t waiting = 0;
  std::uint64_t orphaned = 0;                 ///< 1:N: parents that are gone, however many children they have
  std::vector<FeatureKey> missing_upstreams;  ///< required upstreams without a table: counts other than rows are 0
  /// Something can be done for the feature now. False says nothing of samples that wait.
  bool needs_update() const { return new_samples + stale + orphaned > 0; }
};
struct StatusOptions {
  Filters target_filters = {};
  Filters global_filters = {};
  std::vector<std::string> staleness_predicates = {};
  Watch watch = {};
};

struct ExplainOptions {
  std::vector<std::string> staleness_predicates = {};  ///< as in ResolveOptions
  Watch watch = {};
};

/// Why one field of one sample has the version it has, and whether that is still right.
struct ExplainedParent {
  FeatureKey feature;
  spec::FieldKey field;
  std::optional<std::string> data_version;         ///< of N:1: the group's; absent: null or no record
  std::optional<std::string> group_preimage = {};  ///< N:1: bytes that the group's value is the digest of
};
struct ExplainedField {
  spec::FieldKey key;
  std::string code_version;
  std::vector<ExplainedParent> parents;
  std::optional<std::string> preimage;  ///< bytes that the expected provenance is the digest of
  std::optional<std::string> expected_provenance;
  std::optional<std::string> stored_provenance;
  std::optional<std::string> stored_data_version;
  bool stale = false;
  std::string reason;  ///< why stale or not, one sentence
};
struct ExplainedRecord {
  FeatureKey feature;
  bool optional = false;
  std::string feature_version;
  std::string record;         ///< the stored row as JSON text; empty: there is none
  std::uint64_t members = 0;  ///< N:1: of how many members this is one; only the first of many are shown
};
struct Explanation {
  FeatureKey feature;
  std::vector<std::pair<std::string, std::string>> id;
  /// Stored records of the sample. Several are children (1:N), of which one that is stale is shown, else the first.
  std::uint64_t records = 0;
  std::string state;  ///< up_to_date, new, stale, waiting, orphaned, unknown
  std::string reason;
  std::string current_feature_version;
  std::optional<std::string> stored_feature_version;
  std::optional<std::string> sample_preimage;
  std::optional<std::string> expected_provenance;
  std::optional<std::string> stored_provenance;
  std::vector<ExplainedField> fields;
  std::vector<ExplainedRecord> upstream;
};

struct PushOptions {
  std::optional<std::string> project = {};       ///< absent: that of the rules
  std::map<std::string, std::string> tags = {};  ///< kept with the definitions, for example a commit
  Watch watch = {};
};
struct PushResult {
  std::string project_version;
  bool already_pushed = false;      ///< this version of the project is the one recorded last
  std::vector<FeatureKey> updated;  ///< recorded again although it is
};

struct LockOptions {
  std::optional<std::string> exclude_project = {};  ///< whose stored definitions do not count
  std::vector<graph::Selection> selections = {};    ///< features to lock although nothing depends on them
};
/// A feature of another project as a store knows it.
struct LockedFeature {
  spec::FeatureDefinition definition;
  std::string version;
  std::map<std::string, std::string> version_by_field;
  std::string definition_version;
};

struct HistoryOptions {
  std::optional<std::string> project = {};  ///< absent: every project
  std::optional<std::uint64_t> limit = {};  ///< only the newest
};
/// What became of a thing since it was pushed before. Redefined: another definition of the same version.
enum class PushedChange { Same, Added, Changed, Redefined, Removed };
std::string_view to_string(PushedChange change);
struct PushedFeature {
  FeatureKey feature;
  PushedChange change = PushedChange::Added;
  std::optional<std::string> before;  ///< feature version in the project's push before this one
  std::optional<std::string> after;
};
/// A version of a project as it was recorded. A version that was returned to has several.
struct Push {
  std::string project;
  std::string project_version;
  Timestamp recorded_at;
  std::uint64_t features = 0;          ///< that the project had
  std::vector<PushedFeature> changes;  ///< by key, without those that stayed the same
  std::map<std::string, std::string> tags;
};
struct PushedField {
  spec::FieldKey key;
  std::optional<std::string> version;  ///< absent: the stored definitions do not tell it
  std::optional<PushedChange> change;  ///< since the version pushed before; absent: not known, or that was the first
};
/// A version of a feature, with its first push.
struct PushedVersion {
  std::string feature_version;
  Timestamp recorded_at;
  std::string project;
  std::string project_version;
  std::map<std::string, std::string> tags;
  std::vector<PushedField> fields;  ///< by key; then those that the version before had and this has not
};

struct SyncOptions {
  std::vector<graph::Selection> selections = {};  ///< features of other projects to load although nothing names them
  std::optional<spec::OnVersionMismatch> on_version_mismatch = {};  ///< absent: as each external feature says
};
struct SyncResult {
  std::vector<FeatureKey> loaded;
  std::vector<std::string> warnings;
};

/// One of several stores that are read as one.
struct NamedStore {
  std::string name;
  std::unique_ptr<store::Session> session;
};

/// A store opened for the features of a graph, used by one thread at a time. Closed by its destructor; streams
/// that it handed out must be finished before.
class MetadataStore {
 public:
  MetadataStore(std::unique_ptr<store::Session> session, std::shared_ptr<const graph::FeatureGraph> graph, Rules rules);
  /// Writes `first` and reads what it lacks, sample by sample, from the first of `fallbacks` that has it. All have the
  /// hash settings of `rules` (docs/overlay.md).
  MetadataStore(NamedStore first, std::vector<NamedStore> fallbacks, std::shared_ptr<const graph::FeatureGraph> graph,
                Rules rules);
  MetadataStore(MetadataStore&&) noexcept;
  ~MetadataStore();

  const graph::FeatureGraph& graph() const;
  const Rules& rules() const;
  /// Goes on with another graph and other rules, whose hash settings are the same. Streams that are out stay as they
  /// are.
  void use(std::shared_ptr<const graph::FeatureGraph> graph, Rules rules);
  /// For authors of bindings: the store below, to look at tables as they are.
  store::Session& session();

  /// Which samples must be computed, again, or dropped. Throws: NotFound (unknown feature, nothing written
  /// upstream), InvalidArgument (filters), SchemaMismatch (column collisions).
  Increment resolve_update(const FeatureKey& feature, ResolveOptions options = {});
  /// The statement behind resolve_update, for people.
  std::string explain_resolve(const FeatureKey& feature, ResolveOptions options = {});

  /// Appends records, atomically. Rows carry the provenance that resolve_update handed out. Throws: InvalidArgument,
  /// SchemaMismatch; nothing is written then.
  WriteResult write(const FeatureKey& feature, arrow::Stream rows, WriteOptions options = {});
  /// What the columns of rows to be written are, for readers of formats without types (project::read_rows).
  RowTypes row_types(const FeatureKey& feature);
  /// Columns in stored order: ids, user columns, system columns. Row order is not defined.
  arrow::Stream read(const FeatureKey& feature, ReadOptions options = {});
  /// Deletes samples, in one commit. Throws: InvalidArgument (no filter and not `all`), NotFound; nothing is deleted
  /// then.
  DeleteResult remove(const FeatureKey& feature, DeleteOptions options);
  DeleteResult remove(const std::vector<FeatureKey>& features, DeleteOptions options);
  /// Removes features' tables and what the store remembers of their versions, in one commit. The features need not be
  /// in the graph. Throws: NotFound when one has no table; nothing is removed then.
  DropResult drop(const std::vector<FeatureKey>& features, DropOptions options = {});
  /// Brings the latest record of each sample of another feature version over to the current (or a given) one, for
  /// changes after which the data is still right: provenance is computed again, data versions stay (in the
  /// compatibility mode they follow provenance, as in the reference), 1:N children and deleted samples stay what they
  /// are. Samples that were written or deleted since are left alone, so that doing it again does nothing. Throws:
  /// NotFound (no records of the version), InvalidArgument (fields without a value), Unsupported.
  RebaseResult rebase(const FeatureKey& feature, const RebaseOptions& options);
  /// Copies records from another store as they are, times, versions, materialization and deletions included, in one
  /// commit if `options` say no other. A record is known by its sample and its times: one that is there is not copied
  /// again. Throws: NotFound (a named feature without records), Conflict (other hash settings), SchemaMismatch; nothing
  /// is copied then.
  CopyResult copy_from(MetadataStore& source, const CopyOptions& options = {});

  /// Records the definitions of a project's features in the store, for other projects and for history.
  PushResult push(const PushOptions& options = {});
  /// What features of a project need of other projects, with all upstreams, as it was pushed last; by key. `own` need
  /// not be this store's graph. Throws: NotFound naming all that were not pushed; Conflict when a stored definition
  /// does not give the version that is stored with it.
  std::vector<LockedFeature> lock(const std::vector<spec::FeatureDefinition>& own, const LockOptions& options = {});
  /// What was pushed to this store (not to its fallbacks), newest first.
  std::vector<Push> history(const HistoryOptions& options = {});
  /// The versions of a feature, which need not be in the graph, newest first. Throws: NotFound when it never was
  /// pushed.
  std::vector<PushedVersion> history(const FeatureKey& feature, const HistoryOptions& options = {});
  /// Puts the definitions that were pushed last in the place of external features in this store's graph. Throws:
  /// Conflict (other versions than declared, where that is to be an error), InvalidSpec (a cycle, …).
  SyncResult sync_external_features(const SyncOptions& options = {});
  /// What was noticed in syncs.
  const std::vector<std::string>& warnings() const;

  /// Columns by which samples are matched with those of the upstreams; of roots the id columns.
  std::vector<std::string> sample_columns(const FeatureKey& feature) const;
  FeatureStatus status(const FeatureKey& feature, const StatusOptions& options = {});
  /// `id`: a value for every column samples are matched by, as text.
  Explanation explain(const FeatureKey& feature, const std::vector<std::pair<std::string, std::string>>& id,
                      const ExplainOptions& options = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace metaxy::ops
