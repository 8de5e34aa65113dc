// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <map>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"
#include "ops/evidence.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

void check_id(const graph::FeaturePlan& plan, const SampleId& id, const std::vector<std::string>& expected) {
  for (const auto& name : expected) {
    if (std::any_of(id.begin(), id.end(), [&](const auto& part) { return part.first == name; })) continue;
    throw Error(ErrorCode::InvalidArgument, "the id lacks a value for column " + quote(name),
                "samples of " + plan.feature.key.to_string() + " are matched by: " + join(expected, ", "));
  }
  auto known = expected;
  known.insert(known.end(), plan.feature.id_columns.begin(), plan.feature.id_columns.end());
  for (const auto& [name, text] : id) {
    if (lineage::contains(known, name)) continue;
    throw Error(ErrorCode::InvalidArgument, quote(name) + " is no id column of " + plan.feature.key.to_string(),
                did_you_mean(name, known));
  }
}

/// What is compared with the upstreams; of 1:N the rest of the id tells which child's record is shown.
SampleId matched(const SampleId& id, const std::vector<std::string>& columns) {
  SampleId out;
  std::ranges::copy_if(id, std::back_inserter(out),
                       [&](const auto& part) { return lineage::contains(columns, part.first); });
  return out;
}

/// Everything read for one explanation.
struct Evidence {
  graph::FeaturePlan plan;
  std::map<FeatureKey, UpstreamEvidence> upstream;
  OwnRecords stored;
  Json own;  ///< the one of them that is shown; null when there is none
  const graph::FeatureVersions& current;
  std::map<std::string, RecordedField> recorded;  ///< field versions behind the shown record
};

bool is_optional(const graph::FeaturePlan& plan, const FeatureKey& feature) {
  return std::any_of(plan.deps.begin(), plan.deps.end(),
                     [&](const auto& dep) { return dep.dep.feature == feature && dep.dep.optional; });
}

std::string reason_for(const ExplainedField& field, const Evidence& evidence, const std::string& current_version) {
  if (evidence.own.is_null()) return "there is no record of this sample yet";
  if (!field.expected_provenance) return "an upstream version it reads is not there";
  if (!field.stored_provenance) return "the stored record has no provenance for this field";
  auto recorded = evidence.recorded.find(field.key.to_string());
  const bool version_known = recorded != evidence.recorded.end();
  if (version_known && recorded->second.version != current_version) {
    return "the field's definition or that of a field it reads changed since the record was written";
  }
  if (*field.stored_provenance != *field.expected_provenance) {
    const bool grouped =
        std::ranges::any_of(field.parents, [](const auto& parent) { return parent.group_preimage.has_value(); });
    if (version_known && grouped)
      return "members of a group it reads, or data versions, changed since the record was written";
    return version_known ? "the data version of a field it reads changed since the record was written"
                         : "its code version, its parents or their data versions changed since the record was written";
  }
  return "its code version and the data versions it reads are those that the record was made from";
}

/// What the field should be.
ExplainedField expected_field(const Opened& opened, const Evidence& evidence, const graph::PlanField& field) {
  const auto& settings = opened.rules.hash;
  ExplainedField out{field.key, field.code_version, {}, {}, {}, {}, {}, false, {}};
  for (const auto& parent : field.parents) {
    const auto& upstream = evidence.upstream.at(parent.feature);
    out.parents.push_back({parent.feature, parent.field, upstream.values.at(parent.field), {}});
    const auto group = upstream.group_preimages.find(parent.field);
    if (group != upstream.group_preimages.end()) out.parents.back().group_preimage = group->second;
  }
  auto value = [&](std::size_t i) -> std::optional<std::string> {
    const auto& parent = out.parents[i];
    const bool blank = settings.format == hash::Format::V0 && is_optional(evidence.plan, parent.feature);
    return !parent.data_version && blank ? std::optional<std::string>("") : parent.data_version;
  };
  out.preimage = lineage::preimage_bytes(lineage::field_preimage(field, settings.format), settings.format, value);
  if (out.preimage) out.expected_provenance = hash::digest(settings, *out.preimage);
  return out;
}

