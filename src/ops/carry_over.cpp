// SPDX-License-Identifier: Apache-2.0
#include "ops/carry_over.hpp"

#include <algorithm>

#include "lineage/columns.hpp"

namespace metaxy::ops {

namespace {

std::string previous_name(std::string_view name) {
  return std::string(lineage::kInternalPrefix) + "p_" + std::string(name);
}
rel::ExprPtr previous(std::string_view name) { return rel::column(previous_name(name)); }
rel::ExprPtr given_member(std::string_view by_field, const std::string& member) {
  return rel::member(rel::column(std::string(by_field)), member);
}

/// The latest records of the samples under names that no given column has.
rel::RelPtr previous_records(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored,
                             const std::vector<std::string>& columns) {
  auto read = spec.id_columns;
  read.insert(read.end(), columns.begin(), columns.end());
  read.emplace_back(lineage::kProvenanceByField);
  read.emplace_back(lineage::kDataVersionByField);
  std::vector<rel::Named> renamed;
  for (const auto& name : read) renamed.push_back({previous_name(name), rel::column(name)});
  return lineage::live_records(stored, counting_visible(opened, spec.key), {renamed});
}

/// A data version that equals the provenance is what `resolve_update` hands out, not one that a user gave.
rel::ExprPtr data_versions(const spec::FeatureSpec& spec, const lineage::Stored& stored, bool given) {
  using namespace lineage;
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (const auto& field : spec.fields) {
    const auto key = field.key.struct_key();
    const auto now = given_member(kProvenanceByField, key);
    auto kept = rel::equal(field_value(stored, previous(kProvenanceByField), field.key), now);
    auto otherwise = now;
    if (given) {
      const auto own = given_member(kDataVersionByField, key);
      kept = rel::all_of({kept, rel::any_of({rel::is_null(own), rel::equal(own, now)})});
      otherwise = rel::coalesce({own, now});
    }
    const auto before = field_value(stored, previous(kDataVersionByField), field.key);
    members.emplace_back(key, rel::case_when({{kept, before}}, otherwise));
  }
  return rel::pack(members);
}

}  // namespace

PartialRows carry_over(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored,
                       const PartialRows& partial) {
  const auto user_columns = lineage::user_columns(stored.columns);
  PartialRows out;
  std::vector<rel::Named> columns;
  for (const auto& column : partial.columns) {
    if (column.name == lineage::kDataVersionByField) continue;
    columns.push_back({column.name, rel::column(column.name)});
    out.columns.push_back(column);
  }
  const auto table = find_schema(opened, stored.table).value();
  for (const auto& column : table) {
    if (column.name == lineage::kDataVersionByField) out.columns.push_back(column);
    if (store::find_column(partial.columns, column.name) || !lineage::contains(user_columns, column.name)) continue;
    out.taken_over.push_back(column.name);
    columns.push_back({column.name, previous(column.name)});
    out.columns.push_back(column);
  }
  columns.push_back(
      {std::string(lineage::kDataVersionByField),
       data_versions(spec, stored, store::find_column(partial.columns, lineage::kDataVersionByField) != nullptr)});
  std::vector<std::pair<std::string, std::string>> on;
  for (const auto& id : spec.id_columns) on.emplace_back(id, previous_name(id));
  const auto rows =
      rel::join(rel::JoinKind::Left, partial.rows, previous_records(opened, spec, stored, out.taken_over), on);
  out.rows = rel::project(rows, columns);
  return out;
}

rel::RelPtr previous_ids(Opened& opened, const spec::FeatureSpec& spec, lineage::Stored stored, Timestamp now) {
  leave_until(stored, now - std::chrono::microseconds(1));
  return lineage::live_records(stored, counting_visible(opened, spec.key), {rel::keep(spec.id_columns)});
}

}  // namespace metaxy::ops
