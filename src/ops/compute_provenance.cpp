// SPDX-License-Identifier: Apache-2.0
#include "ops/compute_provenance.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

namespace {

constexpr const char* kRows = "rows";

rel::ExprPtr col(const std::string& name) { return rel::column(name); }

std::string suffixed(std::string_view column, const FeatureKey& feature) {
  return std::string(column) + feature.column_suffix();
}

std::vector<std::string> names_of(arrow::Stream& rows) {
  std::vector<std::string> out;
  const auto schema = rows.schema();
  for (std::int64_t i = 0; i < schema->n_children; ++i) out.emplace_back(schema->children[i]->name);
  return out;
}

void require(const std::vector<std::string>& names, const std::vector<std::string>& needed, const std::string& hint) {
  std::vector<std::string> missing;
  for (const auto& name : needed) {
    if (!lineage::contains(names, name)) missing.push_back(quote(name));
  }
  if (!missing.empty()) throw Error(ErrorCode::SchemaMismatch, "the rows lack " + join(missing, ", "), hint);
}

std::vector<spec::FieldKey> keys_of(const std::vector<graph::PlanField>& fields) {
  std::vector<spec::FieldKey> out;
  for (const auto& field : fields) out.push_back(field.key);
  return out;
}

/// A parent's data version in a joined row.
rel::ExprPtr parent_value(const graph::FeaturePlan& plan, const graph::FieldRef& parent, hash::Format format) {
  const auto value =
      rel::member(col(suffixed(lineage::kDataVersionByField, parent.feature)), parent.field.struct_key());
  const auto dep =
      std::ranges::find_if(plan.deps, [&](const graph::PlanDep& item) { return item.dep.feature == parent.feature; });
  // The reference writes an optional upstream's NULL as an empty text.
  const bool blank = format == hash::Format::V0 && dep != plan.deps.end() && dep->dep.optional;
  return blank ? rel::coalesce({value, rel::literal("")}) : value;
}

std::string field_column(std::size_t i) { return std::string(lineage::kInternalPrefix) + "f" + std::to_string(i); }

}  // namespace

arrow::Stream compute_provenance(MetadataStore& store, const FeatureKey& feature, arrow::Stream rows,
                                 const Watch& watch) {
  using namespace lineage;
  const auto plan = store.graph().plan(feature);
  const auto& settings = store.rules().hash;
  const auto given = names_of(rows);
  std::vector<std::string> needed;
  std::vector<std::string> dropped = {std::string(kProvenanceByField), std::string(kProvenance),
                                      std::string(kDataVersionByField), std::string(kDataVersion)};
  for (const auto& dep : plan.deps) {
    needed.push_back(suffixed(kDataVersionByField, dep.dep.feature));
    for (const auto column : {kProvenanceByField, kProvenance, kDataVersionByField})
      dropped.push_back(suffixed(column, dep.dep.feature));
  }
  require(given, needed, "join the upstreams' data versions under these names");

  std::vector<rel::Named> columns;
  for (const auto& name : given) {
    if (!contains(dropped, name)) columns.push_back({name, col(name)});
  }
  std::vector<rel::Named> hashed = columns;
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const auto& field = plan.fields[i];
    hashed.push_back({field_column(i), digest_of(field_preimage(field, settings.format), settings, [&](std::size_t at) {
                        return parent_value(plan, field.parents[at], settings.format);
                      })});
    members.emplace_back(field.key.struct_key(), col(field_column(i)));
  }
  const auto version = std::string(kInternalPrefix) + "version";
  auto fields = rel::project(rel::input(kRows, given), hashed);
  auto sampled = columns;
  for (std::size_t i = 0; i < plan.fields.size(); ++i) sampled.push_back({field_column(i), col(field_column(i))});
  sampled.push_back(
      {version, sample_version(keys_of(plan.fields), settings, [](std::size_t i) { return col(field_column(i)); })});
  columns.push_back({std::string(kProvenanceByField), rel::pack(members)});
  columns.push_back({std::string(kProvenance), col(version)});
  columns.push_back({std::string(kDataVersionByField), rel::pack(members)});
  columns.push_back({std::string(kDataVersion), col(version)});
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  return store.session().run(*rel::project(rel::project(fields, sampled), columns), std::move(inputs), watch);
}

arrow::Stream add_sample_version(MetadataStore& store, const FeatureKey& feature, arrow::Stream rows,
                                 const std::string& by_field, const std::string& version, const Watch& watch) {
  const auto plan = store.graph().plan(feature);
  const auto given = names_of(rows);
  require(given, {by_field}, "give the column of versions by field");
  std::vector<rel::Named> columns;
  for (const auto& name : given) {
    if (name != version) columns.push_back({name, col(name)});
  }
  const auto value = [&](std::size_t i) { return rel::member(col(by_field), plan.fields[i].key.struct_key()); };
  columns.push_back({version, lineage::sample_version(keys_of(plan.fields), store.rules().hash, value)});
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  return store.session().run(*rel::project(rel::input(kRows, given), columns), std::move(inputs), watch);
}

}  // namespace metaxy::ops
