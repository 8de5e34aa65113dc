// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <metaxy/error.hpp>
#include <metaxy/progress.hpp>

namespace metaxy {
namespace {

TEST(Error, RendersMessageFaultsNotesAndHint) {
  Error error(ErrorCode::NotFound, "table `x` does not exist", "create it");
  EXPECT_STREQ(error.what(), "table `x` does not exist\nhint: create it");
  error.note("while reading video/crop").note("while resolving");
  EXPECT_STREQ(error.what(),
               "table `x` does not exist\n  while reading video/crop\n  while resolving\nhint: create it");
}

TEST(Error, RendersEveryFaultWithItsPlace) {
  const Error error(ErrorCode::InvalidSpec, "2 faults",
                    {{"feature a", "has no fields", "add one", Place{"f.toml", 3, 7}}, {"", "cycle", "", {}}});
  EXPECT_STREQ(error.what(), "2 faults\n  f.toml:3:7: feature a: has no fields (add one)\n  cycle");
  EXPECT_EQ(error.faults().size(), 2u);
}

TEST(Place, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(to_string(Place{"f", 0, 0}), "f");
  EXPECT_EQ(to_string(Place{"f", 2, 0}), "f:2");
  EXPECT_EQ(to_string(Place{"", 2, 3}), "2:3");
}

TEST(Faults, ThrowOnlyWhenThereAreAny) {
  Faults faults;
  EXPECT_NO_THROW(faults.throw_if_any(ErrorCode::InvalidSpec, "x"));
  faults.add("a", "b");
  EXPECT_FALSE(faults.empty());
  try {
    faults.throw_if_any(ErrorCode::InvalidSpec, "feature files are wrong");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidSpec);
    EXPECT_STREQ(error.what(), "feature files are wrong\n  a: b");
  }
}

TEST(ErrorCode, NamesAreStable) {
  EXPECT_EQ(to_string(ErrorCode::InvalidSpec), "invalid_spec");
  EXPECT_EQ(to_string(ErrorCode::Internal), "internal");
}

TEST(Watch, StopsWhenAsked) {
  std::stop_source source;
  std::vector<std::uint64_t> seen;
  const Watch watch{source.get_token(), [&](const Progress& state) { seen.push_back(state.done); }};
  EXPECT_NO_THROW(watch.throw_if_stopped());
  watch.report({"x", 3, {}});
  EXPECT_EQ(seen, std::vector<std::uint64_t>{3});
  source.request_stop();
  try {
    watch.throw_if_stopped();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
  }
  EXPECT_NO_THROW(Watch{}.report({"x", 1, {}}));
}

}  // namespace
}  // namespace metaxy
