// SPDX-License-Identifier: Apache-2.0
#include "ops/version_look.hpp"

#include <gtest/gtest.h>

#include "arrow/build.hpp"

namespace metaxy::ops {
namespace {

// SHA-256 of `metaxy-preimage/1 sample-provenance;1:1,1:2,` and of `…;1:8,1:9,`, by another program.
constexpr const char* kOfOneAndTwo = "4477ee28aef10614f88d1fee7fba228a";
constexpr const char* kOfEightAndNine = "5a374e646be107d48e0bb88129e302b6";

struct Versions {
  std::string a = "1";
  std::string b = "2";
  Json provenance = kOfOneAndTwo;
  std::string own_a = "1";
  std::string own_b = "2";
  Json data_version = kOfOneAndTwo;
};

struct Seen {
  bool provenance;
  bool data_version;
};

Seen look_at(const Versions& given) {
  spec::FeatureSpec spec{.key = spec::FeatureKey::parse("f/g"), .id_columns = {"id"}};
  spec.fields = {{.key = spec::FieldKey::parse("a")}, {.key = spec::FieldKey::parse("b")}};
  const std::vector<arrow::Field> columns = {{"id"},
                                             arrow::struct_of_text("metaxy_provenance_by_field", {"b", "a"}),
                                             {"metaxy_provenance"},
                                             arrow::struct_of_text("metaxy_data_version_by_field", {"a", "b"}),
                                             {"metaxy_data_version"}};
  const Json row = {{"id", "x"},
                    {"metaxy_provenance_by_field", {{"a", given.a}, {"b", given.b}}},
                    {"metaxy_provenance", given.provenance},
                    {"metaxy_data_version_by_field", {{"a", given.own_a}, {"b", given.own_b}}},
                    {"metaxy_data_version", given.data_version}};
  const auto schema = arrow::make_schema(columns);
  VersionLook look(spec, hash::Settings{}, *schema.get());
  std::vector<Json> rows;
  rows.push_back(row);
  look.look_at(*arrow::make_batch(columns, rows).get());
  return {look.provenance_agrees(), look.data_version_agrees()};
}

TEST(VersionLook, SeesThatVersionsAreMadeOfThoseOfTheFields) {
  EXPECT_TRUE(look_at({}).provenance);
  EXPECT_TRUE(look_at({}).data_version);
  Versions own;
  own.own_a = "8";
  own.own_b = "9";
  own.data_version = kOfEightAndNine;
  EXPECT_TRUE(look_at(own).data_version);
}

TEST(VersionLook, LeavesTheRestToTheDatabase) {
  Versions other;
  other.b = "3";
  EXPECT_FALSE(look_at(other).provenance);
  Versions missing;
  missing.provenance = nullptr;
  EXPECT_FALSE(look_at(missing).provenance);
  Versions own;
  own.data_version = kOfEightAndNine;
  EXPECT_TRUE(look_at(own).provenance);
  EXPECT_FALSE(look_at(own).data_version);
}

}  // namespace
}  // namespace metaxy::ops
