// SPDX-License-Identifier: Apache-2.0
// Where faults of definitions point to: a `@` in a text stands before the element that a fault is about.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/graph.hpp>

#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

struct Marked {
  std::string text;
  std::string place;
};

Marked marked(std::string text) {
  const std::size_t at = text.find('@');
  EXPECT_NE(at, text.npos) << text;
  const std::string before = text.substr(0, at);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto column = before.size() - (before.rfind('\n') + 1) + 1;
  return {text.erase(at, 1), "f.toml:" + std::to_string(line) + ":" + std::to_string(column)};
}

std::vector<Fault> all_faults(const std::string& text) {
  Faults faults;
  auto definitions = parse_feature_file(text, "f.toml", "p", faults).definitions;
  if (!faults.empty()) return faults.items();
  return error_of([&] { (void)graph::FeatureGraph::build(std::move(definitions)); }).faults();
}

/// There is one fault, and it points to the mark.
void expect_fault(const std::string& message, const std::string& text) {
  const Marked expected = marked(text);
  const auto faults = all_faults(expected.text);
  ASSERT_EQ(faults.size(), 1u) << testing::PrintToString(texts(faults)) << text;
  EXPECT_NE(faults[0].message.find(message), std::string::npos) << faults[0].message << text;
  EXPECT_EQ(to_string(faults[0].place.value_or(Place{})), expected.place) << faults[0].message << text;
}

const std::string kUp = R"(
[features.up]
id = "id"
fields = ["x", "y"]
)";
const std::string kDown = kUp + R"(
[features.down]
id = "id"
)";
const std::string kDep = kDown + "[[features.down.deps]]\nfeature = \"up\"\n";

TEST(FaultPlaces, TheFeatureItself) {
  expect_fault("kept for metaxy's own tables", "[features.@\"metaxy-system/x\"]\nid = \"id\"");
  expect_fault("would share the table", kUp + "[features.a-b]\nid = \"id\"\n[features.@a_b]\nid = \"id\"");
  expect_fault("description", "[features.a]\nid = \"id\"\ndescription = @\"a\\u0000\"");
}

TEST(FaultPlaces, IdColumns) {
  const std::string head = "[features.a]\n";
  expect_fault("has no id columns", head + "id = @[]");
  expect_fault("with an empty name", head + "id = [\"a\", @\"\"]");
  expect_fault("with an empty name", head + "id = @\"\"");
  expect_fault("has the prefix `metaxy_`", head + "id_columns = [\n  \"a\",\n  @\"metaxy_provenance\"\n]");
  expect_fault("is named twice", head + "id = [\"a\", \"b\", @\"a\"]");
  expect_fault("differ only in case", head + "id = [\"path\", @\"Path\"]");
  expect_fault("id column `b\\x01`", head + "id = [@\"b\\u0001\"]");
}

TEST(FaultPlaces, Fields) {
  const std::string head = "[features.a]\nid = \"id\"\n";
  expect_fault("has no fields", head + "fields = @[]");
  expect_fault("is defined twice", head + "fields = [\"x\", @\"x\"]");
  expect_fault("is defined twice", head + "fields = [\"x\", { code_version = \"2\", key = @\"x\" }]");
  expect_fault("is defined twice", head + "[[features.a.fields]]\nkey = \"x\"\n[[features.a.fields]]\nkey = @\"x\"");
  expect_fault("would share the struct member", head + "fields = [\"x/y\", @\"x_y\"]");
  expect_fault("would share the struct member", head + "[features.a.fields]\n\"x/y\" = \"1\"\n@x_y = \"1\"");
  expect_fault("code version", head + "[features.a.fields]\nx = \"1\"\ny = { code_version = @\"\\u0000\" }");
}

TEST(FaultPlaces, GivenFieldVersions) {
  const std::string head = "[features.a]\nid = \"id\"\nfields = [\"x\"]\n";
  expect_fault("although it is not external", head + "provenance_by_field = @{ x = \"v\" }");
  expect_fault("none of its fields", head + "external = true\nprovenance_by_field = { x = \"v\", @y = \"w\" }");
  expect_fault("an empty version", head + "external = true\n[features.a.provenance_by_field]\n@x = \"\"");
}

