// SPDX-License-Identifier: Apache-2.0
// Rows and given samples that contradict themselves or their feature are refused, and nothing is written.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/scene.hpp"

namespace metaxy {
namespace {

const std::string kRoot = R"({"key":"a","id_columns":["i"],"fields":["x","y"]})";
const std::vector<std::string> kFields = {"x", "y"};

Json row(const Json& id, const Json& x = "1", const Json& y = "1") {
  return {{"i", id}, {"metaxy_provenance_by_field", {{"x", x}, {"y", y}}}};
}

arrow::Stream stream(const std::vector<Json>& rows) {
  std::vector<arrow::Field> columns = {{"i"}, arrow::struct_of_text("metaxy_provenance_by_field", kFields)};
  for (const auto* name : {"metaxy_provenance", "metaxy_data_version"}) {
    if (rows.front().contains(name)) columns.emplace_back(name);
  }
  if (rows.front().contains("metaxy_data_version_by_field")) {
    columns.push_back(arrow::struct_of_text("metaxy_data_version_by_field", kFields));
  }
  return arrow::make_stream(columns, rows);
}

Json with(Json row, const std::string& name, const Json& value) {
  row[name] = value;
  return row;
}

TEST(Contradictions, OfProvenance) {
  Scene scene({kRoot});
  scene.store().write(Scene::key("a"), stream({row("p")}));
  const auto provenance = scene.read("a").front().at("metaxy_provenance");
  const auto before = scene.everything("a");
  expect_error([&] { scene.store().write(Scene::key("a"), stream({with(row("p"), "metaxy_provenance", "other")})); },
               ErrorCode::InvalidArgument, {"metaxy_provenance contradicts metaxy_provenance_by_field", "i = `p`"});
  EXPECT_EQ(scene.everything("a"), before);
  scene.store().write(Scene::key("a"), stream({with(row("q"), "metaxy_provenance", provenance),
                                               with(row("r", "2"), "metaxy_provenance", nullptr)}));
  EXPECT_EQ(scene.read("a").size(), 3U);
}

TEST(Contradictions, OfProvenanceAreTheReferencesToKeep) {
  ops::Rules rules;
  rules.compat = true;
  rules.hash = {hash::Format::V0, hash::Algorithm::Xxhash32, 8};
  Scene scene({kRoot}, rules);
  scene.store().write(Scene::key("a"), stream({with(row("p"), "metaxy_provenance", "other")}));
  EXPECT_EQ(scene.values("a", "metaxy_provenance"), std::multiset<std::string>{"other"});
}

TEST(Contradictions, OfGivenSamplesAreRefusedLikeThoseOfRows) {
  Scene scene({kRoot});
  scene.store().write(Scene::key("a"), stream({row("p")}));
  const std::vector<std::pair<std::vector<Json>, std::string>> cases = {
      {{row(nullptr)}, "rows have null, empty or NaN ids"},
      {{row("")}, "rows have null, empty or NaN ids"},
      {{row("p"), row("p")}, "ids occur more than once in one write: i = `p`"},
      {{row("p", nullptr)}, "rows have null or empty provenance or data versions: i = `p`"},
      {{with(row("p"), "metaxy_provenance", "other")}, "metaxy_provenance contradicts"},
      {{with(with(row("p"), "metaxy_data_version", "one"), "metaxy_data_version_by_field", {{"x", "2"}, {"y", "3"}})},
       "metaxy_data_version contradicts"}};
  for (const auto& [rows, words] : cases) {
    ops::ResolveOptions options;
    options.samples = stream(rows);
    expect_error([&] { scene.store().resolve_update(Scene::key("a"), std::move(options)); }, ErrorCode::InvalidArgument,
                 {words});
    expect_error([&] { scene.store().write(Scene::key("a"), stream(rows)); }, ErrorCode::InvalidArgument, {words});
  }
  ops::ResolveOptions wrong;
  wrong.samples = arrow::make_stream({{"i"}, arrow::struct_of_text("metaxy_provenance_by_field", {"x", "z"})},
                                     {{{"i", "p"}, {"metaxy_provenance_by_field", {{"x", "1"}, {"z", "1"}}}}});
  expect_error([&] { scene.store().resolve_update(Scene::key("a"), std::move(wrong)); }, ErrorCode::SchemaMismatch,
               {"lacks member `y`", "has member `z`, which is no field of the feature"});
  ops::ResolveOptions right;
  right.samples = stream({row("p"), row("q", "2")});
  const auto rows = arrow::read_rows(scene.store().resolve_update(Scene::key("a"), std::move(right)).rows);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().at("i"), "q");
}

TEST(Contradictions, RowsWithoutTheColumnThatSamplesAreMatchedBy) {
  Scene scene({kRoot, R"({"key":"k","id_columns":["kk"],"deps":["a"],"fields":["v"]})"});
  scene.store().write(Scene::key("a"), stream({row("p")}));
  const Json alone = {{"kk", "1"}, {"metaxy_provenance_by_field", {{"v", "1"}}}};
  expect_error([&] { scene.write("k", {alone}); }, ErrorCode::SchemaMismatch,
               {"column `i`", "is missing, by which samples are matched with those of a"});
  EXPECT_FALSE(scene.status("k").exists);
  scene.run("k", [](const Json& it) { return std::vector<Json>{{{"kk", "1"}, {"i", it.at("i")}}}; });
  EXPECT_EQ(scene.status("k").up_to_date, 1U);
}

}  // namespace
}  // namespace metaxy
