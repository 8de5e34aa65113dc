// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "contract/rows.hpp"
#include "support/clickhouse.hpp"
#include "support/errors.hpp"

namespace metaxy::testing {
namespace {

using test::error_of;

/// The error of reading the tables of a store.
Error refusal(const stores::clickhouse::Options& options) {
  return error_of([&] { stores::clickhouse::make_store(options)->open(store::Mode::Read)->tables(); });
}

bool says(const Error& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

TEST(ClickHouseFaults, WrongCredentialsAreTold) {
  test::ClickHouseDatabase database;
  auto options = database.options();
  options.user = "nobody";
  options.password = "s3cret";
  const Error error = refusal(options);
  EXPECT_EQ(error.code(), ErrorCode::Backend);
  EXPECT_TRUE(says(error, "Authentication failed")) << error.what();
  EXPECT_FALSE(says(error, "s3cret")) << error.what();
  EXPECT_FALSE(error.hint().empty());
}

TEST(ClickHouseFaults, ADatabaseThatIsNotThereIsNamed) {
  test::ClickHouseDatabase database;
  auto options = database.options();
  options.database = "not_there";
  const Error error = refusal(options);
  EXPECT_EQ(error.code(), ErrorCode::NotFound) << error.what();
  EXPECT_TRUE(says(error, "not_there")) << error.what();
}

TEST(ClickHouseFaults, HostsThatCannotBeReachedArePassedOver) {
  test::ClickHouseDatabase database;
  auto options = database.options();
  const auto good = options.hosts.front();
  options.hosts = {"http://127.0.0.1:1", good};
  const auto store = stores::clickhouse::make_store(options);
  EXPECT_TRUE(store->open(store::Mode::Read)->tables().empty());
  options.hosts = {"http://127.0.0.1:1"};
  const Error error = refusal(options);
  EXPECT_EQ(error.code(), ErrorCode::Io);
  EXPECT_TRUE(says(error, "127.0.0.1:1")) << error.what();
}

TEST(ClickHouseFaults, CertificatesAreChecked) {
  test::ClickHouseDatabase database;
  auto options = database.options();
  const auto places = test::clickhouse_places();
  options.hosts = {places.at(2)};
  const Error untrusted = refusal(options);
  EXPECT_EQ(untrusted.code(), ErrorCode::Io);
  EXPECT_NE(untrusted.hint().find("ca_file"), std::string::npos) << untrusted.what();
  options.ca_file = places.at(3);
  EXPECT_TRUE(stores::clickhouse::make_store(options)->open(store::Mode::Read)->tables().empty());
  auto other_name = options;
  other_name.hosts.front().replace(other_name.hosts.front().find("localhost"), 9, "127.0.0.1");
  EXPECT_EQ(refusal(other_name).code(), ErrorCode::Io);
  other_name.verify = false;
  EXPECT_TRUE(stores::clickhouse::make_store(other_name)->open(store::Mode::Read)->tables().empty());
}

TEST(ClickHouseFaults, StatementsAndTheDatabasesWordsAreTold) {
  const auto store = test::clickhouse_store();
  const auto session = store->open(store::Mode::Write);
  session->commit({store::Create{"t", rel::values({"id"}, {{rel::literal("a")}}), {}}});
  const Error error = error_of([&] { read_all(session->run(*rel::scan("t", {"id", "nowhere"}))); });
  EXPECT_EQ(error.code(), ErrorCode::Backend);
  EXPECT_TRUE(says(error, "nowhere")) << error.what();
  EXPECT_TRUE(says(error, "in the statement: SELECT")) << error.what();
}

/// A result that breaks off behind rows that were given already.
TEST(ClickHouseFaults, ABrokenResultIsNoShortOne) {
  const auto store = test::clickhouse_store([](auto& options) {
    options.settings = {{"max_block_size", "1000"}, {"max_threads", "1"}};
  });
  const auto session = store->open(store::Mode::Write);
  store::Inputs inputs;
  inputs.emplace("in", sql_stream("SELECT CASE WHEN i = 90000 THEN i ELSE 1 END AS n FROM range(100000) t(i)"));
  const auto rows = rel::input("in", {"n"});
  session->commit({store::Create{"t", rows, {}}, store::Append{"t", rows}}, std::move(inputs));
  const auto numbers = rel::project(rel::scan("t", {"n"}), {{"n", rel::cast(rel::column("n"), rel::Type::Int16)}});
  const Error error = error_of([&] { read_all(session->run(*numbers)); });
  EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
  EXPECT_TRUE(says(error, "Int16")) << error.what();
}

/// Tables of the reference keep by-field columns as maps, or as tuples that cannot be NULL.
TEST(ClickHouseFaults, TablesThatOthersMadeAreReadAndContinued) {
  test::ClickHouseDatabase database;
  const auto store = stores::clickhouse::make_store(database.options());
  database.ask(
      "CREATE TABLE " + database.name() +
      ".t (id String, at DateTime, day Date, kind Enum8('a' = 1), m Map(String, String), s Tuple(x String)) ENGINE "
      "= MergeTree ORDER BY tuple()");
  database.ask("INSERT INTO " + database.name() +
               ".t VALUES ('1', '2026-01-02 03:04:05', '2026-01-02', 'a', {'x': 'p'}, tuple('q'))");
  const auto session = store->open(store::Mode::Write);
  store::Inputs inputs;
  inputs.emplace("in",
                 sql_stream("SELECT '2' AS id, TIMESTAMPTZ '2026-01-03 00:00:00+00' AS at, DATE '2026-01-03' AS day, "
                            "'a' AS kind, {'x': NULL::VARCHAR, 'y': 'r'} AS m, {'x': 's'} AS s"));
  session->commit({store::Append{"t", rel::input("in", {"id", "at", "day", "kind", "m", "s"})}}, std::move(inputs));
  const auto read = rel::order(
      rel::project(rel::scan("t", {"id", "at", "day", "kind", "m", "s"}), {{"id", rel::column("id")},
                                                                           {"day", rel::column("day")},
                                                                           {"kind", rel::column("kind")},
                                                                           {"x", rel::member(rel::column("m"), "x")},
                                                                           {"y", rel::member(rel::column("m"), "y")},
                                                                           {"s", rel::member(rel::column("s"), "x")}}),
      {"id"});
  EXPECT_EQ(read_all(session->run(*read)),
            (TextRows{{"1", "2026-01-02", "a", "p", "NULL", "q"}, {"2", "2026-01-03", "a", "NULL", "r", "s"}}));
}

/// Who writes keeps others out, and when it dies the server lets them in.
TEST(ClickHouseFaults, OneWriterAtATime) {
  const auto store =
      test::clickhouse_store([](auto& options) { options.lock_timeout = std::chrono::milliseconds(300); });
  const auto first = store->open(store::Mode::Write);
  const auto second = store->open(store::Mode::Write);
  const auto rows = rel::values({"id"}, {{rel::literal("a")}});
  Error refused(ErrorCode::Internal, "not refused");
  first->commit([&] {
    refused = error_of([&] { second->commit({store::Create{"other", rows, {}}}); });
    return std::vector<store::Mutation>{store::Create{"t", rows, {}}};
  });
  EXPECT_EQ(refused.code(), ErrorCode::Conflict) << refused.what();
  second->commit({store::Create{"other", rows, {}}});
  EXPECT_EQ(second->tables(), (std::vector<std::string>{"other", "t"}));
}

}  // namespace
}  // namespace metaxy::testing
