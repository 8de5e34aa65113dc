// SPDX-License-Identifier: Apache-2.0
// Copies are what was copied: records, times, history, deletions; and nothing twice.
#include "support/scene.hpp"

namespace metaxy {
namespace {

using Set = std::multiset<std::string>;

std::vector<std::string> specs(const std::string& crop) {
  return {R"({"key":"video","id_columns":["id"],"fields":["v"]})",
          R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video","select":[]}],
              "fields":[{"key":"v","code_version":")" +
              crop + R"("}]})",
          R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"video","select":["grp"],
              "lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["v"]})"};
}

class Copy : public testing::Test {
 protected:
  Copy() : from(specs("1")), to(specs("1")) {
    from.write("video", {video("a"), video("b"), video("c")}, "1", {.materialization_id = "first"});
    from.run("crop", {"id"});
    from.run("stats", {"grp"});
    from.now += std::chrono::hours(1);
    from.write("video", {video("a")}, "2");
    from.store().remove(Scene::key("video"), {.filters = {"id = 'c'"}});
    from.define(specs("2"));
    from.run("crop", [](const Json& row) {
      return row.at("id") == "b" ? std::vector<Json>{{{"id", "b"}}} : std::vector<Json>{};
    });
    to.define(specs("2"));
    to.now += std::chrono::hours(2);
  }

  static Json video(const std::string& id) { return {{"id", id}, {"grp", "g"}}; }
  ops::CopyResult copy(const ops::CopyOptions& options = {}) { return to.store().copy_from(from.store(), options); }
  static std::multiset<std::string> states(Scene& scene, const std::string& feature) {
    std::multiset<std::string> out;
    for (auto& row : arrow::read_rows(scene.store().resolve_update(Scene::key(feature)).rows)) out.insert(row.dump());
    return out;
  }

  Scene from;
  Scene to;
};

TEST_F(Copy, EverythingIsTheSameWithAllHistory) {
  const auto done = copy({.sample_history = true});
  EXPECT_EQ(done.records, 5U + 4U + 1U);
  for (const auto* name : {"video", "crop", "stats"}) EXPECT_EQ(to.everything(name), from.everything(name)) << name;
  EXPECT_EQ(to.values("video", "metaxy_materialization_id", {.filters = {"id = 'b'"}}), Set{"first"});
}

TEST_F(Copy, TheLatestOfEveryVersionGivesTheSameIncrements) {
  EXPECT_EQ(copy().records, 3U + 4U + 1U);
  for (const auto* name : {"crop", "stats"}) {
    EXPECT_EQ(states(to, name), states(from, name)) << name;
    const auto one = from.status(name), other = to.status(name);
    EXPECT_EQ(std::tie(one.up_to_date, one.stale, one.new_samples, one.orphaned, one.waiting),
              std::tie(other.up_to_date, other.stale, other.new_samples, other.orphaned, other.waiting));
  }
  // The deleted one came along.
  EXPECT_EQ(to.values("video", "id"), (Set{"a", "b"}));
  EXPECT_EQ(to.values("video", "id", {.include_soft_deleted = true}), (Set{"a", "b", "c"}));
  // Records of the old version, too.
  EXPECT_EQ(to.values("crop", "id", {.feature_history = true}), (Set{"a", "b", "c"}));
}

TEST_F(Copy, CopyingAgainAddsNothingAndLaterOnlyWhatIsNew) {
  copy({.sample_history = true});
  const auto before = to.everything("video");
  for (bool history : {true, false}) {
    EXPECT_EQ(copy({.sample_history = history}).records, 0U);
    EXPECT_EQ(to.everything("video"), before);
  }
  from.write("video", {video("d")});
  const auto done = copy();
  EXPECT_EQ(done.records, 1U);
  EXPECT_EQ(to.values("video", "id"), (Set{"a", "b", "d"}));
}

TEST_F(Copy, InPiecesItGoesOnWhereItWasStopped) {
  const ops::CopyOptions options{.sample_history = true, .records_per_commit = 2};
  // The clock is asked at least once by every commit.
  int asked = 0;
  to.clock = [&] {
    if (++asked == 3) throw Error(ErrorCode::Io, "the machine went away");
    return to.now;
  };
  expect_error([&] { copy(options); }, ErrorCode::Io, {"went away", "records were copied before"});
  const auto there = to.everything("video").size() + to.everything("crop").size() + to.everything("stats").size();
  EXPECT_GT(there, 0U);
  EXPECT_LT(there, 10U);
  to.clock = [&] { return to.now; };
  EXPECT_EQ(copy(options).records, 10U - there);
  for (const auto* name : {"video", "crop", "stats"}) EXPECT_EQ(to.everything(name), from.everything(name)) << name;
  EXPECT_EQ(copy(options).records, 0U);
}

