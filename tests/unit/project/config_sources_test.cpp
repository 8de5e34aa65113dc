// SPDX-License-Identifier: Apache-2.0
// Which files a configuration comes from and how they are put together.
#include <gtest/gtest.h>

#include <metaxy/project.hpp>

#include "base/json.hpp"
#include "project/setting_tree.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using Texts = std::vector<std::string>;

TEST(ConfigSources, SearchesTheFoldersAbove) {
  const Folder folder;
  folder.write("metaxy.toml", "project = \"outer\"");
  folder.write("a/pyproject.toml", "[tool.metaxy]\nproject = \"inner\"\n");
  folder.write("a/b/pyproject.toml", "[tool.other]\nx = \"metaxy\"\n");
  folder.write("a/b/c/pyproject.toml", "this is [not TOML\n");
  EXPECT_EQ(load_config(std::nullopt, folder.path() / "a/b/c", {}).project, "inner");
  EXPECT_EQ(load_config(std::nullopt, folder.path() / "a", {}).file, folder.path() / "a/pyproject.toml");
  EXPECT_EQ(load_config(std::nullopt, folder.path(), {}).project, "outer");
  folder.write("a/metaxy.toml", "project = \"first\"");
  EXPECT_EQ(load_config(std::nullopt, folder.path() / "a/b", {}).project, "first");
}

TEST(ConfigSources, AnArgumentWinsOverTheVariableOverTheSearch) {
  const Folder folder;
  folder.write("metaxy.toml", "project = \"found\"");
  folder.write("one.toml", "project = \"one\"");
  const auto two = folder.write("two.toml", "project = \"two\"");
  const Environment environment = {{"METAXY_CONFIG", "one.toml"}};
  EXPECT_EQ(load_config(std::nullopt, folder.path(), environment).project, "one");
  EXPECT_EQ(load_config(two, folder.path(), environment).project, "two");
}

