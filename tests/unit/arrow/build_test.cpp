// SPDX-License-Identifier: Apache-2.0
#include "arrow/build.hpp"

#include <gtest/gtest.h>
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "arrow/temporal.hpp"

namespace metaxy::arrow {
namespace {

std::string refusal(const Field& column, const Json& value) {
  try {
    make_batch({column}, {{{column.name, value}}});
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::SchemaMismatch);
    return error.message();
  }
  return "taken";
}

TEST(Builder, TypedColumns) {
  Builder builder({{"a", kInt64}, {"b"}, {"c", kTimestamp}, {"d", kBool}, {"e", kDouble}});
  builder.int64(0, 1);
  builder.null(0);
  builder.text(1, std::optional<std::string>("x"));
  builder.text(1, std::optional<std::string>());
  builder.timestamp(2, Timestamp(std::chrono::microseconds(1)));
  builder.null(2);
  builder.boolean(3, true);
  builder.null(3);
  builder.float64(4, 0.5);
  builder.null(4);
  EXPECT_EQ(builder.rows(), 2);
  Reader reader(builder.schema());
  reader.set(builder.finish());
  EXPECT_EQ(dump_compact(reader.row(0)), R"({"a":1,"b":"x","c":"1970-01-01T00:00:00.000001Z","d":true,"e":0.5})");
  EXPECT_EQ(dump_compact(reader.row(1)), R"({"a":null,"b":null,"c":null,"d":null,"e":null})");
  EXPECT_EQ(builder.rows(), 0);
}

TEST(Builder, UnequalColumnsAreRefused) {
  Builder builder({{"a"}, {"b"}});
  builder.text(0, "x");
  EXPECT_THROW(builder.finish(), Error);
}

TEST(Builder, NamesColumnAndValueThatDoNotFit) {
  EXPECT_EQ(refusal({"n", kInt64}, "x"), "column `n` of type int64 cannot hold `\"x\"`");
  EXPECT_EQ(refusal({"n", "c"}, 128), "column `n` of type int8 cannot hold `128`");
  EXPECT_EQ(refusal({"n", "C"}, -1), "column `n` of type uint8 cannot hold `-1`");
  EXPECT_EQ(refusal({"n", kInt64}, 1.5), "column `n` of type int64 cannot hold `1.5`");
  EXPECT_EQ(refusal({"n", kText}, 1), "column `n` of type string cannot hold `1`");
  EXPECT_EQ(refusal({"n", kBool}, 1), "column `n` of type bool cannot hold `1`");
  EXPECT_EQ(refusal({"n", kTimestamp}, "yesterday"), "column `n` of type timestamp cannot hold `\"yesterday\"`");
  EXPECT_NE(refusal({"n", kLocalTimestamp}, "2024-01-01T00:00:00Z"), "taken");
  EXPECT_NE(refusal({"n", "d:5,2"}, "1000.00"), "taken");
  EXPECT_NE(refusal({"n", "d:5,2"}, "1.001"), "taken");
  EXPECT_NE(refusal({"n", kBinary}, "a"), "taken");
  EXPECT_NE(refusal({"n", kBinary}, "a=bc"), "taken");
  EXPECT_NE(refusal({"n", "w:2"}, "AA=="), "taken");
  EXPECT_NE(refusal(list_of_text("n"), "x"), "taken");
  EXPECT_NE(refusal(list_of_text("n"), {1}), "taken");
  EXPECT_NE(refusal(struct_of_text("n", {"a"}), {{"b", "x"}}), "taken");
  EXPECT_NE(refusal({"n", "+w:2", {{"item"}}}, {"one"}), "taken");
}

TEST(Builder, UnknownColumnHasAHint) {
  try {
    make_batch({{"path"}}, {{{"pth", "x"}}});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "there is no column `pth`");
    EXPECT_EQ(error.hint(), "did you mean `path`?");
  }
}

TEST(Temporal, ZonesAreSubtracted) {
  EXPECT_EQ(parse_timestamp("1970-01-01T01:00:00+01:00", 1)->units, 0);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00-0030", 1), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00-05", 1)->units, 5 * 3600);
  EXPECT_EQ(parse_timestamp("1970-01-02", 1000)->units, 86400000);
  EXPECT_EQ(parse_timestamp("1970-01-01T00:00:00.123456789", 1000)->units, 123);
}

TEST(Temporal, WhatIsNoTimeIsAbsent) {
  for (const char* text : {"", "x", "2024", "2024-1-1", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-01",
                           "24-01-01", "2024-01-01T", "2024-01-01T24:00:00", "2024-01-01T00:60:00",
                           "2024-01-01T00:00:00.", "2024-01-01T00:00:00ZZ", "2024-01-01x", "99999999-01-01"})
    EXPECT_FALSE(parse_timestamp(text, 1000000)) << text;
  EXPECT_FALSE(parse_timestamp("9999-01-01", 1000000000));  // nanoseconds end in 2262
}

}  // namespace
}  // namespace metaxy::arrow