TEST_F(Copy, FeaturesVersionsAndFiltersAsAskedFor) {
  ops::CopyOptions options{.features = {Scene::key("crop")}, .feature_history = false};
  EXPECT_EQ(copy(options).records, 1U);
  EXPECT_EQ(to.values("crop", "id"), Set{"b"});
  EXPECT_FALSE(to.status("video").exists);
  options = {.features = {Scene::key("video"), Scene::key("crop")}};
  options.filters[Scene::key("video")] = {"id = 'a'"};
  options.global_filters = {"id IN ('a', 'b')"};
  const auto done = copy(options);
  ASSERT_EQ(done.features.size(), 2U);
  EXPECT_EQ(done.features[0].records, 1U);
  // What is there already is not counted.
  EXPECT_EQ(done.features[1].records, 2U);
}

TEST_F(Copy, WritesAfterACopyAreLaterAndCountedForThemselves) {
  from.now += std::chrono::hours(1000);
  from.write("video", {video("a")}, "3");
  copy();
  EXPECT_EQ(to.write("video", {video("a"), video("e")}, "4").rows, 2U);
  EXPECT_EQ(to.values("video", "metaxy_provenance", {.filters = {"id = 'a'"}}), Set{"4"});
  to.store().remove(Scene::key("video"), {.filters = {"id = 'a'"}});
  EXPECT_EQ(to.values("video", "id"), (Set{"b", "e"}));
  // A copy of what is older than the deletion does not bring the sample back.
  EXPECT_EQ(copy({.sample_history = true}).records, 3U);
  EXPECT_EQ(to.values("video", "id"), (Set{"b", "e"}));
}

TEST(CopyTimes, TwoSourcesOfTheSameTimeNeverDoubleASample) {
  const auto definitions = specs("1");
  Scene one(definitions), other(definitions), to(definitions);
  one.write("video", {{{"id", "a"}, {"grp", "g"}}}, "1");
  other.write("video", {{{"id", "a"}, {"grp", "g"}}, {{"id", "b"}, {"grp", "g"}}}, "2");
  to.now -= std::chrono::hours(1);
  to.store().copy_from(one.store());
  to.store().copy_from(other.store());
  // All records have one time now, later than the store: the shortcut for tables of a single write is taken.
  EXPECT_EQ(to.values("video", "id"), (Set{"a", "b"}));
  EXPECT_EQ(to.status("video").rows, 2U);
  // The time of a write is still its own: its checks and counts see none of the copies.
  to.now = one.now;
  EXPECT_EQ(to.write("video", {{{"id", "a"}, {"grp", "g"}}}, "3").rows, 1U);
  EXPECT_EQ(to.values("video", "metaxy_provenance"), (Set{"2", "3"}));
}

TEST_F(Copy, RefusesWhatCannotWorkAndCopiesNothingThen) {
  auto refused = [&](const ops::CopyOptions& options, ErrorCode code, const std::vector<std::string>& words) {
    expect_error([&] { copy(options); }, code, words);
    EXPECT_FALSE(to.status("video").exists);
  };
  refused({.global_filters = {"grp = 'g'"}}, ErrorCode::InvalidArgument, {"crop", "`grp`"});
  refused({.filters = {{Scene::key("video"), {"id ="}}}}, ErrorCode::InvalidArgument, {"id ="});
  refused({.features = {Scene::key("crop")}, .filters = {{Scene::key("video"), {"id = 'a'"}}}},
          ErrorCode::InvalidArgument, {"video", "not copied"});
  Scene empty(specs("1"));
  expect_error([&] { to.store().copy_from(empty.store(), {.features = {Scene::key("video")}}); }, ErrorCode::NotFound,
               {"nothing has been written for video in the source"});
  EXPECT_EQ(to.store().copy_from(empty.store()).features.size(), 0U);
  ops::Rules other;
  other.hash.algorithm = hash::parse_algorithm("md5");
  Scene md5(specs("2"), other);
  expect_error([&] { md5.store().copy_from(from.store()); }, ErrorCode::Conflict, {"md5", "sha256", "hash settings"});
  ops::Rules careful;
  careful.create_tables = false;
  Scene closed(specs("2"), careful);
  expect_error([&] { closed.store().copy_from(from.store()); }, ErrorCode::NotFound,
               {"no table", "auto_create_tables"});
}

TEST_F(Copy, AllOrNothing) {
  Scene numbers({R"({"key":"video","id_columns":["id"],"fields":["v"]})", specs("2")[1], specs("2")[2]});
  Json row = {{"id", 7}, {"metaxy_provenance_by_field", {{"v", "x"}}}};
  numbers.store().write(
      Scene::key("crop"),
      arrow::make_stream({{"id", arrow::kInt64}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})}, {row}));
  expect_error([&] { numbers.store().copy_from(from.store()); }, ErrorCode::SchemaMismatch, {"crop", "`id`"});
  EXPECT_FALSE(numbers.status("video").exists);
}

}  // namespace
}  // namespace metaxy
