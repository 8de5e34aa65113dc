// SPDX-License-Identifier: Apache-2.0
// N:1 and 1:N where the random histories do not look: members as lists, mixtures on different columns, children that
// are retired, what is refused.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "support/database.hpp"

namespace metaxy {
namespace {

using spec::FeatureKey;

const std::string kVideo = R"({"key":"video","id_columns":["video"],"fields":["v"]})";
const std::string kPrompt = R"({"key":"prompt","id_columns":["prompt"],"fields":["v"]})";
const std::string kByGroup =
    R"({"key":"stats","id_columns":["grp"],"deps":[{"feature":"video","lineage":{"relationship":{"type":"N:1","on":["grp"]}}}],"fields":["mean"]})";
const std::string kFrames =
    R"({"key":"frame","id_columns":["video","n"],"deps":[{"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}}],"fields":["pixels"]})";

class Lineage : public testing::Test {
 protected:
  Lineage() : database_(test::database()) {}

  ops::MetadataStore open(const std::vector<std::string>& specs, Clock clock = system_clock()) {
    std::vector<spec::FeatureDefinition> definitions;
    for (const auto& json : specs) {
      definitions.push_back({.spec = spec::parse_feature_spec(json)});
      definitions.back().project = "test";
    }
    ops::Rules rules;
    rules.project = "test";
    rules.clock = std::move(clock);
    return {database_->open(store::Mode::Write),
            std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions))), rules};
  }

  /// Rows of texts; `v` is the provenance of the only field.
  static void write(ops::MetadataStore& store, const std::string& key, const std::vector<Json>& rows,
                    ops::WriteOptions options = {}) {
    const auto& spec = store.graph().get(FeatureKey::parse(key)).spec;
    const auto field = spec.fields.front().key.struct_key();
    std::vector<arrow::Field> columns = {arrow::struct_of_text("metaxy_provenance_by_field", {field})};
    std::vector<Json> records;
    for (const auto& row : rows) {
      Json record = row;
      record.erase("v");
      record["metaxy_provenance_by_field"] = {{field, row.at("v")}};
      records.push_back(record);
    }
    for (const auto& [name, value] : rows.front().items()) {
      if (name != "v") columns.push_back({name, arrow::kText});
    }
    last_ = store.write(FeatureKey::parse(key), arrow::make_stream(columns, records), std::move(options));
  }

  static std::vector<Json> resolve(ops::MetadataStore& store, const std::string& key,
                                   ops::ResolveOptions options = {}) {
    return arrow::read_rows(store.resolve_update(FeatureKey::parse(key), std::move(options)).rows);
  }

  /// State and the values of some columns of every row.
  static std::multiset<std::string> brief(const std::vector<Json>& rows, const std::vector<std::string>& columns) {
    std::multiset<std::string> out;
    for (const auto& row : rows) {
      std::string text = row.at("metaxy_increment").get<std::string>();
      for (const auto& name : columns) text += " " + row.at(name).dump();
      out.insert(text);
    }
    return out;
  }

  /// Children of `video` with the provenance that the increment gives it.
  static std::vector<Json> frames(ops::MetadataStore& store, const std::string& video,
                                  const std::vector<std::string>& numbers) {
    std::vector<Json> out;
    for (const auto& row : resolve(store, "frame", {.skip_comparison = true})) {
      if (row.at("video") != video) continue;
      for (const auto& n : numbers) {
        out.push_back({{"video", video}, {"n", n}, {"v", row.at("metaxy_provenance_by_field").at("pixels")}});
      }
    }
    return out;
  }

  static std::set<std::string> live_frames(ops::MetadataStore& store) {
    std::set<std::string> out;
    for (const auto& row : arrow::read_rows(store.read(FeatureKey::parse("frame")))) {
      out.insert(row.at("video").get<std::string>() + row.at("n").get<std::string>());
    }
    return out;
  }

  static std::string message(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.what();
    }
    return {};
  }

  static inline ops::WriteResult last_;
  std::unique_ptr<store::Store> database_;
};

using Brief = std::multiset<std::string>;

