// SPDX-License-Identifier: Apache-2.0
// Definition-level versions of format 0; the digests come from the reference's own test snapshots.
#include <fstream>
#include <iterator>
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

constexpr VersionSettings kV0{hash::Format::V0, hash::kDefaultLengthV0};

FeatureGraph build(std::vector<spec::FeatureDefinition> definitions) {
  return FeatureGraph::build(std::move(definitions), kV0);
}

const FeatureVersions& versions(const FeatureGraph& graph, const std::string& key) {
  return graph.versions(FeatureKey::parse(key));
}

std::vector<std::string> field_versions(const FeatureGraph& graph, const std::string& key) {
  std::vector<std::string> out;
  for (const auto& field : versions(graph, key).fields) out.push_back(field.version);
  return out;
}

using Texts = std::vector<std::string>;

TEST(VersionsV0, Chain) {
  const auto graph = build({feature("a", {field("raw", "1")}), feature("b", {field("processed", "2")}, {dep("a")}),
                            feature("c", {field("final", "3")}, {dep("b")})});
  EXPECT_EQ(field_versions(graph, "a"), Texts{"520c9eec"});
  EXPECT_EQ(field_versions(graph, "b"), Texts{"292266cd"});
  EXPECT_EQ(field_versions(graph, "c"), Texts{"f8bffcec"});
  EXPECT_EQ(versions(graph, "a").feature_version, "a887fe5e");
  EXPECT_EQ(versions(graph, "b").feature_version, "2a9626f3");
  EXPECT_EQ(versions(graph, "c").feature_version, "56a4dd93");
  EXPECT_EQ(versions(graph, "a").code_version, "e12a7d77");
  EXPECT_EQ(versions(graph, "b").code_version, "bdb21252");
  EXPECT_EQ(versions(graph, "c").code_version, "f01a16e1");
  EXPECT_EQ(graph.field_version_preimage({FeatureKey::parse("b"), FieldKey::parse("processed")}),
            "b.processed2520c9eec");
}

TEST(VersionsV0, DefaultField) {
  const auto graph = build({feature("my_feature", {spec::FieldSpec{}})});
  EXPECT_EQ(field_versions(graph, "my_feature"), Texts{"433788cb"});
}

TEST(VersionsV0, SeveralFields) {
  const auto graph = build({feature("video", {field("frames", "1"), field("audio", "2"), field("metadata", "5")})});
  EXPECT_EQ(field_versions(graph, "video"), (Texts{"3081ee93", "4c0dc244", "0f1afba6"}));
  EXPECT_EQ(versions(graph, "video").feature_version, "ef0941bd");
  EXPECT_EQ(versions(graph, "video").code_version, "c4734a90");
}

TEST(VersionsV0, AllFieldsOfOneAndOfEveryUpstream) {
  auto z1 = field("z1", "20");
  auto z2 = field("z2", "21");
  z1.deps = std::vector<spec::FieldDep>{{.feature = FeatureKey::parse("x")}};
  z2.deps = std::vector<spec::FieldDep>{{.feature = FeatureKey::parse("y")}};
  const auto graph =
      build({feature("x", {field("x1", "1"), field("x2", "2")}), feature("y", {field("y1", "3"), field("y2", "4")}),
             feature("z", {z1, z2, test::all_field("z3", "22")}, {dep("x"), dep("y")})});
  EXPECT_EQ(field_versions(graph, "x"), (Texts{"81937486", "a11b3acc"}));
  EXPECT_EQ(field_versions(graph, "y"), (Texts{"9b8521b3", "68ea5edf"}));
  EXPECT_EQ(field_versions(graph, "z"), (Texts{"a0e6b061", "82c82356", "18693de8"}));
}

TEST(VersionsV0, Specs) {
  auto one = feature("test/feature", {field("default", "1")});
  one.spec.id_columns = {"sample_uid"};
  EXPECT_EQ(versions(build({one}), "test/feature").spec_version, "a5eea973");
  auto snapshot = feature("snapshot/test", {field("data", "1")});
  snapshot.spec.id_columns = {"sample_uid"};
  EXPECT_EQ(versions(build({snapshot}), "snapshot/test").spec_version, "4cc69da2");
}

