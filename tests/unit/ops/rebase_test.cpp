// SPDX-License-Identifier: Apache-2.0
// Records of an old feature version under the current one: which are brought over, with which versions, what is left.
#include "support/scene.hpp"

namespace metaxy {
namespace {

using Set = std::multiset<std::string>;

/// Features with the given code versions.
std::vector<std::string> specs(const std::string& video, const std::string& crop, const std::string& extra = "") {
  return {R"({"key":"video","id_columns":["id"],"fields":[{"key":"v","code_version":")" + video + R"("}]})",
          R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video","select":[]}],
          "fields":[{"key":"face","code_version":")" +
              crop + R"("},{"key":"body"})" + extra + "]}",
          R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"crop","select":[],
          "lineage":{"relationship":{"type":"1:N","on":["id"]}}}],"fields":["v"]})",
          R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"crop","select":["grp"],
          "lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["v"]})"};
}

ops::Rules rules_of(bool compat) {
  ops::Rules rules;
  rules.compat = compat;
  if (compat) rules.hash = {hash::Format::V0, hash::parse_algorithm("xxhash64"), 16};
  return rules;
}

class Rebase : public testing::Test, public Scene {
 protected:
  explicit Rebase(bool compat = false) : Scene(specs("1", "1"), rules_of(compat)) {
    write("video", {{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}});
    run_crop();
    // The reference asks for a row per member.
    if (!compat) run("stats", {"grp"});
    if (!compat) run_frame();
    old_ = version("crop");
  }

  void run_crop() {
    run("crop", [](const Json& row) {
      return std::vector<Json>{{{"id", row.at("id")}, {"grp", row.at("id") == "c" ? "g2" : "g1"}}};
    });
  }
  void run_frame() {
    run("frame", [](const Json& row) {
      return std::vector<Json>{{{"id", row.at("id")}, {"n", "0"}}, {{"id", row.at("id")}, {"n", "1"}}};
    });
  }
  ops::RebaseResult rebase(const std::string& feature, ops::RebaseOptions options) {
    return store().rebase(key(feature), options);
  }

  std::string old_;
};
class RebaseCompat : public Rebase {
 protected:
  RebaseCompat() : Rebase(true) {}
};

TEST_F(Rebase, MakesSamplesUpToDateAndKeepsTheirDataVersions) {
  const auto before = values("crop", "metaxy_data_version");
  const auto created = values("crop", "metaxy_created_at");
  define(specs("1", "2"));
  EXPECT_EQ(status("crop").stale, 3U);
  now += std::chrono::hours(1);
  const auto shown = rebase("crop", {.from = old_, .dry_run = true});
  EXPECT_EQ(status("crop").stale, 3U);
  const auto done = rebase("crop", {.from = old_});
  EXPECT_EQ(done.rebased, 3U);
  EXPECT_EQ(shown.rebased, 3U);
  EXPECT_EQ(done.to, version("crop"));
  EXPECT_EQ(status("crop").up_to_date, 3U);
  EXPECT_EQ(values("crop", "metaxy_data_version"), before);
  EXPECT_NE(values("crop", "metaxy_provenance"), before);
  EXPECT_EQ(values("crop", "metaxy_created_at"), created);
  EXPECT_EQ(values("crop", "grp"), (Set{"g1", "g1", "g2"}));
  // The same provenance as if they had been computed.
  Scene fresh(specs("1", "2"));
  fresh.write("video", {{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}});
  fresh.run("crop", {"id"});
  EXPECT_EQ(values("crop", "metaxy_provenance"), fresh.values("crop", "metaxy_provenance"));
  // Again: nothing.
  const auto all = everything("crop");
  EXPECT_EQ(rebase("crop", {.from = old_}).rebased, 0U);
  EXPECT_EQ(everything("crop"), all);
}

