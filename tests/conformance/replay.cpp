// SPDX-License-Identifier: Apache-2.0
#include "conformance/replay.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "arrow/build.hpp"
#include "arrow/read.hpp"

namespace metaxy::conformance {

namespace {

const std::set<std::string> kIgnored = {"metaxy_created_at",      "metaxy_updated_at",      "metaxy_deleted_at",
                                        "metaxy_feature_version", "metaxy_project_version", "metaxy_materialization_id",
                                        "metaxy_increment",       "metaxy_previous"};

arrow::Field field_for(const std::string& name, const Json& value) {
  if (value.is_number_integer()) return {name, arrow::kInt64};
  if (value.is_number()) return {name, arrow::kDouble};
  if (value.is_boolean()) return {name, arrow::kBool};
  if (!value.is_object()) return {name, arrow::kText};
  std::vector<std::string> members;
  for (const auto& [member, text] : value.items()) members.push_back(member);
  return arrow::struct_of_text(name, members);
}

arrow::Stream stream_of(const Json& rows) {
  std::vector<arrow::Field> columns;
  for (const auto& [name, value] : rows.front().items()) columns.push_back(field_for(name, value));
  return arrow::make_stream(columns, std::vector<Json>(rows.begin(), rows.end()));
}

std::shared_ptr<const graph::FeatureGraph> graph_of(const Json& given, std::size_t length) {
  std::vector<spec::FeatureDefinition> definitions;
  for (const Json& feature : given.at("features")) {
    spec::FeatureDefinition definition{.spec = spec::parse_feature_spec(feature.dump())};
    definition.project = given.at("project").get<std::string>();
    definitions.push_back(std::move(definition));
  }
  return std::make_shared<graph::FeatureGraph>(
      graph::FeatureGraph::build(std::move(definitions), {hash::Format::V0, length}));
}

/// Rows as sorted texts without what the cases leave open.
std::multiset<std::string> comparable(const std::vector<Json>& rows) {
  std::multiset<std::string> out;
  for (const auto& row : rows) {
    nlohmann::json sorted;
    for (const auto& [name, value] : row.items()) {
      if (!kIgnored.count(name) && name != "metaxy_deleted_at_right") sorted[name] = value;
    }
    out.insert(sorted.dump());
  }
  return out;
}

std::vector<Json> rows_in(const std::vector<Json>& increment, const std::string& state) {
  std::vector<Json> out;
  for (const auto& row : increment) {
    if (row.at("metaxy_increment") != state) continue;
    out.push_back(state == "orphaned" ? row.at("metaxy_previous") : row);
  }
  return out;
}

/// The different values of some columns.
std::set<std::string> parts(const std::vector<Json>& rows, const std::vector<std::string>& columns) {
  std::set<std::string> out;
  for (const auto& row : rows) {
    Json part = Json::array();
    for (const auto& name : columns) part.push_back(row.at(name));
    out.insert(part.dump());
  }
  return out;
}

/// Of 1:N features the reference reports one arbitrary child per orphaned parent: only the parents are compared.
std::vector<std::string> orphaned_parents(const graph::FeaturePlan& plan) {
  const bool expands = std::any_of(plan.deps.begin(), plan.deps.end(), [](const graph::PlanDep& dep) {
    return std::holds_alternative<spec::Expansion>(dep.dep.lineage);
  });
  return expands ? plan.join_columns : std::vector<std::string>{};
}

void expect_increment(ops::MetadataStore& store, const spec::FeatureKey& target, const Json& expected) {
  const auto parents = orphaned_parents(store.graph().plan(target));
  auto increment = store.resolve_update(target, {.row_per_member = true});
  const auto rows = arrow::read_rows(std::move(increment.rows));
  for (const char* state : {"new", "stale", "orphaned"}) {
    const auto& wanted = expected.at(state);
    const auto wanted_rows = std::vector<Json>(wanted.begin(), wanted.end());
    if (state == std::string("orphaned") && !parents.empty()) {
      EXPECT_EQ(parts(rows_in(rows, state), parents), parts(wanted_rows, parents)) << state;
    } else {
      EXPECT_EQ(comparable(rows_in(rows, state)), comparable(wanted_rows)) << state;
    }
  }
}

}  // namespace

void replay(const Json& given, std::unique_ptr<store::Session> session, bool compat) {
  const auto length = given.at("hash_truncation_length").get<std::size_t>();
  ops::Rules rules;
  rules.hash = {hash::Format::V0, hash::parse_algorithm(given.at("hash_algorithm").get<std::string>()), length};
  rules.compat = compat;
  rules.project = given.at("project").get<std::string>();
  ops::MetadataStore store(std::move(session), graph_of(given, length), rules);
  const auto target = spec::FeatureKey::parse(given.at("target").get<std::string>());
  int number = 0;
  for (const Json& step : given.at("steps")) {
    SCOPED_TRACE("step " + std::to_string(++number));
    const auto op = step.at("op").get<std::string>();
    if (op == "resolve") {
      expect_increment(store, target, step.at("expect"));
      continue;
    }
    const auto feature = spec::FeatureKey::parse(step.at("feature").get<std::string>());
    if (op == "write" && !step.at("rows").empty()) store.write(feature, stream_of(step.at("rows")));
    if (op == "soft_delete") store.remove(feature, {.filters = {step.at("where").get<std::string>()}});
  }
}

}  // namespace metaxy::conformance
