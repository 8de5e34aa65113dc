// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <ctime>

#include <metaxy/project.hpp>

#include "arrow/build.hpp"
#include "project/columns.hpp"
#include "project/glob.hpp"
#include "store/session.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using Texts = std::vector<std::string>;

Texts names(const Folder& folder, const std::string& pattern) {
  Texts out;
  for (const auto& path : expand_glob(absolute_glob(folder.path(), pattern)))
    out.push_back(path.lexically_relative(folder.path()).string());
  return out;
}

TEST(Glob, MatchesAsAShellDoes) {
  const Folder folder;
  for (const char* name :
       {"a.toml", "b.toml", "b.txt", ".hidden.toml", "x/a.toml", "x/y/a.toml", ".git/a.toml", "x[1]/c.toml"})
    folder.write(name, "");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "x/round");
  EXPECT_EQ(names(folder, "*.toml"), (Texts{"a.toml", "b.toml"}));
  EXPECT_EQ(names(folder, "[b-z].t*"), (Texts{"b.toml", "b.txt"}));
  EXPECT_EQ(names(folder, "?.toml"), (Texts{"a.toml", "b.toml"}));
  EXPECT_EQ(names(folder, "**/a.toml"), (Texts{"a.toml", "x/a.toml", "x/y/a.toml"}));
  EXPECT_EQ(names(folder, "x/**/*.toml"), (Texts{"x/a.toml", "x/y/a.toml"}));
  EXPECT_EQ(names(folder, "x/../a.toml"), Texts{"a.toml"});
  EXPECT_EQ(names(folder, ".hidden.toml"), Texts{".hidden.toml"});
  EXPECT_EQ(names(folder, "x\\[1\\]/*.toml"), Texts{"x[1]/c.toml"});
  EXPECT_EQ(names(folder, "none*"), Texts{});
  EXPECT_EQ(names(folder, "x"), Texts{});  // a folder
  Texts below;
  for (const auto& path : expand_glob(absolute_glob(folder.path() / "x[1]", "*.toml")))
    below.push_back(path.filename());
  EXPECT_EQ(below, Texts{"c.toml"});
}

TEST(Project, LoadsConfigurationAndFeatures) {
  const Folder folder;
  folder.write("metaxy.toml", "project = \"p\"\nfeatures = [\"f/*.toml\", \"f/a.toml\"]\n");
  folder.write("f/b.toml", "[features.b]\nid = \"x\"\ndeps = \"a\"\n");
  folder.write("f/a.toml", "[features.a]\nid = \"x\"\n");
  const Project project = Project::load({}, folder.path(), {});
  ASSERT_EQ(project.definitions().size(), 2u);
  EXPECT_EQ(project.definitions()[0].spec.key.to_string(), "a");
  EXPECT_EQ(project.definitions()[1].project, "p");
  EXPECT_EQ(project.graph().size(), 2u);
}

TEST(Project, FindsTheUsualFeatureFiles) {
  const Folder folder;
  folder.write("features.toml", "[features.a]\nid = \"x\"");
  folder.write("features/deep/b.toml", "[features.b]\nid = \"x\"");
  const Project project = Project::load({}, folder.path(), {});
  EXPECT_EQ(project.definitions().size(), 2u);
  EXPECT_EQ(project.definitions()[0].project, "default");
}

