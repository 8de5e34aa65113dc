// SPDX-License-Identifier: Apache-2.0
#include "rel/filter.hpp"

#include <gtest/gtest.h>

#include <metaxy/error.hpp>

namespace metaxy::rel {
namespace {

/// The canonical text of a filter.
std::string canonical(std::string_view text) { return render(*parse_filter(text)); }

struct Pair {
  std::string text;
  std::string canonical;
};

void PrintTo(const Pair& pair, std::ostream* out) { *out << testing::PrintToString(pair.text); }

class Meaning : public testing::TestWithParam<Pair> {};

TEST_P(Meaning, HasTheCanonicalText) {
  EXPECT_EQ(canonical(GetParam().text), GetParam().canonical);
  EXPECT_EQ(canonical(GetParam().canonical), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(Logic, Meaning,
                         testing::Values(Pair{"a or b and not c", "a OR b AND NOT c"},
                                         Pair{"(a or b) and c", "(a OR b) AND c"}, Pair{"not a = 1", "NOT (a = 1)"},
                                         Pair{"!a = 1 and b", "NOT (a = 1) AND b"}, Pair{"not not a", "NOT (NOT a)"},
                                         Pair{"a and (b and c)", "a AND b AND c"},
                                         Pair{"TRUE or False", "TRUE OR FALSE"}, Pair{"null", "NULL"}));

INSTANTIATE_TEST_SUITE_P(Comparisons, Meaning,
                         testing::Values(Pair{"a == 1", "a = 1"}, Pair{"a != 1", "a <> 1"}, Pair{"a<=1", "a <= 1"},
                                         Pair{"a>=-1", "a >= -1"}, Pair{"x = NULL", "x = NULL"},
                                         Pair{"a = b is null", "(a = b) IS NULL"},
                                         Pair{"a = b in (1)", "a = (b IN (1))"}, Pair{"a isnull", "a IS NULL"},
                                         Pair{"a notnull", "a IS NOT NULL"}, Pair{"a is unknown", "a IS NULL"},
                                         Pair{"a is not unknown", "a IS NOT NULL"},
                                         Pair{"a is not true", "a IS NOT TRUE"}, Pair{"a is false", "a IS FALSE"},
                                         Pair{"a is distinct from b + 1", "a IS DISTINCT FROM b + 1"},
                                         Pair{"a IS NOT DISTINCT FROM NULL", "a IS NOT DISTINCT FROM NULL"},
                                         Pair{"a not in (1, b, null)", "a NOT IN (1, b, NULL)"},
                                         Pair{"a between 1 and 2 and b", "a BETWEEN 1 AND 2 AND b"},
                                         Pair{"a not between b and b || 'x'", "a NOT BETWEEN b AND (b || 'x')"},
                                         Pair{"a like 'x%'", "a LIKE 'x%'"}, Pair{"a not ilike b", "a NOT ILIKE b"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Meaning,
    testing::Values(
        Pair{"a + 1 * 2 - 3", "a + 1 * 2 - 3"}, Pair{"(a + 1) * 2", "(a + 1) * 2"}, Pair{"a - (b - c)", "a - (b - c)"},
        Pair{"a || b || c", "a || b || c"}, Pair{"a || (b || c)", "a || (b || c)"}, Pair{"a + b || c", "(a + b) || c"},
        Pair{"- a", "-a"}, Pair{"- -5", "-(-5)"}, Pair{"a - -5", "a - -5"},
        Pair{"-9223372036854775808", "-9223372036854775808"}, Pair{"-1::text", "-CAST(1 AS text)"}, Pair{"007", "7"},
        Pair{"9223372036854775808", "9223372036854775808"}, Pair{".5", "0.5"}, Pair{"5.", "5.0"},
        Pair{"1e5", "100000e0"}, Pair{"1.5E-3", "0.0015e0"}, Pair{"00.10", "0.10"},
        Pair{"'it''s \\ \n'", "'it''s \\ \n'"}, Pair{"x::int", "CAST(x AS integer)"},
        Pair{"cast(x as decimal(10,2))", "CAST(x AS decimal(10, 2))"}, Pair{"x::numeric", "CAST(x AS decimal(18, 3))"},
        Pair{"x::timestamp with time zone", "CAST(x AS timestamptz)"}, Pair{"x::double precision", "CAST(x AS double)"},
        Pair{"x::timestamp without time zone", "CAST(x AS timestamp)"},
        Pair{"case when a then 1 else 2 end", "CASE WHEN a THEN 1 ELSE 2 END"},
        Pair{"case a when 1 then 'x' end", "CASE WHEN a = 1 THEN 'x' END"},
        Pair{"COALESCE(a, lower(B))", "coalesce(a, lower(B))"}, Pair{"substr(a, 1)", "substring(a, 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Times, Meaning,
    testing::Values(Pair{"d > date '2024-02-29'", "d > DATE '2024-02-29'"},
                    Pair{"timestamp '2024-01-31T10:00'", "TIMESTAMP '2024-01-31 10:00:00'"},
                    Pair{"timestamp with time zone '2024-01-31 10:00:00.5Z'",
                         "TIMESTAMPTZ '2024-01-31 10:00:00.5+00:00'"},
                    Pair{"timestamptz '2024-01-31'", "TIMESTAMPTZ '2024-01-31 00:00:00+00:00'"},
                    Pair{"timestamptz '2024-01-31 01:02-05'", "TIMESTAMPTZ '2024-01-31 01:02:00-05:00'"},
                    Pair{"time '23:59'", "TIME '23:59:00'"}, Pair{"interval '3 days'", "INTERVAL '3 days'"},
                    Pair{"interval 3 day", "INTERVAL '3 day'"},
                    Pair{"a > interval -2 hours", "a > INTERVAL '-2 hours'"},
                    Pair{"interval '3' day", "INTERVAL '3 day'"}, Pair{"date > 5", "date > 5"},
                    Pair{"interval - 5 > 1", "interval - 5 > 1"}));

INSTANTIATE_TEST_SUITE_P(Names, Meaning,
                         testing::Values(Pair{"Aa = \"Aa\"", "Aa = Aa"}, Pair{"\"a b\"\"c\" = 1", "\"a b\"\"c\" = 1"},
                                         Pair{"a.b.\"c/d\" = 1", "a.b.\"c/d\" = 1"}, Pair{"\"a.b\" = 1", "\"a.b\" = 1"},
                                         Pair{"(a + b).c", "(a + b).c"}, Pair{"größe > 1", "\"größe\" > 1"},
                                         Pair{"a.select", "a.\"select\""},
                                         Pair{"year = 5 and year(d) = 1", "year = 5 AND year(d) = 1"},
                                         Pair{"\"case\" = 1", "\"case\" = 1"}, Pair{"a -- rest\n/* x */ = 1", "a = 1"},
                                         Pair{"order = 1", "order = 1"}));

struct Fault {
  std::string text;
  std::string place;
  std::string message;
  std::string hint;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << testing::PrintToString(fault.text); }

class Refused : public testing::TestWithParam<Fault> {};

TEST_P(Refused, WithPlaceMessageAndHint) {
  const Fault& fault = GetParam();
  try {
    parse_filter(fault.text);
    FAIL() << "accepted " << fault.text;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    std::string begin = "filter, line " + fault.place.substr(0, fault.place.find(':')) + ", column " +
                        fault.place.substr(fault.place.find(':') + 1) + ": ";
    EXPECT_EQ(error.message().substr(0, begin.size()), begin) << error.message();
    EXPECT_NE(error.message().find(fault.message), std::string::npos) << error.message();
    EXPECT_NE(error.hint().find(fault.hint), std::string::npos) << error.hint();
    EXPECT_EQ(fault.hint.empty(), error.hint().empty()) << error.hint();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Language, Refused,
    testing::Values(
        Fault{"", "1:1", "empty", "TRUE"}, Fault{" \n -- x", "2:6", "empty", "TRUE"},
        Fault{"a = 1; b = 2", "1:6", "`;`", "AND or OR"}, Fault{"a in (select 1)", "1:7", "subqueries", "join"},
        Fault{"(select 1) = a", "1:2", "subqueries", "join"}, Fault{"exists (select 1)", "1:1", "subqueries", "join"},
        Fault{"select a", "1:1", "not a statement", "WHERE"}, Fault{"where a = 1", "1:1", "WHERE", "condition only"},
        Fault{"lowr(a) = 'x'", "1:1", "no function `lowr`", "lower"},
        Fault{"sum(a) > 1", "1:1", "no function `sum`", "one row"},
        Fault{"lower(a) over () = 1", "1:10", "`over`", "window"}, Fault{"a = ?", "1:5", "parameters", "value"},
        Fault{"a = $1", "1:5", "parameters", "value"}, Fault{"a = :x", "1:5", "parameters", "value"},
        Fault{"`a` = 1", "1:1", "backquotes", "double quotes"}, Fault{"a <=> b", "1:3", "<=>", "DISTINCT"},
        Fault{"a = 1 b", "1:7", "expected AND, OR or the end, found `b`", ""},
        Fault{"a = 1 and", "1:10", "found the end", ""},
        Fault{"a = \"x\" \"y\"", "1:9", "found `\"y\"`", "single quotes"},
        Fault{"a[1]", "1:2", "subscripts", "column.member"}, Fault{"(a, b) = (1, 2)", "1:1", "row values", "one value"},
        Fault{"a like 'x' escape '!'", "1:12", "ESCAPE", "contains"}, Fault{"a = b = c", "1:7", "chained", "AND"},
        Fault{"a < b < c", "1:7", "chained", "AND"}, Fault{"a = not b", "1:5", "`not`", "parentheses"},
        Fault{"a in ()", "1:6", "empty", "FALSE"}, Fault{"a in b", "1:6", "list in parentheses", "IN ("},
        Fault{"a is 5", "1:6", "after IS", "="}));

INSTANTIATE_TEST_SUITE_P(
    Words, Refused,
    testing::Values(Fault{"a = 'x", "1:5", "not closed", "twice"}, Fault{"\"x = 1", "1:1", "not closed", "twice"},
                    Fault{"a /* x", "1:3", "comment", "*/"}, Fault{"a = \n\n  'é' 1", "3:7", "`1`", ""},
                    Fault{"a = \xff", "1:5", "UTF-8", "UTF-8"},
                    Fault{std::string("a = '\0'", 7), "1:6", "NUL", "remove"}, Fault{"\"\" = 1", "1:1", "empty", ""},
                    Fault{"1abc = 1", "1:1", "`1abc`", "double quotes"},
                    Fault{"a = 0x1F", "1:5", "`0x1F`", "double quotes"}, Fault{"1.2.3", "1:1", "`1.2.3`", "quotes"},
                    Fault{"a.1", "1:3", "member", "double quotes"}, Fault{"1e999", "1:1", "out of range", ""},
                    Fault{std::string(39, '9'), "1:1", "38 digits", "exponent"},
                    Fault{"a =\xc2\xa0"
                          "1",
                          "1:4", "U+00A0", "plain"},
                    Fault{"a = \xe2\x80\x98x\xe2\x80\x99", "1:5", "U+2018", "plain"},
                    Fault{"a & b", "1:3", "bit", "AND"}, Fault{"a ~ b", "1:3", "regular", "LIKE"},
                    Fault{"a = \x01", "1:5", "\\x01", ""}));

INSTANTIATE_TEST_SUITE_P(
    Values, Refused,
    testing::Values(Fault{"date '2023-02-29'", "1:6", "not a date", "2025-01-31"},
                    Fault{"timestamp '2024-01-01 10:00Z'", "1:11", "not a timestamp", "TIMESTAMPTZ"},
                    Fault{"interval '3 fortnights'", "1:1", "not an interval", "days"},
                    Fault{"x::varchar(10)", "1:11", "no length", "leave"},
                    Fault{"x::integr", "1:4", "`integr`", "integer"},
                    Fault{"x::decimal(39, 1)", "1:12", "1 to 38", "decimal(18, 3)"},
                    Fault{"x::decimal(3, 4)", "1:15", "0 to 3", "decimal"},
                    Fault{"round(1, 2, 3)", "1:1", "takes 1 or 2 arguments, not 3", ""},
                    Fault{"coalesce()", "1:1", "1 or more", ""},
                    Fault{"case a + 1 when 1 then 2 end", "1:6", "subject", "CASE WHEN"},
                    Fault{"case when a then 1", "1:19", "expected END", ""},
                    Fault{"cast(a integer)", "1:8", "expected AS", ""}, Fault{"case", "1:5", "found the end", ""},
                    Fault{"then = 1", "1:1", "`then`", "\"then\""}));

TEST(Filter, KeepsDecimalsExact) {
  auto sum = parse_filter("0.1 + 0.2 = 0.3");
  const auto& equal = std::get<Binary>(sum->node);
  EXPECT_EQ(std::get<TypedText>(std::get<Literal>(equal.right->node).value), (TypedText{Type::Decimal, "0.3"}));
}

TEST(Filter, BoundsDepthButNotLength) {
  std::string nested(205, '(');
  EXPECT_NO_THROW(parse_filter(nested + "a" + std::string(205, ')')));
  for (const std::string& prefix : {std::string(100000, '('), std::string(300000, '-'), std::string(300000, '!')}) {
    EXPECT_THROW(parse_filter(prefix + "a"), Error);
  }
  std::string nots, plus = "a", ands = "a", members = "a", casts = "a";
  for (int i = 0; i < 50000; ++i) {
    nots += "not ";
    plus += "+1";
    ands += " and a";
    members += ".a";
    casts += "::int";
  }
  for (const std::string& text : {nots + "a", plus, members, casts}) EXPECT_THROW(parse_filter(text), Error);
  EXPECT_EQ(render(*parse_filter(ands)).size(), 1 + 50000 * 6);
  EXPECT_THROW(parse_filter(std::string((1 << 20) + 1, ' ')), Error);
}

}  // namespace
}  // namespace metaxy::rel