TEST_F(Lineage, AGroupIsOneRowWithItsMembersAsListsInTheOrderOfTheirIds) {
  auto store = open({kVideo, kByGroup});
  write(store, "video",
        {{{"video", "b"}, {"grp", "x"}, {"path", "2"}, {"v", "1"}},
         {{"video", "a"}, {"grp", "x"}, {"path", "1"}, {"v", "1"}},
         {{"video", "c"}, {"grp", "y"}, {"path", nullptr}, {"v", "1"}}});
  EXPECT_EQ(brief(resolve(store, "stats"), {"grp", "video", "path"}),
            (Brief{R"(new "x" ["a","b"] ["1","2"])", R"(new "y" ["c"] [null])"}));
  EXPECT_EQ(brief(resolve(store, "stats", {.row_per_member = true}), {"grp", "video", "path"}),
            (Brief{R"(new "x" "a" "1")", R"(new "x" "b" "2")", R"(new "y" "c" null)"}));
}

TEST_F(Lineage, ItemsOfMembersAreOrderedByTheirBytesNotByTheirNumbers) {
  const auto numbered = R"({"key":"video","id_columns":["video"],"fields":["v"]})";
  auto store = open({numbered, kByGroup});
  std::vector<Json> rows = {{{"video", 10}, {"grp", "x"}, {"metaxy_provenance_by_field", {{"v", "p"}}}},
                            {{"video", 9}, {"grp", "x"}, {"metaxy_provenance_by_field", {{"v", "q"}}}}};
  store.write(
      FeatureKey::parse("video"),
      arrow::make_stream(
          {{"video", arrow::kInt64}, {"grp", arrow::kText}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})},
          rows));
  const auto group = hash::digest({}, "metaxy-preimage/1 group;1:9,1:q,2:10,1:p,");
  const auto code = store.graph().plan(FeatureKey::parse("stats")).fields.front().code_version;
  const auto expected = hash::digest({}, "metaxy-preimage/1 field-provenance;4:mean," + std::to_string(code.size()) +
                                             ":" + code + ",5:video,1:v,32:" + group + ",");
  const auto found = resolve(store, "stats");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].at("metaxy_provenance_by_field").at("mean"), expected);
  EXPECT_EQ(found[0].at("video"), Json::parse("[9,10]"));
}

TEST_F(Lineage, ListsOfManyColumnsOfAllTypesAreInTheSameOrder) {
  auto store = open({kVideo, kByGroup});
  std::vector<arrow::Field> columns = {{"video", arrow::kText},
                                       {"grp", arrow::kText},
                                       {"number", arrow::kInt64},
                                       arrow::struct_of_text("metaxy_provenance_by_field", {"v"})};
  for (int k = 0; k < 18; ++k) columns.push_back({"text" + std::to_string(k), arrow::kText});
  std::vector<Json> rows;
  for (int i = 0; i < 60; ++i) {
    const auto video = "video " + std::to_string(i * 37 % 60);
    rows.push_back({{"video", video}, {"grp", std::to_string(i % 2)}, {"number", i * 37 % 60}});
    rows.back()["metaxy_provenance_by_field"] = {{"v", "1"}};
    for (int k = 0; k < 18; ++k) rows.back()["text" + std::to_string(k)] = std::to_string(k) + " of " + video;
  }
  store.write(FeatureKey::parse("video"), arrow::make_stream(columns, rows));
  const auto groups = resolve(store, "stats");
  ASSERT_EQ(groups.size(), 2U);
  for (const auto& group : groups) {
    const auto videos = group.at("video").get<std::vector<std::string>>();
    EXPECT_TRUE(std::is_sorted(videos.begin(), videos.end(), [](const auto& a, const auto& b) {
      return std::pair(a.size(), a) < std::pair(b.size(), b);  // as their items: "7:video 9,8:video 10,"
    }));
    ASSERT_EQ(videos.size(), 30U);
    for (std::size_t i = 0; i < videos.size(); ++i) {
      EXPECT_EQ("video " + group.at("number").at(i).dump(), videos[i]);
      for (int k = 0; k < 18; ++k) {
        EXPECT_EQ(group.at("text" + std::to_string(k)).at(i), std::to_string(k) + " of " + videos[i]);
      }
    }
  }
}

