// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/project.hpp>

#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using spec::FeatureDep;
using spec::FeatureKey;
using spec::FieldDep;
using spec::FieldKey;

using Texts = std::vector<std::string>;

std::vector<FieldKey> field_keys(const Texts& names) {
  std::vector<FieldKey> out;
  for (const auto& name : names) out.push_back(FieldKey::parse(name));
  return out;
}

spec::FeatureSpec child(const std::string& members) {
  const auto out = parsed("[features.\"a/child\"]\nid = \"id\"\n" + members);
  if (out.size() != 1) throw std::runtime_error("not one definition");
  return out.front().spec;
}

FeatureDep dep(const std::string& toml) {
  const auto deps = child("deps = [" + toml + "]").deps;
  if (deps.size() != 1) throw std::runtime_error("not one dep");
  return deps.front();
}

TEST(FeatureFile, ReadsEverythingOfOneFeature) {
  const auto all = parsed(R"(
[features."video/raw"]
description = "Videos as they came"
id = ["path", "take"]
fields = ["frames", { key = "audio", code_version = "2" }]
[features."video/raw".metadata]
owner = "é"
zebra = 1
apple = [1.5, true, 2024-01-02, 2024-01-02T03:04:05Z, 03:04:05]
[features."video/raw".columns]
path = "text"
size = { type = "int64", description = "bytes" }
)");
  ASSERT_EQ(all.size(), 1u);
  const auto& raw = all.front();
  EXPECT_EQ(raw.spec.key, FeatureKey::parse("video/raw"));
  EXPECT_EQ(raw.spec.description, "Videos as they came");
  EXPECT_EQ(raw.spec.id_columns, (Texts{"path", "take"}));
  ASSERT_EQ(raw.spec.fields.size(), 2u);
  EXPECT_EQ(raw.spec.fields[0], (spec::FieldSpec{.key = FieldKey::parse("frames")}));
  EXPECT_EQ(raw.spec.fields[1], (spec::FieldSpec{.key = FieldKey::parse("audio"), .code_version = "2"}));
  EXPECT_EQ(raw.spec.metadata,
            R"({"owner":"é","zebra":1,"apple":[1.5,true,"2024-01-02","2024-01-02T03:04:05Z","03:04:05"]})");
  EXPECT_EQ(raw.feature_schema,
            R"({"type":"object","properties":{"path":{"type":"string"},)"
            R"("size":{"type":"integer","format":"int64","description":"bytes"}},"required":["path"]})");
  EXPECT_EQ(raw.project, "p");
  EXPECT_FALSE(raw.is_external);
  EXPECT_EQ(to_string(*raw.place), "f.toml:2:11");
}

TEST(FeatureFile, WithoutFieldsThereIsOneCalledDefault) {
  const auto spec = child("");
  ASSERT_EQ(spec.fields.size(), 1u);
  EXPECT_EQ(spec.fields[0], spec::FieldSpec{});
  EXPECT_EQ(spec.metadata, "{}");
  EXPECT_FALSE(spec.description);
  EXPECT_EQ(spec.id_columns, Texts{"id"});
}

TEST(FeatureFile, IdColumnsIsAnotherNameOfId) {
  EXPECT_EQ(parsed("[features.a]\nid_columns = [\"x\"]").front().spec.id_columns, Texts{"x"});
  EXPECT_EQ(
      faults_of("[features.a]\nid = \"x\"\nid_columns = \"x\""),
      (Texts{"3:14 feature a: `id_columns` is another name of `id`, which is given too | leave one of them out"}));
}

TEST(FeatureFile, FieldsAsTextListAndTable) {
  EXPECT_EQ(child("fields = \"audio\"").fields, child("fields = [\"audio\"]").fields);
  EXPECT_EQ(child("fields = [\"b\", {key = \"a/x\", code_version = \"7\"}]").fields,
            child("[features.\"a/child\".fields]\nb = {}\n\"a/x\" = \"7\"").fields);
  EXPECT_EQ(child("fields = [\"b\", {key = \"a/x\", code_version = \"7\"}]").fields,
            child("[features.\"a/child\".fields]\nb = {}\n[features.\"a/child\".fields.\"a/x\"]\ncode_version = \"7\"")
                .fields);
  EXPECT_EQ(child("fields = [[\"a\", \"x\"]]").fields[0].key, FieldKey::parse("a/x"));
}

