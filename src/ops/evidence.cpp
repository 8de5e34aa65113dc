// SPDX-License-Identifier: Apache-2.0
#include "ops/evidence.hpp"

#include "arrow/read.hpp"
#include "lineage/columns.hpp"
#include "lineage/members.hpp"
#include "ops/childless.hpp"

namespace metaxy::ops {

namespace {

/// Of a large group only so many members are shown.
constexpr std::uint64_t kShown = 20;

std::vector<Json> rows_of(Opened& opened, const rel::RelPtr& rows) {
  return arrow::read_rows(opened.session->run(*rows));
}

void add_values(UpstreamEvidence& out, const graph::PlanDep& dep, std::size_t index, const Json& row) {
  for (const auto& field : dep.upstream.fields) {
    out.values[field.key] = text_of(row, lineage::value_name(index, field.key));
  }
}

/// A group's values are computed here again from the text that the store puts together.
void add_group_values(UpstreamEvidence& out, const graph::PlanDep& dep, std::size_t index, const Json& row,
                      const hash::Settings& settings) {
  for (const auto& field : dep.upstream.fields) {
    const auto text = text_of(row, lineage::value_name(index, field.key));
    if (!text) continue;
    auto preimage = (settings.format == hash::Format::V1 ? std::string(hash::kTagGroup) : std::string()) + *text;
    out.values[field.key] = hash::digest(settings, preimage);
    out.group_preimages[field.key] = std::move(preimage);
  }
}

}  // namespace

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

UpstreamEvidence find_evidence(Opened& opened, const graph::FeaturePlan& plan, std::size_t index,
                               const std::vector<std::string>& keys, const SampleId& id) {
  UpstreamEvidence out;
  const auto& dep = plan.deps[index];
  for (const auto& field : dep.upstream.fields) out.values[field.key] = std::nullopt;
  const auto upstream = find_upstream(opened, plan, dep, keys, {}, id);
  if (!upstream.stored) return out;
  const auto records = lineage::upstream_records(plan, index, upstream);
  out.count = count_rows(*opened.session, records);
  if (out.count == 0) return out;
  out.records = rows_of(opened, rel::order(records, dep.upstream.id_columns, kShown));
  const auto prepared = lineage::prepare_upstream(plan, index, upstream, keys);
  if (!std::holds_alternative<spec::Aggregation>(dep.dep.lineage)) {
    add_values(out, dep, index, rows_of(opened, rel::order(prepared.rows, {}, 1)).front());
    return out;
  }
  const auto groups = lineage::written_groups(plan, index, prepared, opened.rules.hash.format);
  add_group_values(out, dep, index, rows_of(opened, rel::order(groups, {}, 1)).front(), opened.rules.hash);
  return out;
}

OwnRecords find_records(Opened& opened, const graph::FeaturePlan& plan, const SampleId& id) {
  const auto stored = find_stored(opened, plan.feature);
  if (!stored) return {};
  const auto visible = counting_visible(opened, plan.feature.key);
  std::vector<rel::ExprPtr> conditions;
  for (const auto& [column, text] : id) conditions.push_back(reads_as(column, text));
  const auto live = [&](const lineage::Stored& records) {
    const auto rows = lineage::live_records(records, visible, {rel::keep(stored->columns), conditions});
    return rows_of(opened, rel::order(rows, plan.feature.id_columns));
  };
  OwnRecords out{live(*stored)};
  const auto childless = out.records.empty() ? find_childless(opened, plan, *stored) : std::nullopt;
  if (!childless) return out;
  out.records = live(*childless);
  out.childless = !out.records.empty();
  return out;
}

}  // namespace metaxy::ops