TEST_F(Rebase, FollowsDownTheGraphThroughGroupsAndChildren) {
  const auto frames = version("frame");
  const auto stats = version("stats");
  define(specs("1", "2"));
  EXPECT_EQ(rebase("frame", {.from = frames}).waiting, 6U);
  EXPECT_EQ(rebase("stats", {.from = stats}).waiting, 2U);
  rebase("crop", {.from = old_});
  EXPECT_EQ(rebase("frame", {.from = frames}).rebased, 6U);
  EXPECT_EQ(rebase("stats", {.from = stats}).rebased, 2U);
  for (const auto* name : {"crop", "frame", "stats"}) {
    EXPECT_EQ(status(name).new_samples + status(name).stale + status(name).orphaned + status(name).waiting, 0U) << name;
  }
  EXPECT_EQ(values("frame", "n"), (Set{"0", "0", "0", "1", "1", "1"}));
}

TEST_F(Rebase, RootsKeepTheirProvenance) {
  const auto from = version("video");
  const auto before = values("video", "metaxy_provenance");
  define(specs("2", "1"));
  EXPECT_EQ(rebase("video", {.from = from}).rebased, 3U);
  EXPECT_EQ(values("video", "metaxy_provenance"), before);
  EXPECT_EQ(values("video", "metaxy_feature_version").count(version("video")), 3U);
}

TEST_F(Rebase, LeavesSamplesWhoseDataChangedOrVanished) {
  define(specs("1", "2"));
  write("video", {{{"id", "a"}}}, "2");
  store().remove(key("video"), {.filters = {"id = 'b'"}});
  const auto done = rebase("crop", {.from = old_});
  EXPECT_EQ(done.rebased, 1U);
  EXPECT_EQ(done.changed, 1U);
  EXPECT_EQ(done.orphaned, 1U);
  EXPECT_EQ(status("crop").stale, 1U);
  EXPECT_EQ(status("crop").orphaned, 1U);
  EXPECT_EQ(rebase("crop", {.from = old_, .unverified = true}).rebased, 1U);
  EXPECT_EQ(status("crop").up_to_date, 2U);
}

TEST_F(Rebase, DeletedSamplesStayDeletedAndNewerRecordsStayNewest) {
  store().remove(key("crop"), {.filters = {"id = 'a'"}});
  const auto deleted = read("crop", {.filters = {"id = 'a'"}, .include_soft_deleted = true}).at(0);
  define(specs("1", "2"));
  // Computed again under the new version before anybody thought of rebasing.
  const auto row = [&](const std::string& id) {
    return [id](const Json& each) {
      return each.at("id") == id ? std::vector<Json>{{{"id", id}, {"grp", "new"}}} : std::vector<Json>{};
    };
  };
  run("crop", row("b"));
  const auto done = rebase("crop", {.from = old_});
  EXPECT_EQ(done.rebased, 1U);
  EXPECT_EQ(done.deleted, 1U);
  EXPECT_EQ(values("crop", "grp"), (Set{"g2", "new"}));
  const auto kept = read("crop", {.filters = {"id = 'a'"}, .include_soft_deleted = true}).at(0);
  EXPECT_EQ(kept.at("metaxy_feature_version"), version("crop"));
  for (const auto* name : {"metaxy_deleted_at", "metaxy_updated_at", "metaxy_provenance"}) {
    EXPECT_EQ(kept.at(name), deleted.at(name));
  }
  // Deleted under the new version after having been written under the old one.
  store().remove(key("crop"), {.filters = {"id = 'b'"}});
  EXPECT_EQ(rebase("crop", {.from = old_}).rebased, 0U);
  EXPECT_EQ(values("crop", "id"), Set{"c"});
}

TEST_F(Rebase, LeavesSamplesThatWereWrittenSinceUnderAnyVersion) {
  define(specs("1", "2"));
  run("crop", [](const Json& row) {
    return row.at("id") == "a" ? std::vector<Json>{{{"id", "a"}, {"grp", "new"}}} : std::vector<Json>{};
  });
  define(specs("1", "3"));
  EXPECT_EQ(rebase("crop", {.from = old_}).rebased, 2U);
  EXPECT_EQ(status("crop").stale, 1U);
  EXPECT_EQ(values("crop", "grp", {.feature_history = true}), (Set{"g1", "g2", "new"}));
}

TEST_F(Rebase, OnlyTheLatestRecordOfASampleOfThatVersion) {
  run("crop", {"id"});
  write("video", {{{"id", "a"}}}, "2");
  run("crop", [](const Json& row) { return std::vector<Json>{{{"id", row.at("id")}, {"grp", "late"}}}; });
  define(specs("1", "2"));
  EXPECT_EQ(rebase("crop", {.from = old_}).rebased, 3U);
  EXPECT_EQ(values("crop", "grp"), (Set{"g1", "g2", "late"}));
}

