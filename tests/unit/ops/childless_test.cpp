// SPDX-License-Identifier: Apache-2.0
// 1:N: parents that expand to nothing.
#include <string>
#include <vector>

#include "support/scene.hpp"

namespace metaxy {
namespace {

using Ids = std::multiset<std::string>;

const std::string kVideo = R"({"key":"video","id_columns":["video"],"fields":["v"]})";

std::string frames(const std::string& code_version = "1", const std::string& ids = R"("video","n")") {
  return R"({"key":"frame","id_columns":[)" + ids +
         R"(],"deps":[{"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}}],
         "fields":[{"key":"pixels","code_version":")" +
         code_version + R"("}]})";
}

class Childless : public testing::Test {
 protected:
  explicit Childless(std::vector<std::string> specs = {kVideo, frames()}) : scene_(std::move(specs)) {
    scene_.write("video", {{{"video", "a"}}, {{"video", "b"}}});
  }

  /// Expands what an increment asks for: `a` into as many frames as given, every other video into one.
  void expand(int frames_of_a) {
    scene_.run("frame", [&](const Json& row) {
      const int count = row.at("video") == "a" ? frames_of_a : 1;
      std::vector<Json> out;
      for (int i = 0; i < count; ++i) out.push_back({{"video", row.at("video")}, {"n", std::to_string(i)}});
      if (out.empty()) out.push_back({{"video", row.at("video")}, {"n", nullptr}});
      return out;
    });
  }
  void change_a(const std::string& version) { scene_.write("video", {{{"video", "a"}}}, version); }

  std::vector<Json> resolve() { return arrow::read_rows(scene_.store().resolve_update(Scene::key("frame")).rows); }
  /// State and parent of every row of the increment.
  Ids increment() {
    Ids out;
    for (const auto& row : resolve()) {
      out.insert(row.at("metaxy_increment").get<std::string>() + " " + row.at("video").get<std::string>());
    }
    return out;
  }

  Scene scene_;
};

TEST_F(Childless, AParentWithoutChildrenIsUpToDateUntilItChanges) {
  std::vector<Json> rows;
  for (const auto& row : resolve()) {
    rows.push_back({{"video", row.at("video")},
                    {"n", row.at("video") == "a" ? Json(nullptr) : Json("0")},
                    {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}});
  }
  const auto written = scene_.write("frame", rows);
  EXPECT_EQ(written.rows, 1U);
  EXPECT_EQ(written.childless, 1U);
  EXPECT_EQ(written.retired, 0U);
  EXPECT_EQ(increment(), Ids{});
  EXPECT_EQ(scene_.status("frame").up_to_date, 2U);
  EXPECT_EQ(scene_.values("frame", "video"), Ids{"b"});
  change_a("2");
  EXPECT_EQ(increment(), Ids{"stale a"});
  expand(0);
  EXPECT_EQ(increment(), Ids{});
}

TEST_F(Childless, AnExpansionShrinksToNothingAndGrowsAgain) {
  expand(2);
  change_a("2");
  expand(0);
  EXPECT_EQ(increment(), Ids{});
  EXPECT_EQ(scene_.values("frame", "video"), Ids{"b"});
  change_a("3");
  expand(3);
  EXPECT_EQ(increment(), Ids{});
  EXPECT_EQ(scene_.values("frame", "video"), (Ids{"a", "a", "a", "b"}));
  // What was once said of a parent does not count while it has children.
  change_a("2");
  EXPECT_EQ(increment(), Ids{"stale a"});
}

TEST_F(Childless, ACodeVersionMakesItStale) {
  expand(0);
  scene_.define({kVideo, frames("2")});
  EXPECT_EQ(increment(), (Ids{"stale a", "stale b"}));
  expand(0);
  EXPECT_EQ(increment(), Ids{});
}

TEST_F(Childless, AParentThatIsGoneLeavesNoOrphan) {
  expand(0);
  scene_.store().remove(Scene::key("video"), {.filters = {"video = 'a'"}});
  EXPECT_EQ(increment(), Ids{});
  EXPECT_EQ(scene_.status("frame").orphaned, 0U);
}

TEST_F(Childless, DeletedItIsNewAgain) {
  expand(0);
  for (const bool hard : {false, true}) {
    const auto deleted = scene_.store().remove(Scene::key("frame"), {.filters = {"video = 'a'"}, .hard = hard});
    EXPECT_EQ(deleted.samples, 0U);
    EXPECT_EQ(increment(), Ids{"new a"});
    expand(0);
    EXPECT_EQ(increment(), Ids{});
  }
  EXPECT_EQ(scene_.store().remove(Scene::key("frame"), {.all = true}).samples, 1U);
  EXPECT_EQ(increment(), (Ids{"new a", "new b"}));
}

TEST_F(Childless, ErasingItSparesTheChildrenOfOtherTimes) {
  expand(0);
  change_a("2");
  expand(2);
  scene_.store().remove(Scene::key("frame"), {.filters = {"n IS NULL"}, .hard = true});
  EXPECT_EQ(scene_.values("frame", "video"), (Ids{"a", "a", "b"}));
  EXPECT_EQ(scene_.everything("frame").size(), 3U);
}

