// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/graph.hpp>

#include "support/definitions.hpp"

namespace metaxy::graph {
namespace {

using test::dep;
using test::feature;
using test::field;
using Texts = std::vector<std::string>;

Texts names(const std::vector<FeatureKey>& keys) {
  Texts out;
  for (const auto& key : keys) out.push_back(key.to_string());
  return out;
}

std::vector<FeatureKey> keys(const Texts& texts) {
  std::vector<FeatureKey> out;
  for (const auto& text : texts) out.push_back(FeatureKey::parse(text));
  return out;
}

/// d reads b and c, which read a; z stands alone in another project.
FeatureGraph diamond() {
  auto other = feature("z", {field("x")});
  other.project = "other";
  return FeatureGraph::build({feature("d", {field("x")}, {dep("c"), dep("b")}), other,
                              feature("c", {field("x")}, {dep("a")}), feature("b", {field("x")}, {dep("a")}),
                              feature("a", {field("x")})});
}

TEST(Queries, TopologicalOrder) {
  const auto graph = diamond();
  EXPECT_EQ(names(graph.topological_order()), (Texts{"a", "b", "c", "d", "z"}));
  const auto some = keys({"d", "z", "a"});
  EXPECT_EQ(names(graph.topological_order(&some)), (Texts{"a", "d", "z"}));
}

TEST(Queries, OrderHoldsThroughFeaturesLeftOut) {
  const auto graph = FeatureGraph::build(
      {feature("a", {field("x")}, {dep("m")}), feature("m", {field("x")}, {dep("z")}), feature("z", {field("x")})});
  const auto ends = keys({"a", "z"});
  EXPECT_EQ(names(graph.topological_order(&ends)), (Texts{"z", "a"}));
}

TEST(Queries, DownstreamAndUpstream) {
  const auto graph = diamond();
  EXPECT_EQ(names(graph.downstream(keys({"a"}))), (Texts{"b", "c", "d"}));
  EXPECT_EQ(names(graph.downstream(keys({"b", "c"}))), (Texts{"d"}));
  EXPECT_EQ(names(graph.downstream(keys({"d"}))), Texts{});
  EXPECT_EQ(names(graph.upstream(keys({"d"}))), (Texts{"a", "b", "c"}));
  EXPECT_EQ(names(graph.upstream(keys({"d", "b"}))), (Texts{"a", "c"}));
}

TEST(Queries, Selections) {
  const auto graph = diamond();
  EXPECT_EQ(names(graph.select({.projects = {"other"}, .keys = keys({"a"})})), (Texts{"z", "a"}));
  EXPECT_EQ(names(graph.select({.projects = {"demo"}, .keys = {}})), (Texts{"d", "c", "b", "a"}));
  EXPECT_EQ(graph.select({.projects = {}, .keys = {}, .all = true}).size(), 5U);
  EXPECT_EQ(test::error_of([&] { (void)graph.select({}); }).code(), ErrorCode::InvalidArgument);
  const Error unknown = test::error_of([&] { (void)graph.select({.projects = {"dema"}, .keys = {}}); });
  EXPECT_EQ(unknown.code(), ErrorCode::NotFound);
  EXPECT_EQ(unknown.hint(), "did you mean `demo`?");
}

TEST(Queries, UnknownFeaturesAndFields) {
  const auto graph = FeatureGraph::build({feature("video/raw", {field("audio")})});
  const Error error = test::error_of([&] { (void)graph.get(FeatureKey::parse("video/row")); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_EQ(error.hint(), "did you mean `video/raw`?");
  EXPECT_EQ(graph.find(FeatureKey::parse("video/row")), nullptr);
  const FieldRef ref{FeatureKey::parse("video/raw"), FieldKey::parse("audo")};
  EXPECT_EQ(test::error_of([&] { (void)graph.field_version_preimage(ref); }).hint(), "did you mean `audio`?");
}

TEST(Queries, AnEmptyGraph) {
  const auto graph = FeatureGraph::build({});
  EXPECT_EQ(graph.size(), 0U);
  EXPECT_TRUE(graph.topological_order().empty());
  EXPECT_EQ(graph.project_version("demo"), "empty");
}

TEST(Plan, ParentsAreSortedByTheirWholeNames) {
  const auto graph = FeatureGraph::build({feature("a", {field("x")}), feature("a-b", {field("x")}),
                                          feature("r", {field("y", "3")}, {dep("a"), dep("a-b")})});
  const auto plan = graph.plan(FeatureKey::parse("r"));
  ASSERT_EQ(plan.fields.size(), 1U);
  EXPECT_EQ(plan.fields[0].code_version, "3");
  Texts parents;
  for (const auto& parent : plan.fields[0].parents) parents.push_back(parent.to_string());
  EXPECT_EQ(parents, (Texts{"a-b.x", "a.x"}));
}

spec::FeatureDefinition with_ids(const std::string& key, Texts ids, std::vector<spec::FeatureDep> deps = {}) {
  auto out = feature(key, {field("x")}, std::move(deps));
  out.spec.id_columns = std::move(ids);
  return out;
}

TEST(Plan, JoinColumnsAreWhatAllDepsShareOwnIdsFirst) {
  const auto graph = FeatureGraph::build({with_ids("one", {"a", "b", "c"}), with_ids("two", {"c", "q", "b"}),
                                          with_ids("r", {"c"}, {dep("one"), dep("two")})});
  EXPECT_EQ(graph.plan(FeatureKey::parse("r")).join_columns, (Texts{"c", "b"}));
}

TEST(Plan, JoinColumnsAreTheOwnIdsWhenDepsShareNone) {
  const auto graph = FeatureGraph::build(
      {with_ids("one", {"a"}), with_ids("two", {"b"}), with_ids("r", {"x", "y"}, {dep("one"), dep("two")})});
  EXPECT_EQ(graph.plan(FeatureKey::parse("r")).join_columns, (Texts{"x", "y"}));
  EXPECT_EQ(graph.plan(FeatureKey::parse("one")).join_columns, Texts{"a"});
}

TEST(Plan, IdsAreRenamedAndLineageMatchesByItsColumns) {
  auto renamed = dep("one");
  renamed.rename = test::Names{{"id", "clip"}};
  auto grouped = dep("two");
  grouped.rename = test::Names{{"video", "clip"}};
  grouped.lineage = spec::Aggregation{Texts{"video"}};
  auto by_ids = dep("three");
  by_ids.lineage = spec::Aggregation{};
  auto expanded = dep("four");
  expanded.rename = test::Names{{"k", "clip"}};
  expanded.lineage = spec::Expansion{.on = {"clip"}};
  const auto graph =
      FeatureGraph::build({with_ids("one", {"id"}), with_ids("two", {"frame"}), with_ids("three", {"row"}),
                           with_ids("four", {"k"}), with_ids("r", {"clip"}, {renamed, grouped, by_ids, expanded})});
  const auto plan = graph.plan(FeatureKey::parse("r"));
  EXPECT_EQ(plan.deps[0].id_columns, Texts{"clip"});
  EXPECT_EQ(plan.deps[1].id_columns, Texts{"frame"});
  for (const auto& planned : plan.deps)
    EXPECT_EQ(planned.match_columns, Texts{"clip"}) << planned.dep.feature.to_string();
  EXPECT_EQ(plan.join_columns, Texts{"clip"});
}

TEST(Lint, TellsSettingsWithoutEffect) {
  auto root = feature("root", {test::all_field("x", "1"), field("y")});
  auto reader = feature("reader", {field("a")}, {dep("root"), dep("unread"), dep("more")});
  reader.spec.deps[1].fields_mapping = spec::NoMapping{};
  reader.spec.deps[2].fields_mapping = spec::DefaultMapping{.exclude_fields = {FieldKey::parse("gone")}};
  reader.spec.deps[2].lineage = spec::Expansion{.on = {"id"}, .id_generation_pattern = "x"};
  auto explicit_reader = feature("explicit", {test::all_field("a", "1")}, {dep("root")});
  explicit_reader.spec.deps[0].fields_mapping = spec::AllMapping{};
  const auto graph = FeatureGraph::build(
      {root, feature("unread", {field("x")}), feature("more", {field("x")}), reader, explicit_reader});
  Texts found;
  for (const auto& warning : lint(graph)) found.push_back(warning.subject + ": " + warning.message);
  EXPECT_EQ(
      found,
      (Texts{"feature root, field x: its deps have no effect because the feature has no deps",
             "feature reader, dep unread: no field reads it: its changes will never make a sample stale",
             "feature reader, dep more: excludes field gone, which the upstream has not",
             "feature reader, dep more: its id generation pattern is kept but nothing uses it",
             "feature explicit, dep root: its fields mapping has no effect because every field has deps of its own"}));
}

}  // namespace
}  // namespace metaxy::graph
