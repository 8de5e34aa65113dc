// SPDX-License-Identifier: Apache-2.0
// Several stores read as one: what shadows what, where writes go, what is refused.
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "stores/registry.hpp"
#include "support/definitions.hpp"
#include "support/scratch.hpp"

namespace metaxy {
namespace {

using spec::FeatureKey;
using test::error_of;
using Texts = std::map<std::string, std::string>;
using Specs = std::vector<std::string>;

const std::string kRoot = R"({"key":"a","id_columns":["id"],"fields":["v"]})";
const std::string kChild = R"({"key":"child","id_columns":["id"],"deps":["a"],"fields":["x"]})";
const FeatureKey kA = FeatureKey::parse("a");
const FeatureKey kChildKey = FeatureKey::parse("child");

class Overlay : public ::testing::Test {
 protected:
  /// The first is written, the others are its fallbacks.
  ops::MetadataStore open(const std::vector<std::string>& names, const Specs& specs, ops::Rules rules = {}) {
    std::vector<spec::FeatureDefinition> definitions;
    for (const auto& json : specs) {
      definitions.push_back({.spec = spec::parse_feature_spec(json)});
      definitions.back().project = "test";
    }
    rules.project = "test";
    auto graph = std::make_shared<const graph::FeatureGraph>(
        graph::FeatureGraph::build(std::move(definitions), {rules.hash.format, rules.hash.length}));
    std::vector<ops::NamedStore> fallbacks;
    for (std::size_t i = 1; i < names.size(); ++i)
      fallbacks.push_back({names[i], session(names[i], store::Mode::Read)});
    auto first = session(names.front(), store::Mode::Write);
    if (fallbacks.empty()) return {std::move(first), graph, rules};
    return {ops::NamedStore{names.front(), std::move(first)}, std::move(fallbacks), graph, rules};
  }

  std::unique_ptr<store::Session> session(const std::string& name, store::Mode mode) {
    auto& store = stores_[name];
    const bool is_file = name.find('.') != std::string::npos;
    if (!store) store = stores::open_store("duckdb", {{"path", is_file ? name : ":memory:"}});
    return store->open(mode);
  }

  /// Records of ids and texts: the text is the user column `c` and the version of the only field.
  static void write(ops::MetadataStore& store, const Texts& samples, const FeatureKey& key = kA,
                    const std::string& column = "c") {
    const auto field = store.graph().get(key).spec.fields.front().key.struct_key();
    std::vector<Json> rows;
    for (const auto& [id, text] : samples) {
      rows.push_back({{"id", id}, {column, text}, {"metaxy_provenance_by_field", {{field, "v" + text}}}});
    }
    store.write(key, arrow::make_stream(
                         {{"id"}, {column}, arrow::struct_of_text("metaxy_provenance_by_field", {field})}, rows));
  }

  static Texts texts(ops::MetadataStore& store, ops::ReadOptions options = {}, const FeatureKey& key = kA) {
    Texts out;
    for (const auto& row : arrow::read_rows(store.read(key, std::move(options)))) {
      EXPECT_TRUE(out.emplace(row.at("id").get<std::string>(), row.at("c").get<std::string>()).second);
    }
    return out;
  }

  static Texts states(ops::MetadataStore& store, ops::ResolveOptions options = {}, const FeatureKey& key = kChildKey) {
    Texts out;
    for (const auto& row : arrow::read_rows(store.resolve_update(key, std::move(options)).rows)) {
      out[row.at("id").get<std::string>()] = row.at("metaxy_increment").get<std::string>();
    }
    return out;
  }

  static void compute(ops::MetadataStore& store, const FeatureKey& key = kChildKey) {
    ops::ResolveOptions options;
    options.only = {"new", "stale"};
    store.write(key, store.resolve_update(key, std::move(options)).rows);
  }

  /// `far` with s1 and s2; `near` over it with another s2 and with s3.
  ops::MetadataStore near_over_far(const Specs& specs = {kRoot}) {
    auto far = open({"far"}, specs);
    write(far, {{"s1", "far"}, {"s2", "far"}});
    auto near = open({"near", "far"}, specs);
    write(near, {{"s2", "near"}, {"s3", "near"}});
    return near;
  }

