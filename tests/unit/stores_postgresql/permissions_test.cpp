// SPDX-License-Identifier: Apache-2.0
// Users who may not do everything, and tables that others made.
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "store/session.hpp"
#include "support/errors.hpp"
#include "support/postgresql.hpp"

namespace metaxy::testing {
namespace {

using namespace store;
using test::error_of;
using test::postgresql_store;
using test::psql;

rel::RelPtr one(const std::string& text) { return rel::values({"id"}, {{rel::literal(text)}}); }

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Rows on their way into a table.
Inputs stream_of(const std::vector<arrow::Field>& columns, const std::vector<Json>& rows) {
  Inputs out;
  out.emplace("in", arrow::make_stream(columns, rows));
  return out;
}

/// A schema with table t, and a user who may look at the schema.
class PostgreSqlPermissions : public ::testing::Test {
 protected:
  void SetUp() override {
    postgresql_store({{"schema", schema_}})
        ->open(Mode::Write)
        ->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
    psql("CREATE ROLE " + role_ + " LOGIN; GRANT USAGE ON SCHEMA " + schema_ + " TO " + role_);
  }
  void TearDown() override { psql("DROP OWNED BY " + role_ + "; DROP ROLE " + role_); }

  void grant(const std::string& what) { psql("GRANT " + what + " TO " + role_); }
  std::unique_ptr<Session> open() {
    return postgresql_store({{"schema", schema_}, {"user", role_}})->open(Mode::Write);
  }
  std::string rows() { return psql("SELECT string_agg(id, ',' ORDER BY id) FROM " + schema_ + ".t"); }

  /// That an act is refused with its statement, the server's words and what would help, and has changed nothing.
  template <class Act>
  void expect_refused(Act act, const std::string& message, const std::string& statement) {
    const auto error = error_of(act);
    EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
    EXPECT_TRUE(contains(error.message(), "permission denied for " + message)) << error.what();
    EXPECT_TRUE(contains(error.hint(), "GRANT")) << error.what();
    EXPECT_TRUE(contains(error.what(), statement)) << error.what();
    EXPECT_EQ(rows(), "a");
  }

  std::string schema_ = test::new_schema();
  std::string role_ = schema_ + "_user";
};

TEST_F(PostgreSqlPermissions, AreNamedForEveryKindOfStatement) {
  const auto session = open();
  const std::vector<arrow::Field> columns = {arrow::Field("id")};
  expect_refused([&] { session->commit({Create{"new", one("a"), {}}}); }, "schema " + schema_, "CREATE TABLE");
  expect_refused([&] { arrow::read_rows(session->run(*rel::scan("t", {"id"}))); }, "table t", "SELECT");
  expect_refused([&] { session->commit({Append{"t", one("b")}}); }, "table t", "INSERT INTO");
  expect_refused(
      [&] {
        session->commit({Append{"t", rel::input("in", {"id"})}}, stream_of(columns, {{{"id", "b"}}}));
      },
      "table t", "COPY");
  expect_refused([&] { session->commit({Erase{"t", one("a"), {"id"}}}); }, "table t", "DELETE FROM");
  const auto drop = error_of([&] { session->commit({Drop{"t"}}); });
  EXPECT_TRUE(contains(drop.message(), "must be owner of table t")) << drop.what();
  const auto extend = error_of([&] { session->commit({Extend{"t", rel::values({"more"}, {{rel::literal("x")}})}}); });
  EXPECT_TRUE(contains(extend.message(), "must be owner of table t")) << extend.what();
  EXPECT_EQ(rows(), "a");
}

TEST_F(PostgreSqlPermissions, AreEnoughOneByOne) {
  grant("SELECT, INSERT ON " + schema_ + ".t");
  const auto session = open();
  session->commit({Append{"t", rel::input("in", {"id"})}}, stream_of({arrow::Field("id")}, {{{"id", "b"}}}));
  EXPECT_EQ(rows(), "a,b");
  grant("DELETE ON " + schema_ + ".t");
  session->commit({Erase{"t", one("b"), {"id"}}});
  EXPECT_EQ(rows(), "a");
}

TEST_F(PostgreSqlPermissions, OfAMissingSchemaAreThoseOfTheDatabase) {
  const auto session = postgresql_store({{"schema", schema_ + "_new"}, {"user", role_}})->open(Mode::Write);
  const auto error = error_of([&] { session->commit({Create{"t", one("a"), {}}}); });
  EXPECT_TRUE(contains(error.message(), "permission denied for database")) << error.what();
  EXPECT_TRUE(contains(error.what(), "CREATE SCHEMA")) << error.what();
}

/// Tables that others made.
class PostgreSqlForeignTables : public ::testing::Test {
 protected:
  void SetUp() override { psql("CREATE SCHEMA " + schema_); }

  void make(const std::string& sql) { psql("SET search_path = " + schema_ + "; " + sql); }
  std::string get(const std::string& sql) { return psql("SET search_path = " + schema_ + "; " + sql); }
  void append(const std::vector<arrow::Field>& columns, const std::vector<Json>& rows) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.name);
    session()->commit({Append{"t", rel::input("in", names)}}, stream_of(columns, rows));
  }
  std::unique_ptr<Session> session() { return postgresql_store({{"schema", schema_}})->open(Mode::Write); }