TEST_F(Childless, ErasingAlongTheGraphLeavesNothingOfTheParent) {
  expand(0);
  const auto erase = [&] {
    scene_.store().remove(Scene::key("video"), {.filters = {"video = 'a'"}, .hard = true, .cascade = true});
  };
  if (!test::takes_times()) {
    expect_error(erase, ErrorCode::Unsupported, {"metaxy_updated_at", "delete without erasing"});
    EXPECT_EQ(scene_.values("video", "video"), (Ids{"a", "b"}));
    return;
  }
  erase();
  for (const auto& row : scene_.everything("frame")) EXPECT_EQ(row.find(R"("video":"a")"), std::string::npos) << row;
  EXPECT_EQ(scene_.everything("frame").size(), 1U);
}

TEST_F(Childless, ExplanationsKnowIt) {
  expand(0);
  const auto now = scene_.store().explain(Scene::key("frame"), {{"video", "a"}});
  EXPECT_EQ(now.state, "up_to_date");
  EXPECT_EQ(now.records, 0U);
  EXPECT_NE(now.reason.find("nothing"), std::string::npos) << now.reason;
  EXPECT_EQ(now.stored_provenance, now.expected_provenance);
  change_a("2");
  const auto then = scene_.store().explain(Scene::key("frame"), {{"video", "a"}});
  EXPECT_EQ(then.state, "stale");
  EXPECT_TRUE(then.fields.front().stale);
}

TEST_F(Childless, CopiesBringItOnce) {
  expand(0);
  change_a("2");
  expand(0);
  for (const bool history : {false, true}) {
    Scene other({kVideo, frames()});
    ops::CopyOptions options;
    options.sample_history = options.feature_history = history;
    EXPECT_EQ(other.store().copy_from(scene_.store(), options).records, history ? 6U : 4U);
    EXPECT_EQ(other.store().copy_from(scene_.store(), options).records, 0U);
    EXPECT_TRUE(arrow::read_rows(other.store().resolve_update(Scene::key("frame")).rows).empty());
  }
}

TEST_F(Childless, RebaseLeavesItToBeExpandedAgain) {
  expand(0);
  const auto before = scene_.version("frame");
  scene_.define({kVideo, frames("2")});
  for (int i = 0; i < 2; ++i) {
    const auto done = scene_.store().rebase(Scene::key("frame"), {.from = before});
    EXPECT_EQ(done.rebased, i == 0 ? 1U : 0U);
    EXPECT_EQ(done.deleted, 0U);
  }
  EXPECT_EQ(increment(), Ids{"stale a"});
}

TEST_F(Childless, SuchRowsAreTheOnlyOnesOfTheirParent) {
  const auto refused = [&](const std::vector<Json>& rows, const std::vector<std::string>& words) {
    expect_error([&] { scene_.write("frame", rows); }, ErrorCode::InvalidArgument, words);
    EXPECT_FALSE(scene_.status("frame").exists);
  };
  const Json none = {{"video", "a"}, {"n", nullptr}};
  refused({none, {{"video", "a"}, {"n", "1"}}}, {"parents without children", "video = `a`"});
  refused({none, none}, {"parents without children", "video = `a`"});
  refused({{{"video", nullptr}, {"n", nullptr}}}, {"null, empty or NaN ids"});
  refused({{{"video", "a"}, {"n", ""}}}, {"null, empty or NaN ids"});
}

TEST_F(Childless, SomeIdsOfAChildAreNotEnough) {
  scene_.define({kVideo, frames("1", R"("video","n","tile")")});
  expect_error(
      [&] {
        scene_.write("frame", {{{"video", "a"}, {"n", "1"}, {"tile", nullptr}}});
      },
      ErrorCode::InvalidArgument, {"null, empty or NaN ids"});
  scene_.write("frame", {{{"video", "a"}, {"n", nullptr}, {"tile", nullptr}}});
  EXPECT_EQ(scene_.status("frame").stale, 1U);
}

TEST_F(Childless, ParentsNeedNotBePartOfTheIds) {
  scene_.define({kVideo, frames("1", R"("n")")});
  const auto rows = resolve();
  std::vector<Json> written;
  for (const auto& row : rows) {
    written.push_back({{"video", row.at("video")},
                       {"n", nullptr},
                       {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}});
  }
  EXPECT_EQ(scene_.write("frame", written).childless, 2U);
  EXPECT_EQ(increment(), Ids{});
  change_a("2");
  EXPECT_EQ(increment(), Ids{"stale a"});
}

TEST_F(Childless, TheFirstWriteMustTellTheTypeOfTheChildrensIds) {
  const std::vector<Json> rows = {{{"video", "a"}, {"n", nullptr}, {"metaxy_provenance_by_field", {{"pixels", "x"}}}}};
  const auto write = [&] {
    scene_.store().write(
        Scene::key("frame"),
        arrow::make_stream({{"video"}, {"n", "n"}, arrow::struct_of_text("metaxy_provenance_by_field", {"pixels"})},
                           rows));
  };
  expect_error(write, ErrorCode::SchemaMismatch, {"type is not known", "`n`"});
  EXPECT_FALSE(scene_.status("frame").exists);
  scene_.write("frame", {{{"video", "b"}, {"n", "0"}}});
  write();
  EXPECT_EQ(scene_.status("frame").stale, 2U);
}

TEST(ChildlessInCompatibilityMode, IsRefusedAsEverywhere) {
  ops::Rules rules;
  rules.compat = true;
  rules.create_tables = true;
  Scene scene({kVideo, frames()}, rules);
  scene.write("video", {{{"video", "a"}}});
  expect_error(
      [&] {
        scene.write("frame", {{{"video", "a"}, {"n", nullptr}}});
      },
      ErrorCode::InvalidArgument, {"null, empty or NaN ids"});
}

}  // namespace
}  // namespace metaxy
