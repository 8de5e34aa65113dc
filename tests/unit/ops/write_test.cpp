// SPDX-License-Identifier: Apache-2.0
// What a write refuses: each bad input gets an error that names the thing, and nothing is written.
#include <algorithm>
#include <cmath>
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
#include "support/errors.hpp"

namespace metaxy {
namespace {

const spec::FeatureKey kVideo = spec::FeatureKey::parse("video/raw");

class Write : public testing::Test {
 protected:
  Write() : database_(test::database()), store_(make_store()) {}

  ops::MetadataStore make_store() {
    spec::FeatureDefinition definition{.spec = {.key = kVideo, .id_columns = {"id"}}};
    definition.spec.fields = {{.key = spec::FieldKey::parse("audio")}, {.key = spec::FieldKey::parse("frames")}};
    definition.project = "test";
    ops::Rules rules;
    rules.project = "test";
    rules.clock = [this] { return now_; };
    auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({definition}));
    return {database_->open(store::Mode::Write), graph, rules};
  }

  static Json row(const Json& id, const Json& audio = "a", const Json& frames = "f") {
    return {{"id", id}, {"metaxy_provenance_by_field", {{"audio", audio}, {"frames", frames}}}};
  }
  static std::vector<arrow::Field> columns(std::string_view id_type = arrow::kText) {
    return {{"id", id_type}, arrow::struct_of_text("metaxy_provenance_by_field", {"audio", "frames"})};
  }

  /// A time whose text sorts as it does.
  static std::string sortable(const Json& time) {
    auto text = time.get<std::string>();
    if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000000");
    return text;
  }

  ops::WriteResult write(const std::vector<arrow::Field>& fields, const std::vector<Json>& rows) {
    return store_.write(kVideo, arrow::make_stream(fields, rows));
  }
  std::vector<Json> stored() { return arrow::read_rows(store_.read(kVideo)); }

