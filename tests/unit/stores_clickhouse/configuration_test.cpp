// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include <metaxy/error.hpp>

#include "stores/clickhouse/address.hpp"
#include "stores/clickhouse/store.hpp"
#include "support/errors.hpp"

namespace metaxy::stores::clickhouse {
namespace {

Options read(const std::string& uri) {
  Options out;
  read_address(uri, out);
  return out;
}

TEST(ClickHouseConfiguration, AddressesOfAllKinds) {
  const auto full = read("clickhouse://me:p%40ss%3A@db.example:8124/metadata");
  EXPECT_EQ(full.hosts, std::vector<std::string>{"http://db.example:8124"});
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss:");
  EXPECT_EQ(full.database, "metadata");
  EXPECT_EQ(read("clickhouse://h").hosts, std::vector<std::string>{"http://h:8123"});
  EXPECT_EQ(read("https://a,b:9443/x").hosts, (std::vector<std::string>{"https://a:8443", "https://b:9443"}));
  EXPECT_EQ(read("clickhouse://h:8443/x").hosts, std::vector<std::string>{"https://h:8443"});
  EXPECT_EQ(read("clickhouse+native://h:9440/x").hosts, std::vector<std::string>{"https://h:8443"});
  EXPECT_EQ(read("clickhouse://[::1]:8123/x").hosts, std::vector<std::string>{"http://[::1]:8123"});
  EXPECT_EQ(read("clickhouse://h/x?secure=True").hosts, std::vector<std::string>{"https://h:8443"});
}

TEST(ClickHouseConfiguration, ParametersOfAddresses) {
  const auto given = read("clickhouse://h/x?verify=False&compress=lz4&connect_timeout=2&max_memory_usage=7");
  EXPECT_FALSE(given.verify);
  EXPECT_EQ(given.connect_timeout, std::chrono::seconds(2));
  EXPECT_EQ(given.settings, (std::map<std::string, std::string>{{"max_memory_usage", "7"}}));
  EXPECT_EQ(test::error_of([] { read("clickhouse://h/x?connect_timeout=soon"); }).faults().size(), 1U);
}

TEST(ClickHouseConfiguration, RefusalsNameEverythingAndNoSecret) {
  const Error error = test::error_of([] {
    make_configured_store({{"uri", "postgresql://me:s3cret@h/x"}, {"pasword", "s3cret"}, {"verify", "perhaps"}});
  });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(error.faults().size(), 3U) << error.what();
  EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos) << error.what();
  EXPECT_EQ(test::error_of([] { make_configured_store({}); }).faults().at(0).subject, "option uri");
}

TEST(ClickHouseConfiguration, Clusters) {
  const auto refused = [](std::map<std::string, std::string> options) {
    options.emplace("uri", "clickhouse://h");
    return test::error_of([&] { make_configured_store(options); }).faults();
  };
  EXPECT_EQ(refused({{"cluster", "c"}, {"cluster_ddl", "sometimes"}}).at(0).subject, "option cluster_ddl");
  EXPECT_EQ(refused({{"cluster", "c"}, {"shard_by", "[1]"}}).at(0).subject, "option shard_by");
  EXPECT_EQ(refused({{"shard_by", "a"}}).at(0).subject, "option shard_by");
  EXPECT_EQ(refused({{"cluster", "c"}, {"local_joins", "perhaps"}}).size(), 1U);
  EXPECT_NO_THROW(make_configured_store({{"uri", "clickhouse://h"},
                                         {"cluster", "c"},
                                         {"cluster_ddl", "each_host"},
                                         {"shard_by", R"(["a", "b"])"},
                                         {"local_joins", "false"},
                                         {"hosts", R"(["clickhouse://other"])"}}));
}

TEST(ClickHouseConfiguration, LocationsHaveNoSecrets) {
  const auto store = make_configured_store({{"uri", "clickhouse://me:s3cret@h:8123/meta"}, {"table_prefix", "p_"}});
  EXPECT_EQ(store->info().kind, "clickhouse");
  EXPECT_EQ(store->info().location, "http://h:8123/meta");
  EXPECT_FALSE(store->info().atomic_commit);
}

}  // namespace
}  // namespace metaxy::stores::clickhouse
