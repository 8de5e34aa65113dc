// SPDX-License-Identifier: Apache-2.0
// Which index a new table gets, and which statements use it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "store/session.hpp"
#include "support/folder.hpp"
#include "support/postgresql.hpp"

namespace metaxy::testing {
namespace {

using namespace store;

constexpr int kBatches = 20;
constexpr int kRowsOfBatch = 2000;

/// Samples in the order of their ids.
Inputs samples() {
  const std::vector<arrow::Field> columns = {arrow::Field("id"), arrow::Field("path"), arrow::Field("time", "l")};
  auto at = std::make_shared<int>(0);
  Inputs out;
  out.emplace("in", arrow::make_stream(arrow::make_schema(columns), [=]() -> std::optional<arrow::Array> {
                if (*at == kBatches * kRowsOfBatch) return std::nullopt;
                std::vector<Json> rows;
                for (int i = 0; i < kRowsOfBatch; ++i, ++*at) {
                  const auto id = std::to_string(1'000'000 + *at);
                  rows.push_back({{"id", id}, {"path", "/data/raw/" + id}, {"time", 1}});
                }
                return arrow::make_batch(columns, rows);
              }));
  return out;
}

class PostgreSqlIndex : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto rows = rel::input("in", {"id", "path", "time"});
    session_->commit({Create{"t", rows, {}, {"id"}}, Append{"t", rows}}, samples());
  }

  /// The server's plan for what the session would send.
  std::string plan_of(const rel::RelPtr& rows) {
    const test::ScratchFolder folder;
    std::ofstream(folder.file("sql")) << "SET search_path = " << schema_ << ";\nEXPLAIN (COSTS OFF) "
                                      << session_->explain(*rows) << ";\n";
    const auto command = "psql -X -q -A -t -d '" + test::postgresql_uri() + "' -f " + folder.file("sql") + " > " +
                         folder.file("plan") + " 2>&1";
    if (std::system(command.c_str()) != 0) return "no plan";
    std::ifstream in(folder.file("plan"));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  static rel::RelPtr latest() {
    return rel::latest(rel::scan("t", {"id", "path", "time"}), {"id"}, rel::column("time"));
  }
  static rel::ExprPtr is_one() { return rel::equal(rel::column("id"), rel::literal("1000007")); }

  std::string schema_ = test::new_schema();
  std::unique_ptr<Session> session_ = test::postgresql_store({{"schema", schema_}})->open(Mode::Write);
};

bool uses_index(const std::string& plan) { return plan.find("t_id_idx") != std::string::npos; }

TEST_F(PostgreSqlIndex, IsThereAndHasEveryRow) {
  EXPECT_EQ(test::psql("SELECT count(*) FROM pg_indexes WHERE schemaname = '" + schema_ + "'"), "1");
  EXPECT_EQ(arrow::read_rows(session_->run(*rel::filter(rel::scan("t", {"id", "path"}), is_one()))).front()["path"],
            "/data/raw/1000007");
}

TEST_F(PostgreSqlIndex, FindsSelectedSamples) {
  const auto plan = plan_of(rel::filter(rel::scan("t", {"id", "path"}), is_one()));
  EXPECT_TRUE(uses_index(plan)) << plan;
  const auto several = plan_of(rel::filter(rel::scan("t", {"id"}), rel::in(rel::column("id"), {"1000001", "1000009"})));
  EXPECT_TRUE(uses_index(several)) << several;
}

TEST_F(PostgreSqlIndex, FindsTheLatestRecordsOfSelectedSamples) {
  const auto plan = plan_of(rel::filter(latest(), is_one()));
  EXPECT_TRUE(uses_index(plan)) << plan;
  EXPECT_EQ(plan.find("Seq Scan"), std::string::npos) << plan;
}

TEST_F(PostgreSqlIndex, GivesRecordsInTheOrderOfTheirSamples) {
  const auto plan = plan_of(latest());
  EXPECT_TRUE(uses_index(plan)) << plan;
  EXPECT_NE(plan.find("Presorted Key: t.id"), std::string::npos) << plan;
}

TEST_F(PostgreSqlIndex, IsLeftAloneWhereAllRowsAreRead) {
  const auto plan = plan_of(rel::project(rel::scan("t", {"id", "path"}), rel::keep({"path"})));
  EXPECT_FALSE(uses_index(plan)) << plan;
}

TEST_F(PostgreSqlIndex, IsNotMadeOfWhatCannotBeSorted) {
  const std::vector<arrow::Field> columns = {arrow::struct_of_text("id", {"a"})};
  Inputs inputs;
  std::vector<Json> given(1);
  given[0]["id"]["a"] = "x";
  inputs.emplace("in", arrow::make_stream(columns, given));
  const auto rows = rel::input("in", {"id"});
  session_->commit({Create{"other", rows, {}, {"id"}}, Append{"other", rows}}, std::move(inputs));
  EXPECT_EQ(test::psql("SELECT count(*) FROM pg_indexes WHERE schemaname = '" + schema_ + "'"), "1");
}

}  // namespace
}  // namespace metaxy::testing