TEST(FaultPlaces, UpstreamsInEveryForm) {
  const std::string unknown = "there is no such feature";
  expect_fault(unknown, kDown + "deps = [\"up\", @\"a/b\"]");
  expect_fault(unknown, kDown + "deps = @\"a/b\"");
  expect_fault(unknown, kDown + "deps = [\n  \"up\",\n  @[\"a\", \"b\"],\n]");
  expect_fault(unknown, kDown + "deps = [{ optional = true, feature = @\"a/b\" }]");
  expect_fault(unknown, kDown + "[features.down.deps]\nup = {}\n@\"a/b\" = { optional = true }");
  expect_fault(unknown, kDown + "[features.down.deps.@\"a/b\"]\noptional = true");
  expect_fault(unknown, kDep + "[[features.down.deps]]\noptional = true\nfeature = @\"a/b\"");
  expect_fault("is named twice", kDown + "deps = [\"up\", @\"up\"]");
  expect_fault("would share the column suffix",
               "[features.\"a/b\"]\nid = \"id\"\n[features.a_b]\nid = \"id\"\n" + kDown + "deps = [\"a/b\", @\"a_b\"]");
}

TEST(FaultPlaces, CyclesPointToTheirFirstDependency) {
  expect_fault("depends on itself",
               kUp + "[features.a]\nid = \"id\"\ndeps = [\"up\", @\"b\"]\n[features.b]\nid = \"id\"\ndeps = [\"a\"]");
}

TEST(FaultPlaces, RenamesAndSelects) {
  expect_fault("empty column name", kDep + "rename = { a = \"b\", @\"\" = \"c\" }");
  expect_fault("empty column name", kDep + "rename = { a = \"b\", @c = \"\" }");
  expect_fault("renames the system column", kDep + "rename = { a = \"b\", @metaxy_provenance = \"c\" }");
  expect_fault("the name of a system column", kDep + "[features.down.deps.rename]\n@\"a/b\" = \"metaxy_provenance\"");
  expect_fault("renames both", kDep + "rename = { a = \"c\", @b = \"c\" }");
  expect_fault("an id column of the upstream", kDep + "rename = { a = \"b\", @\"c~/d\" = \"id\" }");
  expect_fault("names column `a` twice", kDep + "select = [\"a\", @\"a\"]");
  expect_fault("empty column name", kDep + "select = @\"\"");
  expect_fault("before renaming", kDep + "rename = { a = \"b\" }\nselect = [\"c\", @\"a\"]");
  expect_fault("selects too", kDep +
                                  "select = [\"a\"]\n[[features.down.deps]]\nfeature = \"two\"\nselect = [\"b\", "
                                  "@\"a\"]\n[features.two]\nid = \"id\"");
}

TEST(FaultPlaces, FiltersAndLineage) {
  expect_fault("filter `x >`", kDep + "filters = [\"x > 1\", @\"x >\"]");
  expect_fault("names column `a` twice", kDep + "lineage = { aggregate = [\"a\", @\"a\"] }");
  expect_fault("names column `a` twice", kDep + "lineage = { expand = [\"a\", @\"a\"] }");
  expect_fault("aggregates `on` no columns", kDep + "lineage = { type = \"N:1\", on = @[] }");
  expect_fault("expands `on` no columns", kDep + "lineage = { relationship = { type = \"1:N\", on = @[] } }");
  expect_fault("id generation pattern", kDep + "lineage = { expand = [\"a\"], id_generation_pattern = @\"\\u0000\" }");
}

TEST(FaultPlaces, FieldsThatFieldsRead) {
  const std::string unknown = "feature up has no field no";
  const std::string head = kDown + "deps = [\"up\"]\n";
  expect_fault(unknown, head + "fields = [\"x\", { key = \"z\", deps = [\"up\", @\"up.no\"] }]");
  expect_fault(unknown, head + "fields = [{ key = \"z\", deps = [\"up.x\", @\"up.no\", \"up.y\"] }]");
  expect_fault(unknown, head +
                            "fields = [{ key = \"z\", deps = [\"up.x\", { feature = \"up\", fields = [\"y\", @\"no\"] "
                            "}] }]");
  expect_fault(unknown, head + "fields.x = \"1\"\nfields.z.deps = @\"up.no\"");
  const std::string stranger = "reads two, which is not among the feature's deps";
  expect_fault(stranger, head + "fields = [{ key = \"z\", deps = [\"up.x\", @\"two\", \"up.y\"] }]");
  expect_fault(stranger, head + "fields = [{ key = \"z\", deps = [\"up.x\", @\"two.x\", \"two.y\"] }]");
  expect_fault(stranger, head + "fields = [{ key = \"z\", deps = [{ fields = [\"x\"], feature = @\"two\" }] }]");
  expect_fault("reads no upstream field", kDown +
                                              "deps = [{ feature = \"up\", fields_mapping = \"none\" }]\n"
                                              "fields = [{ key = \"x\", deps = [\"up.x\"] }, @\"z\"]");
}

