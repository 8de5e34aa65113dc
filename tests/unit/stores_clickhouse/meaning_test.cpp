// SPDX-License-Identifier: Apache-2.0
// What filters and digests mean, judged by ClickHouse.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include <metaxy/hash.hpp>

#include "rel/filter.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "sql/render.hpp"
#include "support/clickhouse.hpp"
#include "support/three_valued.hpp"
#include "support/true_filters.hpp"

namespace metaxy {
namespace {

using namespace rel;
using namespace testing_support;

nlohmann::json ask(const std::string& sql) { return test::ClickHouseDatabase::rows(sql); }

std::string value_of(const ExprPtr& expr) {
  std::string text;
  sql::Writer out = sql::writer_of(sql::clickhouse());
  const auto written =
      sql::render(*project(values({"one"}, {{literal(std::int64_t{1})}}), {{"v", expr}}), sql::clickhouse());
  const auto rows = ask(written);
  return rows.at(0).at(0).get<std::string>();
}

TEST(ClickHouseMeaning, OfConstants) {
  // Beyond what ClickHouse says: lengths of time that mix units, and NaN, which equals nothing there.
  const std::set<std::string> other = {"'NaN'::double = 'NaN'::double"};
  for (const char* text : kTrueFilters) {
    if (other.contains(text)) continue;
    try {
      EXPECT_EQ(value_of(parse_filter(text)), "true") << text;
    } catch (const std::exception& error) {
      ADD_FAILURE() << text << "\n" << error.what();
    }
  }
}

TEST(ClickHouseMeaning, OfRandomExpressions) {
  test::ClickHouseDatabase database;
  const std::string name = database.name() + ".t";
  database.ask("CREATE TABLE " + name +
               " (n Int64, i Nullable(Int64), j Nullable(Int64), s Nullable(String), u Nullable(String), b "
               "Nullable(Bool), c Nullable(Bool)) ENGINE = MergeTree ORDER BY n");
  std::vector<Record> table = sample_table();
  std::string rows;
  for (std::size_t i = 0; i < table.size(); ++i) {
    rows += (rows.empty() ? "(" : ", (") + std::to_string(i);
    for (const char* column : {"i", "j", "s", "u", "b", "c"}) {
      rows += ", " + sql::render(*constant(table[i].at(column)), sql::clickhouse());
    }
    rows += ")";
  }
  database.ask("INSERT INTO " + name + " VALUES " + rows);
  EXPECT_TRUE(rc::check("ClickHouse and the evaluator agree", [&] {
    std::vector<ExprPtr> exprs;
    std::string columns;
    for (int n = 0; n < 12; ++n) {
      exprs.push_back(*random_value(static_cast<Sort>(n % 3), 4));
      const auto written = sql::render(*exprs.back(), sql::clickhouse());
      columns += ", " + (n % 3 == 2 ? "CAST(" + written + " AS Nullable(Bool))" : written);
      RC_LOG() << render(*exprs.back()) << "\n";
    }
    const auto answers = ask("SELECT n" + columns + " FROM " + name + " ORDER BY n");
    for (std::size_t row = 0; row < table.size(); ++row) {
      for (std::size_t n = 0; n < exprs.size(); ++n) {
        const auto expected = shown(evaluate(*exprs[n], table[row]));
        const auto& answer = answers.at(row).at(n + 1);
        RC_LOG() << "row " << row << ", expression " << render(*exprs[n]) << "\n";
        RC_ASSERT(answer.get<std::string>() == expected.value_or("ᴺᵁᴸᴸ"));
      }
    }
  }));
}

/// Bytes of a pre-image are hashed as the vectors say, which another program has made.
TEST(ClickHouseMeaning, OfDigests) {
  for (const auto algorithm : hash::all_algorithms()) {
    for (const auto format : {hash::Format::V0, hash::Format::V1}) {
      for (const auto& text :
           std::vector<std::string>{"", "a", "default|1|video.audio|x", "ü \" \\ '", std::string(300, 'z')}) {
        Digest digest{static_cast<int>(format), std::string(hash::to_string(algorithm)), 64, {Written{literal(text)}}};
        EXPECT_EQ(value_of(rel::digest(digest)), hash::digest_text(format, algorithm, text))
            << hash::to_string(algorithm) << " " << text;
      }
    }
  }
}

TEST(ClickHouseMeaning, OfItems) {
  for (const std::string text : {"", "a", "ü€", "1:1,"}) {
    std::string expected;
    hash::append_item(expected, text);
    hash::append_item(expected, std::nullopt);
    EXPECT_EQ(value_of(items({literal(text), null()})), expected);
  }
}

}  // namespace
}  // namespace metaxy
