// SPDX-License-Identifier: Apache-2.0
#include "arrow/read.hpp"

#include <gtest/gtest.h>
#include <metaxy/error.hpp>

#include <cmath>

#include "arrow/build.hpp"
#include "arrow/copy.hpp"

namespace metaxy::arrow {
namespace {

std::vector<Json> round_trip(const std::vector<Field>& columns, const std::vector<Json>& rows) {
  return read_rows(make_stream(columns, rows));
}

// What is written is read back, for every type with values at its edges.
void expect_same(const Field& column, const std::vector<Json>& values) {
  std::vector<Json> rows;
  for (const Json& value : values) rows.push_back({{column.name, value}});
  rows.push_back({{column.name, nullptr}});
  EXPECT_EQ(round_trip({column}, rows), rows) << column.format;
}

TEST(ReadValue, EveryTypeIsReadBack) {
  expect_same({"c", kBool}, {true, false});
  expect_same({"c", "c"}, {-128, 127});
  expect_same({"c", "S"}, {0u, 65535u});
  expect_same({"c", kInt64}, {std::numeric_limits<std::int64_t>::min(), 0, std::numeric_limits<std::int64_t>::max()});
  expect_same({"c", "L"}, {std::numeric_limits<std::uint64_t>::max()});
  expect_same({"c", kDouble}, {0.1, -1e300});
  expect_same({"c", "f"}, {0.5});
  expect_same({"c", kText}, {"", "é", "a,b"});
  expect_same({"c", "U"}, {"large"});
  expect_same({"c", "vu"}, {"short", "longer than twelve bytes, so not inlined"});
  expect_same({"c", kBinary}, {"", "AA==", "AAE=", "AAEC", "/+8="});
  expect_same({"c", "w:2"}, {"AAE="});
  expect_same({"c", kDate}, {"1970-01-01", "1969-12-31", "2024-02-29", "0001-01-01", "+12345-06-07", "-0044-03-15"});
  expect_same({"c", "tdm"}, {"2024-02-29"});
  expect_same({"c", kTimestamp},
              {"2024-02-29T12:34:56.000789Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z"});
  expect_same({"c", kLocalTimestamp}, {"2024-02-29T12:34:56.789000", "infinity", "-infinity"});
  expect_same({"c", "tsn:Europe/Berlin"}, {"2024-02-29T12:34:56.000000001Z"});
  expect_same({"c", "tss:"}, {"2024-02-29T12:34:56"});
  expect_same({"c", "ttu"}, {"00:00:00", "23:59:59.000001"});
  expect_same({"c", "d:9,2"}, {"1234567.89", "-0.01", "0.00"});
  expect_same({"c", "d:38,0"}, {"99999999999999999999999999999999999999"});
  expect_same({"c", kNull}, {});
  expect_same(list_of_text("c"), {Json::array(), Json{"a", nullptr, ""}});
  expect_same(struct_of_text("c", {"x", "y"}), {{{"x", "1"}, {"y", nullptr}}});
  expect_same(map_of_text("c"), {Json::object(), {{"k", "v"}, {"a/b", nullptr}}});
  expect_same({"c", kList, {struct_of_text("item", {"x"})}}, {Json::array({{{"x", "1"}}, nullptr})});
}

TEST(ReadValue, DurationsAreIso) {
  Builder builder(std::vector<Field>{{"c", "tDu"}});
  builder.int64(0, 1500000);
  builder.int64(0, -1);
  builder.int64(0, 0);
  Reader reader(builder.schema());
  reader.set(builder.finish());
  EXPECT_EQ(reader.value(0, 0), "PT1.500000S");
  EXPECT_EQ(reader.value(0, 1), "PT-0.000001S");
  EXPECT_EQ(reader.value(0, 2), "PT0S");
}

TEST(ReadValue, NotANumberStaysOne) {
  Builder builder(std::vector<Field>{{"c", kDouble}});
  builder.float64(0, std::nan(""));
  Reader reader(builder.schema());
  reader.set(builder.finish());
  EXPECT_TRUE(std::isnan(reader.value(0, 0).get<double>()));
}

TEST(ReadValue, MapWithRepeatedOrOtherKeysIsAList) {
  const Field numbers("c", kMap, {{"entries", kStruct, {{"key", kInt64}, {"value"}}}});
  const Json pairs = Json::array({{{"key", 1}, {"value", "a"}}});
  EXPECT_EQ(round_trip({numbers}, {{{"c", pairs}}})[0]["c"], pairs);
  const Json twice = Json::array({{{"key", "k"}, {"value", "a"}}, {{"key", "k"}, {"value", "b"}}});
  EXPECT_EQ(round_trip({map_of_text("c")}, {{{"c", twice}}})[0]["c"], twice);
}

TEST(Reader, OffsetsOfSlicesCount) {
  const std::vector<Field> columns = {{"n", kInt64}, list_of_text("l"), struct_of_text("s", {"x"}), map_of_text("m")};
  std::vector<Json> rows;
  for (int i = 0; i < 10; ++i) {
    const std::string text = std::to_string(i);
    rows.push_back({{"n", i}, {"l", {text, "x"}}, {"s", {{"x", text}}}, {"m", {{"k", text}}}});
  }
  Array batch = make_batch(columns, rows);
  batch->offset = 3;  // a slice of the batch, as other producers make them
  batch->length = 2;
  for (int i = 0; i < 4; ++i) {
    batch->children[i]->offset = 1;
    batch->children[i]->length = 9;
  }
  Reader reader(make_schema(columns));
  reader.set(std::move(batch));
  EXPECT_EQ(reader.row(0), rows[4]);
  EXPECT_EQ(reader.row(1), rows[5]);
  EXPECT_EQ(reader.int64(0, 1), 5);
}

TEST(Reader, TypedReading) {
  const std::vector<Field> columns = {{"t"}, {"n", kInt64}, {"t2", "vu"}};
  Reader reader(make_schema(columns));
  reader.set(make_batch(columns, {{{"t", "a"}, {"n", 7}, {"t2", "b"}}, Json::object()}));
  EXPECT_EQ(reader.text(0, 0), "a");
  EXPECT_EQ(reader.text(2, 0), "b");
  EXPECT_EQ(reader.text(0, 1), std::nullopt);
  EXPECT_EQ(reader.int64(1, 0), 7);
  EXPECT_TRUE(reader.is_null(1, 1));
  EXPECT_THROW(reader.text(1, 0), Error);
  EXPECT_THROW(reader.int64(0, 0), Error);
  EXPECT_EQ(reader.find("n"), 1u);
  EXPECT_EQ(reader.find("m"), std::nullopt);
}

TEST(Reader, OtherBatchIsRefused) {
  Reader reader(make_schema({{"a"}, {"b"}}));
  EXPECT_THROW(reader.set(make_batch({{"a"}}, {})), Error);
}

TEST(Reader, DeepTypesAreRefused) {
  Field field("x");
  for (int i = 0; i < 200; ++i) field = Field("x", kList, {field});
  EXPECT_THROW(Reader(make_schema({field})), Error);
}

}  // namespace
}  // namespace metaxy::arrow
