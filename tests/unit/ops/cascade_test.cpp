// SPDX-License-Identifier: Apache-2.0
// Deletion along the graph: what goes, what stays, and what is refused; deletions and the clock.
#include "support/scene.hpp"

namespace metaxy {
namespace {

using Set = std::multiset<std::string>;

const std::vector<std::string> kSpecs = {
    R"({"key":"video","id_columns":["video"],"fields":["v"]})",
    R"({"key":"note","id_columns":["video"],"fields":["v"]})",
    R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video","rename":{"video":"id"}}],"fields":["v"]})",
    R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"crop","select":[],
        "lineage":{"relationship":{"type":"1:N","on":["id"]}}}],"fields":["v"]})",
    R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"crop","select":["grp"],
        "lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["v"]})",
    R"({"key":"report","id_columns":["grp"],"deps":[{"feature":"stats"}],"fields":["v"]})",
    R"({"key":"noted","id_columns":["id"],"deps":[{"feature":"crop","select":[]},
        {"feature":"note","select":[],"rename":{"video":"id"},"optional":true}],"fields":["v"]})",
    R"({"key":"either","id_columns":["id"],"deps":[{"feature":"crop","select":[],"optional":true},
        {"feature":"note","select":[],"rename":{"video":"id"},"optional":true}],"fields":["v"]})"};

std::vector<Json> frames_of(const Json& row) {
  return {{{"id", row.at("id")}, {"n", "0"}}, {{"id", row.at("id")}, {"n", "1"}}};
}

/// Videos a, b in group g1, c in g2; notes for a and x.
class Videos : public Scene {
 public:
  Videos() : Scene(kSpecs) {
    write("video", {{{"video", "a"}}, {{"video", "b"}}, {{"video", "c"}}});
    write("note", {{{"video", "a"}}, {{"video", "x"}}});
    run("crop", [](const Json& row) {
      return std::vector<Json>{{{"id", row.at("id")}, {"grp", row.at("id") == "c" ? "g2" : "g1"}}};
    });
    run("frame", frames_of);
    run("stats", {"grp"});
    run("report", {"grp"});
    run("noted", {"id"});
    run("either", {"id"});
  }

  std::map<std::string, std::uint64_t> remove(const std::string& feature, ops::DeleteOptions options) {
    options.cascade = true;
    std::map<std::string, std::uint64_t> out;
    order_.clear();
    for (const auto& each : store().remove(key(feature), options).features) {
      order_.push_back(each.feature.to_string());
      if (each.samples > 0) out[each.feature.to_string()] = each.samples;
    }
    return out;
  }
  std::map<std::string, std::multiset<std::string>> snapshot() {
    std::map<std::string, std::multiset<std::string>> out;
    for (const auto* name : {"video", "note", "crop", "frame", "stats", "report", "noted", "either"}) {
      out[name] = everything(name);
    }
    return out;
  }

  std::vector<std::string> order_;
};

class Cascade : public testing::Test, public Videos {};

using Counts = std::map<std::string, std::uint64_t>;

TEST_F(Cascade, TakesWhatWasMadeFromTheSampleAndLeavesGroupsThatKeepAMember) {
  EXPECT_EQ(remove("video", {.filters = {"video = 'a'"}}),
            (Counts{{"video", 1}, {"crop", 1}, {"frame", 2}, {"noted", 1}}));
  EXPECT_EQ(values("crop", "id"), (Set{"b", "c"}));
  EXPECT_EQ(values("frame", "id"), (Set{"b", "b", "c", "c"}));
  EXPECT_EQ(values("stats", "grp"), (Set{"g1", "g2"}));
  EXPECT_EQ(status("stats").stale, 1U);
  // It has a note left to be made from.
  EXPECT_EQ(values("either", "id"), (Set{"a", "b", "c", "x"}));
  EXPECT_EQ(status("either").stale, 1U);
  EXPECT_EQ(status("noted").orphaned + status("frame").orphaned + status("crop").orphaned, 0U);
}

TEST_F(Cascade, AGroupThatLosesItsLastMemberGoesAndSoDoesWhatWasMadeFromIt) {
  EXPECT_EQ(
      remove("video", {.filters = {"video = 'c'"}}),
      (Counts{{"video", 1}, {"crop", 1}, {"frame", 2}, {"noted", 1}, {"stats", 1}, {"report", 1}, {"either", 1}}));
  EXPECT_EQ(values("stats", "grp"), Set{"g1"});
  EXPECT_EQ(values("report", "grp"), Set{"g1"});
  // Members that go one after the other count together.
  EXPECT_EQ(remove("video", {.filters = {"video = 'a'"}}).count("stats"), 0U);
  EXPECT_EQ(remove("video", {.filters = {"video = 'b'"}}).at("stats"), 1U);
}