TEST(Project, FeatureEntriesThatMatchNothing) {
  const Folder folder;
  folder.write("metaxy.toml", "features = [\n  \"f/*.toml\",\n  \"a.toml\",\n]");
  const Error error = error_of([&] { Project::load({}, folder.path(), {}); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
  const std::string base = folder.path().string();
  EXPECT_EQ(texts(error.faults(), true),
            (Texts{"metaxy.toml:2:3 setting features: glob `" + base + "/f/*.toml` matches no file",
                   "metaxy.toml:3:3 setting features: file `" + base + "/a.toml` does not exist"}));
}

TEST(Project, OrderOfFilesChangesNoVersion) {
  const Folder folder;
  const auto a = folder.write("a.toml", "[features.a]\nid = \"x\"\nfields = [\"f\", \"g\"]");
  const auto b = folder.write("b.toml", "[features.b]\nid = \"x\"\ndeps = \"a\"");
  const auto version = [](std::vector<spec::FeatureDefinition> definitions) {
    return Project(Config{}, std::move(definitions)).graph().versions(spec::FeatureKey::parse("b")).feature_version;
  };
  EXPECT_EQ(version(load_feature_files({a, b}, "p")), version(load_feature_files({b, a}, "p")));
}

TEST(Project, GraphHasTheConfiguredFormat) {
  const auto definitions = parsed("[features.a]\nid = \"x\"");
  const auto settings = [&](Config config) { return Project(std::move(config), definitions).graph().settings(); };
  EXPECT_EQ(settings({}).format, hash::Format::V1);
  EXPECT_EQ(settings({}).length, hash::kLengthV1);
  Config compat;
  compat.compat = true;
  EXPECT_EQ(settings(compat).format, hash::Format::V0);
  EXPECT_EQ(settings(compat).length, 8u);
  compat.hash_truncation_length = 12;
  EXPECT_EQ(settings(compat).length, 12u);
  compat.hash_format = hash::Format::V1;
  EXPECT_EQ(settings(compat).format, hash::Format::V1);
}

// The aim is 100 ms in a release build; the bound leaves room for sanitizers and shows what grows with the square.
TEST(Project, AThousandFeaturesAreLoadedAndLintedQuickly) {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    const std::string number = std::to_string(i);
    text +=
        "[features.\"g/f" + number + "\"]\nid = [\"id\"]\nfields = [\"x\", { key = \"y\", code_version = \"2\" }]\n";
    if (i > 0)
      text += "deps = [{ feature = \"g/f" + std::to_string(i - 1) + "\", filters = [\"size > " + number + "\"] }]\n";
    text += "[features.\"g/f" + number + "\".columns]\nsize = { type = \"int64\", description = \"bytes\" }\n";
  }
  folder.write("features.toml", text);
  const std::clock_t begin = std::clock();
  const Project project = Project::load({}, folder.path(), {});
  EXPECT_EQ(graph::lint(project.graph()).size(), 0u);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  EXPECT_EQ(project.definitions().size(), 1000u);
  EXPECT_LT(seconds, 1.5);
}

TEST(Project, CheckFiltersNamesFeatureAndDep) {
  auto definitions = parsed("\n[features.b]\nid = \"x\"\ndeps = [\"a\"]");
  definitions[0].spec.deps[0].sql_filters = Texts{"x > 1", "x >", "(SELECT 1)"};
  const auto faults = check_filters(definitions);
  ASSERT_EQ(faults.size(), 2u);
  EXPECT_EQ(faults[0].subject, "feature b, dep a");
  EXPECT_EQ(to_string(*faults[0].place), "f.toml:4:9");
  EXPECT_TRUE(faults[1].message.starts_with("filter `(SELECT 1)`: ")) << faults[1].message;
}

TEST(Project, StoresThatAreNotThere) {
  Config config;
  const auto hint = [](const Config& c, const std::string& name) {
    const Error error = error_of([&] { Project(c, {}).store(name); });
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
    return error.hint();
  };
  EXPECT_EQ(hint(config, "dev"),
            "add to metaxy.toml: [stores.dev] with type = \"duckdb\" and path = \"metaxy.duckdb\"");
  config.stores.emplace("prod", StoreConfig{"duckdb", {{"path", ":memory:"}}, {}});
  config.stores.emplace("test", StoreConfig{"duck", {}, Place{"metaxy.toml", 3, 9}});
  EXPECT_EQ(hint(config, "prd"), "did you mean `prod`?");
  EXPECT_EQ(hint(config, "zzz"), "known stores are prod, test");
  const Error unknown = error_of([&] { Project(config, {}).store("test"); });
  EXPECT_EQ(unknown.code(), ErrorCode::NotFound);
  EXPECT_EQ(unknown.notes(), Texts{"in store `test` at metaxy.toml:3:9"});
}

TEST(Project, OpensAStoreAndRemembersItsFormat) {
  const Folder folder;
  folder.write("metaxy.toml",
               "project = \"p\"\n[stores.dev]\ntype = \"duckdb\"\npath = \"m.duckdb\"\nhash_algorithm = \"md5\"\n");
  folder.write("features.toml", "[features.a]\nid = \"x\"");
  const Project project = Project::load({}, folder.path(), {});
  {
    ops::MetadataStore store = project.open(Project::Access::Write);
    EXPECT_EQ(store.rules().hash.format, hash::Format::V1);
    EXPECT_EQ(store.rules().hash.algorithm, hash::Algorithm::Md5);
    EXPECT_EQ(store.rules().project, "p");
    EXPECT_TRUE(store.rules().create_tables);
    EXPECT_EQ(store.graph().settings().format, hash::Format::V1);
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "m.duckdb")) << "nothing was written";
  const Project compat = Project::load({}, folder.path(), {{"METAXY_COMPAT", "0.1"}});
  ops::MetadataStore store = compat.open(Project::Access::Write);
  EXPECT_EQ(store.rules().hash.format, hash::Format::V0);
  EXPECT_EQ(store.graph().settings().length, 8u);
  EXPECT_TRUE(store.rules().compat);
  EXPECT_FALSE(store.rules().create_tables);
}

