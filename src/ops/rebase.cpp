// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/matching.hpp"
#include "lineage/provenance.hpp"
#include "ops/childless.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

using namespace lineage;  // names of columns

constexpr const char* kCase = "__mx_case";
constexpr const char* kRebased = "rebased";
constexpr const char* kDeleted = "deleted";

rel::ExprPtr col(std::string_view name) { return rel::column(std::string(name)); }
rel::ExprPtr text(const char* value) { return rel::literal(value); }
rel::ExprPtr changed_at() { return rel::coalesce({col(kDeletedAt), col(kUpdatedAt)}); }

/// What records are brought over to.
struct Target {
  graph::FeaturePlan plan;
  graph::FeatureVersions versions;
  std::string project_version;
};

Target target_of(const Opened& opened, const graph::FeatureGraph& graph, const FeatureKey& feature) {
  return {graph.plan(feature), graph.versions(feature), graph.project_version(opened.rules.project)};
}

/// The definitions with the feature's code versions of then; only a version that comes out the same proves them right.
std::optional<Target> target_of_version(Opened& opened, const FeatureKey& feature, const std::string& version,
                                        const std::map<std::string, RecordedField>& recorded) {
  auto definitions = opened.graph->definitions();
  for (auto& definition : definitions) {
    if (!(definition.spec.key == feature)) continue;
    std::erase_if(definition.spec.fields, [&](const auto& field) { return !recorded.count(field.key.to_string()); });
    for (auto& field : definition.spec.fields) field.code_version = recorded.at(field.key.to_string()).code_version;
  }
  try {
    const auto graph = graph::FeatureGraph::build(std::move(definitions), opened.graph->settings());
    if (graph.versions(feature).feature_version != version) return std::nullopt;
    return target_of(opened, graph, feature);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::InvalidSpec) return std::nullopt;
    throw;
  }
}

Target find_target(Opened& opened, const FeatureKey& feature, const RebaseOptions& options,
                   const RecordedVersions& recorded) {
  const auto& current = opened.graph->versions(feature).feature_version;
  if (options.to.value_or(current) == current) return target_of(opened, *opened.graph, feature);
  const auto known = recorded.find(*options.to);
  if (known == recorded.end()) {
    std::vector<std::string> versions = {current};
    for (const auto& [version, fields] : recorded) versions.push_back(version);
    const auto near = did_you_mean(*options.to, versions);
    throw Error(ErrorCode::NotFound,
                "the store knows no version " + quote(*options.to) + " of feature " + feature.to_string(),
                near.empty() ? "the current one is " + current : near);
  }
  if (auto target = target_of_version(opened, feature, *options.to, known->second)) return *std::move(target);
  throw Error(ErrorCode::Unsupported,
              "version " + quote(*options.to) + " of feature " + feature.to_string() +
                  " differs from the definitions in more than code versions",
              "rebase to it with the definitions of that version");
}

void require_records(Opened& opened, const FeatureKey& feature, const Stored& stored, const std::string& version) {
  auto groups = rel::aggregate(rel::scan(stored.table, {std::string(kFeatureVersion)}), {std::string(kFeatureVersion)},
                               {{"n", rel::AggregateFunction::Count, nullptr}});
  std::vector<std::string> known;
  for (const auto& row : arrow::read_rows(opened.session->run(*groups))) {
    if (row[std::string(kFeatureVersion)].is_null()) continue;
    known.push_back(row[std::string(kFeatureVersion)].get<std::string>());
    if (known.back() == version) return;
  }
  std::sort(known.begin(), known.end());
  const auto near = did_you_mean(version, known);
  throw Error(ErrorCode::NotFound, "feature " + feature.to_string() + " has no records of version " + quote(version),
              near.empty() ? "it has records of: " + join(known, ", ") : near);
}

