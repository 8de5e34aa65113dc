// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "contract/sql.hpp"

namespace metaxy::stores::duckdb {
namespace {

constexpr const char* kRows =
    "SET threads = 4; CREATE TABLE t AS SELECT md5(CAST(i AS VARCHAR)) AS k, i % 3001 AS many, 0 AS one, "
    "CASE WHEN i % 5 > 0 THEN repeat('é,', i % 40) || i END AS a, CAST(NULL AS VARCHAR) AS b FROM range(130000) r(i)";

/// DuckDB's own ordered aggregates say what must come out.
class Gather : public ::testing::Test {
 protected:
  Gather() { sql_.rows(kRows); }
  /// Groups that come out otherwise when `value` is joined, as the texts `brought`, and `a` is listed.
  std::string differing(const std::string& group, const std::string& keyed, const std::string& value,
                        const std::string& brought, const std::string& separator, const std::string& rows = "TRUE") {
    return sql_.value(
        "SELECT count(*) FROM (SELECT list(k) AS l, list(k ORDER BY k) AS ordered, "
        "list(a ORDER BY k) AS listed, string_agg(" +
        brought + ", '" + separator + "' ORDER BY k) AS text, metaxy_gather(encode(k), 1, " + keyed + ", '" +
        separator + "', " + value + ", a) AS x FROM t WHERE " + rows + " GROUP BY " + group +
        ") WHERE x.text_1 IS DISTINCT FROM text OR x.list_1 IS DISTINCT FROM listed OR "
        "list_select(l, x.permutation) IS DISTINCT FROM ordered");
  }
  testing::Sql sql_;
};

TEST_F(Gather, JoinsTextsInTheOrderOfTheKeys) {
  EXPECT_EQ(differing("many", "FALSE", "a", "a", "|"), "0");
  EXPECT_EQ(differing("one", "FALSE", "a", "a", "|"), "0");
  EXPECT_EQ(differing("many", "FALSE", "b", "b", "|", "many < 100"), "0");
  EXPECT_EQ(differing("k", "FALSE", "a", "a", "", "many < 100"), "0");
  EXPECT_NE(differing("many", "FALSE", "k", "a", "|"), "0");
}

TEST_F(Gather, KeysComeBeforeTheItemsOfTexts) {
  EXPECT_EQ(differing("many", "TRUE", "a", "k || metaxy_items(a)", ""), "0");
  EXPECT_EQ(differing("one", "TRUE", "b", "k || metaxy_items(b)", "|"), "0");
  EXPECT_EQ(differing("k", "TRUE", "a", "k || metaxy_items(a)", "", "many < 100"), "0");
}

TEST_F(Gather, KeysThatShareTheirBeginningAreInOrder) {
  sql_.rows("UPDATE t SET k = repeat('same', many % 7) || CASE WHEN many % 2 = 0 THEN k ELSE left(k, 5) || rowid END");
  EXPECT_EQ(differing("many", "TRUE", "a", "k || metaxy_items(a)", ""), "0");
  EXPECT_EQ(differing("one", "FALSE", "a", "a", "|"), "0");
  EXPECT_EQ(sql_.value("SELECT metaxy_gather(encode(v), 1, FALSE, ',', v).text_1 = string_agg(v, ',' ORDER BY v) "
                       "FROM (VALUES ('a'), (''), ('a' || chr(1)), ('ab'), ('é'), ('b')) x(v)"),
            "true");
}

TEST_F(Gather, AMillionMembersOfOneGroup) {
  sql_.rows(
      "CREATE OR REPLACE TABLE t AS SELECT hash(i)::VARCHAR AS k, i::VARCHAR AS a, 0 AS one FROM range(1000000) r(i)");
  EXPECT_EQ(differing("one", "TRUE", "a", "k || metaxy_items(a)", ""), "0");
}

TEST_F(Gather, SeveralTextsAreJoinedAndListed) {
  std::string texts;
  std::string expected;
  std::string same = "x.text_8 IS NULL AND x.list_10 IS NULL";
  for (int i = 1; i <= 16; ++i) {
    const std::string value = "k || '" + std::to_string(i) + "'";
    const std::string name = "e" + std::to_string(i);
    texts += ", " + value;
    expected += ", " + (i <= 7 ? "string_agg(" + value + ", '/'" : "list(" + value) + " ORDER BY k) AS " + name;
    same += " AND x." + (i <= 7 ? "text_" + std::to_string(i) : "list_" + std::to_string(i - 7)) + " = " + name;
  }
  EXPECT_EQ(sql_.rows("SELECT DISTINCT " + same + " FROM (SELECT metaxy_gather(encode(k), 7, FALSE, '/'" + texts +
                      ") AS x" + expected + " FROM t WHERE many < 50 GROUP BY many)"),
            testing::TextRows{{"true"}});
}

TEST_F(Gather, NothingGivesNull) {
  EXPECT_EQ(sql_.value("SELECT metaxy_gather(encode(k), 1, FALSE, '|', a, b) IS NULL FROM t WHERE k IS NULL"), "true");
  EXPECT_EQ(sql_.value("SELECT metaxy_gather(encode(k), 0, FALSE, '|').permutation FROM t WHERE k IS NULL"), "NULL");
  EXPECT_EQ(sql_.value("SELECT count(*) FROM (SELECT metaxy_gather(encode(k), 1, TRUE, '', a) AS x FROM t "
                       "WHERE k IS NULL GROUP BY many)"),
            "0");
}

TEST_F(Gather, RefusesWrongArguments) {
  const auto error = [&](const std::string& arguments) {
    return sql_.error("SELECT metaxy_gather(" + arguments + ") FROM t GROUP BY many");
  };
  EXPECT_PRED2(testing::contains, error("CASE WHEN a > '9' THEN encode(k) END, 1, FALSE, '', a"), "must not be NULL");
  EXPECT_PRED2(testing::contains, error("encode(k), 1, NULL, '', a"), "must not be NULL");
  EXPECT_PRED2(testing::contains, error("encode(k), 2, FALSE, '', a"), "more texts than it is given");
  EXPECT_PRED2(testing::contains, error("encode(k), -1, FALSE, '', a"), "more texts than it is given");
  EXPECT_EQ(differing("many", "FALSE", "a", "a", "|"), "0");
}

/// Gathers rows of 160 bytes and more, texts of 100 among them.
std::string gather(const std::string& from) {
  return "SELECT sum(length(x.text_1)) FROM (SELECT metaxy_gather(encode(md5(i::VARCHAR)), 1, FALSE, '', "
         "repeat('x', 100)) AS x FROM " +
         from + " GROUP BY i % 1000)";
}

TEST(GatherMemory, IsBoundedAndGivenBack) {
  testing::Sql sql({std::string(kMemory), {{"memory_limit", "419430400B"}}});
  for (int i = 0; i < 3; ++i) {
    EXPECT_PRED2(testing::contains, sql.error(gather("range(3000000) r(i)")),
                 "Out of Memory: the members of groups need more than 200 MiB");
    EXPECT_EQ(sql.value(gather("range(900000) r(i)")), "90000000");
  }
}

TEST(GatherMemory, IsGivenBackByWhatIsInterrupted) {
  Database database({std::string(kMemory), {{"memory_limit", "800MB"}}});
  const auto connection = database.take_connection();
  const std::string endless =
      "(SELECT i FROM range(1500000) r(i) UNION ALL SELECT count(*) FROM range(1000000) a, range(1000000) b)";
  for (int i = 0; i < 3; ++i) {
    std::atomic<bool> done = false;
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      // One that comes between two steps of the statement's beginning is lost.
      while (!done) {
        duckdb_interrupt(connection.get());
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
      }
    });
    EXPECT_THROW(testing::rows(connection.get(), gather(endless)), std::runtime_error);
    done = true;
    other.join();
  }
  EXPECT_EQ(testing::value(connection.get(), gather("range(1500000) r(i)")), "150000000");
}

}  // namespace
}  // namespace metaxy::stores::duckdb