TEST_F(Cascade, AnOptionalInputThatGoesLeavesItsSamplesStale) {
  EXPECT_EQ(remove("note", {.all = true}), (Counts{{"note", 2}, {"either", 1}}));
  EXPECT_EQ(values("either", "id"), (Set{"a", "b", "c"}));
  EXPECT_EQ(status("noted").stale, 1U);
}

TEST_F(Cascade, PreviewCountsExactlyWhatGoesAndChangesNothing) {
  const auto before = snapshot();
  for (bool hard : {false, true}) {
    for (const auto* filter : {"video = 'a'", "video <> 'b'", "video = 'nobody'"}) {
      const auto shown = remove("video", {.filters = {filter}, .hard = hard, .dry_run = true});
      EXPECT_TRUE(snapshot() == before) << filter;
      Videos other;
      EXPECT_EQ(other.remove("video", {.filters = {filter}, .hard = hard}), shown) << filter;
      EXPECT_EQ(other.snapshot() == before, shown.empty()) << filter;
    }
  }
}

TEST_F(Cascade, GoesThroughDownstreamFeaturesBeforeTheirUpstreams) {
  remove("video", {.filters = {"video = 'a'"}, .dry_run = true});
  auto at = [&](const std::string& name) { return std::find(order_.begin(), order_.end(), name) - order_.begin(); };
  EXPECT_EQ(order_.back(), "video");
  EXPECT_LT(at("report"), at("stats"));
  EXPECT_LT(at("stats"), at("crop"));
  EXPECT_LT(at("frame"), at("crop"));
}

TEST_F(Cascade, HardRemovesEveryRecordAndAlsoWhatWasMarkedBefore) {
  remove("video", {.filters = {"video = 'a'"}});
  const ops::ReadOptions deleted{.include_soft_deleted = true};
  EXPECT_EQ(values("frame", "id", deleted).count("a"), 2U);
  EXPECT_EQ(remove("video", {.filters = {"video = 'a'"}, .hard = true}),
            (Counts{{"video", 1}, {"crop", 1}, {"frame", 2}, {"noted", 1}}));
  for (const auto* name : {"crop", "frame", "noted"}) {
    for (const auto& row : everything(name)) EXPECT_EQ(row.find("\"a\""), std::string::npos) << row;
  }
}

TEST_F(Cascade, SeveralFeaturesGoInOneCommit) {
  const auto before = snapshot();
  // The second filter column is unknown to note's downstream only: nothing at all is deleted.
  expect_error(
      [&] {
        store().remove({key("video"), key("stats")}, {.filters = {"video = 'a'"}});
      },
      ErrorCode::InvalidArgument, {"stats", "`video`"});
  EXPECT_TRUE(snapshot() == before);
  const auto done = store().remove({key("note"), key("video")}, {.filters = {"video = 'a'"}, .cascade = true});
  EXPECT_EQ(done.samples, 1U + 1U + 1U + 2U + 1U + 1U);
  EXPECT_EQ(values("either", "id"), (Set{"b", "c", "x"}));
}

TEST_F(Cascade, RefusesBadInputAndChangesNothing) {
  const auto before = snapshot();
  expect_error([&] { remove("video", {}); }, ErrorCode::InvalidArgument, {"video", "without a filter"});
  expect_error([&] { remove("video", {.filters = {"nothing = 1"}}); }, ErrorCode::InvalidArgument, {"`nothing`"});
  expect_error([&] { remove("video", {.filters = {"video ="}}); }, ErrorCode::InvalidArgument, {"video ="});
  EXPECT_TRUE(snapshot() == before);
  Scene empty(kSpecs);
  expect_error([&] { empty.store().remove(key("video"), {.all = true, .cascade = true}); }, ErrorCode::NotFound,
               {"nothing has been written for video"});
}

