// SPDX-License-Identifier: Apache-2.0
#include "cli/table.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.hpp"

namespace metaxy::cli {
namespace {

Table two_columns() { return {{{"Name"}, {"Rows", true}}, {{{"a"}, {"1"}}, {{"größer"}, {"1000"}}}}; }

TEST(Table, AlignsByDisplayedWidth) {
  EXPECT_EQ(render_table(two_columns(), {}, false).text,
            "Name    Rows\n"
            "a          1\n"
            "größer  1000\n");
}

TEST(Table, HasOnlyItsHeadWithoutRows) {
  EXPECT_EQ(render_table({{{"Name"}, {"Rows", true}}, {}}, {}, false).text, "Name  Rows\n");
}

TEST(Table, CutsTheWidestColumnFirst) {
  const Table table{{{"A"}, {"B"}}, {{{"short"}, {"a text that is far too long"}}}};
  EXPECT_EQ(render_table(table, 20, false).text, "A      B\nshort  a text that …\n");
}

TEST(Table, LeavesColumnsOutThatDoNotFit) {
  const Table table{{{"first column"}, {"second column"}, {"third column"}}, {}};
  const Rendered rendered = render_table(table, 20, false);
  EXPECT_EQ(rendered.columns_left_out, 1U);
  EXPECT_EQ(rendered.text, "first c…  second co…\n");
}

TEST(Table, KeepsALineOneLine) {
  const Table table{{{"A"}}, {{{"two\nlines"}}}};
  EXPECT_EQ(render_table(table, {}, false).text, "A\ntwo\\nlines\n");
}

RC_GTEST_PROP(Table, FitsAnyWidth, (const std::vector<std::vector<std::string>>& rows, std::uint8_t width)) {
  Table table{{{"one"}, {"two", true}, {"three"}}, {}};
  for (const auto& row : rows) {
    table.rows.emplace_back();
    for (const std::string& text : row) table.rows.back().push_back({text});
  }
  const Rendered rendered = render_table(table, width, false);
  const auto lines = split(rendered.text, '\n');
  RC_ASSERT(lines.size() == rows.size() + 2);
  for (const std::string& line : lines) RC_ASSERT(display_width(line) <= std::max<std::size_t>(width, 1));
}

}  // namespace
}  // namespace metaxy::cli