Config stores_of(const Folder& folder, const std::map<std::string, Texts>& fallbacks) {
  Config config;
  for (const auto& [name, list] : fallbacks) {
    StoreConfig store{"duckdb", {{"path", (folder.path() / (name + ".duckdb")).string()}}, {}};
    store.fallbacks = list;
    config.stores.emplace(name, std::move(store));
  }
  return config;
}

void write_a(const Project& project, const std::string& store, const std::string& id) {
  const std::vector<Json> rows = {{{"x", id}, {"metaxy_provenance_by_field", {{"default", "1"}}}}};
  project.open(Project::Access::Write, store)
      .write(spec::FeatureKey::parse("a"),
             arrow::make_stream({{"x"}, arrow::struct_of_text("metaxy_provenance_by_field", {"default"})}, rows));
}

std::size_t count_a(const Project& project, const std::string& store, Project::Fallbacks fallbacks) {
  auto opened = project.open(Project::Access::Read, store, {}, fallbacks);
  return opened.status(spec::FeatureKey::parse("a")).rows;
}

TEST(Project, FallbacksNestAndEachIsAskedOnce) {
  const Folder folder;
  const Project project(stores_of(folder, {{"a", {"b", "c"}}, {"b", {"d"}}, {"c", {"d"}}, {"d", {}}}),
                        parsed("[features.a]\nid = \"x\""));
  for (const auto* name : {"d", "c", "b"}) write_a(project, name, name);
  EXPECT_EQ(count_a(project, "a", Project::Fallbacks::Read), 3u);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.duckdb")) << "reading makes no store";
  EXPECT_EQ(error_of([&] { count_a(project, "a", Project::Fallbacks::Ignore); }).code(), ErrorCode::NotFound);
  write_a(project, "a", "a");
  EXPECT_EQ(count_a(project, "a", Project::Fallbacks::Read), 4u);
  EXPECT_EQ(count_a(project, "a", Project::Fallbacks::Ignore), 1u);
  EXPECT_EQ(count_a(project, "b", Project::Fallbacks::Read), 2u);
}