  std::string schema_ = test::new_schema();
};

TEST_F(PostgreSqlForeignTables, TakeRowsThatAreConverted) {
  make("CREATE TABLE t (id varchar(10), size numeric(10,2), at bigint)");
  append({arrow::Field("id"), arrow::Field("size", "l"), arrow::Field("at", "i")},
         {{{"id", "a"}, {"size", 3}, {"at", 4}}});
  EXPECT_EQ(get("SELECT id, size, at FROM t"), "a|3.00|4");
}

TEST_F(PostgreSqlForeignTables, TakeRowsThroughViewsRulesAndPartitions) {
  make("CREATE TABLE base (id text); CREATE VIEW t AS SELECT id FROM base");
  append({arrow::Field("id")}, {{{"id", "a"}}});
  EXPECT_EQ(get("SELECT id FROM base"), "a");
  make(
      "DROP VIEW t; CREATE TABLE t (id text); CREATE RULE r AS ON INSERT TO t DO INSTEAD INSERT INTO base "
      "VALUES ('by rule ' || NEW.id)");
  append({arrow::Field("id")}, {{{"id", "b"}}});
  EXPECT_EQ(get("SELECT count(*) FROM t"), "0");
  EXPECT_EQ(get("SELECT max(id) FROM base"), "by rule b");
  make(
      "DROP TABLE t; CREATE TABLE t (id text) PARTITION BY HASH (id); "
      "CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)");
  append({arrow::Field("id")}, {{{"id", "c"}}});
  EXPECT_EQ(get("SELECT id FROM t0"), "c");
}

TEST_F(PostgreSqlForeignTables, RefuseWhatTheirRulesForbidWithTheirOwnWords) {
  make("CREATE TABLE t (id text NOT NULL CHECK (id <> 'bad'), need text NOT NULL DEFAULT 'x', size integer)");
  append({arrow::Field("id")}, {{{"id", "a"}}});
  const auto check = error_of([&] { append({arrow::Field("id")}, {{{"id", "b"}}, {{"id", "bad"}}}); });
  EXPECT_TRUE(contains(check.message(), "violates check constraint")) << check.what();
  EXPECT_TRUE(contains(check.what(), "COPY")) << check.what();
  const auto null = error_of([&] { append({arrow::Field("id")}, {{{"id", "b"}}, {{"id", nullptr}}}); });
  EXPECT_TRUE(contains(null.message(), "violates not-null constraint")) << null.what();
  const auto type = error_of([&] {
    append({arrow::Field("id"), arrow::Field("size")}, {{{"id", "b"}, {"size", "x"}}});
  });
  EXPECT_EQ(type.code(), ErrorCode::SchemaMismatch) << type.what();
  const auto column = error_of([&] { append({arrow::Field("id"), arrow::Field("no")}, {{{"id", "b"}, {"no", "x"}}}); });
  EXPECT_EQ(column.code(), ErrorCode::SchemaMismatch) << column.what();
  EXPECT_EQ(get("SELECT string_agg(id, ',') FROM t"), "a");
}

TEST_F(PostgreSqlForeignTables, ThatAnotherProgramMakesMeanwhileAreSaidToExist) {
  const auto mine = session();
  const auto error = error_of([&] {
    mine->commit(Session::Plan([&] {
      make("CREATE TABLE t (id text)");
      return std::vector<Mutation>{Create{"t", one("a"), {}}, Append{"t", one("a")}};
    }));
  });
  EXPECT_EQ(error.code(), ErrorCode::AlreadyExists) << error.what();
  EXPECT_EQ(get("SELECT count(*) FROM t"), "0");
}

/// Of letters that do not compress.
std::string long_id() {
  std::string out;
  for (unsigned i = 0, x = 1; i < 9000; ++i) {
    x = x * 1103515245U + 12345U;
    out += static_cast<char>('0' + x / 65536U % 70U);
  }
  return out;
}

TEST_F(PostgreSqlForeignTables, IdsTooLongForAnIndexAreRefusedWithTheRemedy) {
  const auto rows = rel::input("in", {"id"});
  const std::vector<arrow::Field> columns = {arrow::Field("id")};
  session()->commit({Create{"t", rows, {}, {"id"}}, Append{"t", rows}}, stream_of(columns, {{{"id", "a"}}}));
  const auto error = error_of([&] { append(columns, {{{"id", long_id()}}}); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
  EXPECT_TRUE(contains(error.hint(), "index")) << error.what();
  make("DROP INDEX t_id_idx");
  append(columns, {{{"id", long_id()}}});
  EXPECT_EQ(get("SELECT count(*) FROM t"), "2");
}

TEST_F(PostgreSqlForeignTables, TablesThatBeginWithIdsTooLongForAnIndexHaveNone) {
  const auto rows = rel::input("in", {"id"});
  session()->commit({Create{"t", rows, {}, {"id"}}, Append{"t", rows}},
                    stream_of({arrow::Field("id")}, {{{"id", long_id()}}}));
  EXPECT_EQ(get("SELECT count(*) FROM t"), "1");
  EXPECT_EQ(get("SELECT count(*) FROM pg_indexes WHERE schemaname = '" + schema_ + "'"), "0");
}

}  // namespace
}  // namespace metaxy::testing
