// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace metaxy {
namespace {

TEST(Utf8, WellFormedTextsAreTaken) {
  for (const char* text : {"", "a", "é", "日", "\U0001F600", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"})
    EXPECT_TRUE(is_valid_utf8(text)) << text;
  EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, OthersAreNot) {
  EXPECT_EQ(find_invalid_utf8("ab\xFF"), 2u);
  EXPECT_EQ(find_invalid_utf8("\xC3"), 0u);
  for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                           "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xC3\x28"})
    EXPECT_FALSE(is_valid_utf8(text));
}

RC_GTEST_PROP(Utf8Laws, CodePointsAreReadBack, ()) {
  const auto points = *rc::gen::container<std::vector<char32_t>>(
      rc::gen::map(rc::gen::inRange<std::uint32_t>(0, 0x110000 - 0x800),
                   [](std::uint32_t n) { return static_cast<char32_t>(n < 0xD800 ? n : n + 0x800); }));
  std::string text;
  for (const char32_t point : points) append_code_point(text, point);
  RC_ASSERT(is_valid_utf8(text));
  std::vector<char32_t> read;
  for (std::size_t at = 0; at < text.size();) read.push_back(next_code_point(text, at));
  RC_ASSERT(read == points);
}

RC_GTEST_PROP(SplitLaws, JoinIsTheInverse, ()) {
  const auto text = *rc::gen::container<std::string>(rc::gen::element('a', 'b', '/'));
  RC_ASSERT(join(split(text, '/'), "/") == text);
}

TEST(Text, SplitKeepsEmptyParts) {
  EXPECT_EQ(split("", '/'), std::vector<std::string>{""});
  EXPECT_EQ(split("a//b/", '/'), (std::vector<std::string>{"a", "", "b", ""}));
  EXPECT_EQ(trim(" \t a b\n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(to_lower("AbÉ"), "abÉ");
}

TEST(Nearest, FindsSlipsOnly) {
  const std::vector<std::string> names = {"video/raw", "video/crop", "audio"};
  EXPECT_EQ(nearest("video/rwa", names), "video/raw");
  EXPECT_EQ(nearest("Audio", names), "audio");
  EXPECT_EQ(nearest("x", names), std::nullopt);
  EXPECT_EQ(nearest("completely/else", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
  EXPECT_EQ(nearest("video/raw", {}), std::nullopt);
  EXPECT_EQ(did_you_mean("vide/raw", names), "did you mean `video/raw`?");
  EXPECT_EQ(did_you_mean("x", names), "");
}

TEST(Quote, EscapesWhatCouldHarmATerminal) {
  EXPECT_EQ(quote("a b"), "`a b`");
  EXPECT_EQ(quote("é日"), "`é日`");
  EXPECT_EQ(quote(std::string_view("\x1b[31m\n\0", 7)), "`\\x1b[31m\\x0a\\x00`");
  EXPECT_EQ(quote("\xC2\x9B"), "`\\xc2\\x9b`");
  EXPECT_EQ(quote("a\xFF"), "`a\\xff`");
  EXPECT_EQ(quote(std::string(50, 'x'), 10), "`xxxxxxxxxx…`");
  EXPECT_EQ(quote("日日", 4), "`日…`");
}

TEST(RedactUri, MasksSecrets) {
  const std::pair<const char*, const char*> kCases[] = {
      {"postgres://user:pw@host:5432/db", "postgres://***:***@host:5432/db"},
      {"postgres://user@host/db", "postgres://***:***@host/db"},
      {"postgres://u:p@ss@host/db", "postgres://***:***@host/db"},
      {"postgres://u:p/w@host/db", "postgres://***:***@host/db"},
      {"postgres://host/db?user=a&password=b&x=1", "postgres://host/db?user=a&password=***&x=1"},
      {"host=h password='a b' dbname=d", "host=h password=*** dbname=d"},
      {"md:db?motherduck_token=abc", "md:db?motherduck_token=***"},
      {"s3://bucket/a@b/c", "s3://bucket/a@b/c"},
      {"/data/me@home/x.duckdb", "/data/me@home/x.duckdb"},
      {"file.duckdb", "file.duckdb"},
      {"://@", "://***:***@"},
      {"", ""},
  };
  for (const auto& [uri, redacted] : kCases) EXPECT_EQ(redact_uri(uri), redacted);
}

}  // namespace
}  // namespace metaxy
