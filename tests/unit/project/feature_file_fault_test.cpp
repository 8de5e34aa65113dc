// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/project.hpp>

#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using Texts = std::vector<std::string>;

TEST(FeatureFileFaults, TextThatIsNoToml) {
  EXPECT_EQ(faults_of("[features.a]\nid = \"x\n"),
            (Texts{"2:8 is not valid TOML: Error while parsing string: unescaped control characters other than TAB "
                   "(U+0009) are explicitly prohibited"}));
  EXPECT_EQ(faults_of("[features.a]\nid = \"é\xff\"\n"),
            (Texts{"2:8 is not valid UTF-8 (byte 22) | save the file as UTF-8"}));
  EXPECT_EQ(faults_of("[features.a]\n[features.a]\n").size(), 1u);
}

TEST(FeatureFileFaults, NestingThatWouldEndTheStack) {
  std::string dots = "a";
  for (int i = 0; i < 100000; ++i) dots += ".a";
  EXPECT_EQ(faults_of(dots + " = 1"), (Texts{"1:66 is nested too deeply; at most 64 brackets and 32 dots in a key"}));
  EXPECT_EQ(faults_of("[" + dots + "]").size(), 1u);
  EXPECT_EQ(faults_of("x = " + std::string(100000, '[')),
            (Texts{"1:69 is nested too deeply; at most 64 brackets and 32 dots in a key"}));
  // Dots and brackets within texts and comments do not count.
  const std::string many = std::string(200, '.') + std::string(200, '[');
  EXPECT_EQ(faults_of("# " + many + "\nproject = 'p' # " + many), Texts{});
  for (const std::string mark : {"\"", "'", "\"\"\"", "'''"})
    EXPECT_EQ(faults_of("[features.a]\nid = \"x\"\ndescription = " + mark + many + mark), Texts{}) << mark;
  EXPECT_EQ(faults_of("[features.a]\nid = \"x\"\ndescription = \"\"\"a\\\"\"\"\"\"\n# " + many), Texts{});
}

TEST(FeatureFileFaults, AllFaultsOfAFileInOrder) {
  EXPECT_EQ(
      faults_of(R"(proyect = "p"
[features."Video/raw"]
id = 5
descripton = "x"
[features.b]
fields = ["a__b", { code_version = 2 }, 7]
[features.c]
id = ["x", 1]
external = "yes"
on_version_mismatch = "ignore"
project = "a/b"
)"),
      (Texts{
          "1:1 unknown key `proyect` | did you mean `project`?",
          "2:11 feature Video/raw: feature key `Video/raw`: part 1 (`Video`) has a character other than lower-case "
          "letters a-z, digits, `_` and `-` | write a key such as `video/raw`",
          "3:6 feature Video/raw: should be a list of texts, but is an integer",
          "4:1 feature Video/raw: unknown key `descripton` | did you mean `description`?",
          "5:11 feature b: has no `id` | name the columns that identify a sample: id = [\"path\"]",
          "6:11 feature b: field key `a__b`: part 1 (`a__b`) cannot contain double underscores (`__`), which separate "
          "parts in table names | "
          "write a key such as `video/raw`",
          "6:19 feature b: has no `key` | name the field: { key = \"audio\", code_version = \"2\" }",
          "6:36 feature b, field ?: code version should be text, but is an integer | put it in quotes: \"2\"",
          "6:41 feature b: should be text, but is an integer | put it in quotes",
          "8:12 feature c: should be text, but is an integer | put it in quotes",
          "9:12 feature c: should be true or false, but is text | leave the quotes out",
          "10:23 feature c: on_version_mismatch `ignore` is not known | write \"warn\" or \"error\"",
          "11:11 feature c: project name `a/b` cannot contain forward slashes (`/`) | letters, digits, `_` and `-` are "
          "allowed",
      }));
}

TEST(FeatureFileFaults, KeysThatNeedQuotes) {
  EXPECT_EQ(faults_of("[features.video.raw]\nid = \"x\""),
            (Texts{"1:17 feature video: has a table `raw`, which looks like a feature | keys with a slash need quotes: "
                   "[features.\"video/raw\"]"}));
}

