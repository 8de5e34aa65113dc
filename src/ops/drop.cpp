// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

/// Tables of other programs, and those of another feature whose name is written the same, are none of ours.
void check_table(Opened& opened, const FeatureKey& feature) {
  const auto table = feature.table_name();
  const auto schema = opened.session->find(table);
  std::vector<std::string> known;
  for (const auto& definition : opened.graph->definitions()) {
    const auto& key = definition.spec.key;
    known.push_back(key.to_string());
    if (key == feature || key.table_name() != table || opened.graph->find(feature)) continue;
    throw Error(ErrorCode::InvalidArgument,
                "table " + quote(table) + " belongs to " + key.to_string() + ", not to " + feature.to_string(),
                "name " + key.to_string() + " if that is meant");
  }
  if (!schema) {
    const auto near = opened.graph->find(feature) ? std::string() : did_you_mean(feature.to_string(), known);
    throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string(),
                near.empty() ? "there is nothing to drop" : near);
  }
  const bool ours =
      std::ranges::any_of(*schema, [](const auto& column) { return column.name == lineage::kProvenanceByField; });
  if (ours) return;
  throw Error(ErrorCode::SchemaMismatch, "table " + quote(table) + " is not a feature table of metaxy",
              "drop it with the database's own tools");
}

}  // namespace

DropResult drop(Opened& opened, const std::vector<FeatureKey>& features, const DropOptions& options) {
  DropResult out;
  const auto plan = [&]() -> std::vector<store::Mutation> {
    out = {};
    auto mutations = forget_field_versions(*opened.session, features);
    for (const auto& feature : features) {
      check_table(opened, feature);
      const auto table = feature.table_name();
      const bool again = std::ranges::any_of(out.features, [&](const auto& other) { return other.feature == feature; });
      if (again) continue;
      out.features.push_back(
          {feature, count_rows(*opened.session, rel::scan(table, {std::string(lineage::kUpdatedAt)}))});
      mutations.push_back(store::Drop{table});
    }
    // Later writes are later than what was dropped, too.
    std::vector<std::string> tables;
    for (const auto& each : out.features) tables.push_back(each.feature.table_name());
    auto time = next_time_for(opened, tables);
    for (auto& mutation : time.remember) mutations.push_back(std::move(mutation));
    return mutations;
  };
  if (features.empty()) throw Error(ErrorCode::InvalidArgument, "dropping no feature", "name one");
  if (options.dry_run) {
    plan();
  } else {
    opened.session->commit(plan, {}, options.watch);
  }
  return out;
}

}  // namespace metaxy::ops
