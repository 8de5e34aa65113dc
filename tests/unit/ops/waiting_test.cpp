// SPDX-License-Identifier: Apache-2.0
// Samples wait while what they are decided on has yet to be made again: they are not new, not orphaned, not current.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/scene.hpp"

namespace metaxy {
namespace {

std::string root(const std::string& code) {
  return R"({"key":"a","id_columns":["id"],"fields":[{"key":"x","code_version":")" + code + R"("}]})";
}
std::string middle(const std::string& code) {
  return R"({"key":"b","id_columns":["id"],"deps":[{"feature":"a","select":[]}],"fields":[{"key":"u","code_version":")" +
         code + R"("}]})";
}
std::string filtered(const std::string& filter) {
  return R"({"key":"c","id_columns":["id"],"deps":[{"feature":"b","filters":[")" + filter + R"("]}],"fields":["v"]})";
}
const std::string kGroups = R"({"key":"g","id_columns":["grp"],"deps":[{"feature":"b","filters":["grp IS NOT NULL"],
    "lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["v"]})";

/// Runs b, which gives every sample a score and a group.
void run_middle(Scene& scene, const std::map<std::string, std::vector<std::string>>& results) {
  scene.run("b", [&](const Json& row) -> std::vector<Json> {
    const auto id = row.at("id").get<std::string>();
    if (results.count(id) == 0) return {};
    const auto& result = results.at(id);
    return {{{"id", id}, {"score", result[0]}, {"grp", result[1].empty() ? Json() : Json(result[1])}}};
  });
}

std::map<std::string, std::uint64_t> counts(Scene& scene, const std::string& feature) {
  const auto status = scene.status(feature);
  std::map<std::string, std::uint64_t> out = {{"new", status.new_samples},
                                              {"stale", status.stale},
                                              {"orphaned", status.orphaned},
                                              {"waiting", status.waiting},
                                              {"current", status.up_to_date}};
  std::erase_if(out, [](const auto& count) { return count.second == 0; });
  return out;
}
using Counts = std::map<std::string, std::uint64_t>;

std::string state_of(Scene& scene, const std::string& feature, const std::string& column, const std::string& value) {
  return scene.store().explain(Scene::key(feature), {{column, value}}).state;
}

TEST(Waiting, ARootWhoseRecordsAreOfAnotherVersion) {
  Scene scene({root("1"), middle("1")});
  scene.write("a", {{{"id", "s"}}, {{"id", "t"}}});
  scene.run("b", std::vector<std::string>{"id"});
  EXPECT_EQ(counts(scene, "a"), (Counts{{"current", 2}}));
  EXPECT_EQ(scene.store().resolve_update(Scene::key("b"), {.count_waiting = true}).waiting, 0U);
  scene.define({root("2"), middle("1")});
  EXPECT_EQ(counts(scene, "a"), (Counts{{"waiting", 2}}));
  EXPECT_FALSE(scene.status("a").needs_update());
  EXPECT_EQ(state_of(scene, "a", "id", "s"), "waiting");
  EXPECT_EQ(counts(scene, "b"), (Counts{{"waiting", 2}}));
  EXPECT_FALSE(scene.status("b").needs_update());
  EXPECT_EQ(scene.store().resolve_update(Scene::key("b"), {.count_waiting = true}).waiting, 2U);
  scene.write("a", {{{"id", "s"}}}, "2");
  EXPECT_EQ(counts(scene, "a"), (Counts{{"current", 1}, {"waiting", 1}}));
  EXPECT_EQ(counts(scene, "b"), (Counts{{"stale", 1}, {"waiting", 1}}));
  EXPECT_EQ(state_of(scene, "a", "id", "s"), "up_to_date");
}