TEST(Project, ANewStoreTakesTheSettingsOfItsFallbacks) {
  const Folder folder;
  auto config = stores_of(folder, {{"dev", {"prod"}}, {"prod", {}}, {"other", {}}, {"both", {"prod", "other"}}});
  config.stores.at("prod").options["hash_algorithm"] = "md5";
  const Project project(config, parsed("[features.a]\nid = \"x\""));
  write_a(project, "prod", "1");
  EXPECT_EQ(project.open(Project::Access::Write, "dev").rules().hash.algorithm, hash::Algorithm::Md5);
  write_a(project, "other", "1");
  const Error both = error_of([&] { project.open(Project::Access::Write, "both"); });
  EXPECT_EQ(both.code(), ErrorCode::Conflict);
  EXPECT_EQ(
      both.message(),
      "stores `prod` and `other` cannot be read as one: `prod` has hash format 1, md5, 32 characters; `other` has "
      "hash format 1, sha256, 32 characters");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "both.duckdb"));
  config.stores.at("dev").options["hash_algorithm"] = "sha256";
  std::filesystem::remove(folder.path() / "dev.duckdb");
  const Error dev = error_of([&] { Project(config, {}).open(Project::Access::Write, "dev"); });
  EXPECT_EQ(dev.code(), ErrorCode::Conflict);
  EXPECT_TRUE(dev.message().starts_with("stores `dev` and `prod` ")) << dev.message();
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "dev.duckdb"));
}

TEST(Project, FallbacksThatAreNotConfigured) {
  const Folder folder;
  const Project project(stores_of(folder, {{"dev", {"prd"}}, {"prod", {}}}), {});
  const Error error = error_of([&] { project.open(Project::Access::Write, "dev"); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
  EXPECT_EQ(error.message(), "store `dev` falls back to `prd`, which is not configured");
  EXPECT_EQ(error.hint(), "did you mean `prod`?");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "dev.duckdb"));
}

TEST(TableFormat, ByEnding) {
  EXPECT_EQ(table_format_of("a/b.csv"), TableFormat::Csv);
  EXPECT_EQ(table_format_of("b.JSONL"), TableFormat::JsonLines);
  EXPECT_EQ(table_format_of("b.ndjson"), TableFormat::JsonLines);
  EXPECT_EQ(table_format_of("b.json"), TableFormat::Json);
  EXPECT_EQ(table_format_of("b.c.parquet"), TableFormat::Parquet);
  EXPECT_EQ(table_format_of("b.arrow"), TableFormat::Arrow);
  EXPECT_EQ(table_format_of("b.arrows"), TableFormat::Arrow);
  EXPECT_EQ(table_format_of("b.ipc"), TableFormat::Arrow);
  for (const char* name : {"b", "b.xls", ".csv", "-", ""})
    EXPECT_EQ(error_of([&] { table_format_of(name); }).code(), ErrorCode::InvalidArgument) << name;
}

TEST(ColumnSchema, EveryShapeOfType) {
  EXPECT_EQ(column_schema("text").dump(), R"({"type":"string"})");
  EXPECT_EQ(column_schema(" uint8 ").dump(), R"({"type":"integer","format":"uint8"})");
  EXPECT_EQ(column_schema("json").dump(), "{}");
  EXPECT_EQ(column_schema("list<list<bool>>").dump(),
            R"({"type":"array","items":{"type":"array","items":{"type":"boolean"}}})");
  EXPECT_EQ(column_schema("map<timestamp>").dump(),
            R"({"type":"object","additionalProperties":{"type":"string","format":"date-time"}})");
  EXPECT_EQ(column_schema("struct<x: float, y : struct<z:int>>").dump(),
            R"({"type":"object","properties":{"x":{"type":"number","format":"double"},)"
            R"("y":{"type":"object","properties":{"z":{"type":"integer","format":"int64"}}}}})");
  std::string deep;
  for (int i = 0; i < 10000; ++i) deep += "list<";
  for (const std::string& bad :
       {std::string(), std::string("list"), std::string("list<>"), std::string("text>"), std::string("struct<>"),
        std::string("struct<x:int,x:int>"), std::string("map<int"), deep})
    EXPECT_EQ(error_of([&] { column_schema(bad); }).code(), ErrorCode::InvalidSpec) << bad.substr(0, 20);
}

}  // namespace
}  // namespace metaxy::project
