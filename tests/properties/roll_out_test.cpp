// SPDX-License-Identifier: Apache-2.0
// After a code-version bump features are run again in every order, at first for some samples only: in between nothing
// is called current or orphaned that is not, and in the end everything is current.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/pair.hpp"

namespace metaxy {
namespace {

constexpr int kAll = 63;
constexpr int kSome = 0b010110;

std::vector<std::string> derived() { return pipeline().derived(); }

/// Hash format, the field that is bumped, the feature that is run first.
class RollOut : public testing::TestWithParam<std::tuple<hash::Format, std::string, std::string>> {};

void compare_all(Pair& pair) {
  for (const auto& feature : derived()) pair.compare(feature);
}

void write_roots(Pair& pair) {
  for (const auto* root : {"video/raw", "text/raw"}) pair.write_root(root, kAll, 1);
}

TEST_P(RollOut, EveryOrderOfReruns) {
  const auto& [format, field, first] = GetParam();
  auto order = derived();
  std::ranges::sort(order);
  do {
    if (order.front() != first) continue;
    Pair pair(pipeline(),
              {format, hash::Algorithm::Xxhash64, format == hash::Format::V0 ? std::size_t{16} : hash::kLengthV1});
    write_roots(pair);
    for (const auto& feature : derived()) pair.rerun(feature, kAll, 1);
    pair.edit(field);
    if (std::ranges::is_sorted(order.begin() + 1, order.end())) compare_all(pair);  // the same for every order
    // Roots are not computed: their users write them again, here for some samples before and the others after.
    pair.write_root("video/raw", kSome, 2);
    for (int samples : {kSome, kAll}) {
      for (const auto& feature : order) {
        pair.rerun(feature, samples, 1);
        pair.compare(feature);
      }
      write_roots(pair);
    }
    for (const auto& feature : derived()) pair.rerun(feature, kAll, 1);
    pair.expect_all_current();
  } while (std::ranges::next_permutation(order).found);
}

std::string name_of(const testing::TestParamInfo<RollOut::ParamType>& info) {
  return std::get<1>(info.param) + "_" + std::get<2>(info.param);
}

INSTANTIATE_TEST_SUITE_P(Format1, RollOut,
                         testing::Combine(testing::Values(hash::Format::V1), testing::Values("frames"),
                                          testing::ValuesIn(derived())),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Format0, RollOut,
                         testing::Combine(testing::Values(hash::Format::V0), testing::Values("box"),
                                          testing::Values("joined")),
                         name_of);

}  // namespace
}  // namespace metaxy
