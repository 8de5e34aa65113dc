// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include <metaxy/error.hpp>

#include "sql/dialect_plain.hpp"
#include "sql/quote.hpp"
#include "sql/render.hpp"
#include "support/golden.hpp"
#include "support/plain_relations.hpp"

namespace metaxy {
namespace {

using namespace testing_support;

/// The SQL, or what the database says that it cannot.
std::pair<bool, std::string> rendered(const RelPtr& relation, const sql::Dialect& dialect) {
  try {
    return {true, sql::render(*told(relation, dialect), dialect)};
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Unsupported) << error.what();
    return {false, error.message()};
  }
}

std::string refusal(const ExprPtr& expr, const sql::Dialect& dialect) {
  return rendered(project(facts(), {{"x", expr}}), dialect).second;
}

TEST(Plain, GoldenSqlAndWhatIsRefused) {
  auto relations = golden_relations();
  for (auto& each : plain_relations()) relations.push_back(std::move(each));
  std::string refused;
  std::set<std::string> written;
  for (const auto name : sql::plain_names()) {
    const auto& dialect = *sql::find_plain(name);
    for (const auto& [relation, rows] : relations) {
      const auto [can, text] = rendered(rows, dialect);
      EXPECT_EQ(sql::can_render(*told(rows, dialect), dialect), can) << name << ": " << relation;
      if (can) {
        const std::string file = relation + "." + std::string(name) + ".sql";
        written.insert(file);
        expect_golden("sql/" + file, text);
      } else {
        refused += relation + ": " + text + "\n";
      }
    }
  }
  refused.pop_back();
  expect_golden("sql/plain_refused.txt", refused);
  for (const auto& file : std::filesystem::directory_iterator(METAXY_TESTS_DIR "/golden/sql")) {
    const auto dialect = file.path().stem().extension().string();
    if (!dialect.empty() && sql::find_plain(dialect.substr(1))) {
      EXPECT_TRUE(written.contains(file.path().filename().string())) << file.path() << " is of no relation";
    }
  }
}

TEST(Plain, NamesOfDialects) {
  EXPECT_EQ(sql::find_plain("oracle"), nullptr);
  const auto names = sql::plain_names();
  EXPECT_EQ(names.size(), 11U);
  for (const auto name : names) {
    EXPECT_EQ(sql::find_plain(name)->traits().name, name);
    // How stores tell JSON from text.
    EXPECT_NE(sql::find_plain(name)->traits().json_type, sql::find_plain(name)->column_type(Type::Text));
  }
  EXPECT_EQ(sql::plain_input_table("rows"), "__mx_in_rows");
}

TEST(Plain, OperatorsRefuseWhatNobodyToldATypeOf) {
  for (const auto name : sql::plain_names()) {
    const auto& dialect = *sql::find_plain(name);
    for (const char* filter :
         {"unknown = 'a'", "unknown is distinct from a", "unknown and flag", "coalesce(unknown, a)"}) {
      EXPECT_FALSE(rendered(project(facts(), {{"x", parse_filter(filter)}}), dialect).first) << name << ": " << filter;
    }
    EXPECT_TRUE(rendered(project(scan("t", {"unknown"}), {{"x", is_null(column("unknown"))}}), dialect).first) << name;
  }
}

TEST(Plain, RefusesWhatDatabasesComputeInSeveralWays) {
  for (const auto name : sql::plain_names()) {
    const auto& dialect = *sql::find_plain(name);
    for (const char* filter : {"n + m",
                               "-n",
                               "n / 2",
                               "a like 'x%'",
                               "a ilike 'x'",
                               "lower(a)",
                               "length(a)",
                               "round(n)",
                               "year(day)",
                               "substring(a, 1)",
                               "least(n, m)",
                               "n = 'a'",
                               "n = 1.5",
                               "real > 1",
                               "n = 1e0",
                               "1e0",
                               "0.1",
                               "a::bigint",
                               "n::double",
                               "day::text",
                               "real::text",
                               "at::timestamptz",
                               "day = at",
                               "at = moment",
                               "a = 'x' or n",
                               "flag < true",
                               "coalesce(n, a)",
                               "case when flag then a else n end",
                               "fields = 'a'",
                               "nullif(n, a)",
                               "at + interval 3 day",
                               "TIME '01:02:03'",
                               "INTERVAL 3 DAY"}) {
      EXPECT_FALSE(rendered(project(facts(), {{"x", parse_filter(filter)}}), dialect).first) << name << ": " << filter;
    }
    for (const char* algorithm : {"xxhash64", "xxhash32", "wyhash", "farmhash"}) {
      const auto text = refusal(digest({1, algorithm, 32, {column("a")}}), dialect);
      EXPECT_NE(text.find("cannot compute"), std::string::npos) << name << ": " << text;
    }
    const auto chain = any_of(std::vector<ExprPtr>(600, equal(column("n"), literal(std::int64_t{1}))));
    EXPECT_FALSE(rendered(filter(facts(), chain), dialect).first) << name;
  }
}

TEST(Plain, DigestsThatADatabaseLacksAreTextToBeDescribed) {
  const auto& dialect = *sql::find_plain("sqlite_plain");
  const auto rows = told(project(facts(), {{"x", digest({1, "sha256", 32, {column("a")}})}}), dialect);
  EXPECT_FALSE(sql::can_render(*rows, dialect));
  EXPECT_NE(sql::render(*rows, dialect, sql::Purpose::Describe).find("CAST(NULL AS TEXT)"), std::string::npos);
}

TEST(Plain, NamesAndTextsAreQuotedAsTheDatabaseReadsThem) {
  struct Case {
    const char* dialect;
    const char* name;
    const char* text;
  };
  for (const auto& [name, quoted, text] :
       {Case{"mysql", "`a``\\\"b`", "'it''s \\\\ ${x}\n'"}, Case{"mariadb", "`a``\\\"b`", "'it''s \\\\ ${x}\n'"},
        Case{"snowflake", "\"a`\\\"\"b\"", "'it''s \\\\ ${x}\n'"},
        Case{"bigquery", "`a``\\\"b`", "'it\\'s \\\\ \\u0024{x}\\n'"},
        Case{"databricks", "`a``\\\"b`", "'it\\'s \\\\ \\u0024{x}\\n'"},
        Case{"trino", "\"a`\\\"\"b\"", "'it''s \\ ${x}\n'"}, Case{"mssql", "\"a`\\\"\"b\"", "'it''s \\ ${x}\n'"},
        Case{"datafusion", "\"a`\\\"\"b\"", "'it''s \\ ${x}\n'"},
        Case{"sqlite_plain", "\"a`\\\"\"b\"", "'it''s \\ ${x}\n'"}}) {
    const auto& dialect = *sql::find_plain(name);
    EXPECT_EQ(sql::quote_name(dialect, "a`\\\"b"), quoted) << name;
    EXPECT_EQ(sql::quote_text(dialect, "it's \\ ${x}\n"), text) << name;
  }
}

TEST(Plain, TypesThatADatabaseLacksAreRefused) {
  for (const auto name : sql::plain_names()) {
    const auto& dialect = *sql::find_plain(name);
    EXPECT_THROW(dialect.column_type(Type::Interval), Error) << name;
    EXPECT_FALSE(dialect.column_type(Type::Text).empty());
    EXPECT_FALSE(dialect.column_type(Type::Int64).empty());
  }
  EXPECT_THROW(sql::find_plain("databricks")->column_type(Type::Time), Error);
}

}  // namespace
}  // namespace metaxy