/// What the shown record has.
void compare_field(ExplainedField& out, const Evidence& evidence, const std::string& current_version) {
  out.stored_provenance = member_of(evidence.own, lineage::kProvenanceByField, out.key);
  out.stored_data_version = member_of(evidence.own, lineage::kDataVersionByField, out.key);
  out.reason = reason_for(out, evidence, current_version);
  auto recorded = evidence.recorded.find(out.key.to_string());
  const bool other_version = recorded != evidence.recorded.end() && recorded->second.version != current_version;
  out.stale = !evidence.own.is_null() && (other_version || out.stored_provenance != out.expected_provenance);
}

/// Of children the first that is not what it should be.
Json shown_record(const std::vector<Json>& records, const std::vector<ExplainedField>& expected) {
  for (const auto& record : records) {
    for (const auto& field : expected) {
      if (member_of(record, lineage::kProvenanceByField, field.key) != field.expected_provenance) return record;
    }
  }
  return records.empty() ? Json(nullptr) : records.front();
}

/// What a staleness predicate makes stale is stale in every field.
void add_predicate(std::vector<ExplainedField>& fields) {
  for (auto& field : fields) {
    if (field.stale) continue;
    field.stale = true;
    field.reason = "a staleness predicate holds for the record; " + field.reason;
  }
}

std::string reason_for_state(const std::string& state, const Evidence& evidence,
                             const std::vector<ExplainedField>& fields) {
  if (state == lineage::kStateNew) return "upstream records exist and the sample has no record";
  if (state == lineage::kStateOrphaned)
    return "the sample has a record but no upstream records stand behind it any more";
  if (state == lineage::kStateWaiting) return "an upstream has not yet been brought to the current version";
  if (state == lineage::kStateUpToDate) {
    return evidence.stored.childless ? "what its upstreams have now expands to nothing"
                                     : "the record was made from what its upstreams have now";
  }
  if (state != lineage::kStateStale)
    return "neither the feature nor its upstreams have such a sample, or filters leave it out";
  std::vector<std::string> stale;
  for (const auto& field : fields) {
    if (field.stale) stale.push_back(field.key.to_string());
  }
  return stale.empty() ? "the record was written under another version of the feature"
                       : "these fields must be recomputed: " + join(stale, ", ");
}

struct State {
  std::string name;
  bool predicate_holds = false;  ///< for a record of a stale sample
};

State find_state(Opened& opened, const FeatureKey& feature, const SampleId& id, const ExplainOptions& options) {
  ResolveOptions resolve;
  resolve.row_per_member = false;
  resolve.staleness_predicates = options.staleness_predicates;
  auto comparison = make_comparison(opened, feature, resolve, id);
  auto rows = arrow::read_rows(
      opened.session->run(*lineage::sample_states(comparison.expected, comparison.own), {}, options.watch));
  State out{rows.empty() ? "unknown" : rows.front()["state"].get<std::string>(), false};
  if (out.name != lineage::kStateStale || comparison.own->staleness.empty()) return out;
  const auto& own = *comparison.own;
  auto filters = own.filters;
  filters.push_back(rel::any_of(own.staleness));
  const auto met = lineage::live_records(own.stored, own.counting, {rel::keep(own.stored.id_columns), filters});
  out.predicate_holds = count_rows(*opened.session, met, options.watch) > 0;
  return out;
}

void add_stored(Explanation& out, const Evidence& evidence) {
  out.records = evidence.stored.childless ? 0 : evidence.stored.records.size();
  if (evidence.own.is_null()) return;
  out.stored_feature_version = text_of(evidence.own, lineage::kFeatureVersion);
  out.stored_provenance = text_of(evidence.own, lineage::kProvenance);
}

/// `current`: the record is of the current version in every field.
void explain_root(Explanation& out, const Evidence& evidence, bool current) {
  out.state = "unknown";
  out.reason = "there is no record of this sample";
  if (evidence.own.is_null()) return;
  out.state = std::string(current ? lineage::kStateUpToDate : lineage::kStateWaiting);
  out.reason = current ? "records of a root feature are written by its users and are never stale"
                       : "the record is of another version of this root feature: its users are to write it again";
  for (const auto& field : evidence.plan.fields) {
    ExplainedField explained{
        field.key, field.code_version, {}, {}, {}, {}, {}, false, "given by whoever wrote the record"};
    explained.stored_provenance = member_of(evidence.own, lineage::kProvenanceByField, field.key);
    explained.stored_data_version = member_of(evidence.own, lineage::kDataVersionByField, field.key);
    out.fields.push_back(std::move(explained));
  }
}

