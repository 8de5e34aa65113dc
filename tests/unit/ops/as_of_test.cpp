// SPDX-License-Identifier: Apache-2.0
// Looking back where clocks and writes disagree.
#include <gtest/gtest.h>

#include "support/scene.hpp"

namespace metaxy {
namespace {

TEST(LookingBack, ToAWriteByAClockThatWasAhead) {
  Scene scene({R"({"key":"a","id_columns":["id"],"fields":["x"]})"});
  scene.write("a", {{{"id", "s"}}});
  const auto written = scene.now;
  scene.now -= std::chrono::hours(1);
  EXPECT_EQ(scene.read("a", {.as_of = written}).size(), 1U);
  EXPECT_TRUE(scene.read("a", {.as_of = scene.now}).empty());
  expect_error([&] { scene.read("a", {.as_of = written + std::chrono::seconds(1)}); }, ErrorCode::InvalidArgument,
               {"has not come yet"});
}

}  // namespace
}  // namespace metaxy
