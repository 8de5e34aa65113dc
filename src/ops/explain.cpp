// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

using Id = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> text_of(const Json& row, std::string_view name) {
  auto found = row.find(std::string(name));
  if (found == row.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

std::optional<std::string> member_of(const Json& row, std::string_view column, const spec::FieldKey& field) {
  auto found = row.find(std::string(column));
  if (found == row.end() || !found->is_object()) return std::nullopt;
  return text_of(*found, field.struct_key());
}

/// The latest live record of a sample, of whatever version; null when there is none.
Json find_record(Opened& opened, const spec::FeatureSpec& spec, const Id& id) {
  auto stored = find_stored(opened, spec);
  if (!stored) return nullptr;
  const auto visible = counting_visible(opened, spec.key);
  std::vector<rel::ExprPtr> conditions;
  for (const auto& [column, text] : id) conditions.push_back(reads_as(column, text));
  auto rows = rel::filter(lineage::live_records(*stored, visible, stored->columns), rel::all_of(conditions));
  auto found = arrow::read_rows(opened.session->run(*rel::order(rows, {}, 1)));
  return found.empty() ? Json(nullptr) : found.front();
}

void check_id(const graph::FeaturePlan& plan, const Id& id, const std::vector<std::string>& expected) {
  for (const auto& name : expected) {
    if (std::any_of(id.begin(), id.end(), [&](const auto& part) { return part.first == name; })) continue;
    throw Error(ErrorCode::InvalidArgument, "the id lacks a value for column " + quote(name),
                "samples of " + plan.feature.key.to_string() + " are matched by: " + join(expected, ", "));
  }
  for (const auto& [name, text] : id) {
    if (lineage::contains(expected, name)) continue;
    throw Error(ErrorCode::InvalidArgument, quote(name) + " is no id column of " + plan.feature.key.to_string(),
                did_you_mean(name, expected));
  }
}

Id stored_id(const spec::FeatureDep& dep, const Id& id) {
  Id out;
  for (const auto& [name, text] : id) {
    auto stored = name;
    for (const auto& [from, to] : dep.rename.value_or(std::map<std::string, std::string>{})) {
      if (to == name) stored = from;
    }
    out.emplace_back(stored, text);
  }
  return out;
}

/// Everything read for one explanation.
struct Evidence {
  graph::FeaturePlan plan;
  std::map<FeatureKey, Json> upstream;
  Json own;
  const graph::FeatureVersions& current;
  std::map<std::string, RecordedField> recorded;  ///< field versions behind the stored record
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
    return version_known ? "the data version of a field it reads changed since the record was written"
                         : "its code version, its parents or their data versions changed since the record was written";
  }
  return "its code version and the data versions it reads are those that the record was made from";
}

ExplainedField explain_field(const Opened& opened, const Evidence& evidence, const graph::PlanField& field,
                             const std::string& current_version) {
  const auto& settings = opened.rules.hash;
  ExplainedField out{field.key, field.code_version, {}, {}, {}, {}, {}, false, {}};
  for (const auto& parent : field.parents) {
    out.parents.push_back(
        {parent.feature, parent.field,
         member_of(evidence.upstream.at(parent.feature), lineage::kDataVersionByField, parent.field)});
  }
  auto value = [&](std::size_t i) -> std::optional<std::string> {
    const auto& parent = out.parents[i];
    const bool blank = settings.format == hash::Format::V0 && is_optional(evidence.plan, parent.feature);
    return !parent.data_version && blank ? std::optional<std::string>("") : parent.data_version;
  };
  out.preimage = lineage::preimage_bytes(lineage::field_preimage(field, settings.format), settings.format, value);
  if (out.preimage) out.expected_provenance = hash::digest(settings, *out.preimage);
  out.stored_provenance = member_of(evidence.own, lineage::kProvenanceByField, field.key);
  out.stored_data_version = member_of(evidence.own, lineage::kDataVersionByField, field.key);
  out.reason = reason_for(out, evidence, current_version);
  auto recorded = evidence.recorded.find(field.key.to_string());
  const bool other_version = recorded != evidence.recorded.end() && recorded->second.version != current_version;
  out.stale = !evidence.own.is_null() && (other_version || out.stored_provenance != out.expected_provenance);
  return out;
}

std::string reason_for_state(const std::string& state, const std::vector<ExplainedField>& fields) {
  if (state == lineage::kStateNew) return "upstream records exist and the sample has no record";
  if (state == lineage::kStateOrphaned)
    return "the sample has a record but no upstream records stand behind it any more";
  if (state == lineage::kStateWaiting) return "an upstream has not yet been brought to the current version";
  if (state == lineage::kStateUpToDate) return "the record was made from what its upstreams have now";
  if (state != lineage::kStateStale)
    return "neither the feature nor its upstreams have such a sample, or filters leave it out";
  std::vector<std::string> stale;
  for (const auto& field : fields) {
    if (field.stale) stale.push_back(field.key.to_string());
  }
  return stale.empty() ? "the record was written under another version of the feature"
                       : "these fields must be recomputed: " + join(stale, ", ");
}

std::string find_state(Opened& opened, const FeatureKey& feature, const Id& id) {
  ResolveOptions options;
  options.row_per_member = false;
  auto comparison = make_comparison(opened, feature, options, id);
  auto rows = arrow::read_rows(opened.session->run(*lineage::sample_states(comparison.expected, comparison.own)));
  return rows.empty() ? "unknown" : rows.front()["state"].get<std::string>();
}

Explanation explain_root(const FeatureKey& feature, const Evidence& evidence, const Id& id) {
  Explanation out{
      feature, id, "unknown", "there is no record of this sample", evidence.current.feature_version, {}, {}, {},
      {},      {}, {}};
  if (evidence.own.is_null()) return out;
  out.state = std::string(lineage::kStateUpToDate);
  out.reason = "records of a root feature are written by its users and are never stale";
  out.stored_feature_version = text_of(evidence.own, lineage::kFeatureVersion);
  out.stored_provenance = text_of(evidence.own, lineage::kProvenance);
  for (const auto& field : evidence.plan.fields) {
    ExplainedField explained{
        field.key, field.code_version, {}, {}, {}, {}, {}, false, "given by whoever wrote the record"};
    explained.stored_provenance = member_of(evidence.own, lineage::kProvenanceByField, field.key);
    explained.stored_data_version = member_of(evidence.own, lineage::kDataVersionByField, field.key);
    out.fields.push_back(std::move(explained));
  }
  return out;
}

}  // namespace