TEST_F(Lineage, MembershipCountsNotOnlyValues) {
  auto store = open({kVideo, kByGroup});
  write(store, "video", {{{"video", "a"}, {"grp", "x"}, {"v", "1"}}, {{"video", "b"}, {"grp", "x"}, {"v", "1"}}});
  store.write(FeatureKey::parse("stats"), store.resolve_update(FeatureKey::parse("stats")).rows);
  EXPECT_TRUE(resolve(store, "stats").empty());
  store.remove(FeatureKey::parse("video"), {.filters = {"video = 'b'"}});
  EXPECT_EQ(brief(resolve(store, "stats"), {"grp"}), Brief{R"(stale "x")"});
  write(store, "video", {{{"video", "b"}, {"grp", "y"}, {"v", "1"}}, {{"video", "a"}, {"grp", "y"}, {"v", "1"}}});
  EXPECT_EQ(brief(resolve(store, "stats"), {"grp"}), (Brief{R"(new "y")", R"(orphaned "x")"}));
}

TEST_F(Lineage, MembersWithoutAGroupAndUnknownColumnsAreRefused) {
  auto store = open({kVideo, kByGroup});
  write(store, "video", {{{"video", "a"}, {"grp", "x"}, {"v", "1"}}, {{"video", "b"}, {"grp", nullptr}, {"v", "1"}}});
  const auto told = message([&] { resolve(store, "stats"); });
  EXPECT_NE(told.find("samples of video are NULL in grp"), std::string::npos) << told;
  EXPECT_NE(told.find("video = \"b\""), std::string::npos) << told;
  write(store, "video", {{{"video", "b"}, {"grp", "x"}, {"v", "1"}}});
  EXPECT_EQ(resolve(store, "stats").size(), 1U);

  auto other = open({kVideo, R"({"key":"stats","id_columns":["grop"],"deps":[
      {"feature":"video","lineage":{"relationship":{"type":"N:1","on":["grop"]}}}],"fields":["mean"]})"});
  const auto unknown = message([&] { resolve(other, "stats"); });
  EXPECT_NE(unknown.find("aggregates by `grop`"), std::string::npos) << unknown;
}

TEST_F(Lineage, TwoAggregatedParentsDoNotMultiplyRows) {
  auto store = open({kVideo, R"({"key":"sound","id_columns":["sound"],"fields":["v"]})",
                     R"({"key":"both","id_columns":["grp"],"fields":["x"],"deps":[
      {"feature":"video","lineage":{"relationship":{"type":"N:1","on":["grp"]}}},
      {"feature":"sound","lineage":{"relationship":{"type":"N:1","on":["grp"]}}}]})"});
  std::vector<Json> videos, sounds;
  for (int i = 0; i < 40; ++i) {
    videos.push_back({{"video", std::to_string(i)}, {"grp", std::to_string(i % 2)}, {"v", "1"}});
    sounds.push_back({{"sound", std::to_string(i)}, {"grp", std::to_string(i % 4)}, {"v", "1"}});
  }
  write(store, "video", videos);
  write(store, "sound", sounds);
  const auto rows = resolve(store, "both");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("video").size(), 20U);
  EXPECT_EQ(rows[0].at("sound").size(), 10U);
}

TEST_F(Lineage, ChildrenThatAnExpansionNoLongerHasAreRetired) {
  auto store = open({kVideo, kFrames});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}, {{"video", "b"}, {"v", "1"}}});
  write(store, "frame", frames(store, "a", {"1", "2", "3"}));
  write(store, "frame", frames(store, "b", {"1"}));
  EXPECT_TRUE(resolve(store, "frame").empty());
  write(store, "video", {{{"video", "a"}, {"v", "2"}}});
  EXPECT_EQ(brief(resolve(store, "frame"), {"video"}), Brief{R"(stale "a")"});
  write(store, "frame", frames(store, "a", {"1", "4"}));
  EXPECT_EQ(last_.rows, 2U);
  EXPECT_EQ(last_.retired, 2U);
  EXPECT_TRUE(resolve(store, "frame").empty());
  EXPECT_EQ(live_frames(store), (std::set<std::string>{"a1", "a4", "b1"}));
}

