// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/spec.hpp>

#include "support/definitions.hpp"

namespace metaxy::spec {
namespace {

using test::dep;
using test::feature;
using test::field;

std::vector<std::string> faults_of(const FeatureDefinition& definition) {
  Faults faults;
  check(definition, faults);
  return test::lines(faults.items());
}

using Lines = std::vector<std::string>;

TEST(Check, AGoodDefinitionHasNoFaults) {
  auto good = feature("video/crop", {field("default"), field("a/b", "a|b ü☃")}, {dep("video/raw"), dep("audio")});
  good.spec.description = "Lines\n\tand tabs";
  good.spec.metadata = R"({"s":"q\u007f\n"})";
  good.spec.deps[0].rename = test::Names{{"path", "video_path"}};
  good.spec.deps[0].select = {"video_path"};
  good.spec.deps[0].sql_filters = {"a = 1\nAND b = 2"};
  EXPECT_EQ(faults_of(good), Lines{});
}

TEST(Check, IdColumns) {
  auto bad = feature("a", {field("default")});
  bad.spec.id_columns = {};
  EXPECT_EQ(faults_of(bad), Lines{"feature a: has no id columns"});
  bad.spec.id_columns = {"id", "", "id", "metaxy_provenance", "metaxy_mine", "x\ny"};
  EXPECT_EQ(
      faults_of(bad),
      (Lines{"feature a: has an id column with an empty name", "feature a: id column `id` is named twice",
             "feature a: id column `metaxy_mine` has the prefix `metaxy_`, which is kept for system columns",
             "feature a: id column `metaxy_provenance` has the prefix `metaxy_`, which is kept for system columns",
             "feature a: id column `x\\x0ay` has the control character U+000A at byte 1"}));
}

TEST(Check, Fields) {
  auto bad = feature("a", {});
  EXPECT_EQ(faults_of(bad), Lines{"feature a: has no fields"});
  bad = feature("a", {field("x/y"), field("x_y"), field("z"), field("z"), field("cv", "1\n"), field("u", "\xc0\x80")});
  EXPECT_EQ(faults_of(bad),
            (Lines{"feature a, field cv: code version `1\\x0a` has the control character U+000A at byte 1",
                   "feature a, field u: code version `\\xc0\\x80` is not valid UTF-8 at byte 0",
                   "feature a, field x_y: would share the struct member `x_y` with field x/y",
                   "feature a, field z: is defined twice"}));
}

TEST(Check, Deps) {
  const auto bad = feature("a", {field("x")}, {dep("b/c"), dep("b_c"), dep("d"), dep("d")});
  EXPECT_EQ(faults_of(bad), (Lines{"feature a, dep b_c: would share the column suffix `__b_c` with dep b/c",
                                   "feature a, dep d: is named twice"}));
}

TEST(Check, RenamesAndSelects) {
  auto bad = feature("a", {field("x")}, {dep("b")});
  auto& b = bad.spec.deps[0];
  b.rename = test::Names{{"p", "q"},
                         {"r", "q"},
                         {"s", "metaxy_provenance"},
                         {"metaxy_data_version", "t"},
                         {"u", ""},
                         {"v", "metaxy_data_version__b"}};
  b.select = {"p", "q", "q", ""};
  b.sql_filters = {" \n", std::string("a\0", 2)};
  EXPECT_EQ(
      faults_of(bad),
      (Lines{"feature a, dep b: filter `a\\x00` has the control character U+0000 at byte 1",
             "feature a, dep b: has an empty filter", "feature a, dep b: rename has an empty column name",
             "feature a, dep b: renames `s` to `metaxy_provenance`, the name of a system column",
             "feature a, dep b: renames `v` to `metaxy_data_version__b`, the name of a system column",
             "feature a, dep b: renames both `p` and `r` to `q`",
             "feature a, dep b: renames the system column `metaxy_data_version`",
             "feature a, dep b: select has an empty column name", "feature a, dep b: select names column `q` twice",
             "feature a, dep b: selects `p` by the name it has before renaming"}));
}

TEST(Check, ASwappedNameMayBeSelected) {
  auto good = feature("a", {field("x")}, {dep("b")});
  good.spec.deps[0].rename = test::Names{{"p", "q"}, {"q", "p"}};
  good.spec.deps[0].select = {"p", "q"};
  EXPECT_EQ(faults_of(good), Lines{});
}

TEST(Check, LineageColumns) {
  auto bad = feature("a", {field("x")}, {dep("b"), dep("c"), dep("d")});
  bad.spec.deps[0].lineage = Aggregation{std::vector<std::string>{}};
  bad.spec.deps[1].lineage = Expansion{};
  bad.spec.deps[2].lineage = Expansion{.on = {"k", "k"}};
  EXPECT_EQ(faults_of(bad),
            (Lines{"feature a, dep b: aggregates `on` no columns", "feature a, dep c: expands `on` no columns",
                   "feature a, dep d: lineage `on` names column `k` twice"}));
}

TEST(Check, Surroundings) {
  auto bad = feature("metaxy-system/x", {field("x")});
  bad.project = "";
  bad.spec.metadata = "[1]";
  bad.feature_schema = "{";
  bad.spec.description = "\x1b[31m";
  EXPECT_EQ(faults_of(bad).size(), 5U);
  bad = feature("a", {field("x")});
  bad.spec.metadata = R"({"k":["a\u0000"]})";
  EXPECT_EQ(faults_of(bad), Lines{"feature a: metadata has a NUL character"});
}

TEST(Check, GivenFieldVersions) {
  auto definition = feature("a", {field("x")});
  definition.provenance_by_field = test::Names{{"x", "v"}};
  EXPECT_EQ(faults_of(definition), Lines{"feature a: gives field versions although it is not external"});
  definition.is_external = true;
  EXPECT_EQ(faults_of(definition), Lines{});
  definition.provenance_by_field = test::Names{{"x", ""}, {"y", "v"}};
  EXPECT_EQ(faults_of(definition), (Lines{"feature a: gives a version of `y`, which is none of its fields",
                                          "feature a: gives an empty version of field `x`"}));
}

TEST(Check, PlacesOfPartsFallBackOnWhatIsAroundThem) {
  auto definition = feature("a", {field("x")});
  const auto line_of = [&](std::string_view pointer) { return place_of(definition, pointer).value_or(Place{}).line; };
  EXPECT_EQ(line_of("/deps/0"), 0);
  definition.place = Place{"f.toml", 1, 1};
  EXPECT_EQ(line_of("/deps/0"), 1);
  definition.part_places = std::make_shared<const PartPlaces>(PartPlaces{
      {"/deps", {"f.toml", 2, 1}}, {"/deps/1", {"f.toml", 3, 1}}, {"/deps/1/rename/a~1b", {"f.toml", 4, 1}}});
  EXPECT_EQ(line_of("/deps/1/rename/a~1b"), 4);
  EXPECT_EQ(line_of("/deps/1/rename/a"), 3);
  EXPECT_EQ(line_of("/deps/1/select/0"), 3);
  EXPECT_EQ(line_of("/deps/10"), 2);
  EXPECT_EQ(line_of("/fields/0"), 1);
  EXPECT_EQ(line_of(""), 1);
  EXPECT_EQ(line_of("no pointer"), 1);
}

TEST(Check, EveryFaultHasThePlaceOfTheDefinition) {
  auto bad = feature("a", {field("x"), field("x")}, {dep("b"), dep("b")});
  bad.spec.id_columns = {};
  bad.place = Place{"features.toml", 3, 1};
  Faults faults;
  check(bad, faults);
  ASSERT_EQ(faults.items().size(), 3U);
  for (const auto& fault : faults.items()) {
    ASSERT_TRUE(fault.place);
    EXPECT_EQ(to_string(*fault.place), "features.toml:3:1");
  }
}

TEST(SystemColumns, AreTen) {
  EXPECT_EQ(system_columns().size(), 10U);
  EXPECT_TRUE(is_system_column("metaxy_deleted_at"));
  EXPECT_FALSE(is_system_column("metaxy_deleted"));
  EXPECT_FALSE(is_system_column("id"));
}

}  // namespace
}  // namespace metaxy::spec
