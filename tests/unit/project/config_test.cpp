// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/project.hpp>

#include "base/json.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using Texts = std::vector<std::string>;

Config load(const Folder& folder, const Environment& environment = {}) {
  return load_config(std::nullopt, folder.path(), environment);
}

Texts faults(const Folder& folder, const Environment& environment = {}) {
  const Error error = error_of([&] { load(folder, environment); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
  return texts(error.faults(), true);
}

TEST(Config, WithoutAFileThereAreDefaults) {
  const Folder folder;
  const Config config = load(folder);
  EXPECT_FALSE(config.file || config.project || config.hash_format || config.hash_truncation_length || config.compat);
  EXPECT_EQ(config.store, "dev");
  EXPECT_TRUE(config.stores.empty() && config.features.empty());
  EXPECT_TRUE(find_feature_files(config).empty());
}

TEST(Config, ReadsEverySetting) {
  const Folder folder;
  folder.write("metaxy.toml", R"(
project = "video-search"
store = "prod"
features = ["a.toml", "more/*.toml"]
hash_format = 0
hash_truncation_length = 16
compat = "0.1"
auto_create_tables = true
entrypoints = ["m.features"]
theme = "dark"
enable_map_datatype = false
locked = true
sync = false
metaxy_lock_path = "x.lock"
extra_features = [{ projects = ["p"], all = true }]
[ext.sqlmodel]
enable = true
[stores.prod]
type = "duckdb"
path = "db/metaxy.duckdb"
hash_algorithm = "md5"
threads = 4
read_only = true
extensions = ["icu"]
[stores.old]
type = "metaxy.ext.duckdb.DuckDBMetadataStore"
[stores.old.config]
database = ":memory:"
)");
  const Config config = load(folder);
  EXPECT_EQ(config.file, folder.path() / "metaxy.toml");
  EXPECT_EQ(config.project, "video-search");
  EXPECT_EQ(config.store, "prod");
  const std::string base = folder.path().string();
  EXPECT_EQ(config.features, (Texts{base + "/a.toml", base + "/more/*.toml"}));
  EXPECT_EQ(config.hash_format, hash::Format::V0);
  EXPECT_EQ(config.hash_truncation_length, 16u);
  EXPECT_TRUE(config.compat);
  EXPECT_EQ(config.auto_create_tables, true);
  EXPECT_EQ(config.stores.at("prod").type, "duckdb");
  EXPECT_EQ(config.stores.at("prod").options, (std::map<std::string, std::string>{{"path", base + "/db/metaxy.duckdb"},
                                                                                  {"hash_algorithm", "md5"},
                                                                                  {"threads", "4"},
                                                                                  {"read_only", "true"},
                                                                                  {"extensions", "[\"icu\"]"}}));
  EXPECT_EQ(config.stores.at("prod").place->line, 18);
  EXPECT_EQ(config.stores.at("old").options, (std::map<std::string, std::string>{{"database", ":memory:"}}));
  const Json printed = parse_json(config.json);
  EXPECT_EQ(printed["theme"], "dark");
  EXPECT_EQ(printed["ext"]["sqlmodel"]["enable"], true);
  EXPECT_EQ(printed["stores"]["prod"]["config"]["path"], "db/metaxy.duckdb");
  EXPECT_EQ(printed["stores"]["old"]["type"], "metaxy.ext.duckdb.DuckDBMetadataStore");
}

TEST(Config, ReportsEveryFaultWithItsPlace) {
  const Folder folder;
  folder.write("metaxy.toml", R"(projct = "x"
project = "a__b"
hash_format = 7
hash_truncation_length = "8"
compat = "0.2"
auto_create_tables = "yes"
features = ["ok.toml", 3]
[stores.dev]
typ = "duckdb"
[stores.prod]
type = "duckdb"
hash_algorithm = "sha512"
)");
  EXPECT_EQ(
      faults(folder),
      (Texts{"metaxy.toml:1:1 unknown setting `projct` | did you mean `project`?",
             "metaxy.toml:2:11 setting project: project name `a__b` cannot contain double underscores (`__`) | "
             "letters, digits, `_` and `-` are "
             "allowed",
             "metaxy.toml:3:15 setting hash_format: hash format 7 is not known | known are 0 (the reference's) and 1",
             "metaxy.toml:4:26 setting hash_truncation_length: should be an integer, but is text",
             "metaxy.toml:5:10 setting compat: compat `0.2` is not known | write \"0.1\", or leave it out",
             "metaxy.toml:6:22 setting auto_create_tables: should be true or false, but is text",
             "metaxy.toml:7:24 setting features.1: should be a file or glob, but is an integer",
             "metaxy.toml:8:9 store dev: has no `type` | did you mean `type` instead of `typ`?",
             "metaxy.toml:12:18 store prod: unknown hash algorithm `sha512`, known are xxhash32, xxhash64, wyhash, "
             "sha256, md5, farmhash"}));
}

TEST(Config, FallbackStores) {
  const Folder folder;
  const std::string store = "type = \"duckdb\"\npath = \":memory:\"\n";
  folder.write("metaxy.toml",
               "[stores.dev]\n" + store + "fallback_stores = [\"prod\", \"old\"]\n[stores.old]\n" + store);
  EXPECT_EQ(load(folder).stores.at("dev").fallbacks, (Texts{"prod", "old"}));
  EXPECT_EQ(load(folder, {{"METAXY_STORES__DEV__FALLBACK_STORES", "old"}}).stores.at("dev").fallbacks, Texts{"old"});
  EXPECT_EQ(load(folder, {{"METAXY_STORES__DEV__FALLBACK_STORES", "[]"}}).stores.at("dev").fallbacks, Texts{});
  folder.write("metaxy.toml", "[stores.dev]\n" + store + "fallback_stores = \"prod\"\n[stores.old]\n" + store +
                                  "fallback_stores = [\"old\"]\n[stores.prod]\n" + store +
                                  "fallback_stores = [\"next\"]\n[stores.next]\n" + store +
                                  "fallback_stores = [\"prod\", 1]\n");
  EXPECT_EQ(
      faults(folder),
      (Texts{"metaxy.toml:4:19 store dev: should be a list of names of stores | for example fallback_stores = "
             "[\"prod\"]",
             "metaxy.toml:8:19 store old: fallback_stores go round in a circle: old -> old | leave one of them out",
             "metaxy.toml:16:19 store next: should be a list of names of stores | for example fallback_stores = "
             "[\"prod\"]"}));
  folder.write("metaxy.toml", "[stores.prod]\n" + store + "fallback_stores = [\"next\"]\n[stores.next]\n" + store +
                                  "config = { fallback_stores = [\"last\"] }\n[stores.last]\n" + store +
                                  "fallback_stores = [\"old\", \"prod\"]\n[stores.old]\n" + store);
  EXPECT_EQ(faults(folder), (Texts{"metaxy.toml:8:30 store next: fallback_stores go round in a circle: last -> prod -> "
                                   "next -> last | leave one of them out"}));
}

TEST(Config, EnvironmentWinsOverTheFile) {
  const Folder folder;
  folder.write(
      "metaxy.toml",
      "project = \"file\"\n[stores.Prod]\ntype = \"duckdb\"\nconfig.path = \"a.duckdb\"\nconfig.threads = 2\n");
  const Config config = load(folder, {{"METAXY_PROJECT", "env"},
                                      {"METAXY_STORE", "Prod"},
                                      {"METAXY_STORES__PROD__CONFIG__PATH", "/b.duckdb"},
                                      {"METAXY_STORES__SIDE__TYPE", "duckdb"},
                                      {"METAXY_STORES__SIDE__PATH", "side.duckdb"},
                                      {"METAXY_STORES__ELSEWHERE__CONFIG__PATH", "x"},
                                      {"METAXY_HASH_FORMAT", "0"},
                                      {"METAXY_COMPAT", "0.1"},
                                      {"METAXY_HASH_TRUNCATION_LENGTH", "24"},
                                      {"METAXY_AUTO_CREATE_TABLES", "1"},
                                      {"METAXY_ENTRYPOINTS", "[\"m\"]"},
                                      {"METAXY_LOG_LEVEL", "DEBUG"},
                                      {"METAXY_LOCKED", ""}});
  EXPECT_EQ(config.project, "env");
  EXPECT_EQ(config.store, "Prod");
  EXPECT_EQ(config.stores.at("Prod").options,
            (std::map<std::string, std::string>{{"path", "/b.duckdb"}, {"threads", "2"}}));
  EXPECT_EQ(config.stores.at("side").options.at("path"), folder.path() / "side.duckdb");
  EXPECT_FALSE(config.stores.contains("elsewhere"));
  EXPECT_EQ(config.hash_format, hash::Format::V0);
  EXPECT_EQ(config.hash_truncation_length, 24u);
  EXPECT_TRUE(config.compat);
  EXPECT_EQ(config.auto_create_tables, true);
}

}  // namespace
}  // namespace metaxy::project
