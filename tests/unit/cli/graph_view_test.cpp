// SPDX-License-Identifier: Apache-2.0
#include "cli/graph_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace metaxy::cli {
namespace {

using spec::FeatureKey;

spec::FeatureDefinition feature(const std::string& key, const std::vector<std::string>& deps) {
  spec::FeatureDefinition out{
      .spec = {.key = FeatureKey::parse(key), .id_columns = {"id"}, .deps = {}, .description = {}},
      .feature_class_path = {},
      .project = "p",
      .provenance_by_field = {},
      .place = {}};
  for (const std::string& dep : deps)
    out.spec.deps.push_back({.feature = FeatureKey::parse(dep), .select = {}, .rename = {}, .sql_filters = {}});
  return out;
}

// a → b → c → d, and a → x
graph::FeatureGraph chain() {
  return graph::FeatureGraph::build(
      {feature("d", {"c"}), feature("c", {"b"}), feature("b", {"a"}), feature("a", {}), feature("x", {"a"})});
}

std::vector<std::string> names(const std::vector<FeatureKey>& keys) {
  std::vector<std::string> out;
  for (const FeatureKey& key : keys) out.push_back(key.to_string());
  return out;
}

using Names = std::vector<std::string>;

TEST(Around, GoesAsFarAsTold) {
  const auto graph = chain();
  const auto b = FeatureKey::parse("b");
  EXPECT_EQ(names(around(graph, {b, {}, {}})), (Names{"a", "b", "c", "d"}));
  EXPECT_EQ(names(around(graph, {b, 0, 0})), (Names{"b"}));
  EXPECT_EQ(names(around(graph, {b, 1, 0})), (Names{"a", "b"}));
  EXPECT_EQ(names(around(graph, {b, 0, 1})), (Names{"b", "c"}));
  EXPECT_EQ(names(around(graph, {FeatureKey::parse("d"), 2, {}})), (Names{"b", "c", "d"}));
}

TEST(MakeView, HasUpstreamsFirstAndDepsOutsideOfThePicture) {
  const auto graph = chain();
  const GraphView view = make_view(graph, {FeatureKey::parse("c"), FeatureKey::parse("b")}, "p");
  ASSERT_EQ(view.nodes.size(), 2U);
  EXPECT_EQ(view.nodes[0].key, "b");
  EXPECT_EQ(view.nodes[0].deps, Names{"a"});
  EXPECT_EQ(view.nodes[1].key, "c");
  EXPECT_EQ(view.project_version, graph.project_version("p"));
  // Edges are drawn only between features in the picture.
  EXPECT_NE(render_graphviz(view, {}).find("\"b\" -> \"c\""), std::string::npos);
  EXPECT_EQ(render_graphviz(view, {}).find("\"a\" ->"), std::string::npos);
  EXPECT_EQ(render_mermaid(view, {}).find("    a -->"), std::string::npos);
}

TEST(RenderMermaid, KeepsNodesApartWhoseIdsWouldClash) {
  GraphView view;
  view.nodes = {{.key = "a-b", .project = "", .version = "1", .code_version = "2", .fields = {}, .deps = {}},
                {.key = "a_b", .project = "", .version = "3", .code_version = "4", .fields = {}, .deps = {"a-b"}}};
  const std::string text = render_mermaid(view, {});
  EXPECT_NE(text.find("    a_b[\""), std::string::npos);
  EXPECT_NE(text.find("    a_b_[\""), std::string::npos);
  EXPECT_NE(text.find("    a_b --> a_b_\n"), std::string::npos);
}

TEST(Rendering, EscapesWhatUsersWrite) {
  GraphView view;
  view.nodes = {{.key = "a",
                 .project = "p",
                 .version = "1",
                 .code_version = "2",
                 .fields = {{"f", "3", "<b>\"&\n"}},
                 .deps = {}}};
  const ViewStyle style{.code_versions = true, .title = "\"x\"\\"};
  EXPECT_NE(render_graphviz(view, style).find("cv: &lt;b&gt;&quot;&amp;\\n"), std::string::npos);
  EXPECT_NE(render_graphviz(view, style).find("label=\"\\\"x\\\"\\\\\""), std::string::npos);
  EXPECT_NE(render_mermaid(view, style).find("cv: #lt;b#gt;#quot;#amp;\\n"), std::string::npos);
  EXPECT_NE(render_terminal(view, style).find("(cv: <b>\"&\\n)"), std::string::npos);
}

}  // namespace
}  // namespace metaxy::cli