TEST(FeatureFile, FieldDepsInEveryForm) {
  const auto deps = [](const std::string& toml) {
    return child("fields = [{key = \"x\", deps = " + toml + "}]").fields[0].deps;
  };
  EXPECT_EQ(std::get<spec::All>(deps("\"all\"")), spec::All{});
  EXPECT_EQ(std::get<spec::All>(deps("\"__METAXY_ALL_DEP__\"")), spec::All{});
  const std::vector<FieldDep> audio = {{FeatureKey::parse("video/raw"), field_keys({"audio"})}};
  EXPECT_EQ(std::get<1>(deps("\"video/raw.audio\"")), audio);
  EXPECT_EQ(std::get<1>(deps("[\"video/raw.audio\"]")), audio);
  EXPECT_EQ(std::get<1>(deps("[{feature = \"video/raw\", fields = [\"audio\"]}]")), audio);
  EXPECT_EQ(std::get<1>(deps("{feature = [\"video\", \"raw\"], fields = [\"audio\"]}")), audio);
  const std::vector<FieldDep> whole = {{FeatureKey::parse("video/raw"), spec::All{}}};
  EXPECT_EQ(std::get<1>(deps("[\"video/raw\"]")), whole);
  EXPECT_EQ(std::get<1>(deps("[{feature = \"video/raw\"}]")), whole);
  EXPECT_EQ(std::get<1>(deps("[{feature = \"video/raw\", fields = \"all\"}]")), whole);
  const std::vector<FieldDep> two = {{FeatureKey::parse("a"), field_keys({"x", "y/z"})},
                                     {FeatureKey::parse("b"), field_keys({"x"})}};
  EXPECT_EQ(std::get<1>(deps("[\"a.x\", \"a.y/z\", \"b.x\"]")), two);
  EXPECT_TRUE(std::get<1>(deps("[]")).empty());
}

TEST(FeatureFile, DepsAsTextListAndTable) {
  const FeatureDep plain = dep("\"video/raw\"");
  EXPECT_EQ(plain.feature, FeatureKey::parse("video/raw"));
  EXPECT_FALSE(plain.select || plain.rename || plain.sql_filters || plain.optional);
  EXPECT_EQ(plain.fields_mapping, spec::FieldsMapping{spec::DefaultMapping{}});
  EXPECT_EQ(plain.lineage, spec::Lineage{spec::Identity{}});
  EXPECT_EQ(dep("{feature = \"video/raw\"}"), plain);
  EXPECT_EQ(dep("[\"video\", \"raw\"]"), plain);
  EXPECT_EQ(child("deps = \"video/raw\"").deps, std::vector{plain});
  EXPECT_EQ(child("[features.\"a/child\".deps.\"video/raw\"]").deps, std::vector{plain});
  EXPECT_EQ(child("[[features.\"a/child\".deps]]\nfeature = \"video/raw\"").deps, std::vector{plain});
}

TEST(FeatureFile, EverySettingOfADep) {
  const FeatureDep full = child(R"([features."a/child".deps."audio/raw"]
optional = true
rename = { a = "b" }
select = ["x"]
filters = ["size > 0", "x = 'é'"]
fields_mapping = "all"
lineage = "N:1")")
                              .deps.at(0);
  EXPECT_EQ(full.feature, FeatureKey::parse("audio/raw"));
  EXPECT_TRUE(full.optional);
  EXPECT_EQ(full.rename, (std::map<std::string, std::string>{{"a", "b"}}));
  EXPECT_EQ(full.select, Texts{"x"});
  EXPECT_EQ(full.sql_filters, (Texts{"size > 0", "x = 'é'"}));
  EXPECT_EQ(full.fields_mapping, spec::FieldsMapping{spec::AllMapping{}});
  EXPECT_EQ(full.lineage, spec::Lineage{spec::Aggregation{}});
  EXPECT_EQ(dep("{feature = \"a\", sql_filters = \"x > 1\"}").sql_filters, Texts{"x > 1"});
  EXPECT_EQ(dep("{feature = \"a\", select = []}").select, Texts{});
}

