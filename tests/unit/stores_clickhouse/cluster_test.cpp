// SPDX-License-Identifier: Apache-2.0
// Tables on two shards, each of them a server of its own.
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "contract/rows.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "sql/quote.hpp"
#include "stores/clickhouse/ddl.hpp"
#include "support/clickhouse.hpp"
#include "support/errors.hpp"
#include "support/golden.hpp"

namespace metaxy::testing {
namespace {

using namespace rel;
using test::ClickHouseDatabase;
using test::error_of;
using test::Spread;

/// Rows `id` = "0", "1", … with `group` = id % 7 and `n` = 10 * id.
store::Inputs numbers(int count) {
  store::Inputs out;
  out.emplace("in", sql_stream("SELECT i::VARCHAR AS id, (i % 7)::VARCHAR AS \"group\", 10 * i AS n FROM range(" +
                               std::to_string(count) + ") t(i)"));
  return out;
}

const std::vector<std::string> kColumns = {"id", "group", "n"};

void make(store::Session& session, const std::string& table, int count, const std::vector<std::string>& keys = {"id"}) {
  const auto rows = rel::input("in", kColumns);
  session.commit({store::Create{table, rows, {}, keys}, store::Append{table, rows}}, numbers(count));
}

/// How many rows each of the servers keeps of a table.
std::vector<int> kept(const ClickHouseDatabase& database, const std::string& table) {
  std::vector<int> out;
  for (const auto& host : test::clickhouse_addresses()) {
    const auto rows = ClickHouseDatabase::rows_of(
        host, "SELECT count() FROM " + database.name() + "." + std::string(stores::clickhouse::kLocalPrefix) + table);
    out.push_back(std::stoi(rows.at(0).at(0).get<std::string>()));
  }
  return out;
}

std::vector<std::string> tables_of(const std::string& host, const std::string& database) {
  std::vector<std::string> out;
  for (const auto& row :
       ClickHouseDatabase::rows_of(host, "SELECT name FROM system.tables WHERE database = '" + database + "'")) {
    out.push_back(row.at(0).get<std::string>());
  }
  return out;
}

/// Two tables joined by columns, of which `u` has every other row of `t` once more.
RelPtr joined(JoinKind kind, const std::string& by) {
  const auto left = latest(scan("t", kColumns), {"id"}, column("n"));
  const auto right =
      project(scan("u", kColumns), {{"u_id", column("id")}, {"u_group", column("group")}, {"m", column("n")}});
  const auto rows = join(kind, left, right, {{by, "u_" + by}});
  const bool one_side = kind == JoinKind::Semi || kind == JoinKind::Anti;
  return aggregate(rows, {},
                   {{"rows", AggregateFunction::Count, nullptr},
                    {"least", AggregateFunction::Min, column("n")},
                    {"most", AggregateFunction::Max, column(one_side ? "n" : "m")}});
}

/// What each shard runs by itself of a statement.
std::string on_shards(const std::string& sql) {
  std::string out;
  const std::string begin = "cluster('two', view(";
  for (auto at = sql.find(begin); at != std::string::npos; at = sql.find(begin, at + 1)) {
    int depth = 1;
    for (auto i = at + begin.size(); i < sql.size() && depth > 0; ++i) {
      if (sql[i] == '(') ++depth;
      if (sql[i] == ')') --depth;
      out += sql[i];
    }
  }
  return out;
}

TEST(ClickHouseCluster, RowsAreSharedByTheShards) {
  ClickHouseDatabase database(Spread::TwoShards);
  const auto store = stores::clickhouse::make_store(database.options());
  const auto session = store->open(store::Mode::Write);
  make(*session, "t", 1000);
  const auto before = kept(database, "t");
  EXPECT_GT(before[0], 300);
  EXPECT_GT(before[1], 300);
  EXPECT_EQ(before[0] + before[1], 1000);
  EXPECT_EQ(session->tables(), std::vector<std::string>{"t"});
  const auto some = filter(scan("t", {"id", "n"}), binary(BinaryOp::Lt, column("n"), literal(std::int64_t{100})));
  const auto done =
      session->commit({store::Append{"t", input("in", kColumns)}, store::Erase{"t", some, {"id"}}}, numbers(1000));
  EXPECT_EQ(done.appended, 1000U);
  EXPECT_EQ(done.erased, 20U);
  // Each row lies where the same row lay before.
  const auto after = kept(database, "t");
  EXPECT_EQ(after[0] + after[1], 1980);
  EXPECT_NEAR(after[0], 2 * before[0], 20);
  for (const auto& host : test::clickhouse_addresses()) {
    for (const auto& table : tables_of(host, database.name())) {
      EXPECT_EQ(table.find("scratch"), std::string::npos) << "left behind: " << table;
    }
    auto options = database.options();
    options.hosts = {host};
    EXPECT_EQ(read_all(stores::clickhouse::make_store(options)
                           ->open(store::Mode::Read)
                           ->run(*aggregate(scan("t", {"id"}), {}, {{"n", AggregateFunction::Count, nullptr}}))),
              (TextRows{{"1980"}}));
  }
  session->commit({store::Drop{"t"}});
  for (const auto& host : test::clickhouse_addresses()) EXPECT_TRUE(tables_of(host, database.name()).empty());
}

TEST(ClickHouseCluster, JoinsGiveWhatOneServerGives) {
  const auto one = test::clickhouse_store();
  const auto local = test::clickhouse_store([](auto&) {}, Spread::TwoShards);
  const auto gathered = test::clickhouse_store([](auto& options) { options.local_joins = false; }, Spread::TwoShards);
  for (const auto& store : {one, local, gathered}) {
    const auto session = store->open(store::Mode::Write);
    make(*session, "t", 500);
    make(*session, "u", 250);
    session->commit({store::Append{"u", input("in", kColumns)}}, numbers(20));
  }
  for (const auto kind : {JoinKind::Inner, JoinKind::Left, JoinKind::Full, JoinKind::Semi, JoinKind::Anti}) {
    for (const std::string by : {"id", "group"}) {
      const auto question = joined(kind, by);
      const auto expected = read_all(one->open(store::Mode::Read)->run(*question));
      for (const auto& store : {local, gathered}) {
        const auto session = store->open(store::Mode::Read);
        EXPECT_EQ(read_all(session->run(*question)), expected) << static_cast<int>(kind) << " " << by;
        const auto sql = session->explain(*question);
        EXPECT_EQ(on_shards(sql).find("JOIN") != std::string::npos, by == "id" && store == local) << sql;
      }
    }
  }
}

TEST(ClickHouseCluster, PartsThatDifferInNamesAlone) {
  const auto store = test::clickhouse_store([](auto&) {}, Spread::TwoShards);
  const auto session = store->open(store::Mode::Write);
  make(*session, "t", 20);
  const auto rows = latest(scan("t", kColumns), {"id"}, column("n"));
  const auto left = project(rows, {{"a", column("group")}, {"b", column("n")}});
  const auto right = project(rows, {{"c", column("group")}, {"d", column("n")}});
  const auto question =
      aggregate(join(JoinKind::Inner, left, right, {{"b", "d"}}), {}, {{"rows", AggregateFunction::Count, nullptr}});
  EXPECT_EQ(read_all(session->run(*question)), (TextRows{{"20"}}));
}

/// What a join by more than the id has together, or a grouping by it.
TEST(ClickHouseCluster, ColumnsToShardBy) {
  const auto by_group = test::clickhouse_store([](auto& options) { options.shard_by = {"group"}; }, Spread::TwoShards);
  const auto session = by_group->open(store::Mode::Write);
  make(*session, "t", 100, {"group", "id"});
  make(*session, "u", 50, {"group"});
  const auto groups = aggregate(scan("t", {"group", "n"}), {"group"}, {{"most", AggregateFunction::Max, column("n")}});
  EXPECT_NE(session->explain(*groups).find("view("), std::string::npos);
  EXPECT_EQ(read_all(session->run(*order(groups, {"group"}, 2))), (TextRows{{"0", "980"}, {"1", "990"}}));
  const auto whole = aggregate(scan("t", {"n"}), {}, {{"most", AggregateFunction::Max, column("n")}});
  EXPECT_EQ(session->explain(*whole).find("view("), std::string::npos);
  EXPECT_EQ(read_all(session->run(*whole)), (TextRows{{"990"}}));
}

TEST(ClickHouseCluster, PartitionsAreMovedOnEveryShard) {
  ClickHouseDatabase database(Spread::TwoShards);
  auto options = database.options();
  options.partition_by = "cityHash64(id) % 3";
  const auto session = stores::clickhouse::make_store(options)->open(store::Mode::Write);
  make(*session, "t", 100);
  session->commit({store::Append{"t", input("in", kColumns)}}, numbers(5));
  const auto rows = kept(database, "t");
  EXPECT_EQ(rows[0] + rows[1], 105);
}

TEST(ClickHouseCluster, FaultsOfTheCluster) {
  ClickHouseDatabase database(Spread::TwoShards);
  const auto rows = values({"id"}, {{literal("a")}});
  const auto refusal = [&](auto change) {
    auto options = database.options();
    change(options);
    return error_of([&] {
      stores::clickhouse::make_store(options)->open(store::Mode::Write)->commit({store::Create{"t", rows, {}}});
    });
  };
  const auto unknown = refusal([](auto& options) { options.cluster = "three"; });
  EXPECT_EQ(unknown.code(), ErrorCode::NotFound) << unknown.what();
  EXPECT_NE(unknown.hint().find("two"), std::string::npos) << unknown.what();
  const auto few = refusal([](auto& options) { options.hosts.pop_back(); });
  EXPECT_EQ(few.code(), ErrorCode::InvalidArgument) << few.what();
  const auto no_keeper =
      refusal([](auto& options) { options.cluster_ddl = stores::clickhouse::ClusterDdl::OnCluster; });
  EXPECT_EQ(no_keeper.code(), ErrorCode::Backend) << no_keeper.what();
  EXPECT_NE(no_keeper.hint().find("each_host"), std::string::npos) << no_keeper.what();
  const auto down = refusal([](auto& options) { options.hosts.back() = "http://127.0.0.1:1"; });
  EXPECT_EQ(down.code(), ErrorCode::Io) << down.what();
  EXPECT_NE(std::string(down.what()).find("127.0.0.1:1"), std::string::npos) << down.what();
  for (const auto& host : test::clickhouse_addresses()) {
    const auto left = tables_of(host, database.name());
    EXPECT_TRUE(left.empty()) << left.front();
  }
}

TEST(ClickHouseCluster, TablesOfOneServerAreNotTakenForThoseOfAll) {
  ClickHouseDatabase database(Spread::TwoShards);
  const auto rows = values({"id"}, {{literal("a")}});
  auto alone = database.options();
  alone.cluster.clear();
  const auto of_one = stores::clickhouse::make_store(alone)->open(store::Mode::Write);
  const auto of_all = stores::clickhouse::make_store(database.options())->open(store::Mode::Write);
  of_one->commit({store::Create{"one", rows, {}}});
  of_all->commit({store::Create{"all", rows, {}}});
  EXPECT_EQ(error_of([&] { of_all->commit({store::Append{"one", rows}}); }).code(), ErrorCode::Conflict);
  const Error error = error_of([&] { of_one->commit({store::Append{"all", rows}}); });
  EXPECT_EQ(error.code(), ErrorCode::Conflict);
  EXPECT_NE(error.hint().find("cluster"), std::string::npos) << error.what();
}

/// The statements with replication and ON CLUSTER, which need a Keeper to run; ClickHouse's parser takes them.
TEST(ClickHouseCluster, StatementsOnReplicas) {
  stores::clickhouse::Options options;
  options.database = "meta";
  options.cluster = "prod";
  options.engine = "ReplicatedMergeTree";
  const stores::clickhouse::Ddl ddl(options);
  const store::TableSchema schema = {{"video_id", {store::Kind::Text, "String", {}, {}}},
                                     {"frame", {store::Kind::Integer, "Int64", {}, {}}}};
  std::string all;
  const auto add = [&](const stores::clickhouse::Ddl::Statements& statements) {
    for (const auto& statement : statements) {
      EXPECT_NO_THROW(
          ClickHouseDatabase::rows("SELECT formatQuery(" + sql::quote_text(sql::clickhouse(), statement) + ")"))
          << statement;
      all += (all.empty() ? "" : "\n") + statement + ";";
    }
  };
  add(ddl.create("scratch", schema,
                 "ReplicatedMergeTree PARTITION BY (toYYYYMM(day)) ORDER BY (\"video_id\", \"frame\")",
                 {"video_id", "frame"}));
  add(ddl.rename("scratch", "video__crop", {"video_id", "frame"}));
  add(ddl.create("going", schema, ddl.scratch_engine(), {"video_id"}));
  add(ddl.erase("video__crop", ddl.in_erase("\"video_id\"", "going", false)));
  add(ddl.alter("video__crop", {"ADD COLUMN \"length\" Nullable(Float64)"}));
  add(ddl.create_like("scratch", "video__crop", {}));
  add(ddl.move("scratch", "all", "video__crop"));
  add(ddl.optimize("video__crop"));
  add(ddl.drop({"scratch"}, true));
  testing_support::expect_golden("sql/cluster_ddl.clickhouse.sql", all);
}

}  // namespace
}  // namespace metaxy::testing
