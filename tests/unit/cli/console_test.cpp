// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"

namespace metaxy::cli {
namespace {

TEST(Printable, ShowsControlCharactersAndBrokenBytesAsEscapes) {
  EXPECT_EQ(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("grün 日本"), "grün 日本");
}

RC_GTEST_PROP(Printable, LeavesNothingThatSteersATerminal, (const std::string& text)) {
  const std::string shown = printable(text);
  RC_ASSERT(is_valid_utf8(shown));
  for (const char c : shown) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width("e\u0301"), 1U);  // e with a combining accent
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("🔧"), 2U);
}

TEST(Fit, CutsWithAnEllipsis) {
  EXPECT_EQ(fit("abcdef", 6), "abcdef");
  EXPECT_EQ(fit("abcdef", 5), "abcd…");
  EXPECT_EQ(fit("abcdef", 1), "…");
  EXPECT_EQ(fit("abcdef", 0), "");
  EXPECT_EQ(fit("日本語", 5), "日本…");
  EXPECT_EQ(fit("日本語", 4), "日…");
}

RC_GTEST_PROP(Fit, NeverExceedsTheWidth, (const std::string& text, std::uint8_t width)) {
  RC_ASSERT(display_width(fit(printable(text), width)) <= width);
}

TEST(Counted, HasASingular) {
  EXPECT_EQ(counted(0, "row"), "0 rows");
  EXPECT_EQ(counted(1, "row"), "1 row");
  EXPECT_EQ(counted(2, "row"), "2 rows");
}

TEST(Styled, IsPlainWithoutColour) {
  EXPECT_EQ(styled("x", Style::Red, false), "x");
  EXPECT_EQ(styled("x", Style::Red, true), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(styled("x", Style::Plain, true), "x");
}

}  // namespace
}  // namespace metaxy::cli
