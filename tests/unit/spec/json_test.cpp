// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/spec.hpp>

#include "support/definitions.hpp"

namespace metaxy::spec {
namespace {

using test::error_of;
using test::lines;

// The reference's own text of a feature that uses everything.
constexpr std::string_view kEverything =
    R"({"key": "child", "id_columns": ["id"], "deps": [{"feature": "up/one", "select": ["nid", "n"], "rename": {"id": "nid"}, "fields_mapping": {"mapping": {"type": "specific", "mapping": {"x": [["a"], ["b", "c"]]}}}, "sql_filters": ["age >= 25"], "lineage": {"relationship": {"type": "N:1", "on": ["nid"]}}, "optional": true}, {"feature": "up/two", "select": null, "rename": null, "fields_mapping": {"mapping": {"type": "all"}}, "sql_filters": null, "lineage": {"relationship": {"type": "1:N", "on": ["id"], "id_generation_pattern": null}}, "optional": false}], "fields": [{"key": "x", "code_version": "__metaxy_initial__", "deps": []}, {"key": "y", "code_version": "2", "deps": [{"feature": "up/one", "fields": ["a", "b/c"]}]}, {"key": "z", "code_version": "3", "deps": "__METAXY_ALL_DEP__"}], "metadata": {"owner": "\u00e9"}, "description": "Doc"})";

FeatureSpec everything() {
  FeatureDep one{.feature = FeatureKey::parse("up/one")};
  one.select = {"nid", "n"};
  one.rename = test::Names{{"id", "nid"}};
  one.fields_mapping = SpecificMapping{{{FieldKey::parse("x"), {FieldKey::parse("a"), FieldKey::parse("b/c")}}}};
  one.sql_filters = {"age >= 25"};
  one.lineage = Aggregation{std::vector<std::string>{"nid"}};
  one.optional = true;
  FeatureDep two{.feature = FeatureKey::parse("up/two")};
  two.fields_mapping = AllMapping{};
  two.lineage = Expansion{.on = {"id"}};
  FieldSpec y = test::field("y", "2");
  y.deps = std::vector<FieldDep>{test::field_dep("up/one", {"a", "b/c"})};
  FeatureSpec out{.key = FeatureKey::parse("child"), .id_columns = {"id"}, .deps = {one, two}};
  out.fields = {FieldSpec{.key = FieldKey::parse("x")}, y, test::all_field("z", "3")};
  out.metadata = R"({"owner":"é"})";
  out.description = "Doc";
  return out;
}

TEST(SpecJson, RendersTheReferencesText) { EXPECT_EQ(render_json(everything()), kEverything); }

TEST(SpecJson, ReadsTheReferencesText) { EXPECT_EQ(parse_feature_spec(kEverything), everything()); }

TEST(SpecJson, CanonicalTextSortsKeysAtEveryDepth) {
  FeatureSpec spec{.key = FeatureKey::parse("test/feature"), .id_columns = {"sample_uid"}};
  spec.fields = {test::field("default", "1")};
  spec.metadata = R"({"b":{"z":1,"y":2},"a":[]})";
  EXPECT_EQ(render_canonical_json(spec),
            R"({"deps": [], "description": null, "fields": [{"code_version": "1", "deps": [], "key": "default"}], )"
            R"("id_columns": ["sample_uid"], "key": "test/feature", "metadata": {"a": [], "b": {"y": 2, "z": 1}}})");
}

TEST(SpecJson, MetadataKeepsOrderAndNumbers) {
  const auto spec = parse_feature_spec(
      R"({"key": "a", "id_columns": ["id"], "metadata": {"z": 1e-07, "i": 123456789012345678901234567890, "f": 1.0, "n": -0.0}})");
  EXPECT_NE(
      render_json(spec).find(R"("metadata": {"z": 1e-07, "i": 123456789012345678901234567890, "f": 1.0, "n": -0.0})"),
      std::string::npos)
      << render_json(spec);
}

TEST(SpecJson, ShortFormsMeanTheSameAsLongOnes) {
  const auto spec = parse_feature_spec(R"({
    "key": ["video", "crop"], "id_columns": ["id"],
    "deps": ["video/raw", ["audio", "raw"], {"root": ["text"]}, {"parts": [{"parts": ["deep", "er"]}]},
             {"feature": {"parts": ["other"]}, "filters": ["x > 1"], "fields_mapping": {"type": "none"},
              "lineage": {"type": "N:1"}}],
    "fields": ["plain", {"key": ["a", "b"]}, {}]})");
  EXPECT_EQ(spec.key, FeatureKey::parse("video/crop"));
  std::vector<std::string> deps;
  for (const auto& dep : spec.deps) deps.push_back(dep.feature.to_string());
  EXPECT_EQ(deps, (std::vector<std::string>{"video/raw", "audio/raw", "text", "deep/er", "other"}));
  EXPECT_EQ(spec.deps[0], test::dep("video/raw"));
  EXPECT_EQ(spec.deps[4].sql_filters, std::vector<std::string>{"x > 1"});
  EXPECT_EQ(spec.deps[4].fields_mapping, FieldsMapping(NoMapping{}));
  EXPECT_EQ(spec.deps[4].lineage, Lineage(Aggregation{}));
  ASSERT_EQ(spec.fields.size(), 3U);
  EXPECT_EQ(spec.fields[0], (FieldSpec{.key = FieldKey::parse("plain")}));
  EXPECT_EQ(spec.fields[1].key, FieldKey::parse("a/b"));
  EXPECT_EQ(spec.fields[2], FieldSpec{});
}

TEST(SpecJson, AFeatureWithoutFieldsHasTheDefaultOne) {
  EXPECT_EQ(parse_feature_spec(R"({"key": "a", "id_columns": ["id"]})").fields, std::vector<FieldSpec>{FieldSpec{}});
}

TEST(SpecJson, AllFaultsAreToldUnderTheirPointers) {
  const Error error = error_of([] {
    (void)parse_feature_spec(R"({
      "id_columns": "id", "colour": 1, "metadata": [],
      "deps": [{"feature": "Video", "optional": 1, "rename": {"a/b": 2}, "filters": [], "sql_filters": [],
                "fields_mapping": {"mapping": {"type": "odd"}}, "lineage": {"relationship": {"type": "1:N"}}}, 7],
      "fields": [{"key": "x", "code_version": 2, "depz": []}, {"deps": [{"fields": ["ok", "No"]}]}]})");
  });
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
  std::vector<std::string> subjects;
  for (const auto& fault : error.faults()) subjects.push_back(fault.subject);
  std::ranges::sort(subjects);
  EXPECT_EQ(subjects,
            (std::vector<std::string>{"/", "/colour", "/deps/0/feature", "/deps/0/fields_mapping/mapping/type",
                                      "/deps/0/filters", "/deps/0/lineage/relationship", "/deps/0/optional",
                                      "/deps/0/rename/a~1b", "/deps/1", "/fields/0/code_version", "/fields/0/depz",
                                      "/fields/1/deps/0", "/fields/1/deps/0/fields/1", "/id_columns", "/metadata"}))
      << error.what();
  for (const auto& fault : error.faults()) {
    if (fault.subject == "/fields/0/depz") {
      EXPECT_EQ(fault.hint, "did you mean `deps`?");
    }
  }
}

