// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <metaxy/spec.hpp>

#include "support/definitions.hpp"

namespace metaxy::spec {
namespace {

using test::error_of;

rc::Gen<std::string> any_part() {
  const auto head = rc::gen::elementOf(std::string("abcz_"));
  const auto tail = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abz019-")));
  return rc::gen::map(rc::gen::pair(head, tail), [](const auto& p) { return p.first + p.second; });
}

TEST(Key, NamesAreDerivedFromParts) {
  const auto key = FeatureKey::from_parts({"my-ns", "a_b"});
  EXPECT_EQ(key.to_string(), "my-ns/a_b");
  EXPECT_EQ(key.struct_key(), "my-ns_a_b");
  EXPECT_EQ(key.column_suffix(), "__my-ns_a_b");
  EXPECT_EQ(key.table_name(), "my_ns__a_b");
}

TEST(Key, IsOrderedByPartsNotByText) {
  EXPECT_LT(FieldKey::parse("a/b"), FieldKey::parse("a-b"));
  EXPECT_GT(std::string("a/b"), std::string("a-b"));
}

TEST(Key, LaterPartsMayStartWithADigit) {
  EXPECT_EQ(FieldKey::parse("a/2x").parts(), (std::vector<std::string>{"a", "2x"}));
  EXPECT_EQ(FieldKey::parse("_a").to_string(), "_a");
}

struct BadKey {
  std::string text;
  std::string rule;
};

class BadKeys : public testing::TestWithParam<BadKey> {};

TEST_P(BadKeys, AreRefusedWithTheRule) {
  const Error error = error_of([] { (void)FeatureKey::parse(GetParam().text); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
  EXPECT_NE(error.message().find(GetParam().rule), std::string::npos) << error.what();
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BadKeys,
    testing::Values(BadKey{"", "part 1 (``) cannot be empty"}, BadKey{"/a", "part 1 (``) cannot be empty"},
                    BadKey{"a//b", "part 2 (``) cannot be empty"}, BadKey{"a/", "part 2 (``) cannot be empty"},
                    BadKey{"a__b", "double underscores (`__`)"}, BadKey{"-a", "starts with `-`"},
                    BadKey{"a/-b", "starts with `-`"}, BadKey{"1a", "starts with a digit"},
                    BadKey{"Video", "has a character other than"}, BadKey{"a\n", "has a character other than"},
                    BadKey{"a b", "has a character other than"}, BadKey{"a.b", "has a character other than"},
                    BadKey{"ä", "has a character other than"}, BadKey{"a;drop table x", "has a character other than"},
                    BadKey{std::string("a\0b", 3), "has a character other than"}, BadKey{"a\xff", "`a\\xff`"}));

TEST(Key, PartsMustExistAndHoldNoSlash) {
  EXPECT_EQ(error_of([] { (void)FieldKey::from_parts({}); }).message(), "field key has no parts");
  EXPECT_NE(error_of([] { (void)FieldKey::from_parts({"a/b"}); }).message().find("forward slashes (`/`)"),
            std::string::npos);
}

TEST(Key, ParseReadsWhatToStringWrites) {
  EXPECT_TRUE(rc::check([] {
    const auto parts = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(any_part()));
    const auto key = FieldKey::from_parts(parts);
    RC_ASSERT(FieldKey::parse(key.to_string()) == key);
    RC_ASSERT(key.parts() == parts);
  }));
}

TEST(Key, ArbitraryTextIsAKeyOrAnError) {
  EXPECT_TRUE(rc::check([](const std::string& text) {
    try {
      RC_ASSERT(FeatureKey::parse(text).to_string() == text);
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::InvalidSpec);
    }
  }));
}

}  // namespace
}  // namespace metaxy::spec
