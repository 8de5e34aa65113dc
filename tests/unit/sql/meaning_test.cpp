// SPDX-License-Identifier: Apache-2.0
// What filters mean, judged by DuckDB: fixed cases, and random expressions against an obvious evaluator.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "rel/filter.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"
#include "support/three_valued.hpp"

namespace metaxy {
namespace {

using namespace rel;
using namespace testing_support;

std::optional<std::string> answer(Duck& duck, const std::string& filter_text) {
  return duck.query("SELECT " + sql::render(*parse_filter(filter_text), sql::duckdb())).at(0).at(0);
}

TEST(Meaning, OfConstants) {
  Duck duck;
  for (const char* text : {
           "0.1 + 0.2 = 0.3",
           "1 / 2 = 0.5",
           "7 % 3 = 1",
           "-7 % 3 = -1",
           "2147483647 + 1 = 2147483648",
           "46341 * 46341 = 2147488281",
           "9223372036854775807 < 9223372036854775808",
           "-2 - -3 = 1",
           "-(1 + 2) * 3 = -9",
           "10 - (4 - 3) = 9",
           "2 * (3 + 4) = 14",
           "'a' || 'b' || 'c' = 'abc'",
           "'a_b' like 'a_b'",
           "not 'a\\_b' like 'a\\_c'",
           "'a\\b' like '%\\%'",
           "'ABC' ilike 'a%'",
           "'ABC' not like 'a%'",
           "'it''s' = 'it' || '''' || 's'",
           "null is null",
           "(1 = null) is unknown",
           "(null = null) is null",
           "null is not distinct from null",
           "1 is distinct from null",
           "(null and false) is false",
           "(null or true) is true",
           "(null is true) = false",
           "(null is not true) = true",
           "(2 not in (1, null)) is null",
           "(1 not in (1, null)) is false",
           "(2 in (1, 2)) = true",
           "(null between 1 and 2) is null",
           "(3 between null and 2) is false",
           "2 between 1 and 2",
           "not true = false or false",
           "true or true and false",
           "(case when null then 1 else 2 end) = 2",
           "(case when false then 1 end) is null",
           "date '2024-02-28' + interval 2 day = timestamp '2024-03-01'",
           "timestamptz '2024-01-01 01:00:00+01:00' = timestamptz '2024-01-01'",
           "timestamptz '2024-01-01T00:00Z' = timestamptz '2024-01-01 00:00:00'",
           "time '10:00' < time '10:00:00.5'",
           "interval '1 day 02:00:00' = interval '26 hours'",
           "year(date '2024-02-29') = 2024 and month(date '2024-02-29') = 2 and day(date '2024-02-29') = 29",
           "'5'::int + 1 = 6",
           "cast(1.005 as decimal(10, 2)) = 1.01",
           "1::text = '1'",
           "'2024-01-01'::date = date '2024-01-01'",
           "coalesce(null, 2) = 2",
           "lower('ÀB') = 'àb'",
           "upper('é') = 'É'",
           "length('é€') = 2",
           "trim('  a ') = 'a'",
           "abs(-2) = 2",
           "round(2.5) = 3",
           "round(-2.5) = -3",
           "round(2.567, 2) = 2.57",
           "floor(-1.5) = -2",
           "ceil(1.2) = 2",
           "least(2, null, 1) = 1",
           "greatest(2, null, 1) = 2",
           "nullif(1, 1) is null",
           "starts_with('abc', 'ab')",
           "ends_with('abc', 'bc')",
           "contains('abc', 'b')",
           "substring('héllo', 2, 3) = 'éll'",
           "substr('hello', 4) = 'lo'",
           "replace('aXbX', 'X', '-') = 'a-b-'",
           "'B' < 'a'",
           "'a' < 'é'",
           "1e0 / 3 > 0.333",
           "'NaN'::double = 'NaN'::double",
       }) {
    EXPECT_EQ(answer(duck, text), "true") << text;
  }
}

TEST(Meaning, OfRandomExpressions) {
  Duck duck;
  duck.query("CREATE TABLE t (i BIGINT, j BIGINT, s VARCHAR, u VARCHAR, b BOOLEAN, c BOOLEAN)");
  std::vector<Record> table = sample_table();
  std::string rows;
  for (const Record& record : table) {
    rows += rows.empty() ? "(" : ", (";
    for (const char* name : {"i", "j", "s", "u", "b", "c"}) {
      if (*name != 'i') rows += ", ";
      rows += sql::render(*constant(record.at(name)), sql::duckdb());
    }
    rows += ")";
  }
  duck.query("INSERT INTO t VALUES " + rows);
  EXPECT_TRUE(rc::check("DuckDB, the evaluator and the text agree", [&] {
    // Several per case, and of every type: a wrong value rarely shows once it is deep inside a condition.
    for (int n = 0; n < 12; ++n) {
      Sort sort = static_cast<Sort>(n % 3);
      ExprPtr expr = *random_value(sort, 4);
      std::string text = render(*expr);
      ExprPtr reread = parse_filter(text);
      RC_ASSERT(render(*reread) == text);
      std::string written = sql::render(*expr, sql::duckdb());
      RC_LOG() << text << "\n" << written << "\n";
      auto answers =
          duck.query("SELECT " + written + ", " + sql::render(*reread, sql::duckdb()) + " FROM t ORDER BY rowid");
      for (std::size_t row = 0; row < table.size(); ++row) {
        std::optional<std::string> expected = shown(evaluate(*expr, table[row]));
        RC_ASSERT(answers[row][0] == expected);
        RC_ASSERT(answers[row][1] == expected);
      }
    }
  }));
}

}  // namespace
}  // namespace metaxy