TEST_F(Rebase, AFieldThatIsGoneIsNoHindranceOneThatIsNewIs) {
  define(specs("1", "1", R"(,{"key":"hand"})"));
  const auto before = everything("crop");
  expect_error([&] { rebase("crop", {.from = old_}); }, ErrorCode::InvalidArgument, {"field hand", "new since"});
  EXPECT_EQ(everything("crop"), before);
  run_crop();
  const auto three = version("crop");
  define(specs("1", "1"));
  const auto done = rebase("crop", {.from = three});
  EXPECT_EQ(done.rebased, 3U);
  EXPECT_EQ(status("crop").up_to_date, 3U);
}

TEST_F(Rebase, ToAnotherVersionThatDiffersInCode) {
  define(specs("1", "2"));
  const auto second = version("crop");
  rebase("crop", {.from = old_});
  define(specs("1", "3"));
  rebase("crop", {.from = second});
  const auto third = version("crop");
  now += std::chrono::hours(1);
  EXPECT_EQ(rebase("crop", {.from = third, .to = second}).rebased, 3U);
  define(specs("1", "2"));
  EXPECT_EQ(status("crop").up_to_date, 3U);
  define(specs("2", "2"));
  expect_error([&] { rebase("crop", {.from = third, .to = second}); }, ErrorCode::Unsupported,
               {second, "more than code versions"});
}

TEST_F(Rebase, RefusesWhatCannotBeRight) {
  define(specs("1", "2"));
  const auto before = everything("crop");
  auto refused = [&](const ops::RebaseOptions& options, ErrorCode code, const std::vector<std::string>& words) {
    expect_error([&] { rebase("crop", options); }, code, words);
    EXPECT_EQ(everything("crop"), before);
  };
  refused({.from = "nothing"}, ErrorCode::NotFound, {"no records of version `nothing`", old_});
  refused({.from = old_, .to = "nothing"}, ErrorCode::NotFound, {"no version `nothing`"});
  refused({.from = version("crop")}, ErrorCode::InvalidArgument, {"to itself"});
  Scene empty(specs("1", "1"));
  expect_error([&] { empty.store().rebase(key("crop"), {.from = "x"}); }, ErrorCode::NotFound,
               {"nothing has been written"});
}

TEST_F(Rebase, DataVersionsThatUsersGaveStay) {
  auto rows = std::vector<Json>{{{"id", "a"}, {"grp", "g1"}}};
  rows[0]["metaxy_provenance_by_field"] = read("crop", {.filters = {"id = 'a'"}})[0].at("metaxy_provenance_by_field");
  rows[0]["metaxy_data_version_by_field"] = {{"face", "mine"}, {"body", "own"}};
  store().write(key("crop"),
                arrow::make_stream({{"id"},
                                    {"grp"},
                                    arrow::struct_of_text("metaxy_provenance_by_field", {"face", "body"}),
                                    arrow::struct_of_text("metaxy_data_version_by_field", {"face", "body"})},
                                   rows));
  define(specs("1", "2"));
  rebase("crop", {.from = old_});
  const auto row = read("crop", {.filters = {"id = 'a'"}})[0];
  EXPECT_EQ(row.at("metaxy_data_version_by_field"), rows[0]["metaxy_data_version_by_field"]);
}

TEST_F(RebaseCompat, DataVersionsFollowProvenanceAsInTheReference) {
  define(specs("1", "2"));
  EXPECT_EQ(status("crop").new_samples, 3U);
  EXPECT_EQ(rebase("crop", {.from = old_}).rebased, 3U);
  EXPECT_EQ(status("crop").up_to_date, 3U);
  EXPECT_EQ(values("crop", "metaxy_data_version"), values("crop", "metaxy_provenance"));
  for (const auto& row : read("crop")) {
    EXPECT_EQ(row.at("metaxy_data_version_by_field"), row.at("metaxy_provenance_by_field"));
  }
}

}  // namespace
}  // namespace metaxy
