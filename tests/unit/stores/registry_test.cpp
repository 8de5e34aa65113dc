// SPDX-License-Identifier: Apache-2.0
#include "stores/registry.hpp"

#include <gtest/gtest.h>

#include <metaxy/error.hpp>

namespace metaxy::stores {
namespace {

Error error_of(std::string_view kind, const Options& options) {
  try {
    open_store(kind, options);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorCode::Internal, "no error");
}

TEST(Registry, KnowsDuckDbByAllOfItsNames) {
  for (const std::string_view name :
       {"duckdb", "metaxy.ext.duckdb.DuckDBMetadataStore", "metaxy.ext.metadata_stores.duckdb.DuckDBMetadataStore",
        "metaxy.metadata_store.duckdb.DuckDBMetadataStore"}) {
    const auto store = open_store(name, {{"database", ":memory:"}, {"memory_limit", "1GB"}, {"fallback_stores", "[]"}});
    EXPECT_EQ(store->info().kind, "duckdb");
    EXPECT_EQ(store->info().location, ":memory:");
    EXPECT_TRUE(store->open(store::Mode::Write)->tables().empty());
  }
}

TEST(Registry, UnknownKindsAreNamed) {
  EXPECT_EQ(error_of("duckbd", {}).code(), ErrorCode::NotFound);
  EXPECT_NE(error_of("duckbd", {}).hint().find("duckdb"), std::string::npos);
  EXPECT_EQ(error_of("metaxy.ext.lancedb.LanceDBMetadataStore", {}).code(), ErrorCode::Unsupported);
}

TEST(Registry, AllWrongOptionsAreReportedAtOnce) {
  const Error error = error_of("duckdb", {{"pth", "x"},
                                          {"lock_timeout", "soon"},
                                          {"config", "[1]"},
                                          {"backend", "x"},
                                          {"extensions", R"([5, {"name": "hashfuncs"}])"}});
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(error.faults().size(), 6U) << error.what();
}

TEST(Registry, DuckDbSettingsArePassedOn) {
  const auto good = open_store("duckdb", {{"path", ":memory:"}, {"config", R"({"threads": 1})"}});
  EXPECT_NO_THROW(good->open(store::Mode::Write));
  const auto bad = open_store("duckdb", {{"path", ":memory:"}, {"memory_limit", "a lot"}});
  EXPECT_THROW(bad->open(store::Mode::Write), Error);
}

TEST(Registry, UrisTellSqliteFiles) {
  const auto uri = parse_uri("sqlite:///folder/x.db?table_prefix=p_&lock_timeout=5").value();
  EXPECT_EQ(uri.kind, "sqlite");
  EXPECT_EQ(uri.options, (Options{{"path", "/folder/x.db"}, {"table_prefix", "p_"}, {"lock_timeout", "5"}}));
  EXPECT_EQ(parse_uri("sqlite://x.db").value().options.at("path"), "x.db");
  EXPECT_EQ(open_store("metaxy.ext.sqlite.SQLiteMetadataStore", {{"path", "x.db"}})->info().kind, "sqlite");
}

TEST(Registry, UrisTellClickHouseInAllSchemesThatItsAddressesHave) {
  const std::pair<std::string, std::string> locations[] = {{"clickhouse", "http://h:8123/db"},
                                                           {"clickhouses", "https://h:8443/db"},
                                                           {"clickhousedb", "http://h:8123/db"},
                                                           {"clickhouse+http", "http://h:8123/db"},
                                                           {"clickhouse+native", "http://h:8123/db"},
                                                           {"clickhouse+https", "https://h:8443/db"},
                                                           {"http", "http://h:8123/db"},
                                                           {"https", "https://h:8443/db"}};
  for (const auto& [scheme, location] : locations) {
    const auto uri = parse_uri(scheme + "://me:s3cret@h/db?table_prefix=p_&verify=true").value();
    EXPECT_EQ(uri.kind, "clickhouse") << scheme;
    EXPECT_EQ(uri.options.at("table_prefix"), "p_");
    EXPECT_EQ(open_store(uri.kind, uri.options)->info().location, location) << scheme;
  }
}

}  // namespace
}  // namespace metaxy::stores