TEST(FeatureFile, FieldsMappingInEveryForm) {
  const auto mapping = [](const std::string& toml) {
    return dep("{feature = \"a\", fields_mapping = " + toml + "}").fields_mapping;
  };
  const auto is = [&](const std::string& toml, const spec::FieldsMapping& expected) {
    EXPECT_EQ(mapping(toml), expected) << toml;
  };
  is("\"default\"", spec::DefaultMapping{});
  is("\"all\"", spec::AllMapping{});
  is("\"none\"", spec::NoMapping{});
  is("{type = \"all\"}", spec::AllMapping{});
  is("{mapping = {type = \"none\"}}", spec::NoMapping{});
  is("{match_suffix = true}", spec::DefaultMapping{true, {}});
  is("{exclude_fields = [\"x\", [\"y\", \"z\"]]}", spec::DefaultMapping{false, field_keys({"x", "y/z"})});
  is("{mapping = {type = \"default\", match_suffix = true, exclude_fields = [\"x\"]}}",
     spec::DefaultMapping{true, field_keys({"x"})});
  const spec::SpecificMapping specific{
      {{FieldKey::parse("x"), field_keys({"a", "b/c"})}, {FieldKey::parse("y"), field_keys({"a"})}}};
  is("{specific = {x = [\"b/c\", \"a\", \"a\"], y = \"a\"}}", specific);
  is("{mapping = {type = \"specific\", mapping = {x = [[\"a\"], [\"b\", \"c\"]], y = [[\"a\"]]}}}", specific);
}

TEST(FeatureFile, LineageInEveryForm) {
  const auto is = [&](const std::string& toml, const spec::Lineage& expected) {
    EXPECT_EQ(dep("{feature = \"a\", lineage = " + toml + "}").lineage, expected) << toml;
  };
  is("\"1:1\"", spec::Identity{});
  is("\"identity\"", spec::Identity{});
  is("{relationship = {type = \"1:1\"}}", spec::Identity{});
  is("\"N:1\"", spec::Aggregation{});
  is("\"aggregate\"", spec::Aggregation{});
  is("{aggregate = [\"a\", \"b\"]}", spec::Aggregation{Texts{"a", "b"}});
  is("{aggregate = \"a\"}", spec::Aggregation{Texts{"a"}});
  is("{type = \"N:1\"}", spec::Aggregation{});
  is("{relationship = {type = \"N:1\", on = [\"a\"]}}", spec::Aggregation{Texts{"a"}});
  is("{expand = [\"a\"]}", spec::Expansion{{"a"}, std::nullopt});
  is("{expand = \"a\", id_generation_pattern = \"{a}-{n}\"}", spec::Expansion{{"a"}, "{a}-{n}"});
  is("{relationship = {type = \"1:N\", on = [\"a\"], id_generation_pattern = \"x\"}}", spec::Expansion{{"a"}, "x"});
}

TEST(FeatureFile, ExternalFeatures) {
  const auto all = parsed(R"(
[features.a]
id = "x"
external = true
project = "other"
on_version_mismatch = "error"
fields = ["f/g"]
provenance_by_field = { "f/g" = "abc" }
)");
  EXPECT_TRUE(all[0].is_external);
  EXPECT_EQ(all[0].project, "other");
  EXPECT_EQ(all[0].on_version_mismatch, spec::OnVersionMismatch::Error);
  EXPECT_EQ(all[0].provenance_by_field, (std::map<std::string, std::string>{{"f/g", "abc"}}));
}

TEST(FeatureFile, ProjectOfAFileAndOfAFeature) {
  const auto all = parsed("project = \"file\"\n[features.a]\nid = \"x\"\n[features.b]\nid = \"x\"\nproject = \"own\"");
  EXPECT_EQ(all[0].project, "file");
  EXPECT_EQ(all[1].project, "own");
}

TEST(FeatureFile, OrderIsTheOrderWritten) {
  const auto all = parsed(
      "[features.zebra]\nid = \"x\"\n[features.apple]\nid = \"x\"\nfields = {z = \"1\", a = "
      "\"1\"}\n[features.mango]\nid=\"x\"");
  EXPECT_EQ(all[0].spec.key.to_string(), "zebra");
  EXPECT_EQ(all[1].spec.key.to_string(), "apple");
  EXPECT_EQ(all[1].spec.fields[0].key.to_string(), "z");
  EXPECT_EQ(all[2].spec.key.to_string(), "mango");
}

}  // namespace
}  // namespace metaxy::project