TEST(ConfigSources, AFileThatIsNamedMustExist) {
  const Folder folder;
  const Error error = error_of([&] { load_config(folder.path() / "no.toml", folder.path(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  const Error by_variable = error_of([&] { load_config(std::nullopt, folder.path(), {{"METAXY_CONFIG", "no.toml"}}); });
  EXPECT_EQ(by_variable.code(), ErrorCode::NotFound);
  EXPECT_EQ(by_variable.hint(), "METAXY_CONFIG names it");
}

TEST(ConfigSources, BrokenFiles) {
  const Folder folder;
  const auto faults = [&](const std::string& text) {
    folder.write("metaxy.toml", text);
    return texts(error_of([&] { load_config(std::nullopt, folder.path(), {}); }).faults(), true);
  };
  EXPECT_EQ(faults("project = \"a\nx"),
            (Texts{"metaxy.toml:1:13 is not valid TOML: Error while parsing string: unescaped control characters other "
                   "than TAB (U+0009) are explicitly prohibited"}));
  EXPECT_EQ(faults("# ok\nproject = \"\xc3\""),
            (Texts{"metaxy.toml:2:12 is not valid UTF-8 (byte 17) | save the file as UTF-8"}));
}

TEST(ConfigSources, ExtendMergesTablesByMemberAndJoinsLists) {
  const Folder folder;
  folder.write("base/metaxy.toml", R"(
project = "base"
store = "prod"
features = ["base.toml"]
entrypoints = ["a"]
[stores.prod]
type = "duckdb"
path = "prod.duckdb"
threads = 8
[stores.shared]
type = "duckdb"
path = "shared.duckdb"
)");
  folder.write("own/metaxy.toml", R"(
extend = "../base/metaxy.toml"
project = "own"
features = ["own.toml"]
entrypoints = ["b"]
[stores.prod]
type = "duckdb"
path = "prod.duckdb"
)");
  const Config config = load_config(std::nullopt, folder.path() / "own", {});
  const std::string base = folder.path().string();
  EXPECT_EQ(config.project, "own");
  EXPECT_EQ(config.store, "prod");
  EXPECT_EQ(config.features, (Texts{base + "/base/base.toml", base + "/own/own.toml"}));
  EXPECT_EQ(parse_json(config.json)["entrypoints"], Json::parse(R"(["a", "b"])"));
  EXPECT_EQ(config.stores.at("prod").options,
            (std::map<std::string, std::string>{{"path", base + "/own/prod.duckdb"}}));
  EXPECT_EQ(config.stores.at("shared").options.at("path"), base + "/base/shared.duckdb");
}

TEST(ConfigSources, FaultsOfAnExtendedFileNameThatFile) {
  const Folder folder;
  folder.write("base.toml", "hash_format = 3\nentrypoints = [\"a\"]");
  folder.write("metaxy.toml", "extend = \"base.toml\"\nfeatures = [7]");
  const Error error = error_of([&] { load_config(std::nullopt, folder.path(), {}); });
  EXPECT_EQ(
      texts(error.faults(), true),
      (Texts{"base.toml:1:15 setting hash_format: hash format 3 is not known | known are 0 (the reference's) and 1",
             "metaxy.toml:2:13 setting features.0: should be a file or glob, but is an integer"}));
}

TEST(ConfigSources, ExtendThatGoesRoundOrNowhere) {
  const Folder folder;
  const std::string base = folder.path().string();
  folder.write("metaxy.toml", "extend = \"b.toml\"");
  folder.write("b.toml", "\nextend = \"metaxy.toml\"");
  const auto faults = [&] {
    return texts(error_of([&] { load_config(std::nullopt, folder.path(), {}); }).faults(), true);
  };
  EXPECT_EQ(faults(), (Texts{"b.toml:2:10 setting extend: goes round in a circle: " + base + "/metaxy.toml -> " + base +
                             "/b.toml -> " + base + "/metaxy.toml"}));
  folder.write("b.toml", "extend = \"b.toml\"");
  EXPECT_EQ(faults().size(), 1u);
  folder.write("b.toml", "extend = \"none.toml\"");
  EXPECT_EQ(faults(), (Texts{"b.toml:1:10 file `" + base + "/none.toml`: does not exist"}));
  folder.write("b.toml", "extend = 3");
  EXPECT_EQ(faults(), (Texts{"b.toml:1:10 setting extend: should be the path of a configuration file"}));
}

TEST(ConfigSources, Templates) {
  const Environment environment = {{"A", "x"}, {"EMPTY", ""}};
  const auto is = [&](const std::string& text, const std::string& expected) {
    EXPECT_EQ(fill_template(text, environment), expected) << text;
  };
  is("no template", "no template");
  is("${A}", "x");
  is("a${A}b${A}", "axbx");
  is("${B}", "");
  is("${B:-d}", "d");
  is("${A:-d}", "x");
  is("${EMPTY:-d}", "");
  is("${B:-}", "");
  is("${B:-a:-b}", "a:-b");
  is("$A {A} ${", "$A {A} ${");
  is("${}", "${}");
  is("${A", "${A");
  is("${A:x}", "${A:x}");
  is("${A:-x", "${A:-x");
  is("${${A}", "");  // a variable named `${A`, as the reference reads it
}

TEST(ConfigSources, TemplatesInAFile) {
  const Folder folder;
  folder.write("metaxy.toml", R"(
project = "${NAME:-p}"
hash_format = "${FORMAT:-0}"
locked = "${LOCKED:-yes}"
compat = "${NONE}"
[stores.dev]
type = "duckdb"
path = "${DATA}/x.duckdb"
)");
  const Config config = load_config(std::nullopt, folder.path(), {{"DATA", "/data"}, {"FORMAT", "1"}});
  EXPECT_EQ(config.project, "p");
  EXPECT_EQ(config.hash_format, hash::Format::V1);
  EXPECT_FALSE(config.compat);
  EXPECT_EQ(config.stores.at("dev").options.at("path"), "/data/x.duckdb");
}

TEST(ConfigSources, BadVariablesAreNamed) {
  const Folder folder;
  const Error error = error_of([&] {
    load_config(
        std::nullopt, folder.path(),
        {{"METAXY_HASH_FORMAT", "two"}, {"METAXY_STORES", "{"}, {"METAXY_PROJECT", "a/b"}, {"METAXY_SYNC", "perhaps"}});
  });
  Texts places;
  for (const Fault& fault : error.faults()) places.push_back(to_string(*fault.place));
  EXPECT_EQ(places, (Texts{"environment variable METAXY_HASH_FORMAT", "environment variable METAXY_PROJECT",
                           "environment variable METAXY_STORES", "environment variable METAXY_SYNC"}));
}

TEST(ConfigSources, SecretsAreNotPrinted) {
  const Folder folder;
  folder.write("metaxy.toml", R"(
[stores.dev]
type = "duckdb"
path = "x.duckdb"
[stores.dev.config]
s3_secret_access_key = "hunter2"
connection_string = "postgresql://me:hunter2@host/db"
nested = { password = "hunter2", list = ["https://u:hunter2@h"] }
)");
  const Config config = load_config(std::nullopt, folder.path(), {});
  EXPECT_EQ(config.json.find("hunter2"), std::string::npos) << config.json;
  EXPECT_EQ(config.stores.at("dev").options.at("s3_secret_access_key"), "hunter2");
}

TEST(ConfigSources, OptionsInBothFormsAreRefused) {
  const Folder folder;
  folder.write("metaxy.toml", "[stores.dev]\ntype = \"duckdb\"\npath = \"a\"\nconfig = { path = \"b\" }\n");
  const Error error = error_of([&] { load_config(std::nullopt, folder.path(), {}); });
  EXPECT_EQ(texts(error.faults(), true), (Texts{"metaxy.toml:4:19 store dev: option `path` is given in the table and "
                                                "in its `config` | leave one of them out"}));
}

}  // namespace
}  // namespace metaxy::project
