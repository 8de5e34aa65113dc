// SPDX-License-Identifier: Apache-2.0
// What the plain dialects mean, judged by SQLite without functions of ours: it must answer as DuckDB does.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "sql/dialect_duckdb.hpp"
#include "sql/dialect_plain.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"
#include "support/plain_relations.hpp"
#include "support/three_valued.hpp"

namespace metaxy {
namespace {

using namespace testing_support;
using Rows = std::vector<Duck::Row>;

const sql::Dialect& plain() { return *sql::find_plain("sqlite_plain"); }

class Sqlite {
 public:
  Sqlite() {
    if (sqlite3_open(":memory:", &database_) != SQLITE_OK) throw std::runtime_error("SQLite does not open");
  }
  ~Sqlite() { sqlite3_close(database_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  Rows query(const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    Rows rows;
    int step = sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr);
    if (step == SQLITE_OK) {
      while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        Duck::Row& row = rows.emplace_back();
        for (int i = 0; i < sqlite3_column_count(statement); ++i) {
          const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
          row.push_back(text ? std::optional<std::string>(text) : std::nullopt);
        }
      }
    }
    sqlite3_finalize(statement);
    if (step != SQLITE_DONE) throw std::runtime_error(std::string(sqlite3_errmsg(database_)) + "\n" + sql);
    return rows;
  }

 private:
  sqlite3* database_ = nullptr;
};

/// The same rows in both, with structs as each keeps them.
struct Both {
  Duck duck;
  Sqlite sqlite;

  void insert(const std::string& table, const std::string& values, const char* audio = nullptr) {
    const std::string into = "INSERT INTO \"" + table + "\" VALUES (" + values;
    const bool has_fields = table != "video/raw";
    const std::string text = audio ? "'" + std::string(audio) + "'" : "NULL";
    const std::string members = "{'audio/fr': " + text + ", 'it''s': 'x'}";
    const std::string json = audio ? "'{\"audio/fr\":\"" + std::string(audio) + "\",\"it''s\":\"x\"}'"
                                   : "'{\"audio/fr\":null,\"it''s\":\"x\"}'";
    duck.query(into + (has_fields ? ", " + members : "") + ")");
    sqlite.query(into + (has_fields ? ", " + json : "") + ")");
  }