TEST(FeatureFileFaults, Fields) {
  const std::string head = "[features.a]\nid = \"x\"\n";
  EXPECT_EQ(
      faults_of(head + "[features.a.fields]\nf = 1\ng = { code_version = 1.5, depz = [] }\n\"h/\" = \"1\""),
      (Texts{
          "4:5 feature a, field f: code version should be text, but is an integer | put it in quotes: \"1\"",
          "5:22 feature a, field g: code version should be text, but is a number | write it as text, for example \"1\"",
          "5:27 feature a, field g: unknown key `depz` | did you mean `deps`?",
          "6:1 feature a: field key `h/`: part 2 (``) cannot be empty | write a key such as `video/raw`"}));
  EXPECT_EQ(
      faults_of(head +
                "fields = [{ key = \"f\", deps = [\"B.x\", 3, {fields = \"x\"}, {feature = \"b\", fields = \"x\"}] }]"),
      (Texts{"3:32 feature a, field f: feature key `B`: part 1 (`B`) has a character other than lower-case letters "
             "a-z, digits, `_` and `-` | write a key such as `video/raw`",
             "3:39 feature a, field f: should be text, but is an integer | put it in quotes",
             "3:42 feature a, field f: has no `feature` | name the upstream: { feature = \"video/raw\", fields = "
             "[\"audio\"] }",
             "3:52 feature a, field f: should be `all` or a list of fields, but is text | write [\"audio\"]",
             "3:83 feature a, field f: should be `all` or a list of fields, but is text | write [\"audio\"]"}));
}

TEST(FeatureFileFaults, Deps) {
  const std::string head = "[features.a]\nid = \"x\"\n";
  EXPECT_EQ(faults_of(head + "deps = [{ optional = true }, 5, { feature = \"b\", filter = \"x\", select = 1 }]"),
            (Texts{"3:9 feature a: has no `feature` | name the upstream feature: feature = \"video/raw\"",
                   "3:30 feature a: should be text, but is an integer | put it in quotes",
                   "3:50 feature a, dep b: unknown key `filter` | did you mean `filters`?",
                   "3:73 feature a, dep b: should be a list of texts, but is an integer"}));
  EXPECT_EQ(faults_of(head + "[features.a.deps.b]\nfilters = \"x > 1\"\nsql_filters = []\nrename = 3\noptional = 0\n"),
            (Texts{"5:15 feature a, dep b: `sql_filters` is another name of `filters`, which is given too | leave one "
                   "of them out",
                   "6:10 feature a, dep b: should be a table of old and new names, but is an integer",
                   "7:12 feature a, dep b: should be true or false, but is an integer"}));
}

TEST(FeatureFileFaults, FiltersAreParsed) {
  const auto faults = faults_of("[features.a]\nid = \"x\"\n[features.a.deps.b]\nfilters = [\"x > 1\", \"x >\"]");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_TRUE(faults[0].starts_with("4:21 feature a, dep b: filter `x >`: ")) << faults[0];
}

TEST(FeatureFileFaults, MappingsAndLineage) {
  const std::string head = "[features.a]\nid = \"x\"\n[features.a.deps.b]\n";
  EXPECT_EQ(faults_of(head + "fields_mapping = \"al\"\nlineage = \"N:M\""),
            (Texts{"4:18 feature a, dep b, fields_mapping: `al` is not known | did you mean `all`?",
                   "5:11 feature a, dep b, lineage: `N:M` is not known | did you mean `N:1`?"}));
  EXPECT_EQ(
      faults_of(head + "fields_mapping = {match_sufix = true}\nlineage = {on = [\"a\"]}"),
      (Texts{
          "4:19 feature a, dep b, fields_mapping: unknown key `match_sufix` | did you mean `match_suffix`?",
          "5:11 feature a, dep b, lineage: says neither `aggregate` nor `expand` | for example { aggregate = "
          "[\"scene_id\"] }",
          "5:12 feature a, dep b, lineage: unknown key `on` | known keys are aggregate, expand, type, relationship"}));
  EXPECT_EQ(faults_of(head + "fields_mapping = {type = \"specific\"}\nlineage = {type = \"1:N\"}"),
            (Texts{"4:18 feature a, dep b, fields_mapping: has no `mapping`",
                   "5:11 feature a, dep b, lineage: has no `on` | name the columns that the parent is known by"}));
}

