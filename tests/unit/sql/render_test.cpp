// SPDX-License-Identifier: Apache-2.0
#include "sql/render.hpp"

#include <gtest/gtest.h>

#include <iostream>

#include "sql/dialect_duckdb.hpp"

namespace metaxy {
namespace {

using namespace rel;

TEST(Render, MergesProjectAndFilterIntoOneSelect) {
  RelPtr relation = project(filter(scan("a\"b", {"id", "x"}), equal(column("x"), literal("it's"))),
                            {{"id", column("id")}, {"y", call(Function::Lower, {column("x")})}});
  EXPECT_EQ(sql::render(*relation, sql::duckdb()),
            "SELECT \"id\", lower(\"x\") AS \"y\"\nFROM \"a\"\"b\"\nWHERE \"x\" = 'it''s'");
}

}  // namespace
}  // namespace metaxy