TEST_F(Lineage, AHalfWrittenExpansionIsStale) {
  auto store = open({kVideo, kFrames});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}});
  write(store, "frame", frames(store, "a", {"1", "2"}));
  write(store, "video", {{{"video", "a"}, {"v", "2"}}});
  write(store, "frame", frames(store, "a", {"1"}), {.retire_children = false});
  EXPECT_EQ(brief(resolve(store, "frame"), {"video"}), Brief{R"(stale "a")"});
  EXPECT_EQ(store.status(FeatureKey::parse("frame")).stale, 1U);
  write(store, "frame", frames(store, "a", {"2"}), {.retire_children = false});
  EXPECT_TRUE(resolve(store, "frame").empty());
}

TEST_F(Lineage, EveryChildOfAVanishedParentIsOrphaned) {
  auto store = open({kVideo, kFrames});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}, {{"video", "b"}, {"v", "1"}}});
  write(store, "frame", frames(store, "a", {"1", "2"}));
  write(store, "frame", frames(store, "b", {"1"}));
  store.remove(FeatureKey::parse("video"), {.filters = {"video = 'a'"}});
  std::set<std::string> children;
  for (const auto& row : resolve(store, "frame")) {
    EXPECT_EQ(row.at("metaxy_increment"), "orphaned");
    EXPECT_EQ(row.at("video"), "a");
    children.insert(row.at("metaxy_previous").at("n").get<std::string>());
  }
  EXPECT_EQ(children, (std::set<std::string>{"1", "2"}));
}

TEST_F(Lineage, ExpansionsOnDifferentColumnsExpectEverySampleOnce) {
  const auto shots =
      R"({"key":"shot","id_columns":["video","shot"],"deps":[{"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}}],"fields":["s"]})";
  const auto crops =
      R"({"key":"crop","id_columns":["video","shot","n"],"fields":["c"],"deps":[
      {"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}},
      {"feature":"shot","select":[],"lineage":{"relationship":{"type":"1:N","on":["video","shot"]}}}]})";
  auto store = open({kVideo, shots, crops});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}});
  write(store, "shot", {{{"video", "a"}, {"shot", "1"}, {"v", "1"}}, {{"video", "a"}, {"shot", "2"}, {"v", "1"}}});
  const auto rows = resolve(store, "crop");
  EXPECT_EQ(brief(rows, {"video", "shot"}), (Brief{R"(new "a" "1")", R"(new "a" "2")"}));
  std::vector<Json> children;
  for (const auto& row : rows) {
    for (const char* n : {"1", "2"}) {
      children.push_back(
          {{"video", "a"}, {"shot", row.at("shot")}, {"n", n}, {"v", row.at("metaxy_provenance_by_field").at("c")}});
    }
  }
  write(store, "crop", children);
  EXPECT_TRUE(resolve(store, "crop").empty());
  write(store, "shot", {{{"video", "a"}, {"shot", "2"}, {"v", "2"}}}, {.retire_children = false});
  EXPECT_EQ(brief(resolve(store, "crop"), {"video", "shot"}), Brief{R"(stale "a" "2")"});
}

TEST_F(Lineage, ParentsWithoutACommonColumnMeetEachOther) {
  auto store = open({kVideo, kPrompt, R"({"key":"score","id_columns":["video","prompt","seed"],"fields":["s"],"deps":[
      {"feature":"video","select":[],"lineage":{"relationship":{"type":"1:N","on":["video"]}}},
      {"feature":"prompt","select":[],"lineage":{"relationship":{"type":"1:N","on":["prompt"]}}}]})"});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}, {{"video", "b"}, {"v", "1"}}});
  write(store, "prompt", {{{"prompt", "p"}, {"v", "1"}}, {{"prompt", "q"}, {"v", "1"}}});
  EXPECT_EQ(brief(resolve(store, "score"), {"video", "prompt"}),
            (Brief{R"(new "a" "p")", R"(new "a" "q")", R"(new "b" "p")", R"(new "b" "q")"}));
}

