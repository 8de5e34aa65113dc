// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "rel/filter.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/dialect_postgresql.hpp"
#include "sql/dialect_sqlite.hpp"
#include "sql/render.hpp"
#include "support/golden.hpp"

namespace metaxy {
namespace {

using namespace rel;
using testing_support::expect_golden;

void expect(const std::string& name, const RelPtr& relation) {
  for (const sql::Dialect* dialect : {&sql::duckdb(), &sql::postgresql(), &sql::clickhouse(), &sql::sqlite()}) {
    const std::string database(dialect->traits().name);
    expect_golden("sql/" + name + "." + database + ".sql", sql::render(*relation, *dialect));
  }
}

RelPtr videos() { return scan("video/raw", {"id", "path", "updated_at", "deleted_at"}); }
ExprPtr last_touch() { return coalesce({column("deleted_at"), column("updated_at")}); }

TEST(GoldenSql, ProjectAndFilterShareOneSelect) {
  RelPtr relation =
      filter(filter(scan("a\"b", {"id", "x"}), parse_filter("x = 'it''s' or x is null")), parse_filter("id > 1"));
  expect("project_filter", project(relation, {{"id", column("id")}, {"y", call(Function::Lower, {column("x")})}}));
}

TEST(GoldenSql, FilterOverProjectIsADerivedTable) {
  expect("filter_project", filter(project(videos(), {{"key", column("id")}}), parse_filter("key = 'a'")));
}

TEST(GoldenSql, Latest) {
  expect("latest", filter(latest(filter(videos(), parse_filter("path = 'a' or path = 'b'")), {"id"}, last_touch()),
                          parse_filter("deleted_at is null")));
  expect("latest_many", latest(videos(), {"id"}, call(Function::EpochMicros, {last_touch()}), Superseded::Many));
  expect("latest_rowid", latest(scan("t", {"id", "ROWID"}), {"id"}, column("id")));
}

TEST(GoldenSql, Joins) {
  RelPtr crops = project(scan("video/crop", {"vid", "fields"}),
                         {{"vid", column("vid")}, {"audio", member(column("fields"), "audio/fr")}});
  RelPtr joined = join(JoinKind::Left, join(JoinKind::Full, videos(), crops, {{"id", "vid"}}),
                       input("rows", {"key", "n"}), {{"audio", "key"}, {"id", "n"}});
  RelPtr picked = project(filter(joined, parse_filter("n > 1")), keep({"id", "audio", "n"}));
  expect("join", order(picked, {"id", "n"}, 5));
  expect("few_matches", join(JoinKind::Left, videos(), crops, {{"id", "vid"}}, Matches::Few));
  expect("anti_join", join(JoinKind::Anti, join(JoinKind::Semi, videos(), crops, {{"id", "vid"}}),
                           values({"gone"}, {{literal("x")}, {null()}}), {{"id", "gone"}}));
}

TEST(GoldenSql, UnionAndAggregate) {
  RelPtr counts = aggregate(filter(videos(), parse_filter("path <> ''")), {"path"},
                            {{"n", AggregateFunction::Count, nullptr},
                             {"ids", AggregateFunction::CountDistinct, column("id")},
                             {"all", AggregateFunction::List, column("id")}});
  expect("union", unite({counts, order(videos(), {"id"}), scan("t", {"n"})}));
  expect("aggregate_all", aggregate(videos(), {}, {{"last", AggregateFunction::Max, last_touch()}}));
}

TEST(GoldenSql, AggregateInOrder) {
  using enum AggregateFunction;
  const auto behind = [](const char* key, const char* name) {
    return binary(BinaryOp::Concat, column(key), items({column(name)}));
  };
  std::vector<Aggregated> many;
  for (int i = 1; i <= 17; ++i) many.push_back({"c" + std::to_string(i), Concat, column("id")});
  many.push_back({"text", List, cast(column("path"), Type::Text)});
  expect(
      "aggregate_in_order",
      unite({aggregate(videos(), {"path"},
                       {{"all", List, column("id")},
                        {"texts", List, cast(column("id"), Type::Text)},
                        {"ids", Concat, column("id")},
                        {"n", Count, nullptr}},
                       {"updated_at", "id"}, "|"),
             aggregate(videos(), {"path"},
                       {{"one", Concat, behind("id", "path")}, {"other", Concat, behind("id", "deleted_at")}}, {"id"}),
             aggregate(videos(), {"path"}, {{"one", Concat, behind("path", "id")}}, {"id"}),
             aggregate(videos(), {"path"}, {{"all", List, column("id")}}, {"id"}),
             aggregate(videos(), {"path"}, many, {"id"})}));
}

TEST(GoldenSql, Expressions) {
  Digest digest{
      1, "sha256", 32, {column("a"), std::string("|"), std::string("'"), column("b"), cast(column("c"), Type::Text)}};
  RelPtr relation = project(scan("t", {"a"}), {
                                                  {"digest", rel::digest(digest)},
                                                  {"pack", pack({{"a-b", column("a")}, {"it's", literal("x")}})},
                                                  {"arithmetic", parse_filter("(a + 1) * -2 / -a || 'x' || a")},
                                                  {"logic", parse_filter("(a or b) and not c and (a = b) is not true")},
                                                  {"least", literal(std::numeric_limits<std::int64_t>::min())},
                                                  {"infinite", literal(std::numeric_limits<double>::infinity())},
                                                  {"tenth", literal(0.1)},
                                                  {"exact", parse_filter("0.1")},
                                                  {"since", parse_filter("TIMESTAMPTZ '2025-01-01' + interval 3 day")},
                                                  {"cast", parse_filter("a::decimal(10, 2) between 1 and b.c.\"d'\"")},
                                              });
  expect("expressions", relation);
}

TEST(Sql, RefusesWhatNoTextCanCarry) {
  for (const ExprPtr& expr : {literal(std::string("a\0b", 3)), literal("\xff"), column(std::string("a\0", 2)),
                              column(""), literal(TypedText{Type::Decimal, "1); DROP TABLE t; --"}),
                              literal(TypedText{Type::Date, std::string(1, '\0')})}) {
    try {
      std::string text = sql::render(*expr, sql::duckdb());
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    }
  }
}

}  // namespace
}  // namespace metaxy
