// SPDX-License-Identifier: Apache-2.0
// DuckLakes whose catalog is in a PostgreSQL server and whose files are in an object storage.
#include "support/remote_lake.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <functional>

#include "contract/sql.hpp"
#include "contract/store_contract.hpp"
#include "support/errors.hpp"

namespace metaxy::testing {
namespace {

using nlohmann::json;
using stores::duckdb::testing::Sql;
using test::error_of;

std::shared_ptr<const store::Store> open(const json& lake, const json& config = json::object()) {
  return stores::open_store("duckdb", test::options_of(lake, config));
}

INSTANTIATE_TEST_SUITE_P(DuckLake, StoreContract,
                         ::testing::Values(StoreCase{"postgresql_s3",
                                                     [] { return open(test::remote_lake(test::s3_storage())); }}),
                         [](const auto& chosen) { return chosen.param.name; });

store::Session::Done create(store::Session& session, const std::string& id) {
  const auto rows = rel::values({"id"}, {{rel::literal(id)}});
  return session.commit({store::Create{"t", rows, {}}, store::Append{"t", rows}});
}

TextRows ids(store::Session& session) { return read_all(session.run(*rel::scan("t", {"id"}))); }

/// A lake that cannot be made, and what it is refused with.
struct Refusal {
  const char* what;
  json storage;
  const char* told;
};

std::vector<Refusal> refusals() {
  const auto with = [](const char* name, const char* value) {
    json storage = test::s3_storage();
    storage[name] = value;
    return storage;
  };
  return {{"secret", with("secret", "hidden-too"), "403"},
          {"key", with("key_id", "nobody"), "key_id"},
          {"bucket", with("data_path", "s3://no-such-bucket/x/"), "no-such-bucket"},
          {"server", with("endpoint", "http://127.0.0.1:1"), "cannot be reached"}};
}

TEST(RemoteLake, StoragesThatCannotBeReachedAreNamedAndNothingIsMade) {
  test::ScratchFolder folder;
  for (const auto& [what, storage, told] : refusals()) {
    const auto file = folder.file("catalog.sqlite");
    const auto store = open({{"catalog", {{"type", "sqlite"}, {"uri", file}}}, {"storage", storage}},
                            {{"http_retries", "1"}, {"http_timeout", "5"}});
    const Error error = error_of([&] { store->open(store::Mode::Write); });
    const std::string text = error.what();
    EXPECT_EQ(error.code(), ErrorCode::Io) << what << ": " << text;
    EXPECT_NE(text.find(told), std::string::npos) << what << ": " << text;
    EXPECT_NE(text.find(storage["data_path"].get<std::string>()), std::string::npos) << what << ": " << text;
    EXPECT_EQ(text.find("hidden"), std::string::npos) << what << ": " << text;
    EXPECT_FALSE(error.hint().empty()) << what;
    EXPECT_FALSE(std::filesystem::exists(file)) << what;
  }
}

TEST(RemoteLake, ReadingMakesNoLake) {
  const json lake = test::remote_lake(test::s3_storage());
  EXPECT_EQ(error_of([&] { open(lake)->open(store::Mode::Read); }).code(), ErrorCode::NotFound);
  const auto schema = lake["attach_options"]["metadata_schema"].get<std::string>();
  EXPECT_EQ(test::psql("SELECT count(*) FROM information_schema.tables WHERE table_schema = '" + schema + "'"), "0");
  create(*open(lake)->open(store::Mode::Write), "a");
  EXPECT_EQ(ids(*open(lake)->open(store::Mode::Read)), (TextRows{{"a"}}));
}

TEST(RemoteLake, CatalogsThatCannotBeReachedAreNamedWithoutSecrets) {
  json lake = test::remote_lake(test::s3_storage());
  lake["catalog"]["host"] = "127.0.0.1";
  lake["catalog"]["port"] = 1;
  const std::string text = error_of([&] { open(lake)->open(store::Mode::Write); }).what();
  EXPECT_NE(text.find("127.0.0.1"), std::string::npos) << text;
  EXPECT_EQ(text.find("hidden"), std::string::npos) << text;
}

/// DuckDB as somebody without metaxy has it.
class OtherClient {
 public:
  explicit OtherClient(const json& lake)
      : sql_({.settings = {{"extension_directory", METAXY_DUCKDB_EXTENSIONS}},
              .extensions = {{.name = "ducklake"}, {.name = "postgres_scanner"}, {.name = "httpfs"}}}) {
    for (const auto& statement : stores::setup_statements("duckdb", test::options_of(lake), false))
      sql_.rows(statement);
  }
  Sql& operator*() { return sql_; }