// The schema of a model class without columns of its own, as the reference stores it.
TEST(VersionsV0, DefinitionWithASchema) {
  std::ifstream in(METAXY_VECTORS_DIR "/snapshot_schema.json");
  auto snapshot = feature("snapshot/test", {field("data", "1")});
  snapshot.spec.id_columns = {"sample_uid"};
  snapshot.feature_schema.assign(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(versions(build({snapshot}), "snapshot/test").definition_version, "c4763fb4");
}

TEST(VersionsV0, ProjectsAreDigestsOfBareTexts) {
  const hash::Settings settings{hash::Format::V0, hash::Algorithm::Sha256, 8};
  EXPECT_EQ(hash::digest(settings, "downstream313e1641upstreama4354d3c"), "4f7133cd");
  EXPECT_EQ(hash::digest(settings, "recorded/feature2770c11d"), "d99f5c77");
}

TEST(VersionsV0, SpecWithRenamesAndSelects) {
  auto spec = feature("test/columns", {field("default", "1")}, {dep("upstream")});
  spec.spec.id_columns = {"sample_uid"};
  spec.spec.deps[0].rename = test::Names{{"col1", "new_col1"}, {"col2", "new_col2"}};
  spec.spec.deps[0].select = {"new_col1", "new_col2"};
  EXPECT_EQ(versions(build({spec, feature("upstream", {field("x")})}), "test/columns").spec_version, "64c42b1b");
}

TEST(VersionsV0, SpecWithTwoDeps) {
  auto spec = feature("complex/feature", {field("field1", "1"), field("field2", "2")},
                      {dep("upstream/one"), dep("upstream/two")});
  spec.spec.id_columns = {"sample_uid"};
  spec.spec.deps[0].rename = test::Names{{"col1", "renamed_col1"}};
  spec.spec.deps[0].select = {"renamed_col1", "col2"};
  const auto graph = build({feature("upstream/two", {field("x")}), spec, feature("upstream/one", {field("x")})});
  EXPECT_EQ(versions(graph, "complex/feature").spec_version, "6d18d012");
}

TEST(VersionsV0, SpecThatUsesEverything) {
  auto child = spec::parse_feature_spec(R"({"key": "child", "id_columns": ["id"], "deps": [
    {"feature": "up/one", "select": ["nid", "n"], "rename": {"id": "nid"}, "sql_filters": ["age >= 25"], "optional": true,
     "fields_mapping": {"mapping": {"type": "specific", "mapping": {"x": [["b", "c"], ["a"]]}}},
     "lineage": {"relationship": {"type": "N:1", "on": ["nid"]}}},
    {"feature": "up/two", "fields_mapping": {"mapping": {"type": "all"}}, "lineage": {"relationship": {"type": "1:N", "on": ["id"]}}}],
    "fields": ["x", {"key": "y", "code_version": "2", "deps": [{"feature": "up/one", "fields": ["a", "b/c"]}]},
               {"key": "z", "code_version": "3", "deps": "__METAXY_ALL_DEP__"}],
    "metadata": {"owner": "é"}, "description": "Doc"})");
  const auto graph = build({{.spec = child, .project = "demo"},
                            feature("up/one", {field("a"), field("b/c")}),
                            feature("up/two", {field("x")})});
  EXPECT_EQ(versions(graph, "child").spec_version, "90554570");
}

// Digests written out with Python's hashlib where the reference's snapshots have none.
TEST(VersionsV0, GivenFieldVersionsOfExternalFeaturesAreTakenAsTheyAre) {
  auto external = feature("e", {field("x"), field("y", "2")});
  external.is_external = true;
  external.provenance_by_field = test::Names{{"x", "any text, uncut"}};
  const auto graph = build({external, feature("r", {field("z")}, {dep("e")})});
  EXPECT_EQ(versions(graph, "e").fields[0].version, "any text, uncut");
  EXPECT_EQ(versions(graph, "e").fields[1].version, "5d295c9a");
  EXPECT_EQ(field_versions(graph, "r"), Texts{"85ddd7bc"});
  EXPECT_EQ(graph.project_version("demo"), "5e5b9e62");
  const FieldRef given{FeatureKey::parse("e"), FieldKey::parse("x")};
  EXPECT_EQ(test::error_of([&] { (void)graph.field_version_preimage(given); }).code(), ErrorCode::Unsupported);
}

TEST(VersionsV0, LongerVersionsAreDigestsOfLongerVersions) {
  const auto graph = FeatureGraph::build(
      {feature("a", {field("raw", "1")}), feature("b", {field("processed", "2")}, {dep("a")})}, {hash::Format::V0, 64});
  EXPECT_EQ(field_versions(graph, "a"), Texts{"520c9eecbe731350e126e2494c9020868232538030ad1c2e879c7fe31b6f17cd"});
  EXPECT_EQ(field_versions(graph, "b"), Texts{"42f231657d815ab66825b2f91293c566fed03be65f184ba8978f9fe69c8654df"});
}

TEST(VersionsV0, ProjectsSortByPartsNotByText) {
  auto first = feature("a/b", {field("x")});
  auto second = feature("a-b", {field("x")});
  EXPECT_EQ(build({second, first}).project_version("demo"), "2e3a8b89");
  EXPECT_EQ(build({first}).project_version("nobody"), "empty");
}

TEST(VersionsV0, AVersionNeedsEightCharacters) {
  EXPECT_EQ(test::error_of([] {
              (void)FeatureGraph::build({}, {hash::Format::V0, 7});
            }).code(),
            ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace metaxy::graph
