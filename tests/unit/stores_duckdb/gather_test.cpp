// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "contract/sql.hpp"

namespace metaxy::stores::duckdb {
namespace {

/// DuckDB's own ordered aggregates say what must come out.
class Gather : public ::testing::Test {
 protected:
  Gather() {
    sql_.rows(
        "SET threads = 4; CREATE TABLE t AS SELECT md5(CAST(i AS VARCHAR)) AS k, i % 3001 AS many, 0 AS one, "
        "CASE WHEN i % 5 > 0 THEN repeat('é,', i % 40) || i END AS a, CAST(NULL AS VARCHAR) AS b "
        "FROM range(130000) r(i)");
  }
  std::string differing(const std::string& group, const std::string& arguments, const std::string& item,
                        const std::string& separator) {
    return sql_.value("SELECT count(*) FROM (SELECT list(k) AS l, list(k ORDER BY k) AS ordered, string_agg(" + item +
                      ", '" + separator + "' ORDER BY k) AS text, metaxy_gather(encode(k), " + arguments + ", '" +
                      separator + "') AS x FROM t GROUP BY " + group +
                      ") WHERE x.texts[1] IS DISTINCT FROM text OR list_select(l, x.permutation) IS DISTINCT FROM "
                      "ordered");
  }
  testing::Sql sql_;
};

TEST_F(Gather, JoinsTextsInTheOrderOfTheKeys) {
  EXPECT_EQ(differing("many", "metaxy_items(a, b), -1", "a", "|"), "0");
  EXPECT_EQ(differing("one", "metaxy_items(a, b), -1", "a", "|"), "0");
  EXPECT_EQ(differing("many", "metaxy_items(b, a), -1", "b", "|"), "0");
  EXPECT_EQ(differing("k", "metaxy_items(a), -1", "a", ""), "0");
  EXPECT_NE(differing("many", "metaxy_items(k), -1", "a", "|"), "0");
}

TEST_F(Gather, SharedItemsComeBeforeEachOfTheOthers) {
  EXPECT_EQ(differing("many", "metaxy_items(k, b, a, k), 2", "metaxy_items(k, b, a)", ""), "0");
  EXPECT_EQ(differing("one", "metaxy_items(k, b), 1", "metaxy_items(k, b)", ""), "0");
}

TEST_F(Gather, NothingGivesNull) {
  EXPECT_EQ(sql_.value("SELECT metaxy_gather(encode(k), metaxy_items(a), -1, '|').texts[1] FROM t WHERE k IS NULL"),
            "NULL");
}

TEST_F(Gather, RefusesWhatItemsDidNotWrite) {
  const auto error = [&](const std::string& key, const std::string& items) {
    return sql_.error("SELECT metaxy_gather(" + key + ", " + items + ", -1, '') FROM t");
  };
  EXPECT_TRUE(testing::contains(error("CAST(NULL AS BLOB)", "''"), "must not be NULL"));
  for (const std::string text : {"'x'", "'3:ab,'", "'2:ab'", "'2:abc'", "'99999999999999999999:a,'", "'-1:a,'"}) {
    EXPECT_TRUE(testing::contains(error("encode(k)", text), "what metaxy_items wrote")) << text;
  }
  EXPECT_TRUE(testing::contains(
      error("encode(k)", "CASE WHEN k > '5' THEN metaxy_items(k) ELSE metaxy_items(k, a) END"), "metaxy_"));
}

}  // namespace
}  // namespace metaxy::stores::duckdb