  /// The write fails, says all of `words`, and leaves the store as it was.
  void expect_refused(const std::vector<arrow::Field>& fields, const std::vector<Json>& rows,
                      const std::vector<std::string>& words) {
    const auto before = store_.status(kVideo).exists ? stored().size() : 0;
    try {
      write(fields, rows);
      ADD_FAILURE() << "was written";
    } catch (const Error& error) {
      for (const auto& word : words) EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
    EXPECT_EQ(store_.status(kVideo).exists ? stored().size() : 0, before);
  }

  Timestamp now_{std::chrono::microseconds(1'700'000'000'000'000)};
  std::unique_ptr<store::Store> database_;
  ops::MetadataStore store_;
};

TEST_F(Write, StampsSystemColumnsThatNobodyCanForge) {
  auto fields = columns();
  fields.push_back({"metaxy_updated_at", arrow::kTimestamp});
  fields.push_back({"metaxy_feature_version"});
  auto forged = row("a");
  forged["metaxy_updated_at"] = "2099-01-01T00:00:00Z";
  forged["metaxy_feature_version"] = "forged";
  EXPECT_EQ(write(fields, {forged}).rows, 1U);
  const auto rows = stored();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].at("metaxy_updated_at").get<std::string>().substr(0, 19), "2023-11-14T22:13:20");
  EXPECT_EQ(rows[0].at("metaxy_feature_version"), store_.graph().versions(kVideo).feature_version);
  EXPECT_TRUE(rows[0].at("metaxy_deleted_at").is_null());
  EXPECT_EQ(rows[0].at("metaxy_data_version"), rows[0].at("metaxy_provenance"));
}

TEST_F(Write, ALaterWriteWinsEvenWhenTheClockGoesBack) {
  write(columns(), {row("a", "old")});
  now_ -= std::chrono::hours(1);
  write(columns(), {row("a", "young")});
  ASSERT_EQ(stored().size(), 1U);
  EXPECT_EQ(stored()[0].at("metaxy_provenance_by_field").at("audio"), "young");
}

TEST_F(Write, TimesIncreaseThroughAllFeaturesWhateverTheClockSays) {
  // Two sessions of two graphs, so that one does not know the other's tables.
  spec::FeatureDefinition other{.spec = {.key = spec::FeatureKey::parse("other"), .id_columns = {"id"}}};
  other.spec.fields = {{.key = spec::FieldKey::parse("audio")}, {.key = spec::FieldKey::parse("frames")}};
  other.project = "test";
  ops::Rules rules = store_.rules();
  auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({other}));
  ops::MetadataStore second(database_->open(store::Mode::Write), graph, rules);
  std::vector<std::string> times;
  const auto last_of = [](ops::MetadataStore& store, const spec::FeatureKey& feature, const char* column) {
    std::string last;
    for (const auto& row :
         arrow::read_rows(store.read(feature, {.sample_history = true, .include_soft_deleted = true}))) {
      if (row.at(column).is_null()) continue;
      last = std::max(last, sortable(row.at(column)));
    }
    return last;
  };
  for (int i = 0; i < 1100; i += i < 10 ? 1 : 109) {  // past the number of times that are kept
    now_ -= std::chrono::seconds(i % 3);
    if (i == 5) now_ += std::chrono::hours(1);
    write(columns(), {row("a"), row("b")});
    times.push_back(last_of(store_, kVideo, "metaxy_updated_at"));
    second.write(other.spec.key, arrow::make_stream(columns(), {row("a")}));
    times.push_back(last_of(second, other.spec.key, "metaxy_updated_at"));
    store_.remove(kVideo, {.filters = {"id = 'a'"}});
    times.push_back(last_of(store_, kVideo, "metaxy_deleted_at"));
  }
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_EQ(std::set(times.begin(), times.end()).size(), times.size()) << "two writes have one time";
}

TEST_F(Write, NoTimeBeforeWhatOthersWroteWithoutRememberingTimes) {
  write(columns(), {row("a")});
  const auto first = sortable(stored()[0].at("metaxy_updated_at"));
  const auto session = database_->open(store::Mode::Write);
  session->commit({store::Drop{"metaxy_system__times"}});
  spec::FeatureDefinition other{.spec = {.key = spec::FeatureKey::parse("other"), .id_columns = {"id"}}};
  other.spec.fields = {{.key = spec::FieldKey::parse("audio")}, {.key = spec::FieldKey::parse("frames")}};
  other.project = "test";
  auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({other}));
  now_ -= std::chrono::hours(1);
  ops::MetadataStore second(database_->open(store::Mode::Write), graph, store_.rules());
  second.write(other.spec.key, arrow::make_stream(columns(), {row("a")}));
  EXPECT_GT(sortable(arrow::read_rows(second.read(other.spec.key))[0].at("metaxy_updated_at")), first);
}

TEST_F(Write, RefusesAStoreThatSomebodyElseBeganWithOtherHashSettings) {
  auto rules = store_.rules();
  rules.hash.algorithm = hash::Algorithm::Md5;
  spec::FeatureDefinition other{.spec = {.key = spec::FeatureKey::parse("other"), .id_columns = {"id"}}};
  other.spec.fields = {{.key = spec::FieldKey::parse("audio")}, {.key = spec::FieldKey::parse("frames")}};
  other.project = "test";
  auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({other}));
  ops::MetadataStore second(database_->open(store::Mode::Write), graph, rules);
  write(columns(), {row("a")});
  EXPECT_THROW(second.write(other.spec.key, arrow::make_stream(columns(), {row("a")})), Error);
  EXPECT_FALSE(second.status(other.spec.key).exists);
}

TEST_F(Write, RefusesBadIds) {
  write(columns(), {row("kept")});
  expect_refused(columns(), {row("a"), row(nullptr)}, {"null, empty or NaN ids"});
  expect_refused(columns(), {row("")}, {"null, empty or NaN ids"});
  expect_refused(columns(), {row("a"), row("b"), row("a")}, {"more than once", "`a`"});
  expect_refused(columns(), {row("a", "1"), row("a", "2")}, {"more than once"});
  expect_refused(columns(arrow::kInt64), {row(1)}, {"`id`", "in the table it is"});
}

TEST_F(Write, RefusesNanIds) { expect_refused(columns(arrow::kDouble), {row(1.5), row(std::nan(""))}, {"NaN"}); }