/// Refuses what records of the old version cannot say.
void require_fields(const Target& target, const Stored& stored, const RebaseOptions& options,
                    const std::map<std::string, RecordedField>* recorded) {
  if (!recorded && !target.plan.deps.empty() && !options.unverified) {
    throw Error(ErrorCode::Unsupported,
                "the store does not know the fields of version " + quote(options.from) +
                    ", so what its records were made from cannot be compared with what is there now",
                "ask for unverified samples too if nothing but versions changed since");
  }
  std::vector<std::string> missing;
  for (const auto& field : target.plan.fields) {
    const bool known = recorded ? recorded->count(field.key.to_string()) > 0
                                : !stored.members || contains(*stored.members, field.key.struct_key());
    if (!known) missing.push_back(field.key.to_string());
  }
  if (missing.empty()) return;
  throw Error(ErrorCode::InvalidArgument,
              "records of version " + quote(options.from) + " hold no value for " +
                  (missing.size() == 1 ? "field " : "fields ") + join(missing, ", ") + ", which " +
                  (missing.size() == 1 ? "is" : "are") + " new since",
              "compute the samples again: resolve the feature and write what it asks for");
}

/// Expected provenance under names of their own, one row per sample; kCount says of how many it was made.
struct Side {
  rel::RelPtr rows;
  std::string prefix;
  std::vector<std::pair<std::string, std::string>> on;

  rel::ExprPtr column(std::string_view name) const { return rel::column(prefix + std::string(name)); }
};
constexpr const char* kCount = "count";

Side expected_side(Opened& opened, const graph::FeaturePlan& plan, const Watch& watch, std::string prefix) {
  ResolveOptions resolve;
  resolve.row_per_member = false;
  resolve.watch = watch;
  const auto expected = expected_now(opened, plan, resolve);
  Side out{nullptr, std::move(prefix), {}};
  auto columns = rel::keep(expected.join_columns);
  const auto ready = rel::case_when({{col(kReady), rel::literal(std::int64_t{1})}}, rel::literal(std::int64_t{0}));
  for (auto name : {kProvenanceByField, kProvenance}) columns.push_back({std::string(name), col(name)});
  columns.push_back({std::string(kReady), ready});
  using rel::AggregateFunction;
  auto rows = rel::aggregate(rel::project(expected.rows, columns), expected.join_columns,
                             {{std::string(kProvenanceByField), AggregateFunction::AnyValue, col(kProvenanceByField)},
                              {std::string(kProvenance), AggregateFunction::AnyValue, col(kProvenance)},
                              {std::string(kReady), AggregateFunction::Min, col(kReady)},
                              {kCount, AggregateFunction::Count, nullptr}});
  std::vector<rel::Named> renamed;
  for (const auto& name : rel::output_columns(*rows)) renamed.push_back({out.prefix + name, rel::column(name)});
  for (const auto& name : expected.join_columns) out.on.emplace_back(name, out.prefix + name);
  out.rows = rel::project(rows, renamed);
  return out;
}

class Rebase {
 public:
  Rebase(Opened& opened, const Stored& stored, Target target, const RebaseOptions& options,
         const std::map<std::string, RecordedField>* recorded)
      : opened_(opened), stored_(stored), target_(std::move(target)), options_(options), recorded_(recorded) {
    same_fields_ = recorded_ && recorded_->size() == target_.plan.fields.size();
    add_candidates();
    if (!target_.plan.deps.empty()) add_expected();
    auto columns = rel::keep(rel::output_columns(*rows_));
    columns.push_back({kCase, case_of()});
    rows_ = rel::project(rows_, columns);
  }

  const Target& target() const { return target_; }

  RebaseResult count() const {
    RebaseResult out;
    out.to = target_.versions.feature_version;
    auto counted = rel::aggregate(rel::project(rows_, rel::keep({kCase})), {kCase},
                                  {{"n", rel::AggregateFunction::Count, nullptr}});
    const std::map<std::string, std::uint64_t*> cases = {{kRebased, &out.rebased},
                                                         {kDeleted, &out.deleted},
                                                         {"changed", &out.changed},
                                                         {"waiting", &out.waiting},
                                                         {"orphaned", &out.orphaned}};
    for (const auto& row : arrow::read_rows(opened_.session->run(*counted, {}, options_.watch))) {
      *cases.at(row[kCase].get<std::string>()) = row["n"].get<std::uint64_t>();
    }
    return out;
  }

  /// Records to append.
  rel::RelPtr records(Timestamp now) const {
    const auto rows = rel::filter(rows_, rel::in(rel::column(kCase), {kRebased, kDeleted}));
    std::map<std::string_view, rel::ExprPtr> replaced = versions();
    replaced[kFeatureVersion] = rel::literal(target_.versions.feature_version);
    replaced[kProjectVersion] = rel::literal(target_.project_version);
    replaced[kUpdatedAt] = if_rebased(timestamp_literal(now), col(kUpdatedAt));
    std::vector<rel::Named> columns;
    for (const auto& name : stored_.columns) {
      const auto at = replaced.find(name);
      columns.push_back({name, at == replaced.end() ? rel::column(name) : at->second});
    }
    return rel::project(rows, columns);
  }