TEST(Waiting, ForARecordThatAFilterWouldDropAfterARollback) {
  Scene scene({root("1"), middle("1"), filtered("score = 'good'")});
  scene.write("a", {{{"id", "s"}}, {{"id", "t"}}, {{"id", "z"}}});
  run_middle(scene, {{"s", {"good", "1"}}, {"t", {"good", "1"}}, {"z", {"bad", "1"}}});
  scene.run("c", std::vector<std::string>{"id"});
  EXPECT_EQ(counts(scene, "c"), (Counts{{"current", 2}}));
  scene.define({root("1"), middle("2"), filtered("score = 'good'")});
  run_middle(scene, {{"s", {"bad", "1"}}});
  EXPECT_EQ(counts(scene, "c"), (Counts{{"orphaned", 1}, {"waiting", 2}}));  // s is bad now; t and z may be anything
  scene.define({root("1"), middle("1"), filtered("score = 'good'")});
  EXPECT_EQ(counts(scene, "c"), (Counts{{"current", 1}, {"waiting", 1}}));
  EXPECT_EQ(state_of(scene, "c", "id", "s"), "waiting");
  run_middle(scene, {{"s", {"good", "1"}}});
  EXPECT_EQ(counts(scene, "c"), (Counts{{"current", 2}}));
}

TEST(Waiting, NotForAFilterOnIds) {
  Scene scene({root("1"), middle("1"), filtered("id <> 'z'")});
  scene.write("a", {{{"id", "s"}}, {{"id", "z"}}});
  run_middle(scene, {{"s", {"good", "1"}}, {"z", {"good", "1"}}});
  scene.define({root("1"), middle("2"), filtered("id <> 'z'")});
  EXPECT_EQ(counts(scene, "c"), (Counts{{"waiting", 1}}));
}

TEST(Waiting, ForAMemberThatMayComeBackToItsGroup) {
  Scene scene({root("1"), middle("1"), kGroups});
  scene.write("a", {{{"id", "s"}}, {{"id", "t"}}});
  run_middle(scene, {{"s", {"good", "1"}}, {"t", {"good", "2"}}});
  scene.run("g", std::vector<std::string>{"grp"});
  scene.define({root("1"), middle("2"), kGroups});
  run_middle(scene, {{"s", {"bad", "3"}}, {"t", {"bad", ""}}});
  EXPECT_EQ(counts(scene, "g"), (Counts{{"new", 1}, {"orphaned", 2}}));
  scene.define({root("1"), middle("1"), kGroups});
  EXPECT_EQ(counts(scene, "g"), (Counts{{"waiting", 3}}));
  EXPECT_EQ(state_of(scene, "g", "grp", "1"), "waiting");
  EXPECT_TRUE(arrow::read_rows(scene.store().resolve_update(Scene::key("g")).rows).empty());
  run_middle(scene, {{"s", {"good", "1"}}});
  EXPECT_EQ(counts(scene, "g"), (Counts{{"current", 1}, {"waiting", 1}}));
  run_middle(scene, {{"t", {"good", "1"}}});
  EXPECT_EQ(counts(scene, "g"), (Counts{{"stale", 1}, {"orphaned", 1}}));
}

TEST(Waiting, NotUnderTheRulesOfTheReference) {
  ops::Rules rules;
  rules.compat = true;
  rules.hash = {hash::Format::V0, hash::Algorithm::Xxhash32, 8};
  Scene scene({root("1"), middle("1"), filtered("score = 'good'"), kGroups}, rules);
  scene.write("a", {{{"id", "s"}}});
  run_middle(scene, {{"s", {"good", "1"}}});
  scene.run("c", std::vector<std::string>{"id"});
  scene.run("g", std::vector<std::string>{"grp"});
  scene.define({root("2"), middle("1"), filtered("score = 'good'"), kGroups});
  EXPECT_EQ(counts(scene, "a"), Counts{});
  for (const auto* feature : {"c", "g"}) EXPECT_EQ(counts(scene, feature), Counts{}) << feature;
}

}  // namespace
}  // namespace metaxy