TEST(FaultPlaces, FieldsMappings) {
  const std::string head = kDep + "fields_mapping = { specific = ";
  const std::string tail = " }\n[features.down.fields]\nz = \"1\"";
  expect_fault("feature down has no field no", head + "{ z = [\"x\"], @no = [\"x\"] }" + tail);
  // The upstream fields of a mapping are sorted when they are read.
  expect_fault("feature up has no field no", head + "{ z = [\"y\", @\"no\", \"x\"] }" + tail);
  expect_fault("feature up has no field no", head + "{ z = [[\"y\"], @[\"no\"], \"x\"] }" + tail);
  expect_fault("feature up has no field no", head + "{ z = @\"no\" }" + tail);
}

TEST(FaultPlaces, WithoutAnElementTheFeature) {
  // The field `default` that a feature without `fields` has was written nowhere.
  expect_fault("reads no upstream field",
               kUp + "[features.@a]\nid = \"id\"\ndeps = [{ feature = \"up\", fields_mapping = \"none\" }]");
}

TEST(FaultPlaces, AlsoOfAFeatureWithUnknownKeys) {
  const auto faults = all_faults("[features.a]\nid = [\"x\", \"x\"]\nfeilds = []\ndescription = \"x\"");
  EXPECT_EQ(texts(faults), (std::vector<std::string>{"2:12 feature a: id column `x` is named twice",
                                                     "3:1 feature a: unknown key `feilds` | did you mean `fields`?"}));
}

TEST(FaultPlaces, AllFaultsInTheOrderOfTheirPlaces) {
  const auto faults = all_faults(kDown + "deps = [\"up\", \"nowhere\"]\nfields = [\"a\", \"a\"]\n" +
                                 "[features.last]\nid = [\"x\", \"x\"]\ndeps = [\"last\"]");
  std::vector<int> lines;
  for (const auto& fault : faults) lines.push_back(fault.place.value_or(Place{}).line);
  EXPECT_EQ(lines, (std::vector<int>{8, 9, 11, 12})) << testing::PrintToString(texts(faults));
}

void expect_warning(const std::string& message, const std::string& text) {
  const Marked expected = marked(text);
  const auto warnings = graph::lint(graph::FeatureGraph::build(parsed(expected.text)));
  ASSERT_EQ(warnings.size(), 1u) << text;
  EXPECT_NE(warnings[0].message.find(message), std::string::npos) << warnings[0].message;
  EXPECT_EQ(to_string(warnings[0].place.value_or(Place{})), expected.place) << warnings[0].message << text;
}

TEST(FaultPlaces, Warnings) {
  expect_warning("the feature has no deps", "[features.a]\nid = \"id\"\nfields = [{ key = \"x\", deps = @[\"b.x\"] }]");
  expect_warning("no field reads it", kUp + "[features.two]\nid = \"id\"\n" + kDown.substr(kUp.size()) +
                                          "deps = [\"up\", @\"two\"]\nfields = [{ key = \"x\", deps = [\"up\"] }]");
  expect_warning("its fields mapping has no effect",
                 kDep + "fields_mapping = @\"all\"\n[features.down.fields]\nx = { deps = [\"up.x\"] }");
  expect_warning("excludes field no", kDep + "fields_mapping = { exclude_fields = [\"x\", @\"no\"] }");
  expect_warning("nothing uses it", kDep + "lineage = { expand = [\"id\"], id_generation_pattern = @\"{id}\" }");
}

TEST(FaultPlaces, FiltersGivenLater) {
  const auto text = marked(kDep + "sql_filters = [\"x > 1\", @\"x > 2\"]");
  auto definitions = parsed(text.text);
  definitions[1].spec.deps[0].sql_filters->at(1) = "x >";
  const auto faults = check_filters(definitions);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(to_string(*faults[0].place), text.place);
}

}  // namespace
}  // namespace metaxy::project
