// SPDX-License-Identifier: Apache-2.0
#include "ops/compute_provenance.hpp"

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

namespace {

constexpr const char* kRows = "rows";

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

  auto columns = given;
  std::erase_if(columns, [&](const std::string& name) { return contains(dropped, name); });
  const auto versioned =
      add_versions(rel::input(kRows, given), plan, settings, columns, [](const graph::FieldRef& parent) {
        return rel::member(rel::column(suffixed(kDataVersionByField, parent.feature)), parent.field.struct_key());
      });
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  return store.session().run(*versioned, std::move(inputs), watch);
}

arrow::Stream add_sample_version(MetadataStore& store, const FeatureKey& feature, arrow::Stream rows,
                                 const std::string& by_field, const std::string& version, const Watch& watch) {
  const auto plan = store.graph().plan(feature);
  const auto given = names_of(rows);
  require(given, {by_field}, "give the column of versions by field");
  auto kept = given;
  std::erase(kept, version);
  auto columns = rel::keep(kept);
  const auto value = [&](std::size_t i) { return rel::member(rel::column(by_field), plan.fields[i].key.struct_key()); };
  columns.push_back({version, lineage::sample_version(lineage::keys_of(plan.fields), store.rules().hash, value)});
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  return store.session().run(*rel::project(rel::input(kRows, given), columns), std::move(inputs), watch);
}

}  // namespace metaxy::ops
