// SPDX-License-Identifier: Apache-2.0
// What goes wrong with a server, and two clients of one schema.
#include <gtest/gtest.h>

#include <chrono>
#include <metaxy/error.hpp>
#include <thread>

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

rel::RelPtr one(const std::string& text) { return rel::values({"id"}, {{rel::literal(text)}}); }

std::uint64_t count(Session& session, const std::string& table) {
  return arrow::read_rows(session.run(*rel::scan(table, {"id"}))).size();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(PostgreSqlFaults, ConnectionsThatAreNotMadeSayWhyAndKeepSecrets) {
  const auto open = [](const stores::Options& options) {
    return error_of([&] { stores::open_store("postgresql", options)->open(Mode::Read); });
  };
  const auto uri = test::postgresql_uri();
  const auto nowhere = open({{"uri", "postgresql://u:hidden-word@127.0.0.1:9/db"}});
  EXPECT_EQ(nowhere.code(), ErrorCode::Io);
  EXPECT_TRUE(contains(nowhere.message(), "cannot connect to PostgreSQL")) << nowhere.what();
  EXPECT_FALSE(contains(nowhere.what(), "hidden-word"));
  const auto host = open({{"uri", "postgresql://no-such-host.invalid/db"}});
  EXPECT_TRUE(contains(host.message(), "no-such-host.invalid")) << host.what();
  const auto database = open({{"uri", uri}, {"database", "no_such_database"}});
  EXPECT_EQ(database.code(), ErrorCode::NotFound) << database.what();
  EXPECT_TRUE(contains(database.message(), "no_such_database")) << database.what();
  const auto user = open({{"uri", uri}, {"user", "nobody_known"}});
  EXPECT_TRUE(contains(user.message(), "nobody_known")) << user.what();
  const auto info =
      stores::open_store("postgresql", {{"uri", "postgresql://u:hidden-word@h/db?password=hidden-word"}})->info();
  EXPECT_FALSE(contains(info.location, "hidden-word")) << info.location;
}

TEST(PostgreSqlFaults, OptionsAreCheckedTogether) {
  const auto error = error_of([] {
    stores::open_store("postgresql",
                       {{"uri", "x"}, {"lock_timeout", "soon"}, {"shema", "s"}, {"password_env", "MX_NO"}});
  });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  ASSERT_EQ(error.faults().size(), 3U) << error.what();
}

TEST(PostgreSqlFaults, LongNamesAreRefusedNotCut) {
  const auto session = postgresql_store()->open(Mode::Write);
  const std::string name(64, 'a');
  const auto table = error_of([&] { session->commit({Create{name, one("a"), {}}}); });
  EXPECT_EQ(table.code(), ErrorCode::InvalidArgument);
  EXPECT_TRUE(contains(table.message(), "63")) << table.what();
  const auto wide = rel::values({name}, {{rel::literal("a")}});
  EXPECT_EQ(error_of([&] { session->commit({Create{"t", wide, {}}}); }).code(), ErrorCode::InvalidArgument);
  EXPECT_TRUE(session->tables().empty());
  // On its way a name may be as long as it likes.
  const auto rows = arrow::read_rows(
      session->run(*rel::project(one("a"), {{name + "1", rel::column("id")}, {name + "2", rel::column("id")}})));
  EXPECT_EQ(rows.front()[name + "2"], "a");
}

TEST(PostgreSqlFaults, AWriterWaitsForAnotherAndThenSaysForWhom) {
  const auto schema = test::new_schema();
  const auto store = postgresql_store({{"schema", schema}, {"lock_timeout", "0.3"}});
  const auto first = store->open(Mode::Write);
  first->commit({Create{"t", one("a"), {}}});
  const auto second = postgresql_store({{"schema", schema}, {"lock_timeout", "0.3"}})->open(Mode::Write);
  first->commit(Session::Plan([&] {
    const auto error = error_of([&] { second->commit({Append{"t", one("b")}}); });
    EXPECT_EQ(error.code(), ErrorCode::Conflict) << error.what();
    EXPECT_TRUE(contains(error.message(), "metaxy")) << error.what();
    EXPECT_EQ(count(*second, "t"), 0U) << "readers do not wait";
    return std::vector<Mutation>{Append{"t", one("a")}};
  }));
  second->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*first, "t"), 2U);
}

TEST(PostgreSqlFaults, TwoClientsThatMakeTheSameTableBothSucceed) {
  const auto schema = test::new_schema();
  std::vector<std::string> failures(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < failures.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          const auto session = postgresql_store({{"schema", schema}})->open(Mode::Write);
          session->commit(Session::Plan([&] {
            std::vector<Mutation> out;
            if (!session->find("t")) out.emplace_back(Create{"t", one("a"), {}});
            out.emplace_back(Append{"t", one(std::to_string(i))});
            return out;
          }));
        } catch (const std::exception& error) {
          failures[i] = error.what();
        }
      });
    }
  }
  for (const auto& failure : failures) EXPECT_EQ(failure, "");
  EXPECT_EQ(count(*postgresql_store({{"schema", schema}})->open(Mode::Read), "t"), 4U);
}

TEST(PostgreSqlFaults, AServerThatDiesInAWriteLeavesNothingAndIsReachedAgain) {
  const auto schema = test::new_schema();
  const auto store = postgresql_store({{"schema", schema}});
  const auto session = store->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  int given = 0;
  auto endless = arrow::make_stream(arrow::make_schema({arrow::Field("id")}), [&]() -> std::optional<arrow::Array> {
    if (++given == 3) test::end_server_processes(schema);
    if (given == 2000) return std::nullopt;
    return arrow::make_batch({arrow::Field("id")}, std::vector<Json>(1000, Json{{"id", "x"}}));
  });
  Inputs inputs;
  inputs.emplace("in", std::move(endless));
  const auto error = error_of([&] { session->commit({Append{"t", rel::input("in", {"id"})}}, std::move(inputs)); });
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_EQ(count(*session, "t"), 1U) << "the session reaches the server again";
  session->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*session, "t"), 2U);
}

TEST(PostgreSqlFaults, AnIdleConnectionThatTheServerEndedIsMadeAgain) {
  const auto schema = test::new_schema();
  const auto session = postgresql_store({{"schema", schema}})->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}});
  test::end_server_processes(schema);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(count(*session, "t"), 0U);
}

}  // namespace
}  // namespace metaxy::testing
