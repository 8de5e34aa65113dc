// SPDX-License-Identifier: Apache-2.0
// What was written comes back in the type it had.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "contract/rows.hpp"
#include "rel/filter.hpp"
#include "stores/registry.hpp"
#include "support/errors.hpp"
#include "support/scratch.hpp"

namespace metaxy::testing {
namespace {

using namespace store;
using test::error_of;

class SqliteTypes : public ::testing::Test {
 protected:
  void write(arrow::Stream rows, const std::string& table = "t") {
    const auto columns = column_names(rows);
    Inputs inputs;
    inputs.emplace("in", std::move(rows));
    session_->commit({Create{table, rel::input("in", columns), {}}, Append{table, rel::input("in", columns)}},
                     std::move(inputs));
  }
  arrow::Stream read(const std::string& table = "t") {
    return session_->run(*rel::scan(table, store::column_names(*session_->find(table))));
  }
  /// As another program does.
  void execute(const std::string& sql) {
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(other, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << (message ? message : "");
    sqlite3_free(message);
    sqlite3_close(other);
  }

  ScratchFolder folder_;
  std::string path_ = folder_.file("store.sqlite");
  std::unique_ptr<store::Store> store_ = stores::open_store("sqlite", {{"path", path_}});
  std::unique_ptr<Session> session_ = store_->open(Mode::Write);
};

TEST_F(SqliteTypes, ScalarsComeBackAsTheyWere) {
  const std::string query =
      "SELECT * FROM (VALUES "
      "(true, -1::SMALLINT, 2147483647::INTEGER, (-9223372036854775807 - 1)::BIGINT, 1.5::FLOAT, 'nan'::DOUBLE, "
      "'-12345678901234567890123456789.012345678'::DECIMAL(38, 9), DATE '1969-12-31', TIME '23:59:59.999999', "
      "TIMESTAMP '1900-01-01 00:00:00.000001', TIMESTAMPTZ '2024-02-29 23:59:59.5+01', '\\x00\\xFF'::BLOB, 'ü'), "
      "(false, 32767::SMALLINT, -1::INTEGER, 9223372036854775807::BIGINT, 'inf'::FLOAT, '-inf'::DOUBLE, "
      "'0.000000001'::DECIMAL(38, 9), DATE '2024-02-29', TIME '00:00:00', TIMESTAMP '9999-12-31 23:59:59', "
      "TIMESTAMPTZ '1969-12-31 23:59:59.999999Z', ''::BLOB, ''), "
      "(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) "
      "v(b, i2, i4, i8, f4, f8, d, day, tm, ts, tz, bin, txt)";
  write(sql_stream(query));
  auto expected = sql_stream(query);
  auto given = read();
  const auto want = expected.schema();
  const auto have = given.schema();
  for (std::int64_t i = 0; i < want->n_children; ++i) {
    std::string format = want->children[i]->format;
    if (format.starts_with("d:") && format.ends_with(",128")) format.resize(format.size() - 4);  // the usual width
    // DuckDB names the zone of its machine's setting; moments are UTC here.
    EXPECT_EQ(std::string(have->children[i]->format),
              format.starts_with("tsu:") && format != "tsu:" ? "tsu:UTC" : format)
        << want->children[i]->name;
  }
  EXPECT_EQ(read_all(std::move(given)), read_all(std::move(expected)));
}

TEST_F(SqliteTypes, NestedValuesComeBackAsTheyWere) {
  const std::string query =
      "SELECT * FROM (VALUES "
      "('a', {'x': 'p', 'n': 1, 'in': {'ok': true}}, MAP {'k/1': 'v', 'k\"2': NULL}, [1, NULL, 3], ['a', 'b\"']), "
      "('b', NULL, NULL, NULL, []::VARCHAR[])) v(id, s, m, l, t)";
  write(sql_stream(query));
  EXPECT_EQ(read_all(read()), read_all(sql_stream(query)));
  const auto schema = *session_->find("t");
  EXPECT_EQ(schema[1].type.kind, Kind::Struct);
  EXPECT_EQ(schema[2].type.kind, Kind::Map);
  EXPECT_EQ(schema[3].type.kind, Kind::List);
  const auto asked = rel::filter(rel::scan("t", {"id", "s", "m"}),
                                 rel::parse_filter("s.x = 'p' and s.n > 0 and s.\"in\".ok and m.\"k/1\" = 'v'"));
  EXPECT_EQ(arrow::read_rows(session_->run(*asked)).size(), 1U);
}

TEST_F(SqliteTypes, NotANumberIsANumber) {
  write(sql_stream("SELECT * FROM (VALUES ('a', 'nan'::DOUBLE), ('b', 1.0::DOUBLE), ('c', NULL)) v(id, x)"));
  const auto ids = [&](const char* filter) {
    return arrow::read_rows(session_->run(*rel::filter(rel::scan("t", {"id", "x"}), rel::parse_filter(filter)))).size();
  };
  EXPECT_EQ(ids("x = 'NaN'::double"), 1U);
  EXPECT_EQ(ids("x > 5"), 1U);
  EXPECT_EQ(ids("x + 1 = 2"), 1U);
  EXPECT_EQ(ids("x is null"), 1U);
}

TEST_F(SqliteTypes, TextsWithNulBytesAreKept) {
  const std::string text("a\0b", 3);
  write(arrow::make_stream({arrow::Field("id")}, {Json{{"id", text}}}));
  EXPECT_EQ(arrow::read_rows(read()).at(0).at("id").get<std::string>(), text);
}

TEST_F(SqliteTypes, DatesThatDoNotFitAreRefused) {
  const auto error = error_of([&] { write(sql_stream("SELECT 'a' AS id, DATE '5877642-06-25 (BC)' AS day")); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
  EXPECT_FALSE(session_->find("t").has_value());
}

TEST_F(SqliteTypes, TablesOfOthersAreRead) {
  session_->commit({Create{"own", rel::values({"id"}, {{rel::literal("a")}}), {}}});
  execute(
      "CREATE TABLE theirs (id VARCHAR(20), n INT, x REAL, at DATETIME, any, ok BOOLEAN);"
      "INSERT INTO theirs VALUES ('a', 5, 1.5, '2024-01-01', 7, 1);"
      "CREATE VIEW seen AS SELECT id, n FROM theirs");
  EXPECT_EQ(session_->tables(), (std::vector<std::string>{"own", "seen", "theirs"}));
  EXPECT_EQ(read_all(read("theirs")), (TextRows{{"a", "5", "1.5", "2024-01-01", "7", "true"}}));
  EXPECT_EQ(read_all(read("seen")), (TextRows{{"a", "5"}}));
  execute("UPDATE theirs SET n = 'many'");
  const auto error = error_of([&] { read_all(read("theirs")); });
  EXPECT_EQ(error.code(), ErrorCode::Backend);
  EXPECT_NE(error.message().find("column n holds `many`"), std::string::npos) << error.what();
}

TEST_F(SqliteTypes, ExactDecimalsAreOrderedAsNumbers) {
  write(sql_stream("SELECT * FROM (VALUES ('a', 9.5::DECIMAL(10, 2)), ('b', 10.25), ('c', -3)) v(id, d)"));
  const auto ids = [&](const char* filter) {
    return read_all(
               session_->run(*rel::order(rel::filter(rel::scan("t", {"id", "d"}), rel::parse_filter(filter)), {"id"})))
        .size();
  };
  EXPECT_EQ(ids("d < 10"), 2U);
  EXPECT_EQ(ids("d > 9.49 and d <= 10.25"), 2U);
  EXPECT_EQ(ids("d * 2 = 19"), 1U);
}

}  // namespace
}  // namespace metaxy::testing