TEST(FeatureFileFaults, ColumnsAndMetadata) {
  EXPECT_EQ(
      faults_of(R"([features.a]
id = "x"
[features.a.columns]
x = "tex"
y = { type = "list<text", desc = "" }
metaxy_provenance = "text"
z = 3
[features.a.metadata]
weight = nan
)"),
      (Texts{"4:5 feature a, column `x`: type `tex` is not known | did you mean `text`?",
             "5:14 feature a, column `y`: type `list<text` lacks a `>` at character 10 | for example text, int64, "
             "float64, bool, timestamp, list<text>, map<int64>, struct<x: float64>",
             "5:27 feature a, column `y`: unknown key `desc` | known keys are type, description",
             "6:1 feature a, column `metaxy_provenance`: is a column that metaxy fills in itself | leave it out",
             "7:5 feature a, column `z`: should be a type or a table with a `type`, but is an integer",
             "9:10 feature a, metadata: nan and inf have no JSON form | write it as text"}));
}

TEST(FeatureFileFaults, FilesThatAreMissingOrBroken) {
  const Folder folder;
  folder.write("a.toml", "[features.a]\nid = \"x\"\n");
  folder.write("b.toml", "[features.b]\nid = [\"x\", \"x\"]\n[features.a]\nid = \"x\"");
  std::filesystem::create_directory(folder.path() / "dir.toml");
  const auto path = [&](const char* name) { return folder.path() / name; };
  const Error error = error_of([&] {
    load_feature_files({path("a.toml"), path("none.toml"), path("dir.toml"), path("b.toml")}, "p");
  });
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
  const std::string base = folder.path().string();
  EXPECT_EQ(texts(error.faults(), true),
            (Texts{"b.toml:2:12 feature b: id column `x` is named twice",
                   "b.toml:3:11 feature a: is defined twice, first at " + base + "/a.toml:1:11 | remove one of them",
                   "dir.toml:0:0 file `" + base + "/dir.toml`: is a folder, not a file",
                   "none.toml:0:0 file `" + base + "/none.toml`: does not exist"}));
}

TEST(FeatureFileFaults, FaultsOfTheGraphAreToldBesideThoseOfFiles) {
  const Folder folder;
  folder.write("metaxy.toml", "features = [\"*.f.toml\"]");
  folder.write("a.f.toml",
               "[features.raw]\nid = \"x\"\nfields = [\"audio\"]\n[features.broken]\nid = 5\n"
               "[features.reads]\nid = \"x\"\ndeps = [\"raw\", \"broken\", \"rw\"]\nfields = [\"f\"]\n");
  folder.write("b.f.toml",
               "[features.loop]\nid = \"x\"\ndeps = [\"loop2\"]\nfields = [{ key = \"f\", deps = [\"loop2.no\"] }]\n"
               "[features.loop2]\nid = \"x\"\ndeps = [\"loop\"]\n[features.loop2.fields.f]\ndeps = [\"broken.f\"]\n");
  const auto faults = [&] { return texts(error_of([&] { Project::load({}, folder.path(), {}); }).faults(), true); };
  EXPECT_EQ(faults(),
            (Texts{"a.f.toml:5:6 feature broken: should be a list of texts, but is an integer",
                   "a.f.toml:8:26 feature reads, dep rw: there is no such feature | did you mean `raw`?",
                   "b.f.toml:3:9 feature loop: depends on itself: loop → loop2 → loop | remove one of these deps",
                   "b.f.toml:4:32 feature loop, field f: feature loop2 has no field no | fields of loop2 are f",
                   "b.f.toml:9:9 feature loop2, field f: reads broken, which is not among the feature's deps "
                   "| add broken to the deps"}));
  // What a file that is no TOML declares is unknown, so no upstream is missing for sure.
  folder.write("c.f.toml", "[features.rw\nid = \"x\"");
  const auto more = faults();
  EXPECT_EQ(more.size(), 5u);
  for (const auto& fault : more) EXPECT_EQ(fault.find("there is no such feature"), std::string::npos) << fault;
  folder.write("c.f.toml", "");
  folder.write("metaxy.toml", "features = [\"*.f.toml\", \"none.toml\"]");
  const auto missing = faults();
  EXPECT_EQ(missing.size(), 5u);
  EXPECT_EQ(missing.at(0).find("metaxy.toml:1:25 setting features: file"), 0u) << missing.at(0);
}

}  // namespace
}  // namespace metaxy::project