TEST(CascadeMixtures, SamplesOfAProductAndRenamedFilteredInputs) {
  Scene scene(
      {R"({"key":"video","id_columns":["video"],"fields":["v"]})",
       R"({"key":"prompt","id_columns":["prompt"],"fields":["v"]})",
       R"({"key":"answer","id_columns":["video","prompt"],"deps":[
                   {"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}},
                   {"feature":"prompt","select":[],"lineage":{"relationship":{"type":"1:N","on":["prompt"]}}}],
                   "fields":["v"]})",
       R"({"key":"long","id_columns":["clip"],"deps":[{"feature":"video","rename":{"video":"clip","kind":"type"},
                   "filters":["type <> 'short'"]}],"fields":["v"]})",
       R"({"key":"kinds","id_columns":["type"],"deps":[{"feature":"video","select":["type"],"rename":{"kind":"type"},
                   "filters":["video <> 'a'"],"lineage":{"relationship":{"type":"N:1","on":["type"]}}}],"fields":["v"]})"});
  scene.write("video", {{{"video", "a"}, {"kind", "k"}}, {{"video", "b"}, {"kind", "k"}}});
  scene.write("prompt", {{{"prompt", "p"}}, {{"prompt", "q"}}});
  scene.run("answer", {"video", "prompt"});
  scene.run("long", {"clip"});
  scene.run("kinds", {"type"});
  const auto remove = [&](const std::string& feature, const std::string& filter) {
    std::map<std::string, std::uint64_t> out;
    for (const auto& each :
         scene.store().remove(Scene::key(feature), {.filters = {filter}, .cascade = true}).features) {
      out[each.feature.to_string()] = each.samples;
    }
    return out;
  };
  EXPECT_EQ(remove("prompt", "prompt = 'p'"), (std::map<std::string, std::uint64_t>{{"prompt", 1}, {"answer", 2}}));
  EXPECT_EQ(scene.values("answer", "prompt"), (Set{"q", "q"}));
  // `a` counts for no kind, so the group has lost its only member with `b`.
  EXPECT_EQ(remove("video", "video = 'b'"),
            (std::map<std::string, std::uint64_t>{{"video", 1}, {"answer", 1}, {"long", 1}, {"kinds", 1}}));
  EXPECT_EQ(scene.values("long", "clip"), Set{"a"});
}

TEST(CascadeMixtures, ALadderOfDiamondsStaysSmall) {
  std::vector<std::string> specs = {R"({"key":"f0","id_columns":["id"],"fields":["v"]})"};
  for (int i = 0; i < 8; ++i) {
    const auto above = i == 0 ? std::vector<std::string>{"f0"}
                              : std::vector<std::string>{"l" + std::to_string(i - 1), "r" + std::to_string(i - 1)};
    std::string deps;
    for (const auto& name : above)
      deps += std::string(deps.empty() ? "" : ",") + R"({"feature":")" + name + R"(","select":[]})";
    for (const auto* side : {"l", "r"}) {
      specs.push_back(R"({"key":")" + (side + std::to_string(i)) + R"(","id_columns":["id"],"deps":[)" + deps +
                      R"(],"fields":["v"]})");
    }
  }
  Scene scene(specs);
  scene.write("f0", {{{"id", "a"}}, {{"id", "b"}}});
  for (int i = 0; i < 8; ++i) {
    for (const auto* side : {"l", "r"}) scene.write(side + std::to_string(i), {{{"id", "a"}}, {{"id", "b"}}});
  }
  EXPECT_EQ(scene.store().remove(Scene::key("f0"), {.filters = {"id = 'a'"}, .cascade = true}).samples, 17U);
  EXPECT_EQ(scene.values("r7", "id"), Set{"b"});
}

TEST(SoftDelete, NeverHidesANewerRecordWhateverTheClockSays) {
  Scene scene({R"({"key":"video","id_columns":["video"],"fields":["v"]})"});
  for (int jump : {0, -3600, 7200, -86400}) {
    scene.now += std::chrono::seconds(jump);
    scene.write("video", {{{"video", "a"}}});
    EXPECT_EQ(scene.values("video", "video"), Set{"a"}) << jump;
    scene.now -= std::chrono::seconds(60);
    EXPECT_EQ(scene.store().remove(Scene::key("video"), {.all = true}).samples, 1U);
    EXPECT_EQ(scene.read("video").size(), 0U) << jump;
    scene.now -= std::chrono::seconds(60);
  }
  scene.write("video", {{{"video", "a"}}});
  EXPECT_EQ(scene.values("video", "video"), Set{"a"});
}

TEST(Delete, HardWithinAVersionInTheCompatibilityModeOnly) {
  const auto spec = [](const std::string& code) {
    return std::vector<std::string>{R"({"key":"a","id_columns":["id"],"fields":[{"key":"v","code_version":")" + code +
                                    "\"}]}"};
  };
  for (const bool compat : {false, true}) {
    for (const bool history : {false, true}) {
      ops::Rules rules;
      rules.compat = compat;
      Scene scene(spec("1"), rules);
      scene.write("a", {{{"id", "x"}}, {{"id", "y"}}});
      scene.define(spec("2"));
      scene.write("a", {{{"id", "x"}}});
      const auto done = scene.store().remove(Scene::key("a"), {.all = true, .hard = true, .feature_history = history});
      // What the reference does: x of the first version comes back when the definition does.
      const bool current_only = compat && !history;
      EXPECT_EQ(done.samples, current_only ? 1U : 2U) << compat << history;
      EXPECT_EQ(scene.everything("a").size(), current_only ? 2U : 0U) << compat << history;
    }
  }
}

}  // namespace
}  // namespace metaxy
