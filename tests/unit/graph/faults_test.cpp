// SPDX-License-Identifier: Apache-2.0
// Graphs that are refused: every fault is told, with the thing, the place and a remedy.
#include <algorithm>
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
using Lines = std::vector<std::string>;
using Definitions = std::vector<spec::FeatureDefinition>;

Error refusal(Definitions definitions) {
  return test::error_of([&] { (void)FeatureGraph::build(std::move(definitions)); });
}

Lines faults_of(Definitions definitions) {
  const Error error = refusal(std::move(definitions));
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec) << error.what();
  return test::lines(error.faults());
}

spec::FeatureDefinition simple(const std::string& key, const std::vector<std::string>& upstreams = {}) {
  std::vector<spec::FeatureDep> deps;
  for (const auto& upstream : upstreams) deps.push_back(dep(upstream));
  return feature(key, {field("default")}, deps);
}

TEST(GraphFaults, CyclesAreShown) {
  EXPECT_EQ(faults_of({simple("a", {"c"}), simple("b", {"a"}), simple("c", {"b"}), simple("self", {"self"}),
                       simple("x", {"y", "a"}), simple("y", {"x"}), simple("below", {"a"})}),
            (Lines{"feature a: depends on itself: a → c → b → a", "feature self: depends on itself: self → self",
                   "feature x: depends on itself: x → y → x"}));
}

TEST(GraphFaults, AShortestCycleOfATangleIsShown) {
  EXPECT_EQ(faults_of({simple("a", {"b", "d"}), simple("b", {"c"}), simple("c", {"a"}), simple("d", {"a"})}),
            Lines{"feature a: depends on itself: a → d → a"});
}

TEST(GraphFaults, DuplicatesNameBothPlaces) {
  auto first = simple("a");
  auto second = simple("a");
  first.place = Place{"one.toml", 3, 1};
  second.place = Place{"two.toml", 7, 2};
  const Error error = refusal({first, second});
  ASSERT_EQ(error.faults().size(), 1U) << error.what();
  EXPECT_EQ(error.faults()[0].message, "is defined twice; the other one is at one.toml:3:1");
  EXPECT_EQ(to_string(*error.faults()[0].place), "two.toml:7:2");
}

TEST(GraphFaults, TablesMayNotClash) {
  EXPECT_EQ(faults_of({simple("a-b"), simple("a_b")}),
            Lines{"feature a_b: would share the table `a_b` with feature a-b"});
}

TEST(GraphFaults, UnknownUpstreamsAreHintedAt) {
  const Error error = refusal({simple("video/raw"), simple("a", {"video/rew", "audio"})});
  EXPECT_EQ(test::lines(error.faults()), (Lines{"feature a, dep audio: there is no such feature",
                                                "feature a, dep video/rew: there is no such feature"}));
  EXPECT_EQ(error.faults()[0].hint, "did you mean `video/raw`?");
  EXPECT_EQ(error.faults()[1].hint, "define feature audio or remove the dep");
}

TEST(GraphFaults, UnknownFields) {
  auto reader = simple("reader", {"up"});
  reader.spec.fields = {field("x"), field("y")};
  reader.spec.fields[0].deps = std::vector<spec::FieldDep>{test::field_dep("up", {"frame", "audio"})};
  reader.spec.fields[1].deps = std::vector<spec::FieldDep>{test::field_dep("upp", {"audio"})};
  const Error error = refusal({reader, feature("up", {field("frames"), field("audio")})});
  EXPECT_EQ(test::lines(error.faults()),
            (Lines{"feature reader, field x: feature up has no field frame",
                   "feature reader, field y: reads upp, which is not among the feature's deps"}));
  EXPECT_EQ(error.faults()[0].hint, "did you mean `frames`?");
  EXPECT_EQ(error.faults()[1].hint, "did you mean `up`?");
}

TEST(GraphFaults, SpecificMappingsNameKnownFields) {
  auto reader = simple("reader", {"up"});
  reader.spec.deps[0].fields_mapping =
      spec::SpecificMapping{{{FieldKey::parse("default"), {FieldKey::parse("audio"), FieldKey::parse("odd")}},
                             {FieldKey::parse("nothing"), {}}}};
  EXPECT_EQ(faults_of({reader, feature("up", {field("audio")})}),
            (Lines{"feature reader, dep up, mapping: feature reader has no field nothing",
                   "feature reader, dep up, mapping: feature up has no field odd"}));
}