TEST_F(Write, RefusesMissingColumnsAndMembersWithAllFaults) {
  expect_refused({{"Id"}, {"path"}}, {{{"Id", "a"}, {"path", "p"}}},
                 {"id column `id`", "did you mean `Id`", "`metaxy_provenance_by_field`", "is missing"});
  expect_refused({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"audio", "frame"})},
                 {{{"id", "a"}, {"metaxy_provenance_by_field", {{"audio", "1"}, {"frame", "2"}}}}},
                 {"lacks member `frames`", "has member `frame`", "did you mean `frames`"});
  expect_refused({{"id"}, {"metaxy_provenance_by_field"}}, {{{"id", "a"}, {"metaxy_provenance_by_field", "x"}}},
                 {"a struct with one text member per field"});
  expect_refused({{"id"}, {"metaxy_provenance_by_field", arrow::kStruct, {{"audio", arrow::kInt64}, {"frames"}}}},
                 {{{"id", "a"}, {"metaxy_provenance_by_field", {{"audio", 1}, {"frames", "2"}}}}},
                 {"versions are text"});
}

TEST_F(Write, RefusesNullAndEmptyProvenance) {
  expect_refused(columns(), {row("a", nullptr)}, {"null or empty provenance", "`a`"});
  expect_refused(columns(), {row("a"), row("b", "")}, {"null or empty provenance", "`b`"});
  expect_refused(columns(), {{{"id", "a"}, {"metaxy_provenance_by_field", nullptr}}}, {"null or empty provenance"});
}

TEST_F(Write, RefusesReservedAndRepeatedNames) {
  auto fields = columns();
  fields.push_back({"metaxy_updatedat"});
  auto odd = row("a");
  odd["metaxy_updatedat"] = "x";
  expect_refused(fields, {odd}, {"`metaxy_updatedat`", "did you mean `metaxy_updated_at`"});
  fields.back() = {"ID"};
  odd.erase("metaxy_updatedat");
  odd["ID"] = "y";
  expect_refused(fields, {odd}, {"ID", "occurs twice"});
}

TEST_F(Write, MatchesColumnsByNameAndGrowsTheTable) {
  auto fields = columns();
  fields.push_back({"size", arrow::kInt64});
  auto first = row("a");
  first["size"] = 1;
  write(fields, {first});
  // Other order, one column less, one more.
  write({{"note"}, arrow::struct_of_text("metaxy_provenance_by_field", {"frames", "audio"}), {"id"}},
        {{{"note", "n"}, {"metaxy_provenance_by_field", {{"frames", "F"}, {"audio", "A"}}}, {"id", "b"}}});
  const auto rows = stored();
  ASSERT_EQ(rows.size(), 2U);
  const auto& b = rows[0].at("id") == "b" ? rows[0] : rows[1];
  EXPECT_EQ(b.at("metaxy_provenance_by_field").at("audio"), "A");
  EXPECT_EQ(b.at("note"), "n");
  EXPECT_TRUE(b.at("size").is_null());
  fields[2] = {"size"};
  first["size"] = "big";
  expect_refused(fields, {first}, {"`size`", "cast it"});
}

TEST_F(Write, KeepsOddTextAndLargeValuesAsTheyAre) {
  const std::string large(50 << 20, 'x');
  std::vector<std::string> ids = {"quote ' \" ; --", "tab\tline\n", "ünï☃𝄞", "% _ \\"};
  const std::string nul("nul\0byte", 8);
  if (test::keeps_nul()) {
    ids.push_back(nul);
  } else {
    EXPECT_EQ(test::error_of([&] { write(columns(), {row(nul)}); }).code(), ErrorCode::InvalidArgument);
  }
  auto fields = columns();
  fields.push_back({"text"});
  std::vector<Json> rows;
  for (const auto& id : ids) rows.push_back(row(id));
  rows[0]["text"] = large;
  EXPECT_EQ(write(fields, rows).rows, ids.size());
  std::set<std::string> found;
  for (const auto& got : stored()) {
    found.insert(got.at("id").get<std::string>());
    EXPECT_EQ(got.at("text") == large, got.at("id") == ids[0]);
  }
  EXPECT_EQ(found, std::set<std::string>(ids.begin(), ids.end()));
  store_.remove(kVideo, {.filters = {"id = 'quote '' \" ; --'"}});
  EXPECT_EQ(stored().size(), ids.size() - 1);
}

TEST_F(Write, TakesNoRows) {
  EXPECT_EQ(write(columns(), {}).rows, 0U);
  EXPECT_TRUE(stored().empty());
}

