// SPDX-License-Identifier: Apache-2.0
// Relations whose SQL is kept in tests/golden/sql.
#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "rel/filter.hpp"
#include "rel/relation.hpp"

namespace metaxy::testing_support {

using namespace rel;

using GoldenRelations = std::vector<std::pair<std::string, RelPtr>>;

inline RelPtr videos() { return scan("video/raw", {"id", "path", "updated_at", "deleted_at"}); }
inline ExprPtr last_touch() { return coalesce({column("deleted_at"), column("updated_at")}); }

inline void add_project_and_filter_share_one_select(GoldenRelations& out) {
  RelPtr relation =
      filter(filter(scan("a\"b", {"id", "x"}), parse_filter("x = 'it''s' or x is null")), parse_filter("id > 1"));
  out.emplace_back("project_filter",
                   project(relation, {{"id", column("id")}, {"y", call(Function::Lower, {column("x")})}}));
}

inline void add_filter_over_project_is_a_derived_table(GoldenRelations& out) {
  out.emplace_back("filter_project", filter(project(videos(), {{"key", column("id")}}), parse_filter("key = 'a'")));
}

inline void add_latest(GoldenRelations& out) {
  out.emplace_back("latest",
                   filter(latest(filter(videos(), parse_filter("path = 'a' or path = 'b'")), {"id"}, last_touch()),
                          parse_filter("deleted_at is null")));
  out.emplace_back("latest_many",
                   latest(videos(), {"id"}, call(Function::EpochMicros, {last_touch()}), Superseded::Many));
  out.emplace_back("latest_rowid", latest(scan("t", {"id", "ROWID"}), {"id"}, column("id")));
}

inline void add_joins(GoldenRelations& out) {
  RelPtr crops = project(scan("video/crop", {"vid", "fields"}),
                         {{"vid", column("vid")}, {"audio", member(column("fields"), "audio/fr")}});
  RelPtr joined = join(JoinKind::Left, join(JoinKind::Full, videos(), crops, {{"id", "vid"}}),
                       input("rows", {"key", "n"}), {{"audio", "key"}, {"id", "n"}});
  RelPtr picked = project(filter(joined, parse_filter("n > 1")), keep({"id", "audio", "n"}));
  out.emplace_back("join", order(picked, {"id", "n"}, 5));
  out.emplace_back("few_matches", join(JoinKind::Left, videos(), crops, {{"id", "vid"}}, Matches::Few));
  out.emplace_back("anti_join", join(JoinKind::Anti, join(JoinKind::Semi, videos(), crops, {{"id", "vid"}}),
                                     values({"gone"}, {{literal("x")}, {null()}}), {{"id", "gone"}}));
}

inline void add_union_and_aggregate(GoldenRelations& out) {
  RelPtr counts = aggregate(filter(videos(), parse_filter("path <> ''")), {"path"},
                            {{"n", AggregateFunction::Count, nullptr},
                             {"ids", AggregateFunction::CountDistinct, column("id")},
                             {"all", AggregateFunction::List, column("id")}});
  out.emplace_back("union", unite({counts, order(videos(), {"id"}), scan("t", {"n"})}));
  out.emplace_back("aggregate_all", aggregate(videos(), {}, {{"last", AggregateFunction::Max, last_touch()}}));
}

inline void add_aggregate_in_order(GoldenRelations& out) {
  using enum AggregateFunction;
  const auto behind = [](const char* key, const char* name) {
    return binary(BinaryOp::Concat, column(key), items({column(name)}));
  };
  std::vector<Aggregated> many;
  for (int i = 1; i <= 17; ++i) many.push_back({"c" + std::to_string(i), Concat, column("id")});
  many.push_back({"text", List, cast(column("path"), Type::Text)});
  out.emplace_back(
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

inline void add_expressions(GoldenRelations& out) {
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
  out.emplace_back("expressions", relation);
}

/// Of all databases.
inline GoldenRelations golden_relations() {
  GoldenRelations out;
  add_project_and_filter_share_one_select(out);
  add_filter_over_project_is_a_derived_table(out);
  add_latest(out);
  add_joins(out);
  add_union_and_aggregate(out);
  add_aggregate_in_order(out);
  add_expressions(out);
  return out;
}

}  // namespace metaxy::testing_support
