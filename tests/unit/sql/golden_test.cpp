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
#include "support/golden_relations.hpp"

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

TEST(GoldenSql, OfAllRelations) {
  for (const auto& [name, relation] : testing_support::golden_relations()) expect(name, relation);
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