TEST_F(Write, KeepsDataVersionsOfTheUser) {
  auto fields = columns();
  fields.push_back(arrow::struct_of_text("metaxy_data_version_by_field", {"audio", "frames"}));
  auto given = row("a");
  given["metaxy_data_version_by_field"] = {{"audio", "mine"}, {"frames", nullptr}};
  write(fields, {given});
  EXPECT_EQ(stored()[0].at("metaxy_data_version_by_field").at("audio"), "mine");
  EXPECT_EQ(stored()[0].at("metaxy_data_version_by_field").at("frames"), "f");
}

TEST_F(Write, KeepsDataVersionsOfSamples) {
  auto fields = columns();
  fields.push_back({"metaxy_data_version"});
  auto given = row("a");
  given["metaxy_data_version"] = "mine";
  auto none = row("b");
  none["metaxy_data_version"] = nullptr;
  write(fields, {given, none});
  std::map<std::string, Json> rows;
  for (const auto& each : stored()) rows[each.at("id").get<std::string>()] = each;
  EXPECT_EQ(rows.at("a").at("metaxy_data_version"), "mine");
  EXPECT_EQ(rows.at("a").at("metaxy_data_version_by_field"), (Json{{"audio", "mine"}, {"frames", "mine"}}));
  EXPECT_EQ(rows.at("b").at("metaxy_data_version"), rows.at("b").at("metaxy_provenance"));
  EXPECT_EQ(rows.at("b").at("metaxy_data_version_by_field"), rows.at("b").at("metaxy_provenance_by_field"));
}

TEST_F(Write, RefusesDataVersionsThatContradictEachOther) {
  auto fields = columns();
  fields.push_back(arrow::struct_of_text("metaxy_data_version_by_field", {"audio", "frames"}));
  fields.push_back({"metaxy_data_version"});
  auto given = row("a");
  given["metaxy_data_version_by_field"] = {{"audio", "mine"}, {"frames", "also mine"}};
  given["metaxy_data_version"] = "another";
  expect_refused(fields, {given}, {"metaxy_data_version contradicts metaxy_data_version_by_field", "id = `a`"});
  given["metaxy_data_version"] = nullptr;
  write(fields, {given});
  const auto made = stored()[0].at("metaxy_data_version");
  EXPECT_NE(made, stored()[0].at("metaxy_provenance"));
  given["metaxy_data_version"] = stored()[0].at("metaxy_provenance");
  write(fields, {given});
  EXPECT_EQ(stored()[0].at("metaxy_data_version"), made) << "handed out, so not given";
  given["metaxy_data_version"] = made;
  write(fields, {given});
  EXPECT_EQ(stored()[0].at("metaxy_data_version"), made);
}

TEST_F(Write, DeletesSoftlyAndForGood) {
  write(columns(), {row("a"), row("b"), row("c")});
  EXPECT_THROW(store_.remove(kVideo, {}), Error);
  EXPECT_EQ(store_.remove(kVideo, {.filters = {"id = 'a'"}, .dry_run = true}).samples, 1U);
  EXPECT_EQ(stored().size(), 3U);
  EXPECT_EQ(store_.remove(kVideo, {.filters = {"id = 'a'"}}).samples, 1U);
  EXPECT_EQ(stored().size(), 2U);
  EXPECT_EQ(arrow::read_rows(store_.read(kVideo, {.include_soft_deleted = true})).size(), 3U);
  write(columns(), {row("a", "again")});
  EXPECT_EQ(stored().size(), 3U);
  EXPECT_EQ(store_.remove(kVideo, {.filters = {"id = 'a'"}, .hard = true}).samples, 1U);
  ops::ReadOptions everything{.sample_history = true, .include_soft_deleted = true};
  EXPECT_EQ(arrow::read_rows(store_.read(kVideo, everything)).size(), 2U);
}

TEST_F(Write, RefusesFiltersWithTheirPosition) {
  write(columns(), {row("a")});
  EXPECT_THROW(store_.read(kVideo, {.filters = {"id = 'a"}}), Error);
  try {
    store_.read(kVideo, {.filters = {"ids = 'a'"}});
    ADD_FAILURE() << "was read";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean `id`"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace metaxy
