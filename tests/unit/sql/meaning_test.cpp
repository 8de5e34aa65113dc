// SPDX-License-Identifier: Apache-2.0
// What filters mean, judged by DuckDB: fixed cases, and random expressions against an obvious evaluator.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include "rel/filter.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"
#include "support/three_valued.hpp"
#include "support/true_filters.hpp"

namespace metaxy {
namespace {

using namespace rel;
using namespace testing_support;

std::optional<std::string> answer(Duck& duck, const std::string& filter_text) {
  return duck.query("SELECT " + sql::render(*parse_filter(filter_text), sql::duckdb())).at(0).at(0);
}

TEST(Meaning, OfConstants) {
  Duck duck;
  for (const char* text : kTrueFilters) {
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