  Both() {
    const std::string columns =
        "(id TEXT, a TEXT, b TEXT, n BIGINT, m BIGINT, flag BOOLEAN, day DATE, \"at\" TIMESTAMP, moment TIMESTAMPTZ, "
        "\"real\" DOUBLE, \"ROWID\" BIGINT, fields ";
    const std::string raw = "CREATE TABLE \"video/raw\" (id TEXT, path TEXT, updated_at TEXT, deleted_at TEXT)";
    const std::string crop = "CREATE TABLE \"video/crop\" (vid TEXT, fields ";
    const std::string members = "STRUCT(\"audio/fr\" TEXT, \"it's\" TEXT))";
    duck.query("CREATE TABLE t " + columns + members);
    sqlite.query("CREATE TABLE t " + columns + "TEXT)");
    duck.query(raw);
    sqlite.query(raw);
    duck.query(crop + members);
    sqlite.query(crop + "TEXT)");
    insert("t", "'1', 'x', 'x', 1, 1, TRUE, NULL, NULL, NULL, 1.5, 1", "A");
    insert("t", "'2', 'x', 'X', 2, 1, FALSE, NULL, NULL, NULL, NULL, 2", "");
    insert("t", "'3', 'x ', 'x', NULL, 2, NULL, NULL, NULL, NULL, NULL, 3");
    insert("t", "'4', 'it''s', NULL, -5, -5, TRUE, NULL, NULL, NULL, 0.0, 4", "null");
    insert("t", "'5', NULL, NULL, 7, NULL, FALSE, NULL, NULL, NULL, 2.0, 5", "\xC3\xA9");
    insert("t", "'6', '', '', 0, 0, TRUE, NULL, NULL, NULL, 2.0, 6", "a b");
    insert("t", "'7', '\xC3\xA4\xF0\x9F\x98\x80', '\xC3\xA4\xF0\x9F\x98\x80', 3, 4, TRUE, NULL, NULL, NULL, 2.0, 7");
    insert("t", "'x', 'a', 'a ', 9007199254740993, -9223372036854775807, TRUE, NULL, NULL, NULL, 2.0, 8", "true");
    insert("video/raw", "'1', 'a', '2025-01-01 00:00:00+00', NULL");
    insert("video/raw", "'1', 'b', '2025-01-02 00:00:00+00', NULL");
    insert("video/raw", "'1 ', 'a', '2025-01-01 00:00:00+00', NULL");
    insert("video/raw", "'x', 'a', '2025-01-01 00:00:00+00', '2025-01-05 00:00:00+00'");
    insert("video/raw", "'x', 'a', '2025-01-03 00:00:00+00', NULL");
    insert("video/raw", "NULL, 'b', '2025-01-01 00:00:00+00', NULL");
    insert("video/raw", "NULL, 'b', NULL, NULL");
    insert("video/crop", "'1'", "A");
    insert("video/crop", "'1'", "B");
    insert("video/crop", "'2'");
    insert("video/crop", "NULL", "B");
  }
};

/// SQLite's booleans are numbers, and which columns are booleans is told.
void spell_booleans(Rows& rows, const store::TableSchema& columns) {
  for (auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (columns[i].type.kind == store::Kind::Boolean && row[i]) row[i] = *row[i] == "1" ? "true" : "false";
    }
  }
}

TEST(PlainMeaning, OfGoldenRelations) {
  Both both;
  auto relations = golden_relations();
  for (auto& each : plain_relations()) relations.push_back(std::move(each));
  std::size_t judged = 0;
  for (const auto& [name, relation] : relations) {
    const store::SchemaOf schema_of = [](const RelPtr& source) { return told_columns(*source, plain()); };
    const auto own = store::tell(relation, schema_of, plain());
    if (!sql::can_render(*own.rows, plain()) || !names_of_inputs(*relation).empty()) continue;
    // Objects differ in their spaces, any value will do, texts are no timestamps to DuckDB, and its items are a
    // function of ours.
    const std::set<std::string> others = {"plain_pack", "plain_any_member", "latest_many", "plain_texts",
                                          "plain_many_items"};
    if (others.contains(name)) continue;
    auto answer = both.sqlite.query(sql::render(*own.rows, plain()));
    auto expected = both.duck.query(sql::render(*relation, sql::duckdb()));
    spell_booleans(answer, own.columns);
    if (!std::holds_alternative<Order>(relation->node)) {
      std::ranges::sort(answer);
      std::ranges::sort(expected);
    }
    EXPECT_EQ(answer, expected) << name << "\n" << sql::render(*own.rows, plain());
    ++judged;
  }
  EXPECT_GT(judged, 25U);
}

TEST(PlainMeaning, OfItems) {
  Both both;
  const auto item = [](const std::optional<std::string>& text) {
    return text ? std::to_string(text->size()) + ":" + *text + "," : "~,";
  };
  const auto flag = cast(column("flag"), Type::Text);
  const auto rows = project(facts(), {{"a", column("a")},
                                      {"n", cast(column("n"), Type::Text)},
                                      {"flag", flag},
                                      {"items", items({column("a"), column("n"), column("flag")})},
                                      {"written", binary(BinaryOp::Concat, items({column("a")}), flag)}});
  const auto answer = both.sqlite.query(sql::render(*told(rows, plain()), plain()));
  EXPECT_EQ(answer.size(), 8U);
  for (const auto& row : answer) {
    EXPECT_EQ(row[3], item(row[0]) + item(row[1]) + item(row[2]));
    EXPECT_EQ(row[4], row[2] ? std::optional(item(row[0]) + *row[2]) : std::nullopt);
    EXPECT_TRUE(!row[2] || row[2] == "true" || row[2] == "false");
  }
}

TEST(PlainMeaning, OfRandomExpressions) {
  Sqlite sqlite;
  sqlite.query("CREATE TABLE t (i BIGINT, j BIGINT, s TEXT, u TEXT, b BOOLEAN, c BOOLEAN)");
  const auto table = sample_table();
  const std::vector<std::string> names = {"i", "j", "s", "u", "b", "c"};
  for (const auto& record : table) {
    std::string values;
    for (const auto& name : names) {
      values += (values.empty() ? "" : ", ") + sql::render(*constant(record.at(name)), plain());
    }
    sqlite.query("INSERT INTO t VALUES (" + values + ")");
  }
  const auto kind = [](std::size_t i) {
    return i < 2 ? store::Kind::Integer : i < 4 ? store::Kind::Text : store::Kind::Boolean;
  };
  const store::SchemaOf schema_of = [&](const RelPtr&) {
    store::TableSchema out;
    for (std::size_t i = 0; i < names.size(); ++i) out.push_back({names[i], {kind(i), {}, {}, {}}});
    return out;
  };
  std::size_t judged = 0;
  EXPECT_TRUE(rc::check("SQLite and the evaluator agree where the dialect writes an expression", [&] {
    for (int n = 0; n < 12; ++n) {
      const Sort sort = static_cast<Sort>(n % 3);
      const ExprPtr expr = *random_value(sort, 3);
      const auto own = store::tell(project(scan("t", names), {{"x", expr}}), schema_of, plain());
      if (!sql::can_render(*own.rows, plain())) continue;
      const std::string written = sql::render(*own.rows, plain());
      RC_LOG() << render(*expr) << "\n" << written << "\n";
      auto answers = sqlite.query(written + "\nORDER BY rowid");
      if (sort == Sort::Flag) {
        for (auto& row : answers) {
          if (row[0]) row[0] = *row[0] == "1" ? "true" : "false";
        }
      }
      for (std::size_t row = 0; row < table.size(); ++row) {
        RC_ASSERT(answers[row][0] == shown(evaluate(*expr, table[row])));
      }
      ++judged;
    }
  }));
  EXPECT_GT(judged, 200U);
}

}  // namespace
}  // namespace metaxy