TEST_F(Lineage, AFieldThatAnUpstreamGotButWasNotWrittenYetMakesItsReadersWait) {
  const auto child = [](const std::string& field) {
    return R"({"key":"child","id_columns":["video"],"deps":["video"],"fields":[{"key":"c","deps":[{"feature":"video","fields":[")" +
           field + R"("]}]}]})";
  };
  auto before = open({kVideo, child("v")});
  write(before, "video", {{{"video", "a"}, {"v", "1"}}});
  before.write(FeatureKey::parse("child"), before.resolve_update(FeatureKey::parse("child")).rows);
  const std::string more = R"({"key":"video","id_columns":["video"],"fields":["v","w"]})";
  auto same = open({more, child("v")});
  EXPECT_TRUE(resolve(same, "child").empty());
  EXPECT_EQ(same.status(FeatureKey::parse("child")).up_to_date, 1U);
  auto reader = open({more, child("w")});
  EXPECT_TRUE(resolve(reader, "child").empty());
  EXPECT_EQ(reader.status(FeatureKey::parse("child")).waiting, 1U);
}

TEST_F(Lineage, RecordsAreReadAsTheyWere) {
  auto time = ops::parse_time("2026-01-01");
  auto store = open({kVideo, kFrames}, [&] { return time; });
  write(store, "video", {{{"video", "a"}, {"v", "1"}}});
  time = ops::parse_time("2026-01-02");
  write(store, "frame", frames(store, "a", {"1"}));
  time = ops::parse_time("2026-01-03");
  write(store, "video", {{{"video", "a"}, {"v", "2"}}, {{"video", "b"}, {"v", "1"}}});
  time = ops::parse_time("2026-01-04T12:00");
  store.remove(FeatureKey::parse("video"), {.filters = {"video = 'a'"}});
  time = ops::parse_time("2026-01-05");
  auto videos = [&](const char* when) {
    return arrow::read_rows(store.read(FeatureKey::parse("video"), {.as_of = ops::parse_time(when)})).size();
  };
  EXPECT_EQ(videos("2025-12-31"), 0U);
  EXPECT_EQ(videos("2026-01-01"), 1U);
  EXPECT_EQ(videos("2026-01-04"), 2U);
  EXPECT_EQ(videos("2026-01-05"), 1U);
  auto states = [&](const char* when) {
    return brief(resolve(store, "frame", {.as_of = ops::parse_time(when)}), {"video"});
  };
  EXPECT_EQ(states("2026-01-01T13:00+01:00"), Brief{R"(new "a")"});
  EXPECT_EQ(states("2026-01-02"), Brief{});
  EXPECT_EQ(states("2026-01-03"), (Brief{R"(stale "a")", R"(new "b")"}));
  EXPECT_EQ(states("2026-01-05"), (Brief{R"(orphaned "a")", R"(new "b")"}));
  EXPECT_NE(message([&] { videos("2026-01-06"); }).find("has not come yet"), std::string::npos);
  EXPECT_NE(message([&] { videos("yesterday"); }).find("no point in time"), std::string::npos);
}

