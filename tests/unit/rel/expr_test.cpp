// SPDX-License-Identifier: Apache-2.0
#include "rel/expr.hpp"

#include <gtest/gtest.h>

#include "rel/filter.hpp"
#include "rel/relation.hpp"

namespace metaxy::rel {
namespace {

using Names = std::vector<std::string>;

TEST(Expr, ColumnsOfReachesEveryChild) {
  ExprPtr expr = parse_filter(
      "a in (b, c.d) and e between f and g and case when h then i else j end or -k || l is null and cast(m as int) = "
      "abs(n)");
  EXPECT_EQ(columns_of(*expr),
            (std::set<std::string>{"a", "b", "c", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"}));
  ExprPtr made = pack({{"x", digest({1, "sha256", 32, {std::string("raw"), column("p")}})}, {"y", column("q")}});
  EXPECT_EQ(columns_of(*made), (std::set<std::string>{"p", "q"}));
}

TEST(Expr, ReplaceColumnsReplacesOnce) {
  ExprPtr expr = parse_filter("a = b and a.c in (1, a)");
  ExprPtr replaced = replace_columns(expr, {{"a", column("b")}, {"b", parse_filter("x + 1")}});
  EXPECT_EQ(render(*replaced), "b = x + 1 AND b.c IN (1, b)");
  EXPECT_EQ(render(*expr), "a = b AND a.c IN (1, a)");
  ExprPtr typed = replace_columns(parse_filter("a::decimal(5, 1) = 1"), {{"a", column("b")}});
  EXPECT_EQ(render(*typed), "CAST(b AS decimal(5, 1)) = 1");
}

TEST(Expr, EmptyListsHaveTheirNeutralMeaning) {
  EXPECT_EQ(render(*all_of({})), "TRUE");
  EXPECT_EQ(render(*any_of({})), "FALSE");
  EXPECT_EQ(render(*in(column("a"), {})), "FALSE");
  EXPECT_EQ(render(*case_when({}, column("a"))), "a");
  EXPECT_EQ(render(*all_of({column("a")})), "a");
  EXPECT_EQ(render(*all_of({column("a"), any_of({column("b"), column("c")}), column("d")})), "a AND (b OR c) AND d");
}

TEST(Relation, KnowsItsColumns) {
  RelPtr left = scan("t", {"a", "b"});
  RelPtr right = project(input("s", {"x"}), {{"c", column("x")}});
  EXPECT_EQ(output_columns(*join(JoinKind::Full, left, right, {{"a", "c"}})), (Names{"a", "b", "c"}));
  EXPECT_EQ(output_columns(*join(JoinKind::Anti, left, right, {{"a", "c"}})), (Names{"a", "b"}));
  EXPECT_EQ(output_columns(*unite({right, left, left})), (Names{"c", "a", "b"}));
  EXPECT_EQ(output_columns(*aggregate(left, {"b"}, {{"n", AggregateFunction::Count, nullptr}})), (Names{"b", "n"}));
  EXPECT_EQ(output_columns(*order(latest(filter(left, column("a")), {"a"}, column("b")), {"a"})), (Names{"a", "b"}));
  EXPECT_EQ(filter(left, literal(true)), left);
}

}  // namespace
}  // namespace metaxy::rel