TEST(SpecJson, WhatIsNoJsonIsRefused) {
  for (const char* text : {"", "{", "[]", "null", "{\"key\": \"a\", \"key\": \"b\"}", "\xff", "{\"key\":NaN}"}) {
    EXPECT_EQ(error_of([&] { (void)parse_feature_spec(text); }).code(), ErrorCode::InvalidSpec) << text;
  }
  EXPECT_EQ(error_of([] { (void)parse_feature_spec(std::string(100000, '[')); }).code(), ErrorCode::InvalidSpec);
}

TEST(SpecJson, NullsAreRefusedWhereTheReferenceRefusesThem) {
  for (const char* member : {"key", "id_columns", "deps", "fields", "metadata"}) {
    const auto spec = "{\"x\": 1, \"" + std::string(member) + "\": null}";
    const Error error = error_of([&] { (void)parse_feature_spec(spec); });
    bool told = false;
    for (const auto& fault : error.faults()) told = told || fault.subject == "/" + std::string(member);
    EXPECT_TRUE(told) << error.what();
  }
}

TEST(DefinitionJson, RoundTrips) {
  FeatureDefinition definition{.spec = everything()};
  definition.feature_schema = R"({"type":"object","properties":{"ü":{"default":null}}})";
  definition.feature_class_path = "module.Class";
  definition.project = "demo";
  const auto back = parse_feature_definition(render_json(definition));
  EXPECT_EQ(back.spec, definition.spec);
  EXPECT_EQ(back.feature_schema, definition.feature_schema);
  EXPECT_EQ(back.feature_class_path, definition.feature_class_path);
  EXPECT_EQ(back.project, definition.project);
  EXPECT_NE(render_json(definition).find(R"("feature_schema":"{\"type\":\"object\",)"), std::string::npos);
}

TEST(DefinitionJson, FaultsOfSpecAndSurroundingsAreToldTogether) {
  const Error error = error_of([] {
    (void)parse_feature_definition(R"({"spec": {"key": "a"}, "feature_schema": "[1]", "project": 3, "extra": 1})");
  });
  std::vector<std::string> subjects;
  for (const auto& fault : error.faults()) subjects.push_back(fault.subject);
  std::ranges::sort(subjects);
  EXPECT_EQ(subjects, (std::vector<std::string>{"/extra", "/feature_schema", "/project", "/spec"})) << error.what();
}

}  // namespace
}  // namespace metaxy::spec