  std::map<std::string, std::unique_ptr<store::Store>> stores_;
};

TEST_F(Overlay, RecordsShadowThoseOfFallbacksSampleBySample) {
  auto store = near_over_far();
  EXPECT_EQ(texts(store), (Texts{{"s1", "far"}, {"s2", "near"}, {"s3", "near"}}));
  EXPECT_EQ(texts(store, {.fallback = false}), (Texts{{"s2", "near"}, {"s3", "near"}}));
  EXPECT_EQ(arrow::read_rows(store.read(kA, {.limit = 2})).size(), 2U);
  EXPECT_EQ(store.status(kA).rows, 3U);
}

TEST_F(Overlay, WritesGoToTheFirstStoreOnly) {
  near_over_far();
  auto far = open({"far"}, {kRoot});
  EXPECT_EQ(texts(far), (Texts{{"s1", "far"}, {"s2", "far"}}));
  auto near = open({"near"}, {kRoot});
  EXPECT_EQ(texts(near), (Texts{{"s2", "near"}, {"s3", "near"}}));
}

TEST_F(Overlay, AnEmptyTableHidesNothing) {
  auto store = near_over_far();
  store.remove(kA, {.all = true, .hard = true});
  EXPECT_EQ(texts(store, {.fallback = false}), Texts{});
  EXPECT_EQ(texts(store), (Texts{{"s1", "far"}, {"s2", "far"}}));
}

TEST_F(Overlay, AFilterThatDropsARecordDoesNotBringTheHiddenOneBack) {
  auto store = near_over_far();
  EXPECT_EQ(texts(store, {.filters = {"c = 'far'"}}), (Texts{{"s1", "far"}}));
  EXPECT_EQ(texts(store, {.filters = {"id = 's2'"}, .columns = {"id", "c"}}), (Texts{{"s2", "near"}}));
  EXPECT_TRUE(arrow::read_rows(store.read(kA, {.filters = {"c = 'far' AND id = 's2'"}, .columns = {"c"}})).empty());
}

TEST_F(Overlay, SoftDeletionsAreWrittenToTheFirstStoreAlsoForWhatOnlyAFallbackHas) {
  auto store = near_over_far();
  EXPECT_EQ(store.remove(kA, {.filters = {"id <> 's3'"}, .dry_run = true}).samples, 2U);
  EXPECT_EQ(store.remove(kA, {.filters = {"id <> 's3'"}}).samples, 2U);
  EXPECT_EQ(texts(store), (Texts{{"s3", "near"}}));
  EXPECT_EQ(texts(store, {.include_soft_deleted = true}).size(), 3U);
  EXPECT_EQ(store.remove(kA, {.filters = {"id <> 's3'"}}).samples, 0U);
  auto far = open({"far"}, {kRoot});
  EXPECT_EQ(texts(far).size(), 2U);
  write(store, {{"s1", "again"}});
  EXPECT_EQ(texts(store), (Texts{{"s1", "again"}, {"s3", "near"}}));
}

TEST_F(Overlay, SoftDeletionMakesTheTableOfANewStore) {
  auto far = open({"far"}, {kRoot});
  write(far, {{"s1", "far"}, {"s2", "far"}});
  auto store = open({"near", "far"}, {kRoot});
  EXPECT_EQ(store.remove(kA, {.filters = {"id = 'nobody'"}}).samples, 0U);
  EXPECT_FALSE(session("near", store::Mode::Read)->find("a"));
  EXPECT_EQ(store.remove(kA, {.filters = {"id = 's1'"}}).samples, 1U);
  EXPECT_EQ(texts(store), (Texts{{"s2", "far"}}));
  auto near = open({"near"}, {kRoot});
  EXPECT_EQ(texts(near, {.include_soft_deleted = true}), (Texts{{"s1", "far"}}));
}

TEST_F(Overlay, CascadesReachWhatOnlyAFallbackHas) {
  auto far = open({"far"}, {kRoot, kChild});
  write(far, {{"s1", "far"}, {"s2", "far"}});
  compute(far);
  auto near = open({"near", "far"}, {kRoot, kChild});
  write(near, {{"s2", "near"}});
  ops::DeleteOptions options{.filters = {"id = 's1'"}};
  options.cascade = true;
  const auto deleted = near.remove(kA, options);
  EXPECT_EQ(deleted.samples, 2U);
  EXPECT_EQ(texts(near), (Texts{{"s2", "near"}}));
  EXPECT_EQ(near.status(kChildKey).rows, 1U);
  EXPECT_EQ(far.status(kChildKey).rows, 2U) << "a fallback is only read";
  options.hard = true;
  EXPECT_NE(std::string(error_of([&] { near.remove(kA, options); }).what()).find("fallback stores"), std::string::npos);
}

TEST_F(Overlay, DefinitionsThatAFallbackKeepsAreFound) {
  open({"far"}, {kRoot}).push();
  auto near = open({"near", "far"}, {});
  ops::SyncOptions options;
  options.selections = {{.projects = {}, .keys = {kA}, .all = false}};
  EXPECT_EQ(near.sync_external_features(options).loaded, std::vector{kA});
}

TEST_F(Overlay, HardDeletionsTouchTheFirstStoreOnly) {
  auto store = near_over_far();
  EXPECT_EQ(store.remove(kA, {.filters = {"id = 's1' OR id = 's2'"}, .hard = true}).samples, 1U);
  EXPECT_EQ(texts(store), (Texts{{"s1", "far"}, {"s2", "far"}, {"s3", "near"}}));
  auto empty = open({"empty", "far"}, {kRoot});
  const auto error = error_of([&] { empty.remove(kA, {.all = true, .hard = true}); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_NE(error.hint().find("fallback store"), std::string::npos);
  EXPECT_EQ(texts(empty).size(), 2U);
}

TEST_F(Overlay, AChainOfThreeStores) {
  auto last = open({"last"}, {kRoot});
  write(last, {{"s1", "last"}, {"s2", "last"}, {"s3", "last"}, {"s4", "last"}});
  auto middle = open({"middle", "last"}, {kRoot});
  write(middle, {{"s2", "middle"}, {"s3", "middle"}});
  middle.remove(kA, {.filters = {"id = 's4'"}});
  auto first = open({"first", "middle", "last"}, {kRoot});
  EXPECT_EQ(texts(first), (Texts{{"s1", "last"}, {"s2", "middle"}, {"s3", "middle"}}));
  write(first, {{"s3", "first"}, {"s5", "first"}});
  EXPECT_EQ(texts(first), (Texts{{"s1", "last"}, {"s2", "middle"}, {"s3", "first"}, {"s5", "first"}}));
  EXPECT_EQ(texts(first, {.filters = {"c = 'last'"}}), (Texts{{"s1", "last"}}));
  EXPECT_EQ(arrow::read_rows(first.read(kA, {.sample_history = true, .include_soft_deleted = true})).size(), 9U);
}

TEST_F(Overlay, IncrementsAreComputedAcrossStores) {
  const Specs specs = {kRoot, kChild};
  auto far = open({"far"}, specs);
  write(far, {{"s1", "1"}, {"s2", "1"}, {"s3", "1"}});
  compute(far);
  auto store = open({"near", "far"}, specs);
  EXPECT_EQ(states(store), Texts{});
  write(store, {{"s1", "2"}, {"s4", "2"}});
  store.remove(kA, {.filters = {"id = 's3'"}});
  EXPECT_EQ(states(store), (Texts{{"s1", "stale"}, {"s3", "orphaned"}, {"s4", "new"}}));
  const auto before = store.status(kChildKey);
  EXPECT_EQ((std::vector{before.rows, before.up_to_date, before.new_samples, before.stale, before.orphaned}),
            (std::vector<std::uint64_t>{3, 1, 1, 1, 1}));
  for (const auto& row : arrow::read_rows(store.resolve_update(kChildKey, {.only = {"orphaned"}}).rows)) {
    EXPECT_EQ(row.at("metaxy_previous").at("c"), "1");
  }
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s1"}}).state, "stale");
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s2"}}).state, "up_to_date");
  EXPECT_EQ(store.explain(kChildKey, {{"id", "s4"}}).state, "new");
  EXPECT_NE(store.explain_resolve(kChildKey).find("fallback store far"), std::string::npos);
  compute(store);
  EXPECT_EQ(states(store), (Texts{{"s3", "orphaned"}}));
  EXPECT_EQ(states(far), Texts{});
  // A filter on the target hides what is stored, wherever it is; samples then look new.
  EXPECT_EQ(states(store, {.target_filters = {"c = '2'"}}), (Texts{{"s2", "new"}}));
  EXPECT_EQ(states(store, {.filters = {{kA, {"c = '1'"}}}}),
            (Texts{{"s1", "orphaned"}, {"s3", "orphaned"}, {"s4", "orphaned"}}));
}

TEST_F(Overlay, PreviousRecordsAreCarriedOverFromFallbacks) {
  const std::string root = R"({"key":"a","id_columns":["id"],"fields":["v","w"]})";
  const std::string child = R"({"key":"child","id_columns":["id"],"deps":[{"feature":"a","select":[]}],"fields":[
      {"key":"x","deps":[{"feature":"a","fields":["v"]}]},{"key":"y","deps":[{"feature":"a","fields":["w"]}]}]})";
  auto give = [](ops::MetadataStore& store, const std::string& w) {
    const std::vector<Json> rows = {{{"id", "s1"}, {"metaxy_provenance_by_field", {{"v", "1"}, {"w", w}}}}};
    store.write(kA,
                arrow::make_stream({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"})}, rows));
  };
  auto far = open({"far"}, {root, child});
  give(far, "1");
  auto rows = arrow::read_rows(far.resolve_update(kChildKey).rows);
  rows[0]["x_out"] = "dear";
  const std::vector<arrow::Field> with_output = {
      {"id"}, {"x_out"}, arrow::struct_of_text("metaxy_provenance_by_field", {"x", "y"})};
  far.write(kChildKey, arrow::make_stream(
                           with_output, {{{"id", "s1"},
                                          {"x_out", "dear"},
                                          {"metaxy_provenance_by_field", rows[0].at("metaxy_provenance_by_field")}}}));
  auto store = open({"near", "far"}, {root, child});
  give(store, "2");
  const auto stale = arrow::read_rows(store.resolve_update(kChildKey, {.with_previous = true}).rows);
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_EQ(stale[0].at("metaxy_stale_by_field"), (Json{{"x", nullptr}, {"y", "data"}}));
  EXPECT_EQ(stale[0].at("metaxy_previous").at("x_out"), "dear");
  store.write(
      kChildKey,
      arrow::make_stream({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"x", "y"})},
                         {{{"id", "s1"}, {"metaxy_provenance_by_field", stale[0].at("metaxy_provenance_by_field")}}}),
      {.carry_over = true});
  auto near = open({"near"}, {root, child});
  EXPECT_EQ(arrow::read_rows(near.read(kChildKey)).at(0).at("x_out"), "dear");
}

TEST_F(Overlay, GroupsAndTheirMembersMayLieInDifferentStores) {
  const std::string by_group =
      R"({"key":"stats","id_columns":["c"],"deps":[{"feature":"a","lineage":{"relationship":{"type":"N:1","on":["c"]}}}],"fields":["mean"]})";
  const auto stats = FeatureKey::parse("stats");
  auto far = open({"far"}, {kRoot, by_group});
  write(far, {{"s1", "g"}, {"s2", "g"}, {"s3", "h"}});
  compute(far, stats);
  auto store = open({"near", "far"}, {kRoot, by_group});
  EXPECT_EQ(store.status(stats).up_to_date, 2U);
  write(store, {{"s4", "g"}});
  const auto rows = arrow::read_rows(store.resolve_update(stats).rows);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("metaxy_increment"), "stale");
  EXPECT_EQ(rows[0].at("id").size(), 3U);
  compute(store, stats);
  EXPECT_EQ(store.status(stats).up_to_date, 2U);
  write(store, {{"s3", "g"}});
  EXPECT_EQ(store.status(stats).orphaned, 1U);
}

TEST_F(Overlay, MembersWithoutAGroupInAFallbackAreRefused) {
  const std::string by_group =
      R"({"key":"stats","id_columns":["c"],"deps":[{"feature":"a","lineage":{"relationship":{"type":"N:1","on":["c"]}}}],"fields":["mean"]})";
  const auto stats = FeatureKey::parse("stats");
  auto far = open({"far"}, {kRoot, by_group});
  const auto columns = {arrow::Field{"id"}, arrow::Field{"c"},
                        arrow::struct_of_text("metaxy_provenance_by_field", {"v"})};
  far.write(
      kA, arrow::make_stream(columns, {{{"id", "s1"}, {"c", nullptr}, {"metaxy_provenance_by_field", {{"v", "1"}}}}}));
  auto store = open({"near", "far"}, {kRoot, by_group});
  write(store, {{"s2", "g"}});
  EXPECT_EQ(error_of([&] { store.resolve_update(stats); }).code(), ErrorCode::SchemaMismatch);
  write(store, {{"s1", "g"}});  // hides the record without a group
  EXPECT_EQ(arrow::read_rows(store.resolve_update(stats).rows).size(), 1U);
}

TEST_F(Overlay, ChildrenThatOnlyAFallbackHasAreRetired) {
  const std::string frames =
      R"({"key":"frame","id_columns":["id","n"],"deps":[{"feature":"a","select":[],"lineage":{"relationship":{"type":"1:N","on":["id"]}}}],"fields":["pixels"]})";
  const auto frame = FeatureKey::parse("frame");
  auto expand = [&](ops::MetadataStore& store, int count) {
    std::vector<Json> rows;
    for (const auto& row : arrow::read_rows(store.resolve_update(frame).rows)) {
      for (int n = 0; n < count; ++n) {
        rows.push_back(
            {{"id", row.at("id")}, {"n", n}, {"metaxy_provenance_by_field", row.at("metaxy_provenance_by_field")}});
      }
    }
    return store.write(
        frame,
        arrow::make_stream(
            {{"id"}, {"n", arrow::kInt64}, arrow::struct_of_text("metaxy_provenance_by_field", {"pixels"})}, rows));
  };
  auto far = open({"far"}, {kRoot, frames});
  write(far, {{"s1", "1"}, {"s2", "1"}});
  EXPECT_EQ(expand(far, 3).rows, 6U);
  auto store = open({"near", "far"}, {kRoot, frames});
  write(store, {{"s1", "2"}});
  const auto written = expand(store, 1);
  EXPECT_EQ(written.rows, 1U);
  EXPECT_EQ(written.retired, 2U);
  EXPECT_TRUE(written.table_created);
  EXPECT_EQ(arrow::read_rows(store.read(frame)).size(), 4U);
  EXPECT_EQ(store.status(frame).up_to_date, 2U);
  EXPECT_EQ(arrow::read_rows(far.read(frame)).size(), 6U);
  store.remove(kA, {.filters = {"id = 's2'"}});
  EXPECT_EQ(arrow::read_rows(store.resolve_update(frame).rows).size(), 3U) << "every child of a vanished parent";
}

TEST_F(Overlay, FieldVersionsThatAFallbackRecordedCount) {
  auto root = [](const std::string& w) {
    return R"({"key":"a","id_columns":["id"],"fields":["v",{"key":"w","code_version":")" + w + R"("}]})";
  };
  auto child = [](const std::string& field) {
    return R"({"key":"child","id_columns":["id"],"deps":[{"feature":"a","select":[]}],"fields":[{"key":"x","deps":[{"feature":"a","fields":[")" +
           field + R"("]}]}]})";
  };
  auto far = open({"far"}, {root("1"), child("v")});
  const std::vector<Json> rows = {{{"id", "s1"}, {"metaxy_provenance_by_field", {{"v", "1"}, {"w", "1"}}}}};
  far.write(kA, arrow::make_stream({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"})}, rows));
  compute(far);
  auto same_field = open({"near", "far"}, {root("2"), child("v")});
  EXPECT_EQ(same_field.status(kChildKey).up_to_date, 1U);
  auto changed_field = open({"near", "far"}, {root("2"), child("w")});
  EXPECT_EQ(changed_field.status(kChildKey).waiting, 1U);
  auto changed_child = open({"near", "far"}, {root("1"), child("w")});
  const auto stale = arrow::read_rows(changed_child.resolve_update(kChildKey, {.with_previous = true}).rows);
  ASSERT_EQ(stale.size(), 1U);
  EXPECT_EQ(stale[0].at("metaxy_stale_by_field").at("x"), "upstream");
  compute(changed_child);
  EXPECT_EQ(changed_child.status(kChildKey).up_to_date, 1U);
}

TEST_F(Overlay, StoresMayDifferInColumnsAndFields) {
  const std::string more = R"({"key":"a","id_columns":["id"],"fields":["v","w"]})";
  auto far = open({"far"}, {kRoot});
  write(far, {{"s1", "far"}, {"s2", "far"}}, kA, "old");
  auto store = open({"near", "far"}, {more});
  const std::vector<Json> rows = {
      {{"id", "s2"}, {"c", "near"}, {"metaxy_provenance_by_field", {{"v", "1"}, {"w", "2"}}}}};
  store.write(
      kA, arrow::make_stream({{"id"}, {"c"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v", "w"})}, rows));
  std::map<std::string, Json> found;
  for (const auto& row : arrow::read_rows(store.read(kA, {.feature_history = true}))) found[row.at("id")] = row;
  EXPECT_EQ(found.at("s1").at("old"), "far");
  EXPECT_TRUE(found.at("s1").at("c").is_null());
  EXPECT_EQ(found.at("s1").at("metaxy_data_version_by_field"), (Json{{"v", "vfar"}, {"w", nullptr}}));
  EXPECT_TRUE(found.at("s2").at("old").is_null());
  EXPECT_EQ(found.at("s2").at("metaxy_provenance_by_field"), (Json{{"v", "1"}, {"w", "2"}}));
  EXPECT_EQ(
      arrow::read_rows(store.read(kA, {.filters = {"c IS NULL"}, .columns = {"c"}, .feature_history = true})).size(),
      1U);
  EXPECT_EQ(
      arrow::read_rows(store.read(kA, {.columns = {"c"}, .sample_history = true, .feature_history = true})).size(), 3U);
  EXPECT_EQ(store.remove(kA, {.all = true}).samples, 2U);
  EXPECT_EQ(store.status(kA).rows, 0U);
}

TEST_F(Overlay, ColumnsOfOtherTypesAreRefused) {
  auto far = open({"far"}, {kRoot});
  write(far, {{"s1", "far"}});
  auto near = open({"near"}, {kRoot});
  const auto numbers = [] {
    return arrow::make_stream({{"id", arrow::kInt64}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})},
                              {{{"id", 1}, {"metaxy_provenance_by_field", {{"v", "1"}}}}});
  };
  near.write(kA, numbers());
  auto store = open({"near", "far"}, {kRoot});
  const auto error = error_of([&] { store.read(kA); });
  EXPECT_EQ(error.code(), ErrorCode::SchemaMismatch);
  EXPECT_NE(std::string(error.what()).find("BIGINT in store `near`, VARCHAR in store `far`"), std::string::npos)
      << error.what();
  auto fresh = open({"fresh", "far"}, {kRoot});
  EXPECT_EQ(error_of([&] { fresh.write(kA, numbers()); }).code(), ErrorCode::SchemaMismatch);
  EXPECT_EQ(texts(fresh), (Texts{{"s1", "far"}}));
}

TEST_F(Overlay, LookingBack) {
  auto now = std::make_shared<Timestamp>(ops::parse_time("2026-01-01"));
  ops::Rules rules;
  rules.clock = [now] { return *now; };
  auto far = open({"far"}, {kRoot, kChild}, rules);
  write(far, {{"s1", "far"}, {"s2", "far"}});
  compute(far);
  *now = ops::parse_time("2026-01-03");
  auto store = open({"near", "far"}, {kRoot, kChild}, rules);
  write(store, {{"s1", "near"}});
  store.remove(kA, {.filters = {"id = 's2'"}});
  *now = ops::parse_time("2026-01-05");
  EXPECT_EQ(texts(store), (Texts{{"s1", "near"}}));
  EXPECT_EQ(texts(store, {.as_of = ops::parse_time("2026-01-02")}), (Texts{{"s1", "far"}, {"s2", "far"}}));
  EXPECT_EQ(states(store), (Texts{{"s1", "stale"}, {"s2", "orphaned"}}));
  EXPECT_EQ(states(store, {.as_of = ops::parse_time("2026-01-02")}), Texts{});
  EXPECT_EQ(error_of([&] { texts(store, {.as_of = ops::parse_time("2027-01-01")}); }).code(),
            ErrorCode::InvalidArgument);
}

TEST_F(Overlay, TheCompatibilityModeTakesAFeatureFromTheFirstStoreThatHasItsTable) {
  ops::Rules rules;
  rules.hash = {hash::Format::V0, hash::Algorithm::Xxhash32, hash::kDefaultLengthV0};
  rules.compat = true;
  auto far = open({"far"}, {kRoot, kChild}, rules);
  write(far, {{"s1", "far"}, {"s2", "far"}});
  auto store = open({"near", "far"}, {kRoot, kChild}, rules);
  EXPECT_EQ(texts(store), (Texts{{"s1", "far"}, {"s2", "far"}}));
  EXPECT_EQ(states(store), (Texts{{"s1", "new"}, {"s2", "new"}}));
  compute(store);
  EXPECT_EQ(states(store), Texts{});
  write(store, {{"s2", "near"}});
  EXPECT_EQ(texts(store), (Texts{{"s2", "near"}}));
  EXPECT_EQ(states(store), (Texts{{"s1", "orphaned"}, {"s2", "stale"}}));
  store.remove(kA, {.all = true, .hard = true});
  EXPECT_EQ(texts(store), Texts{}) << "an empty table hides fallbacks";
}

TEST_F(Overlay, AFallbackThatVanishesIsNamedAndNothingChanges) {
  const testing::ScratchFolder folder;
  const auto file = (folder.path() / "far.duckdb").string();
  {
    auto far = open({file}, {kRoot, kChild});
    write(far, {{"s1", "far"}});
  }
  stores_.clear();
  auto store = open({"near", file}, {kRoot, kChild});
  EXPECT_EQ(states(store), (Texts{{"s1", "new"}}));
  // The file is let go when nobody has asked for it for a moment.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  std::filesystem::remove(file);
  const auto error = error_of([&] { states(store); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_NE(std::string(error.what()).find("in fallback store `" + file + "`"), std::string::npos) << error.what();
  EXPECT_EQ(error_of([&] { write(store, {{"s2", "near"}}); }).code(), ErrorCode::NotFound);
  EXPECT_EQ(error_of([&] { store.remove(kA, {.all = true}); }).code(), ErrorCode::NotFound);
  auto near = session("near", store::Mode::Read);
  EXPECT_TRUE(near->tables().empty());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(Overlay, FallbacksAreNotWritten) {
  auto far = open({"far"}, {kRoot});
  write(far, {{"s1", "far"}});
  auto session = this->session("far", store::Mode::Read);
  EXPECT_THROW(session->commit({store::Drop{"a"}}), Error);
}

/// Many rows through many readers; every answer is the same.
TEST_F(Overlay, ManyRowsManyTimes) {
  auto fill = [](ops::MetadataStore& store, int from, int to, const std::string& text) {
    std::vector<Json> rows;
    for (int i = from; i < to; ++i) {
      rows.push_back({{"id", "s" + std::to_string(i)}, {"c", text}, {"metaxy_provenance_by_field", {{"v", text}}}});
    }
    store.write(kA,
                arrow::make_stream({{"id"}, {"c"}, arrow::struct_of_text("metaxy_provenance_by_field", {"v"})}, rows));
  };
  auto far = open({"far"}, {kRoot, kChild});
  fill(far, 0, 6000, "far");
  compute(far);
  auto store = open({"near", "far"}, {kRoot, kChild});
  fill(store, 5900, 6100, "near");
  for (int i = 0; i < 60; ++i) {
    std::uint64_t rows = 0;
    auto stream = store.read(kA);
    while (auto batch = stream.next()) rows += static_cast<std::uint64_t>((*batch)->length);
    EXPECT_EQ(rows, 6100U);
    const auto status = store.status(kChildKey);
    EXPECT_EQ(status.up_to_date, 5900U);
    EXPECT_EQ(status.stale, 100U);
    EXPECT_EQ(status.new_samples, 100U);
  }
}

}  // namespace
}  // namespace metaxy
