// SPDX-License-Identifier: Apache-2.0
// What filters and digests mean, judged by SQLite with the functions that the store registers.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <metaxy/hash.hpp>

#include "arrow/read.hpp"
#include "rel/filter.hpp"
#include "stores/registry.hpp"
#include "support/errors.hpp"
#include "support/three_valued.hpp"
#include "support/true_filters.hpp"

namespace metaxy {
namespace {

using namespace rel;
using namespace testing_support;

class SqliteMeaning : public ::testing::Test {
 protected:
  std::vector<Json> rows(const RelPtr& relation) { return arrow::read_rows(session_->run(*relation)); }
  Json value_of(const ExprPtr& expr) {
    return rows(project(values({"one"}, {{literal(std::int64_t{1})}}), {{"v", expr}})).at(0).at("v");
  }

  std::unique_ptr<store::Store> store_ = stores::open_store("sqlite", {{"path", ":memory:"}});
  std::unique_ptr<store::Session> session_ = store_->open(store::Mode::Write);
};

TEST_F(SqliteMeaning, OfConstants) {
  for (const char* text : kTrueFilters) {
    try {
      EXPECT_EQ(value_of(parse_filter(text)), true) << text;
    } catch (const std::exception& error) {
      ADD_FAILURE() << text << "\n" << error.what();
    }
  }
}

TEST_F(SqliteMeaning, OfColumns) {
  const std::vector<std::string> columns = {"n", "x", "d", "at", "day", "flag", "t"};
  const auto row = values(columns, {{literal(std::int64_t{7}), literal(2.5), parse_filter("10.50::decimal(10, 2)"),
                                     parse_filter("timestamptz '2024-03-01 12:00:00.5+01:00'"),
                                     parse_filter("date '2024-02-29'"), literal(true), literal("b")}});
  session_->commit({store::Create{"t", row, {}}, store::Append{"t", row}});
  for (const char* text : {
           "x = 2.5",
           "x > 2.4 and x < 2.6",
           "d = 10.5",
           "d > 9",
           "d in (1, 10.50)",
           "d between 10.49 and 10.51",
           "d + 0.1 = 10.6",
           "d::text = '10.50'",
           "d is not distinct from 10.5",
           "at = '2024-03-01 11:00:00.5'",
           "at::text = '2024-03-01 11:00:00.5+00'",
           "at > date '2024-03-01'",
           "at in (timestamptz '2024-03-01 11:00:00.5Z')",
           "day < at",
           "day = '2024-02-29'",
           "day::text = '2024-02-29'",
           "day + interval 1 month = timestamp '2024-03-29'",
           "day::timestamp = timestamp '2024-02-29'",
           "at::date = date '2024-03-01'",
           "flag::text = 'true'",
           "flag",
           "n || t = '7b'",
           "n / 2 = 3.5",
           "coalesce(null, day) = date '2024-02-29'",
           "coalesce(d, 0) = 10.5",
           "least(d, 11) = 10.5",
           "greatest(n, x) = 7",
           "case when flag then day else null end = date '2024-02-29'",
       }) {
    EXPECT_EQ(rows(filter(scan("t", columns), parse_filter(text))).size(), 1U) << text;
  }
}

TEST_F(SqliteMeaning, OfWhatDoesNotFit) {
  for (const char* text : {"'x'::int = 1", "'1.5x'::double = 1", "'2024-13-01'::date is null", "'maybe'::boolean",
                           "9223372036854775807 + 1 > 0", "70000::smallint > 0", "'3000000000'::int > 0",
                           "1234.5::decimal(4, 2) > 0", "-(-9223372036854775807 - 1) > 0"}) {
    const auto error = test::error_of([&] { value_of(parse_filter(text)); });
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << text << "\n" << error.what();
  }
}

TEST_F(SqliteMeaning, OfLongChains) {
  std::vector<ExprPtr> parts;
  for (int i = 0; i < 5000; ++i) parts.push_back(equal(column("n"), literal(std::int64_t{i})));
  const auto row = values({"n"}, {{literal(std::int64_t{4999})}});
  EXPECT_EQ(rows(filter(row, any_of(parts))).size(), 1U);
  EXPECT_EQ(rows(filter(row, all_of(parts))).size(), 0U);
}

TEST_F(SqliteMeaning, OfRandomExpressions) {
  const std::vector<std::string> columns = {"n", "i", "j", "s", "u", "b", "c"};
  const std::vector<Record> table = sample_table();
  std::vector<std::vector<ExprPtr>> stored;
  for (std::size_t i = 0; i < table.size(); ++i) {
    stored.push_back({literal(static_cast<std::int64_t>(i))});
    for (const char* name : {"i", "j", "s", "u", "b", "c"}) stored.back().push_back(constant(table[i].at(name)));
  }
  session_->commit({store::Create{"t", values(columns, stored), {}}, store::Append{"t", values(columns, stored)}});
  EXPECT_TRUE(rc::check("SQLite and the evaluator agree", [&] {
    std::vector<Named> asked = {{"n", column("n")}};
    for (int n = 0; n < 12; ++n) {
      asked.push_back({"v" + std::to_string(n), *random_value(static_cast<Sort>(n % 3), 4)});
      RC_LOG() << render(*asked.back().expr) << "\n";
    }
    const auto answers = rows(order(project(scan("t", columns), asked), {"n"}));
    for (std::size_t row = 0; row < table.size(); ++row) {
      for (std::size_t n = 1; n < asked.size(); ++n) {
        const auto expected = shown(evaluate(*asked[n].expr, table[row]));
        const auto& answer = answers.at(row).at(asked[n].name);
        RC_LOG() << "row " << row << ", expression " << render(*asked[n].expr) << "\n";
        RC_ASSERT((answer.is_null()     ? std::nullopt
                   : answer.is_string() ? std::optional(answer.get<std::string>())
                                        : std::optional(answer.dump())) == expected);
      }
    }
  }));
}

/// Bytes of a pre-image are hashed as the library does, in every shape that the dialect writes.
TEST_F(SqliteMeaning, OfDigests) {
  for (const auto algorithm : hash::all_algorithms()) {
    for (const auto format : {hash::Format::V0, hash::Format::V1}) {
      for (const std::string text : {"", "a", "default|1|video.audio|x", "ü \" \\ '"}) {
        const std::string name(hash::to_string(algorithm));
        const int version = static_cast<int>(format);
        EXPECT_EQ(value_of(digest({version, name, 64, {Written{literal(text)}}})),
                  hash::digest_text(format, algorithm, text))
            << name << " " << text;
        std::string bytes = "tag;";
        Digest of_values{version, name, 64, {std::string("tag;")}};
        Digest of_many = of_values;
        std::string many = bytes;
        for (int i = 0; i < 120; ++i) {
          if (i < 2) of_values.parts.emplace_back(literal(text));
          of_many.parts.emplace_back(literal(text));
          if (format == hash::Format::V1) {
            if (i < 2) hash::append_item(bytes, text);
            hash::append_item(many, text);
          } else {
            if (i < 2) bytes += text;
            many += text;
          }
        }
        EXPECT_EQ(value_of(digest(of_values)), hash::digest_text(format, algorithm, bytes)) << name << " " << text;
        EXPECT_EQ(value_of(digest(of_many)), hash::digest_text(format, algorithm, many)) << name << " " << text;
      }
    }
  }
  EXPECT_TRUE(value_of(digest({0, "sha256", 64, {std::string("x"), null()}})).is_null());
}

TEST_F(SqliteMeaning, OfPackedMembers) {
  std::vector<std::pair<std::string, ExprPtr>> members;
  for (int i = 0; i < 130; ++i) members.emplace_back("m " + std::to_string(i), literal("v\"" + std::to_string(i)));
  const auto row = project(values({"one"}, {{literal(std::int64_t{1})}}), {{"s", pack(members)}});
  session_->commit({store::Create{"t", row, {}}, store::Append{"t", row}});
  const auto read = rows(project(scan("t", {"s"}), {{"v", member(column("s"), "m 129")}, {"all", column("s")}}));
  EXPECT_EQ(read.at(0).at("v"), "v\"129");
  EXPECT_EQ(read.at(0).at("all").size(), 130U);
}

}  // namespace
}  // namespace metaxy
