// SPDX-License-Identifier: Apache-2.0
// Answers of the reference to generated graphs (format 0): every version, order and table name must be the same.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/graph.hpp>

#include "base/json.hpp"

namespace metaxy::graph {
namespace {

std::filesystem::path case_folder() {
  const char* given = std::getenv("METAXY_CONFORMANCE");
  return given && *given ? given : METAXY_CONFORMANCE_DIR;
}

std::vector<std::string> names(const std::vector<FeatureKey>& keys) {
  std::vector<std::string> out;
  for (const auto& key : keys) out.push_back(key.to_string());
  return out;
}

FeatureGraph graph_of(const Json& given) {
  std::vector<spec::FeatureDefinition> definitions;
  for (const Json& feature : given.at("features")) {
    spec::FeatureDefinition definition{.spec = spec::parse_feature_spec(feature.dump())};
    definition.project = given.at("project").get<std::string>();
    definition.feature_schema = given.at("feature_schema").dump();
    definitions.push_back(std::move(definition));
  }
  return FeatureGraph::build(std::move(definitions), {hash::Format::V0, hash::kDefaultLengthV0});
}

void expect_feature(const FeatureGraph& graph, const std::string& name, const Json& expected) {
  SCOPED_TRACE(name);
  const auto key = FeatureKey::parse(name);
  const FeatureVersions& versions = graph.versions(key);
  EXPECT_EQ(versions.feature_version, expected.at("feature_version"));
  EXPECT_EQ(versions.code_version, expected.at("code_version"));
  EXPECT_EQ(versions.spec_version, expected.at("feature_spec_version"));
  EXPECT_EQ(versions.definition_version, expected.at("definition_version"));
  EXPECT_EQ(key.table_name(), expected.at("table_name"));
  EXPECT_EQ(versions.fields.size(), expected.at("field_versions").size());
  for (const auto& field : versions.fields) {
    EXPECT_EQ(field.version, expected.at("field_versions").value(field.key.to_string(), "none"));
  }
}

void expect_case(const Json& given) {
  const FeatureGraph graph = graph_of(given);
  ASSERT_EQ(graph.size(), given.at("expect").size());
  for (const auto& [name, expected] : given.at("expect").items()) expect_feature(graph, name, expected);
  EXPECT_EQ(graph.project_version(given.at("project").get<std::string>()), given.at("project_version"));
  EXPECT_EQ(names(graph.topological_order()), given.at("topological_order").get<std::vector<std::string>>());
  const auto source = FeatureKey::parse(given.at("downstream").at("of").get<std::string>());
  EXPECT_EQ(names(graph.downstream({source})), given.at("downstream").at("features").get<std::vector<std::string>>());
}

TEST(ConformanceVersions, EveryCaseAgreesWithTheReference) {
  const auto file = case_folder() / "versions.jsonl";
  std::ifstream lines(file);
  ASSERT_TRUE(lines) << "cannot read " << file;
  std::size_t cases = 0;
  for (std::string line; std::getline(lines, line); ++cases) {
    if (line.empty()) continue;
    SCOPED_TRACE(file.string() + ":" + std::to_string(cases + 1));
    try {
      expect_case(parse_json(line));
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  EXPECT_GT(cases, 0U);
}

}  // namespace
}  // namespace metaxy::graph