Explanation explain(Opened& opened, const FeatureKey& feature, const Id& id) {
  Evidence evidence{opened.graph->plan(feature), {}, nullptr, opened.graph->versions(feature), {}};
  check_id(evidence.plan, id, sample_columns(opened, feature));
  evidence.own = find_record(opened, evidence.plan.feature, id);
  if (evidence.plan.deps.empty()) return explain_root(feature, evidence, id);
  if (auto version = text_of(evidence.own.is_null() ? Json::object() : evidence.own, lineage::kFeatureVersion)) {
    auto recorded = read_field_versions(*opened.session, feature);
    if (auto found = recorded.find(*version); found != recorded.end()) evidence.recorded = found->second;
  }
  Explanation out{feature, id, find_state(opened, feature, id), {}, evidence.current.feature_version, {}, {}, {}, {},
                  {},      {}};
  for (const auto& dep : evidence.plan.deps) {
    auto record = find_record(opened, dep.upstream, stored_id(dep.dep, id));
    auto version = record.is_null() ? std::nullopt : text_of(record, lineage::kFeatureVersion);
    out.upstream.push_back(
        {dep.dep.feature, dep.dep.optional, version.value_or(""), record.is_null() ? "" : dump_compact(record)});
    evidence.upstream.emplace(dep.dep.feature, record.is_null() ? Json::object() : record);
  }
  std::vector<spec::FieldKey> keys;
  for (std::size_t i = 0; i < evidence.plan.fields.size(); ++i) {
    const auto& field = evidence.plan.fields[i];
    keys.push_back(field.key);
    out.fields.push_back(explain_field(opened, evidence, field, evidence.current.fields[i].version));
  }
  const auto& settings = opened.rules.hash;
  auto value = [&](std::size_t i) { return out.fields[i].expected_provenance; };
  if (settings.format == hash::Format::V1 && keys.size() == 1) {
    out.expected_provenance = out.fields[0].expected_provenance;
  } else if ((out.sample_preimage =
                  lineage::preimage_bytes(lineage::sample_preimage(keys, settings.format), settings.format, value))) {
    out.expected_provenance = hash::digest(settings, *out.sample_preimage);
  }
  if (!evidence.own.is_null()) {
    out.stored_feature_version = text_of(evidence.own, lineage::kFeatureVersion);
    out.stored_provenance = text_of(evidence.own, lineage::kProvenance);
  }
  out.reason = reason_for_state(out.state, out.fields);
  return out;
}

}  // namespace metaxy::ops
