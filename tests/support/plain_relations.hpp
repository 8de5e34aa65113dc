// SPDX-License-Identifier: Apache-2.0
// Relations for databases that are told the types of columns, and the types.
#pragma once

#include <limits>
#include <string>

#include "store/told.hpp"
#include "support/golden_relations.hpp"

namespace metaxy::testing_support {

/// Columns of the tables and inputs of all golden relations.
inline store::TableSchema told_columns(const Relation& source, const sql::Dialect& dialect) {
  using store::ColumnType;
  using store::Kind;
  const auto plain = [](Kind kind) { return ColumnType{kind, {}, {}, {}}; };
  const ColumnType text = plain(Kind::Text);
  const ColumnType members{Kind::Struct, std::string(dialect.traits().json_type), {"audio/fr", "it's"}, {text, text}};
  if (std::holds_alternative<Input>(source.node)) return {{"key", text}, {"n", text}};
  const auto& table = std::get<Scan>(source.node).table;
  if (table == "video/raw") {
    return {{"id", text},
            {"path", text},
            {"updated_at", plain(Kind::TimestampTz)},
            {"deleted_at", plain(Kind::TimestampTz)}};
  }
  if (table == "video/crop") return {{"vid", text}, {"fields", members}};
  if (table == "a\"b") return {{"id", plain(Kind::Integer)}, {"x", text}};
  return {{"id", text},
          {"a", text},
          {"b", text},
          {"n", plain(Kind::Integer)},
          {"m", plain(Kind::Integer)},
          {"flag", plain(Kind::Boolean)},
          {"day", plain(Kind::Date)},
          {"at", plain(Kind::Timestamp)},
          {"moment", plain(Kind::TimestampTz)},
          {"real", plain(Kind::Float)},
          {"fields", members},
          {"ROWID", plain(Kind::Integer)}};
}

inline RelPtr told(const RelPtr& relation, const sql::Dialect& dialect) {
  const store::SchemaOf schema_of = [&](const RelPtr& source) { return told_columns(*source, dialect); };
  return store::tell(relation, schema_of, dialect).rows;
}

inline RelPtr facts() { return scan("t", {"id", "a", "b", "n", "m", "flag", "day", "at", "moment", "fields"}); }

inline void add_plain_texts(GoldenRelations& out) {
  const std::string tag = "metaxy-preimage/1 field-provenance;";
  const Digest sha256{1, "sha256", 32, {tag, column("a"), column("n"), column("flag"), cast(column("m"), Type::Text)}};
  const Digest nested{1, "md5", 32, {tag, digest(sha256), Written{items({column("b")})}}};
  out.emplace_back("plain_digests",
                   project(facts(), {{"id", column("id")}, {"sha256", digest(sha256)}, {"nested", digest(nested)}}));
  const std::vector<std::variant<std::string, ExprPtr, Written>> parts = {"it's|1|", column("a"), "|", column("n")};
  out.emplace_back("plain_digests_0", project(facts(), {{"id", column("id")},
                                                        {"sha256", digest({0, "sha256", 8, parts})},
                                                        {"md5", digest({0, "md5", 64, parts})}}));
  out.emplace_back("plain_texts", project(facts(), {{"items", items({column("a"), column("n"), column("flag")})},
                                                    {"joined", parse_filter("a || '-' || b")},
                                                    {"number", cast(column("n"), Type::Text)},
                                                    {"flag", cast(column("flag"), Type::Text)}}));
  Items many;
  for (int i = 0; i < 120; ++i) many.args.push_back(column("a"));
  out.emplace_back("plain_many_items", project(facts(), {{"items", items(many.args)}}));
}

inline void add_plain_conditions(GoldenRelations& out) {
  const auto kept = [&](const std::string& name, const std::string& condition) {
    out.emplace_back(name, project(filter(facts(), parse_filter(condition)), keep({"id"})));
  };
  kept("plain_flag", "flag");
  kept("plain_logic", "(flag or n = 1) and not (a = b) and (a = b or n > m) is not true and flag is not false");
  kept("plain_distinct", "a is distinct from b and (n is not distinct from m or a is not distinct from NULL)");
  kept("plain_items", "a in ('x', 'it''s', 'x ') or n not in (1, m) or day is null or real is not null");
  kept("plain_between", "n between 1 and m or n not between m and 2");
  kept("plain_text_order", "a < b or a between 'a' and 'b'");
  kept("plain_day", "day >= DATE '2025-01-31'");
  kept("plain_at", "at < TIMESTAMP '2025-01-31 18:30:00.5'");
  kept("plain_moment", "moment > TIMESTAMPTZ '2025-01-31 18:30:00+01:00'");
  kept("plain_choice", "case when flag then n when a = b then 2 else m end = 2 or nullif(a, b) = coalesce(b, a, 'x')");
  out.emplace_back("plain_flags", project(facts(), {{"id", column("id")},
                                                    {"same", parse_filter("a = b")},
                                                    {"sure", parse_filter("flag is true")},
                                                    {"all", parse_filter("flag and n = m")},
                                                    {"both", parse_filter("(n = m) = (a = b)")},
                                                    {"any", parse_filter("coalesce(n = m, flag)")},
                                                    {"yes", literal(true)}}));
}

inline void add_plain_constants(GoldenRelations& out) {
  const auto both = [](const std::string& text) { return std::vector<ExprPtr>{literal(text), null()}; };
  out.emplace_back("plain_values",
                   unite({values({"x", "y"}, {both("it's"), {null(), literal(std::int64_t{-5})}}),
                          values({"x", "y"}, {{literal("\xC3\xA4\xF0\x9F\x98\x80 $x"), literal(std::int64_t{7})}})}));
  out.emplace_back("plain_backslash", values({"x"}, {{literal("a\\b\\'\n\r${c}")}}));
  out.emplace_back("plain_edges",
                   values({"least", "yes"}, {{literal(std::numeric_limits<std::int64_t>::min()), literal(true)}}));
}

inline void add_plain_structs(GoldenRelations& out) {
  const auto of = [](const char* name) { return member(column("fields"), name); };
  out.emplace_back("plain_member", project(filter(facts(), is_not_null(of("audio/fr"))),
                                           {{"id", column("id")}, {"audio", of("audio/fr")}}));
  out.emplace_back("plain_odd_member", project(facts(), {{"id", column("id")}, {"odd", of("it's")}}));
  out.emplace_back("plain_pack", project(facts(), {{"id", column("id")},
                                                   {"fields", pack({{"it's", column("a")}, {"a/b", null()}})}}));
}

inline void add_plain_relations(GoldenRelations& out) {
  using enum AggregateFunction;
  const RelPtr others = project(facts(), {{"other", column("id")}, {"key", column("a")}, {"number", column("n")}});
  out.emplace_back("plain_full_join",
                   join(JoinKind::Full, project(facts(), keep({"id", "b"})), others, {{"b", "key"}}));
  out.emplace_back("plain_two_keys", join(JoinKind::Full, project(facts(), keep({"id", "b", "m"})), others,
                                          {{"b", "key"}, {"m", "number"}}));
  out.emplace_back(
      "plain_inner_join",
      project(filter(join(JoinKind::Left, join(JoinKind::Inner, facts(), others, {{"b", "key"}}),
                          project(input("rows", {"key", "n"}), {{"key2", column("key")}, {"n2", column("n")}}),
                          {{"a", "key2"}}),
                     parse_filter("n > 0")),
              keep({"id", "other", "n2"})));
  out.emplace_back("plain_any_row", join(JoinKind::Semi, project(facts(), keep({"id"})), others, {}));
  out.emplace_back("plain_union", unite({project(facts(), keep({"id", "n"})), project(others, keep({"other"})),
                                         project(facts(), keep({"id", "flag"}))}));
  out.emplace_back("plain_groups", aggregate(facts(), {"a", "n"},
                                             {{"rows", Count, nullptr},
                                              {"bs", CountDistinct, column("b")},
                                              {"some", AnyValue, column("b")},
                                              {"least", Min, column("m")}}));
  out.emplace_back("plain_any_member",
                   aggregate(facts(), {"a"}, {{"audio", AnyValue, member(column("fields"), "audio/fr")}}));
  out.emplace_back("plain_text_max", aggregate(facts(), {}, {{"last", Max, column("a")}, {"first", Min, column("a")}}));
  out.emplace_back(
      "plain_order",
      order(project(facts(), {{"a", column("b")}, {"b", column("a")}, {"id", column("id")}}), {"a", "b", "id"}, 5));
  out.emplace_back("plain_first", order(project(facts(), keep({"id"})), {"id"}));
  out.emplace_back("plain_latest",
                   project(latest(filter(facts(), column("flag")), {"a"}, column("n")), keep({"a", "n"})));
  const RelPtr again = once(project(filter(facts(), parse_filter("n > 0")), keep({"id", "n"})));
  out.emplace_back("plain_once",
                   join(JoinKind::Anti, again, project(filter(again, parse_filter("n > 1")), {{"other", column("id")}}),
                        {{"id", "other"}}));
}

/// Of databases that say little.
inline GoldenRelations plain_relations() {
  GoldenRelations out;
  add_plain_texts(out);
  add_plain_conditions(out);
  add_plain_constants(out);
  add_plain_structs(out);
  add_plain_relations(out);
  return out;
}

}  // namespace metaxy::testing_support
