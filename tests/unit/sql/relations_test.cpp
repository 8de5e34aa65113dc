// SPDX-License-Identifier: Apache-2.0
// Relations judged by what DuckDB answers.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "rel/filter.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"

namespace metaxy {
namespace {

using namespace rel;
using testing_support::Duck;
using Rows = std::vector<Duck::Row>;

Rows run(Duck& duck, const RelPtr& relation) {
  Rows rows = duck.query(sql::render(*relation, sql::duckdb()));
  std::sort(rows.begin(), rows.end());
  return rows;
}

TEST(Relations, LatestKeepsOneRowPerGroup) {
  Duck duck;
  EXPECT_TRUE(rc::check("greatest order, then last written; NULLs as documented", [&duck] {
    struct Written {
      int id;
      int order;
      bool counts;
    };
    auto number = rc::gen::inRange(-1, 4);  // -1 stands for NULL
    auto rows = *rc::gen::container<std::vector<Written>>(
        rc::gen::construct<Written>(number, number, rc::gen::arbitrary<bool>()));
    duck.query("CREATE OR REPLACE TABLE t (id BIGINT, key BIGINT, counts BOOLEAN, n BIGINT)");
    std::map<int, std::pair<int, std::size_t>> best;
    auto text = [](int value) { return value < 0 ? std::string("NULL") : std::to_string(value); };
    duck.query("BEGIN");
    for (std::size_t n = 0; n < rows.size(); ++n) {
      const auto& [id, order, counts] = rows[n];
      duck.query("INSERT INTO t VALUES (" + text(id) + ", " + text(order) + ", " + (counts ? "true" : "false") + ", " +
                 std::to_string(n) + ")");
      if (!counts) continue;
      auto [at, fresh] = best.try_emplace(id, order, n);
      if (!fresh && order >= at->second.first) at->second = {order, n};
    }
    Rows expected;
    for (const auto& [id, winner] : best) {
      expected.push_back({id < 0 ? std::nullopt : std::optional(std::to_string(id)), std::to_string(winner.second)});
    }
    std::sort(expected.begin(), expected.end());
    RelPtr stored = filter(scan("t", {"id", "key", "counts", "n"}), column("counts"));
    RelPtr last = project(latest(stored, {"id"}, column("key")), keep({"id", "n"}));
    RelPtr grouped = project(latest(stored, {"id"}, column("key"), Superseded::Many), keep({"id", "n"}));
    RC_ASSERT(run(duck, last) == expected);  // rows of the open transaction
    RC_ASSERT(run(duck, grouped) == expected);
    duck.query("COMMIT");
    RC_ASSERT(run(duck, last) == expected);
    RC_ASSERT(run(duck, grouped) == expected);
  }));
}

TEST(Relations, JoinsMatchNoNulls) {
  Duck duck;
  duck.query("CREATE TABLE a AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (NULL, 'z')) t(i, common)");
  duck.query(
      "CREATE TABLE b AS SELECT * FROM (VALUES (1, 10, 'p'), (1, 11, 'q'), (NULL, 12, 'r'), (3, 13, 's')) t(k, v, "
      "common)");
  RelPtr a = scan("a", {"i", "common"});
  RelPtr b = scan("b", {"k", "v"});
  std::optional<std::string> none;
  EXPECT_EQ(run(duck, join(JoinKind::Inner, a, b, {{"i", "k"}})), (Rows{{"1", "x", "1", "10"}, {"1", "x", "1", "11"}}));
  EXPECT_EQ(run(duck, join(JoinKind::Full, a, b, {{"i", "k"}})).size(), 6u);
  EXPECT_EQ(run(duck, join(JoinKind::Semi, a, b, {{"i", "k"}})), (Rows{{"1", "x"}}));
  EXPECT_EQ(run(duck, join(JoinKind::Anti, a, b, {{"i", "k"}})), (Rows{{none, "z"}, {"2", "y"}}));
  RelPtr chain = join(JoinKind::Left, join(JoinKind::Left, a, b, {{"i", "k"}}),
                      values({"w"}, {{literal(std::int64_t{11})}}), {{"v", "w"}});
  EXPECT_EQ(run(duck, project(filter(chain, parse_filter("w is not null")), keep({"common", "w"}))),
            (Rows{{"x", "11"}}));
  const auto left = run(duck, join(JoinKind::Left, a, b, {{"i", "k"}}));
  EXPECT_EQ(left.size(), 4u);
  EXPECT_EQ(run(duck, join(JoinKind::Left, a, b, {{"i", "k"}}, Matches::Few)), left);
}

TEST(Relations, UnionsMatchColumnsByName) {
  Duck duck;
  RelPtr both =
      unite({values({"a", "b"}, {{literal("1"), literal("2")}}), values({"c", "a"}, {{literal("3"), literal("4")}})});
  EXPECT_EQ(output_columns(*both), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(run(duck, both), (Rows{{"1", "2", std::nullopt}, {"4", std::nullopt, "3"}}));
}

TEST(Relations, NamesOfResultsDoNotHideColumns) {
  Duck duck;
  RelPtr rows = values({"a", "b"}, {{literal("X"), literal("1")}, {literal("x"), literal("2")}});
  RelPtr renamed =
      project(filter(rows, parse_filter("a = 'X'")), {{"a", call(Function::Lower, {column("a")})}, {"c", column("a")}});
  EXPECT_EQ(run(duck, renamed), (Rows{{"x", "X"}}));
  RelPtr swapped = order(project(rows, {{"a", column("b")}, {"b", column("a")}}), {"a"}, 1);
  EXPECT_EQ(run(duck, swapped), (Rows{{"1", "X"}}));
  RelPtr grouped = order(aggregate(rows, {"b"}, {{"a", AggregateFunction::Max, column("a")}}), {"a"});
  EXPECT_EQ(run(duck, grouped), (Rows{{"1", "X"}, {"2", "x"}}));
  EXPECT_EQ(run(duck, aggregate(filter(rows, literal(false)), {}, {{"n", AggregateFunction::Count, nullptr}})),
            (Rows{{"0"}}));
}

TEST(Relations, MembersOfStructsAndMaps) {
  Duck duck;
  duck.query("CREATE TABLE t AS SELECT {'a-b': 'x', 'it''s': {'c': 'y'}} AS s, MAP {'a-b': 'z'} AS m");
  RelPtr picked = project(scan("t", {"s", "m"}), {{"a", parse_filter("s.\"a-b\"")},
                                                  {"b", parse_filter("s.\"it's\".c")},
                                                  {"c", parse_filter("m.\"a-b\"")},
                                                  {"d", parse_filter("m.absent")},
                                                  {"e", member(pack({{"it's \"x\"", literal("v")}}), "it's \"x\"")}});
  EXPECT_EQ(run(duck, picked), (Rows{{"x", "y", "z", std::nullopt, "v"}}));
}

TEST(Relations, WhatIsComputedOnceIsWrittenOnceHoweverOftenItIsRead) {
  Duck duck;
  duck.query("CREATE TABLE t AS SELECT * FROM (VALUES (1), (2)) v(a)");
  RelPtr rows = once(filter(scan("t", {"a"}), parse_filter("a > 1")));
  for (int i = 0; i < 40; ++i) {
    rows = once(aggregate(unite({rows, join(JoinKind::Semi, rows, rows, {{"a", "a"}})}), {"a"}, {}));
  }
  const auto text = sql::render(*rows, sql::duckdb());
  EXPECT_LT(text.size(), 20'000U);
  EXPECT_EQ(text.find("WHERE \"a\" > "), text.rfind("WHERE \"a\" > "));
  EXPECT_EQ(run(duck, rows), (Rows{{"2"}}));
  EXPECT_EQ(output_columns(*rows), (std::vector<std::string>{"a"}));
}

}  // namespace
}  // namespace metaxy
