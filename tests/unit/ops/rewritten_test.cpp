// SPDX-License-Identifier: Apache-2.0
// Large tables whose samples were written several times: their latest records are looked for in other ways, which must
// find the same.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "support/database.hpp"

namespace metaxy {
namespace {

const spec::FeatureKey kRaw = spec::FeatureKey::parse("video/raw");
constexpr std::int64_t kMany = 60'000;  // twice as many are a large table

class Rewritten : public testing::Test {
 protected:
  Rewritten() : database_(test::database()), store_(database_->open(store::Mode::Write), make_graph(), make_rules()) {}

  static std::shared_ptr<const graph::FeatureGraph> make_graph() {
    spec::FeatureDefinition definition{.spec = {.key = kRaw, .id_columns = {"id"}}};
    definition.spec.fields = {{.key = spec::FieldKey::parse("audio")}};
    definition.project = "test";
    return std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({definition}));
  }
  static ops::Rules make_rules() {
    ops::Rules rules;
    rules.project = "test";
    return rules;
  }

  /// Writes samples [first, last) with a mark of the write.
  void write(std::int64_t first, std::int64_t last, const std::string& mark) { write(store_, first, last, mark); }
  static void write(ops::MetadataStore& store, std::int64_t first, std::int64_t last, const std::string& mark) {
    const std::vector<arrow::Field> columns = {
        {"id", arrow::kInt64}, {"mark"}, arrow::struct_of_text("metaxy_provenance_by_field", {"audio"})};
    arrow::Builder builder(columns);
    for (std::int64_t id = first; id < last; ++id) {
      builder.value(0, id);
      builder.text(1, mark);
      builder.value(2, Json{{"audio", mark}});
    }
    std::vector<arrow::Array> batches;
    batches.push_back(builder.finish());
    store.write(kRaw, arrow::make_stream(arrow::make_schema(columns), std::move(batches)));
  }

  /// How many samples there are by the mark of their latest record.
  std::map<std::string, std::int64_t> marks() {
    std::map<std::string, std::int64_t> out;
    auto rows = store_.read(kRaw, {.columns = {"mark"}});
    while (const auto batch = rows.next()) {
      const ArrowArray& column = *batch->get()->children[0];
      const auto* offsets = static_cast<const std::int32_t*>(column.buffers[1]);
      const auto* text = static_cast<const char*>(column.buffers[2]);
      for (std::int64_t i = column.offset; i < column.offset + column.length; ++i) {
        ++out[std::string(text + offsets[i], text + offsets[i + 1])];
      }
    }
    return out;
  }

  using Marks = std::map<std::string, std::int64_t>;
  std::unique_ptr<store::Store> database_;
  ops::MetadataStore store_;
};

TEST_F(Rewritten, AllWrittenAgainAreThoseOfTheLastWrite) {
  write(0, kMany, "first");
  write(0, kMany, "second");
  EXPECT_EQ(marks(), (Marks{{"second", kMany}}));
  write(0, kMany + 10, "third");
  EXPECT_EQ(marks(), (Marks{{"third", kMany + 10}}));
}

TEST_F(Rewritten, SamplesThatTheLastWriteLacksStay) {
  write(0, kMany, "first");
  write(10, kMany + 10, "second");
  EXPECT_EQ(marks(), (Marks{{"first", 10}, {"second", kMany}}));
  write(0, kMany / 2, "third");
  EXPECT_EQ(marks(), (Marks{{"second", kMany / 2 + 10}, {"third", kMany / 2}}));
}

TEST_F(Rewritten, DeletedSamplesStayAway) {
  write(0, kMany, "first");
  write(0, kMany, "second");
  store_.remove(kRaw, {.filters = {"id < 100"}});
  EXPECT_EQ(marks(), (Marks{{"second", kMany - 100}}));
  write(0, kMany, "third");
  EXPECT_EQ(marks(), (Marks{{"third", kMany}}));
}

TEST_F(Rewritten, CopiesTakeTheLatestOfEveryVersion) {
  write(0, kMany, "first");
  spec::FeatureDefinition bumped{.spec = {.key = kRaw, .id_columns = {"id"}}};
  bumped.spec.fields = {{.key = spec::FieldKey::parse("audio"), .code_version = "2"}};
  bumped.project = "test";
  ops::MetadataStore later(database_->open(store::Mode::Write),
                           std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build({bumped})), make_rules());
  write(later, 0, kMany, "second");
  const auto other = test::database();
  ops::MetadataStore copy(other->open(store::Mode::Write), make_graph(), make_rules());
  EXPECT_EQ(copy.copy_from(later).records, static_cast<std::uint64_t>(2 * kMany));
}

}  // namespace
}  // namespace metaxy