 private:
  static rel::ExprPtr if_rebased(rel::ExprPtr then, rel::ExprPtr otherwise) {
    return rel::case_when({{rel::equal(rel::column(kCase), text(kRebased)), std::move(then)}}, std::move(otherwise));
  }

  /// The records of the old version that are their samples' latest of any version, but for deletions that the target
  /// has already.
  void add_candidates() {
    auto latest = [&](const Counting& counting, const std::string& prefix, const std::string& time) {
      auto read = stored_.id_columns;
      for (auto name : {kUpdatedAt, kDeletedAt}) read.emplace_back(name);
      std::vector<rel::Named> columns;
      for (const auto& id : stored_.id_columns) columns.push_back({prefix + id, rel::column(id)});
      columns.push_back({time, changed_at()});
      return rel::project(live_records(stored_, counting, {rel::keep(read), {}, true}), columns);
    };
    auto join = [&](const rel::RelPtr& right, const std::string& prefix) {
      std::vector<std::pair<std::string, std::string>> on;
      for (const auto& id : stored_.id_columns) on.emplace_back(id, prefix + id);
      rows_ = rel::join(rel::JoinKind::Left, rows_, right, on);
    };
    rows_ = live_records(stored_, {{options_.from}, false, true}, {rel::keep(stored_.columns), {}, true});
    Counting every;
    every.any = true;
    join(latest({{target_.versions.feature_version}, false, true}, "__mx_t_", "__mx_brought"), "__mx_t_");
    join(latest(every, "__mx_l_", "__mx_last"), "__mx_l_");
    const auto brought = rel::column("__mx_brought");
    const auto older = rel::binary(rel::BinaryOp::Lt, brought, changed_at());
    const auto newer = rel::binary(rel::BinaryOp::Gt, rel::column("__mx_last"), changed_at());
    rows_ = rel::filter(rows_, rel::all_of({rel::any_of({rel::is_null(brought), older}), rel::negate(newer)}));
    auto columns = stored_.columns;
    rows_ = rel::project(rows_, rel::keep(columns));
  }

  void add_expected() {
    now_ = expected_side(opened_, target_.plan, options_.watch, "__mx_e_");
    rows_ = rel::join(rel::JoinKind::Left, rows_, now_->rows, now_->on);
    if (options_.unverified) return;
    auto plan = target_.plan;
    for (auto& field : plan.fields) field.code_version = recorded_->at(field.key.to_string()).code_version;
    then_ = expected_side(opened_, plan, options_.watch, "__mx_o_");
    rows_ = rel::join(rel::JoinKind::Left, rows_, then_->rows, then_->on);
  }

  rel::ExprPtr case_of() const {
    std::vector<std::pair<rel::ExprPtr, rel::ExprPtr>> cases = {{rel::is_not_null(col(kDeletedAt)), text(kDeleted)}};
    if (now_) {
      cases.emplace_back(rel::is_null(now_->column(kReady)), text("orphaned"));
      cases.emplace_back(rel::equal(now_->column(kReady), rel::literal(std::int64_t{0})), text("waiting"));
      const auto several = rel::binary(rel::BinaryOp::Gt, now_->column(kCount), rel::literal(std::int64_t{1}));
      cases.emplace_back(several, text("changed"));
    }
    if (then_) {
      std::vector<rel::ExprPtr> differ;
      for (const auto& field : target_.plan.fields) {
        const auto before = field_value(stored_, col(kProvenanceByField), field.key);
        const auto again = rel::member(then_->column(kProvenanceByField), field.key.struct_key());
        differ.push_back(rel::binary(rel::BinaryOp::IsDistinct, before, again));
      }
      cases.emplace_back(rel::any_of(differ), text("changed"));
    }
    return rel::case_when(std::move(cases), text(kRebased));
  }

  rel::ExprPtr packed(std::string_view by_field) const {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (const auto& field : target_.plan.fields) {
      members.emplace_back(field.key.struct_key(), field_value(stored_, col(by_field), field.key));
    }
    return rel::pack(members);
  }