void add_upstreams(Explanation& out, Opened& opened, Evidence& evidence, const SampleId& sample) {
  const auto matching = lineage::match_upstreams(evidence.plan, opened.rules.compat);
  for (std::size_t i = 0; i < evidence.plan.deps.size(); ++i) {
    const auto& dep = evidence.plan.deps[i].dep;
    auto found = find_evidence(opened, evidence.plan, i, matching.keys[i], sample);
    if (found.records.empty()) out.upstream.push_back({dep.feature, dep.optional, "", "", 0});
    const bool grouped = std::holds_alternative<spec::Aggregation>(dep.lineage);
    for (const auto& record : found.records) {
      const auto version = text_of(record, lineage::kFeatureVersion).value_or("");
      out.upstream.push_back({dep.feature, dep.optional, version, dump_compact(record), grouped ? found.count : 0});
    }
    evidence.upstream.emplace(dep.feature, std::move(found));
  }
}

void add_sample_version(Explanation& out, const Evidence& evidence, const hash::Settings& settings) {
  std::vector<spec::FieldKey> keys;
  for (const auto& field : evidence.plan.fields) keys.push_back(field.key);
  if (settings.format == hash::Format::V1 && keys.size() == 1) {
    out.expected_provenance = out.fields[0].expected_provenance;
    return;
  }
  auto value = [&](std::size_t i) { return out.fields[i].expected_provenance; };
  out.sample_preimage =
      lineage::preimage_bytes(lineage::sample_preimage(keys, settings.format), settings.format, value);
  if (out.sample_preimage) out.expected_provenance = hash::digest(settings, *out.sample_preimage);
}

}  // namespace

Explanation explain(Opened& opened, const FeatureKey& feature, const SampleId& id, const ExplainOptions& options) {
  Evidence evidence{opened.graph->plan(feature), {}, {}, nullptr, opened.graph->versions(feature), {}};
  const auto columns = sample_columns(opened, feature);
  check_id(evidence.plan, id, columns);
  Explanation out{feature, id, 0, {}, {}, evidence.current.feature_version, {}, {}, {}, {}, {}, {}};
  evidence.stored = find_records(opened, evidence.plan, id);
  if (evidence.plan.deps.empty()) {
    evidence.own = shown_record(evidence.stored.records, {});
    add_stored(out, evidence);
    explain_root(out, evidence,
                 out.stored_feature_version &&
                     lineage::contains(counting_every_field(opened, feature).versions, *out.stored_feature_version));
    return out;
  }
  const auto sample = matched(id, columns);
  const auto state = find_state(opened, feature, sample, options);
  const bool no_such_child = sample.size() < id.size() && evidence.stored.records.empty();
  const bool made = state.name != lineage::kStateNew && state.name != lineage::kStateWaiting;
  out.state = no_such_child && made ? "unknown" : state.name;
  add_upstreams(out, opened, evidence, sample);
  for (const auto& field : evidence.plan.fields) out.fields.push_back(expected_field(opened, evidence, field));
  evidence.own = shown_record(evidence.stored.records, out.fields);
  add_stored(out, evidence);
  if (out.stored_feature_version) {
    auto recorded = find_field_versions(opened, feature);
    if (auto found = recorded.find(*out.stored_feature_version); found != recorded.end()) {
      evidence.recorded = found->second;
    }
  }
  for (std::size_t i = 0; i < out.fields.size(); ++i) {
    compare_field(out.fields[i], evidence, evidence.current.fields[i].version);
  }
  if (state.predicate_holds) add_predicate(out.fields);
  add_sample_version(out, evidence, opened.rules.hash);
  out.reason = reason_for_state(out.state, evidence, out.fields);
  return out;
}

}  // namespace metaxy::ops
