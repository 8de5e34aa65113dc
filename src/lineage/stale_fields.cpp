// SPDX-License-Identifier: Apache-2.0
#include "lineage/stale_fields.hpp"

#include "lineage/columns.hpp"

namespace metaxy::lineage {

namespace {

rel::ExprPtr text(std::string_view word) { return rel::literal(std::string(word)); }

/// TRUE when one of the staleness predicates holds for the stored row.
rel::ExprPtr predicate(const Own& own, const rel::ExprPtr& row) {
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (const auto& name : own.stored.columns) members.emplace_back(name, rel::member(row, name));
  std::vector<rel::ExprPtr> out;
  for (const auto& expr : own.staleness) out.push_back(rel::replace_columns(expr, members));
  return rel::any_of(out);
}

}  // namespace

rel::ExprPtr stale_fields(const Own& own, const std::string& previous) {
  const auto row = rel::column(previous);
  const auto stored = rel::member(row, std::string(kProvenanceByField));
  const auto version = rel::member(row, std::string(kFeatureVersion));
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (const auto& changed : own.changed) {
    const auto before = field_value(own.stored, stored, changed.field);
    const auto now = rel::member(rel::column(std::string(kProvenanceByField)), changed.field.struct_key());
    const auto differs = rel::any_of({rel::is_null(before), rel::binary(rel::BinaryOp::Ne, before, now)});
    members.emplace_back(changed.field.struct_key(),
                         rel::case_when({{rel::in(version, changed.code), text(kReasonCode)},
                                         {rel::in(version, changed.upstream), text(kReasonUpstream)},
                                         {differs, text(kReasonData)},
                                         {predicate(own, row), text(kReasonPredicate)}},
                                        nullptr));
  }
  return rel::case_when({{rel::is_not_null(row), rel::pack(members)}}, nullptr);
}

rel::ExprPtr no_stale_fields(const std::vector<spec::FieldKey>& fields) {
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (const auto& field : fields) members.emplace_back(field.struct_key(), rel::cast(rel::null(), rel::Type::Text));
  return rel::case_when({{rel::literal(false), rel::pack(members)}}, nullptr);
}

}  // namespace metaxy::lineage
