// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrange.hpp"

#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"

namespace metaxy::arrow {
namespace {

Stream two_columns() {
  const std::vector<Field> columns = {{"id", kInt64}, struct_of_text("versions", {"a", "b"})};
  return make_stream(columns,
                     {{{"id", 1}, {"versions", {{"a", "x"}, {"b", nullptr}}}}, {{"id", 2}, {"versions", nullptr}}}, 1);
}

TEST(Arrange, GivesColumnsInAnotherOrderAndSeveralTimes) {
  const auto rows = read_rows(arrange(two_columns(), {{"first", "versions"}, {"id", "id"}, {"second", "versions"}}));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].dump(), R"({"first":{"a":"x","b":null},"id":1,"second":{"a":"x","b":null}})");
  EXPECT_EQ(rows[1].dump(), R"({"first":null,"id":2,"second":null})");
}

TEST(Arrange, EachColumnCanBeMovedAwayAlone) {
  Array kept;
  {
    auto stream = arrange(two_columns(), {{"one", "versions"}, {"two", "versions"}});
    auto batch = stream.next();
    kept = Array((*batch)->children[1]->children[0]);
    EXPECT_EQ((*batch)->children[1]->children[0]->release, nullptr);
  }
  const auto* offsets = static_cast<const std::int32_t*>(kept->buffers[1]);
  const auto* text = static_cast<const char*>(kept->buffers[2]);
  EXPECT_EQ(std::string(text + offsets[kept->offset], text + offsets[kept->offset + 1]), "x");
}

TEST(Arrange, RefusesAColumnThatIsNotThere) { EXPECT_THROW(arrange(two_columns(), {{"a", "missing"}}), Error); }

}  // namespace
}  // namespace metaxy::arrow