TEST(GraphFaults, AFieldOfADependentFeatureReadsSomething) {
  auto by_mapping = simple("one", {"up"});
  by_mapping.spec.deps[0].fields_mapping = spec::NoMapping{};
  auto by_deps = simple("two", {"up"});
  by_deps.spec.fields[0].deps = std::vector<spec::FieldDep>{test::field_dep("up", {})};
  auto by_exclusion = simple("three", {"up"});
  by_exclusion.spec.deps[0].fields_mapping = spec::DefaultMapping{.exclude_fields = {FieldKey::parse("default")}};
  const Lines found = faults_of({by_mapping, by_deps, by_exclusion, simple("up")});
  ASSERT_EQ(found.size(), 3U);
  for (const auto& line : found) EXPECT_NE(line.find("field default: reads no upstream field"), line.npos) << line;
}

TEST(GraphFaults, RenamesOntoIdsAndSharedSelects) {
  auto reader = simple("reader", {"one", "two", "three"});
  reader.spec.deps[0].rename = test::Names{{"path", "id"}};
  reader.spec.deps[1].select = std::vector<std::string>{"id", "size", "own"};
  reader.spec.deps[2].select = std::vector<std::string>{"id", "size"};
  EXPECT_EQ(faults_of({reader, simple("one"), simple("two"), simple("three")}),
            (Lines{"feature reader, dep one: renames `path` to `id`, an id column of the upstream",
                   "feature reader, dep three: selects column `size`, which dep two selects too"}));
}

TEST(GraphFaults, LineageColumnsThatAClosedSchemaLacks) {
  auto reader = simple("reader", {"open", "closed"});
  for (auto& up : reader.spec.deps) up.lineage = spec::Aggregation{std::vector<std::string>{"grp", "id"}};
  reader.spec.deps[1].rename = test::Names{{"size", "grp_size"}};
  auto closed = simple("closed");
  closed.feature_schema = R"({"properties":{"group":{},"size":{}},"additionalProperties":false})";
  auto open = simple("open");
  open.feature_schema = R"({"properties":{"group":{}}})";
  reader.part_places = std::make_shared<const spec::PartPlaces>(spec::PartPlaces{
      {"/deps/0", {"f.toml", 1, 1}}, {"/deps/1", {"f.toml", 2, 1}}, {"/deps/1/lineage/on/0", {"f.toml", 3, 1}}});
  const auto faults = refusal({reader, open, closed}).faults();
  EXPECT_EQ(test::lines(faults),
            Lines{"feature reader, dep closed: lineage is `on` `grp`, which the upstream has not"});
  EXPECT_EQ(to_string(faults.at(0).place.value_or(Place{})), "f.toml:3:1");
}

TEST(GraphFaults, FaultsOfAllKindsAreToldAtOnceWithTheirPlaces) {
  Definitions bad = {simple("a", {"b"}), simple("b", {"a"}), simple("c", {"missing"}),
                     simple("d"),        simple("d"),        simple("e-e"),
                     simple("e_e"),      simple("f")};
  bad[7].spec.id_columns = {"metaxy_provenance"};
  for (std::size_t i = 0; i < bad.size(); ++i) bad[i].place = Place{"f.toml", static_cast<int>(i + 1), 0};
  const Error error = refusal(bad);
  std::vector<int> places;
  for (const auto& fault : error.faults()) places.push_back(fault.place.value_or(Place{}).line);
  std::ranges::sort(places);
  EXPECT_EQ(places, (std::vector<int>{1, 3, 5, 7, 8})) << error.what();
}

TEST(GraphFaults, AnOwnDefinitionReplacesAnExternalOne) {
  auto external = simple("a", {"gone"});
  external.is_external = true;
  const auto graph = FeatureGraph::build({external, simple("b"), simple("a")});
  ASSERT_EQ(graph.size(), 2U);
  EXPECT_FALSE(graph.get(FeatureKey::parse("a")).is_external);
}

}  // namespace
}  // namespace metaxy::graph