 private:
  Sql sql_;
};

/// Rows whose commit meets another as often as is said: a requirement is looked at when the commit has begun to write.
void append_meeting(store::Session& session, const std::string& id, int times, const std::function<void(int)>& other) {
  const auto rows = rel::values({"id"}, {{rel::literal(id)}});
  int met = 0;
  const auto meets = [&] {
    if (met < times) other(met);
    ++met;
    return true;
  };
  session.commit({store::Append{"t", rows}, store::Require{rows, [](arrow::Stream&) {}, meets}});
}

TEST(RemoteLake, CommitsThatMeetThoseOfOtherClientsAreTriedAgain) {
  const json lake = test::remote_lake(test::s3_storage());
  const auto session = open(lake, {{"ducklake_retry_wait_ms", "10"}})->open(store::Mode::Write);
  create(*session, "a");
  OtherClient other(lake);
  append_meeting(*session, "b", 3,
                 [&](int met) { (*other).rows(fmt::format("ALTER TABLE t ADD COLUMN other{} INTEGER", met)); });
  EXPECT_EQ(ids(*session), (TextRows{{"a"}, {"b"}}));
  EXPECT_TRUE(store::find_column(session->find("t").value(), "other2"));
}

TEST(RemoteLake, CommitsAreTriedAgainAsOftenAsTheSettingSays) {
  const json lake = test::remote_lake(test::s3_storage());
  const json config = {
      {"ducklake_max_retry_count", "2"}, {"ducklake_retry_wait_ms", "1"}, {"ducklake_retry_backoff", "1"}};
  const auto session = open(lake, config)->open(store::Mode::Write);
  create(*session, "a");
  OtherClient other(lake);
  int met = 0;
  const auto error = error_of([&] {
    append_meeting(*session, "b", 100, [&](int n) {
      (*other).rows(fmt::format("ALTER TABLE t ADD COLUMN other{} INTEGER", n));
      ++met;
    });
  });
  EXPECT_EQ(error.code(), ErrorCode::Conflict) << error.what();
  EXPECT_EQ(met, 3);
  EXPECT_EQ(ids(*session), (TextRows{{"a"}}));
}

TEST(RemoteLake, SettingsOfExtensionsAreCheckedWhenTheyAreLoaded) {
  const json lake = test::remote_lake(test::s3_storage());
  const auto refused = [&](const char* name, const char* value) -> std::string {
    return error_of([&] { open(lake, {{name, value}})->open(store::Mode::Write); }).what();
  };
  EXPECT_NE(refused("ducklake_max_retry_count", "many").find("does not take `many`"), std::string::npos);
  EXPECT_NE(refused("ducklake_max_retries", "3").find("no setting `ducklake_max_retries`"), std::string::npos);
}

TEST(RemoteLake, SnapshotsAreReadAndNotWritten) {
  json lake = test::remote_lake(test::s3_storage());
  const auto session = open(lake)->open(store::Mode::Write);
  create(*session, "a");
  OtherClient other(lake);
  const auto version = (*other).value("SELECT max(snapshot_id) FROM ducklake_snapshots('ducklake')");
  const auto time = (*other).value("SELECT max(snapshot_time)::VARCHAR FROM ducklake_snapshots('ducklake')");
  session->commit({store::Erase{"t", rel::values({"id"}, {{rel::literal("a")}}), {"id"}}});
  EXPECT_TRUE(ids(*session).empty());

  json at = lake;
  at["snapshot_version"] = std::stoi(version);
  EXPECT_EQ(ids(*open(at)->open(store::Mode::Read)), (TextRows{{"a"}}));
  const auto refused = error_of([&] { open(at)->open(store::Mode::Write); });
  EXPECT_EQ(refused.code(), ErrorCode::InvalidArgument);
  EXPECT_NE(refused.message().find("at snapshot " + version), std::string::npos) << refused.message();
  at["snapshot_time"] = time;
  EXPECT_NE(std::string(error_of([&] { open(at); }).what()).find("contradicts"), std::string::npos);
  at.erase("snapshot_version");
  EXPECT_EQ(ids(*open(at)->open(store::Mode::Read)), (TextRows{{"a"}}));
  at["snapshot_time"] = "2020-01-01 00:00:00+00";
  const std::string none = error_of([&] { open(at)->open(store::Mode::Read); }).what();
  EXPECT_NE(none.find("No snapshot found"), std::string::npos) << none;
}

}  // namespace
}  // namespace metaxy::testing
