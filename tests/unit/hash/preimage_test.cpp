// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/json.hpp"

namespace metaxy::hash {
namespace {

using Items = std::vector<std::optional<std::string>>;

std::string build(std::string_view tag, const Items& items) {
  std::string out(tag);
  for (const auto& item : items) append_item(out, item);
  return out;
}

Json vectors() {
  std::ifstream in(METAXY_TESTS_DIR "/vectors/preimages.json");
  EXPECT_TRUE(in) << "tests/vectors/preimages.json is missing";
  return parse_json(std::string(std::istreambuf_iterator<char>(in), {}), "preimages.json");
}

Items items_of(const Json& values) {
  Items items;
  for (const Json& value : values)
    items.push_back(value.is_null() ? std::nullopt : std::optional(value.get<std::string>()));
  return items;
}

TEST(Preimage, VectorsOfAnIndependentHand) {
  const Json all = vectors();
  ASSERT_GT(all["cases"].size(), 90u);
  for (const Json& c : all["cases"]) {
    const auto name = c["name"].get<std::string>();
    const auto expected = c["preimage"].get<std::string>();
    const std::string tag = "metaxy-preimage/1 " + c["kind"].get<std::string>() + ";";
    EXPECT_EQ(build(tag, items_of(c["items"])), expected) << name;
    EXPECT_EQ(parse_preimage(expected).tag, tag) << name;
    EXPECT_EQ(parse_preimage(expected).items, items_of(c["items"])) << name;
    for (const Algorithm algorithm : all_algorithms()) {
      const std::string key(to_string(algorithm));
      EXPECT_EQ(digest_text(Format::V1, algorithm, expected), c["digests"][key]) << name << " " << key;
      EXPECT_EQ(digest_text(Format::V0, algorithm, expected), c["texts_of_format_0"][key]) << name << " " << key;
      EXPECT_EQ(digest({Format::V1, algorithm, kLengthV1}, expected),
                c["digests"][key].get<std::string>().substr(0, kLengthV1));
    }
  }
}

TEST(Preimage, TagsAreThoseOfTheVectors) {
  std::vector<std::string> kinds;
  for (const std::string_view tag :
       {kTagFieldVersion, kTagFeatureVersion, kTagCodeVersion, kTagSpecVersion, kTagDefinitionVersion,
        kTagProjectVersion, kTagFieldProvenance, kTagSampleProvenance, kTagGroup})
    kinds.emplace_back(tag);
  const Json all = vectors();
  for (const std::string& kind : kinds) {
    const auto uses = [&](const Json& c) { return c["preimage"].get<std::string>().starts_with(kind); };
    EXPECT_TRUE(std::any_of(all["cases"].begin(), all["cases"].end(), uses)) << kind;
  }
}

TEST(Preimage, ItemsAreNetstrings) { EXPECT_EQ(build("", {"", std::nullopt, "a,b", "é"}), "0:,~,3:a,b,2:é,"); }

TEST(Preimage, WhatIsNoneIsRefused) {
  const std::string tag(kTagGroup);
  for (const std::string& text : {std::string(),
                                  std::string("x"),
                                  std::string("metaxy-preimage/1 "),
                                  std::string("metaxy-preimage/1 ;"),
                                  std::string("metaxy-preimage/1 Group;"),
                                  std::string("metaxy-preimage/2 group;"),
                                  std::string("metaxy-preimage/1 group"),
                                  tag + "1",
                                  tag + "1:",
                                  tag + "1:a",
                                  tag + "1:a;",
                                  tag + "2:a,",
                                  tag + "01:a,",
                                  tag + "-1:a,",
                                  tag + "+1:a,",
                                  tag + " 1:a,",
                                  tag + ":a,",
                                  tag + "~",
                                  tag + "~;",
                                  tag + "1:a,x",
                                  tag + "18446744073709551615:a,",
                                  tag + "18446744073709551616:a,",
                                  tag + "99999999999999999999999:a,"}) {
    try {
      parse_preimage(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    }
  }
}

// Texts made mostly of the characters that could confuse a reader.
rc::Gen<Items> items() {
  const auto text = rc::gen::container<std::string>(
      rc::gen::element<char>('0', '1', '2', ':', ',', '~', ';', '|', 'a', '\0', '\xC3'));
  return rc::gen::container<Items>(rc::gen::oneOf(rc::gen::map(text, [](std::string t) { return std::optional(t); }),
                                                  rc::gen::just(std::optional<std::string>())));
}

RC_GTEST_PROP(PreimageLaws, ReadingIsTheInverseOfWriting, ()) {
  const Items written = *items();
  const ParsedPreimage read = parse_preimage(build(kTagFieldProvenance, written));
  RC_ASSERT(read.tag == kTagFieldProvenance);
  RC_ASSERT(read.items == written);
}

RC_GTEST_PROP(PreimageLaws, DifferentItemsHaveDifferentBytes, ()) {
  const Items a = *items();
  const Items b = *items();
  RC_ASSERT((a == b) == (build("", a) == build("", b)));
}

RC_GTEST_PROP(PreimageLaws, WhateverIsReadIsWrittenTheSame, ()) {
  std::string bytes = build(kTagGroup, *items());
  bytes.at(*rc::gen::inRange<std::size_t>(0, bytes.size())) = *rc::gen::element<char>('0', '1', ':', ',', '~');
  ParsedPreimage read;
  try {
    read = parse_preimage(bytes);
  } catch (const Error&) {
    return;
  }
  RC_ASSERT(build(read.tag, read.items) == bytes);
}

RC_GTEST_PROP(DigestLaws, CutTextIsAPrefix, (const std::string& bytes)) {
  const Algorithm algorithm = *rc::gen::elementOf(all_algorithms());
  const Format format = *rc::gen::element(Format::V0, Format::V1);
  const auto length = *rc::gen::inRange<std::size_t>(0, 70);
  const std::string whole = digest_text(format, algorithm, bytes);
  RC_ASSERT(digest({format, algorithm, length}, bytes) == whole.substr(0, length));
}

}  // namespace
}  // namespace metaxy::hash
