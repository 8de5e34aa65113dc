// SPDX-License-Identifier: Apache-2.0
// Format 1 against vectors that tests/vectors/make_versions.py computes on its own.
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <metaxy/graph.hpp>

#include "base/json.hpp"
#include "support/definitions.hpp"

namespace metaxy::graph {
namespace {

Json vectors() {
  std::ifstream in(METAXY_VECTORS_DIR "/versions_v1.json");
  return parse_json(std::string(std::istreambuf_iterator<char>(in), {}), "versions_v1.json");
}

FeatureGraph graph_of(const Json& definitions) {
  std::vector<spec::FeatureDefinition> out;
  for (const Json& given : definitions) {
    spec::FeatureDefinition definition{.spec = spec::parse_feature_spec(dump_compact(given.at("spec")))};
    definition.feature_schema = dump_compact(given.at("feature_schema"));
    definition.project = given.at("project").get<std::string>();
    definition.is_external = given.at("is_external").get<bool>();
    if (given.contains("provenance_by_field")) {
      definition.provenance_by_field = given.at("provenance_by_field").get<test::Names>();
    }
    out.push_back(std::move(definition));
  }
  return FeatureGraph::build(std::move(out));
}

void expect_feature(const FeatureGraph& graph, const std::string& name, const Json& expected) {
  SCOPED_TRACE(name);
  const auto key = FeatureKey::parse(name);
  const FeatureVersions& versions = graph.versions(key);
  EXPECT_EQ(versions.feature_version, expected.at("feature_version"));
  EXPECT_EQ(versions.code_version, expected.at("code_version"));
  EXPECT_EQ(versions.spec_version, expected.at("spec_version"));
  EXPECT_EQ(versions.definition_version, expected.at("definition_version"));
  ASSERT_EQ(versions.fields.size(), expected.at("fields").size());
  for (const auto& field : versions.fields) {
    const std::string field_name = field.key.to_string();
    EXPECT_EQ(field.version, expected.at("fields").at(field_name)) << field_name;
    if (!expected.at("preimages").contains(field_name)) continue;
    EXPECT_EQ(graph.field_version_preimage({key, field.key}), expected.at("preimages").at(field_name)) << field_name;
  }
}

TEST(VersionsV1, AgreeWithTheVectors) {
  const Json cases = vectors();
  ASSERT_GE(cases.size(), 30U);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const FeatureGraph graph = graph_of(cases[i].at("definitions"));
    for (const auto& [name, expected] : cases[i].at("expect").items()) expect_feature(graph, name, expected);
    for (const auto& [project, version] : cases[i].at("projects").items()) {
      EXPECT_EQ(graph.project_version(project), version) << project;
    }
  }
}

// In format 0 both write `a.b12`: a code version can imitate its neighbour.
TEST(VersionsV1, DoNotConfuseNeighbouringTexts) {
  const auto pair = [](hash::Format format, const std::string& field, const std::string& code_version) {
    const auto graph = FeatureGraph::build({test::feature("a", {test::field(field, code_version)})}, {format, 32});
    return graph.versions(FeatureKey::parse("a")).fields[0].version;
  };
  EXPECT_EQ(pair(hash::Format::V0, "b", "12"), pair(hash::Format::V0, "b1", "2"));
  EXPECT_NE(pair(hash::Format::V1, "b", "12"), pair(hash::Format::V1, "b1", "2"));
}

}  // namespace
}  // namespace metaxy::graph