TEST_F(Lineage, StaleFieldsComeWithTheirReasonAndThePreviousRecord) {
  auto specs = [](const std::string& raw_v, const std::string& code_c) {
    return std::vector<std::string>{
        R"({"key":"video","id_columns":["video"],"fields":[{"key":"v","code_version":")" + raw_v + R"("},"w"]})",
        R"({"key":"child","id_columns":["video"],"deps":["video"],"fields":[
            {"key":"c","code_version":")" +
            code_c + R"(","deps":[{"feature":"video","fields":["v"]}]},
            {"key":"d","deps":[{"feature":"video","fields":["w"]}]}]})"};
  };
  const auto child = FeatureKey::parse("child");
  auto write_raw = [](ops::MetadataStore& store, const std::string& v, const std::string& w) {
    std::vector<Json> rows = {{{"video", "a"}, {"metaxy_provenance_by_field", {{"v", v}, {"w", w}}}}};
    store.write(FeatureKey::parse("video"),
                arrow::make_stream({{"video"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"})}, rows));
  };
  auto reasons = [&](ops::MetadataStore& store, std::vector<std::string> predicates = {}) {
    auto rows = resolve(store, "child", {.staleness_predicates = std::move(predicates), .with_previous = true});
    return rows.empty() ? Json("nothing") : rows.front().at("metaxy_stale_by_field");
  };
  auto first = open(specs("1", "1"));
  write_raw(first, "1", "1");
  EXPECT_EQ(reasons(first), Json());
  first.write(child, first.resolve_update(child, {.with_previous = true}).rows);
  EXPECT_EQ(reasons(first), Json("nothing"));
  EXPECT_EQ(reasons(first, {"video = 'a'"}), (Json{{"c", "predicate"}, {"d", "predicate"}}));
  write_raw(first, "1", "2");
  EXPECT_EQ(reasons(first), (Json{{"c", nullptr}, {"d", "data"}}));

  auto coded = open(specs("1", "2"));
  EXPECT_EQ(reasons(coded), (Json{{"c", "code"}, {"d", "data"}}));
  const auto previous = resolve(coded, "child", {.with_previous = true}).front().at("metaxy_previous");
  EXPECT_EQ(previous.at("metaxy_feature_version"), first.graph().versions(child).feature_version);

  auto bumped = open(specs("2", "1"));
  EXPECT_EQ(reasons(bumped), Json("nothing"));  // waits for the upstream
  write_raw(bumped, "1", "1");
  EXPECT_EQ(reasons(bumped), (Json{{"c", "upstream"}, {"d", nullptr}}));
}

TEST_F(Lineage, PartialResultsAreCompletedFromThePreviousRecord) {
  auto store = open({R"({"key":"video","id_columns":["video"],"fields":["v","w"]})",
                     R"({"key":"child","id_columns":["video"],"deps":[{"feature":"video","select":[]}],"fields":[
      {"key":"c","deps":[{"feature":"video","fields":["v"]}]},{"key":"d","deps":[{"feature":"video","fields":["w"]}]}]})"});
  const auto child = FeatureKey::parse("child");
  const std::vector<std::string> fields = {"c", "d"};
  auto write_raw = [&](const std::string& w) {
    std::vector<Json> rows = {{{"video", "a"}, {"metaxy_provenance_by_field", {{"v", "1"}, {"w", w}}}}};
    store.write(FeatureKey::parse("video"),
                arrow::make_stream({{"video"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"})}, rows));
  };
  auto row_of = [&] { return resolve(store, "child").front(); };
  write_raw("1");
  std::vector<Json> full = {{{"video", "a"},
                             {"box", "12"},
                             {"score", "high"},
                             {"metaxy_provenance_by_field", row_of().at("metaxy_provenance_by_field")},
                             {"metaxy_data_version_by_field", {{"c", "mine"}, {"d", "also mine"}}}}};
  store.write(child, arrow::make_stream({{"video"},
                                         {"box"},
                                         {"score"},
                                         arrow::struct_of_text("metaxy_provenance_by_field", fields),
                                         arrow::struct_of_text("metaxy_data_version_by_field", fields)},
                                        full));
  write_raw("2");
  const auto row = row_of();
  const auto part = [&](const std::string& video) -> Json {
    return {{"video", video},
            {"score", "low"},
            {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")},
            {"metaxy_data_version_by_field", row.at("metaxy_data_version_by_field")}};
  };
  const auto complete = [&](const std::vector<Json>& rows) {
    store.write(child,
                arrow::make_stream({{"video"},
                                    {"score"},
                                    arrow::struct_of_text("metaxy_provenance_by_field", fields),
                                    arrow::struct_of_text("metaxy_data_version_by_field", fields)},
                                   rows),
                {.carry_over = true});
  };
  const auto refused = message([&] { complete({part("a"), part("b")}); });
  EXPECT_NE(refused.find("rows lack `box` and there is no previous record to take over from: video = `b`"),
            std::string::npos)
      << refused;
  EXPECT_EQ(arrow::read_rows(store.read(child, {.sample_history = true})).size(), 1U);
  complete({part("a")});
  std::map<std::string, Json> stored;
  for (const auto& each : arrow::read_rows(store.read(child))) stored[each.at("video")] = each;
  EXPECT_EQ(stored.at("a").at("box"), "12");
  EXPECT_EQ(stored.at("a").at("score"), "low");
  EXPECT_EQ(stored.at("a").at("metaxy_data_version_by_field"),
            (Json{{"c", "mine"}, {"d", row.at("metaxy_provenance_by_field").at("d")}}));
  EXPECT_EQ(brief(resolve(store, "child"), {"video"}), Brief{});
}

TEST_F(Lineage, ExplanationsAgreeWithIncrements) {
  auto store = open({R"({"key":"video","id_columns":["video"],"fields":["v","w"]})", kPrompt,
                     R"({"key":"stats","id_columns":["grp"],"fields":["mean","max"],"deps":[
      {"feature":"video","lineage":{"relationship":{"type":"N:1","on":["grp"]}}},
      {"feature":"prompt","optional":true,"lineage":{"relationship":{"type":"N:1","on":["grp"]}}}]})",
                     kFrames});
  std::vector<Json> videos;
  for (const auto* id : {"a", "b", "c"}) {
    videos.push_back(
        {{"video", id}, {"grp", *id == 'c' ? "h" : "g"}, {"metaxy_provenance_by_field", {{"v", id}, {"w", "1"}}}});
  }
  auto write_videos = [&] {
    const auto versions = arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"});
    store.write(FeatureKey::parse("video"), arrow::make_stream({{"video"}, {"grp"}, versions}, videos));
  };
  write_videos();
  write(store, "prompt", {{{"prompt", "p"}, {"grp", "g"}, {"v", "7"}}});
  auto check = [&](const std::string& state, std::uint64_t members_of_g) {
    for (const auto& row : resolve(store, "stats")) {
      const auto group = row.at("grp").get<std::string>();
      const auto explained = store.explain(FeatureKey::parse("stats"), {{"grp", group}});
      EXPECT_EQ(explained.state, state);
      EXPECT_EQ(explained.expected_provenance, row.at("metaxy_provenance"));
      for (const auto& field : explained.fields) {
        EXPECT_EQ(field.expected_provenance, row.at("metaxy_provenance_by_field").at(field.key.to_string()));
        EXPECT_EQ(field.stale, state == "stale");
      }
      const std::uint64_t members = group == "g" ? members_of_g : 1;
      EXPECT_EQ(explained.upstream.front().members, members);
      EXPECT_EQ(explained.upstream.size(), members + 1) << "and one of the prompt or none";
      const auto& parents = explained.fields.front().parents;
      EXPECT_EQ(parents.size(), 3U);
      for (const auto& parent : parents) {
        const bool has_members = group == "g" || parent.feature != FeatureKey::parse("prompt");
        EXPECT_EQ(parent.group_preimage.has_value(), has_members) << parent.feature.to_string();
      }
    }
  };
  const auto stats = FeatureKey::parse("stats");
  check("new", 2);
  store.write(stats, store.resolve_update(stats).rows);
  EXPECT_EQ(store.explain(stats, {{"grp", "g"}}).state, "up_to_date");
  store.remove(FeatureKey::parse("video"), {.filters = {"video = 'b'"}});
  for (auto& row : videos) row["metaxy_provenance_by_field"]["w"] = "2";
  videos.erase(videos.begin() + 1);
  write_videos();
  check("stale", 1);
  EXPECT_EQ(store.explain(stats, {{"grp", "g"}}).fields.front().reason,
            "members of a group it reads, or data versions, changed since the record was written");
}

TEST_F(Lineage, ExplanationsShowAStaleChild) {
  auto store = open({kVideo, kFrames});
  write(store, "video", {{{"video", "a"}, {"v", "1"}}});
  const auto frame = FeatureKey::parse("frame");
  auto child = [&](const std::string& n, const std::string& version) {
    return Json{{"video", "a"}, {"n", n}, {"v", version}};
  };
  const auto expected = resolve(store, "frame").front().at("metaxy_provenance").get<std::string>();
  write(store, "frame", {child("1", expected), child("2", "other"), child("3", expected)});
  const auto explained = store.explain(frame, {{"video", "a"}});
  EXPECT_EQ(explained.state, "stale");
  EXPECT_EQ(explained.records, 3U);
  EXPECT_EQ(explained.stored_provenance, "other");
  EXPECT_TRUE(explained.fields.front().stale);
}

}  // namespace
}  // namespace metaxy