  /// A version of the whole sample as stored, made again when it is of other fields.
  rel::ExprPtr whole(std::string_view name, std::string_view by_field) const {
    if (same_fields_) return col(name);
    std::vector<spec::FieldKey> fields;
    for (const auto& field : target_.plan.fields) fields.push_back(field.key);
    return sample_version(fields, opened_.rules.hash,
                          [&](std::size_t i) { return field_value(stored_, col(by_field), fields[i]); });
  }

  std::map<std::string_view, rel::ExprPtr> versions() const {
    std::map<std::string_view, rel::ExprPtr> out = {
        {kProvenanceByField, packed(kProvenanceByField)},
        {kProvenance, whole(kProvenance, kProvenanceByField)},
        {kDataVersionByField, packed(kDataVersionByField)},
        {kDataVersion, whole(kDataVersion, kDataVersionByField)},
    };
    if (!now_) return out;
    auto renewed = [&](std::string_view name) {
      if (name == kProvenance) return now_->column(kProvenance);
      std::vector<std::pair<std::string, rel::ExprPtr>> members;
      for (const auto& field : target_.plan.fields) {
        const auto key = field.key.struct_key();
        members.emplace_back(key, rel::member(now_->column(kProvenanceByField), key));
      }
      return rel::pack(members);
    };
    // The reference lets data versions that are no user's follow provenance, so that everything downstream is stale.
    const auto own = rel::equal(col(kDataVersion), col(kProvenance));
    for (auto [name, from] : {std::pair{kDataVersionByField, kProvenanceByField}, {kDataVersion, kProvenance}}) {
      if (!opened_.rules.compat) continue;
      out[name] = if_rebased(rel::case_when({{own, renewed(from)}}, out[name]), out[name]);
    }
    for (auto name : {kProvenanceByField, kProvenance}) out[name] = if_rebased(renewed(name), out[name]);
    return out;
  }

  Opened& opened_;
  const Stored& stored_;
  Target target_;
  const RebaseOptions& options_;
  const std::map<std::string, RecordedField>* recorded_;
  bool same_fields_ = false;
  std::optional<Side> now_;   ///< what is expected of samples by the target's definition
  std::optional<Side> then_;  ///< and by the old code versions
  rel::RelPtr rows_;
};

}  // namespace

RebaseResult rebase(Opened& opened, const FeatureKey& feature, const RebaseOptions& options) {
  const auto& spec = opened.graph->get(feature).spec;
  RebaseResult out;
  const auto plan = [&]() -> std::vector<store::Mutation> {
    auto stored = find_stored(opened, spec, Reach::FirstStore);
    if (!stored) {
      throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string(),
                  "there is nothing to rebase");
    }
    const auto recorded = read_field_versions(*opened.session, feature);
    auto target = find_target(opened, feature, options, recorded);
    if (target.versions.feature_version == options.from) {
      throw Error(ErrorCode::InvalidArgument,
                  "version " + quote(options.from) + " of " + feature.to_string() + " would be rebased to itself",
                  "name an older version: see metaxy_feature_version of its feature history");
    }
    require_records(opened, feature, *stored, options.from);
    const auto known = recorded.find(options.from);
    const auto* fields = known == recorded.end() ? nullptr : &known->second;
    require_fields(target, *stored, options, fields);
    // Parents without children have no record to bring over: they are expanded again.
    if (const auto expansion = expansion_of(opened, opened.graph->plan(feature))) {
      stored = lineage::children_only(*stored, *expansion);
    }
    const Rebase rebase(opened, *stored, std::move(target), options, fields);
    out = rebase.count();
    if (options.dry_run || out.rebased + out.deleted == 0) return {};
    auto time = next_time(opened, stored);
    auto mutations = std::move(time.remember);
    if (!recorded.count(out.to)) {
      auto record = append_field_versions(
          *opened.session, field_version_rows(rebase.target().plan.feature, rebase.target().versions, time.now));
      for (auto& mutation : record) mutations.push_back(std::move(mutation));
    }
    mutations.push_back(store::Append{stored->table, rebase.records(time.now)});
    return mutations;
  };
  if (options.dry_run) {
    plan();
  } else {
    opened.session->commit(plan, {}, options.watch);
  }
  return out;
}

}  // namespace metaxy::ops
