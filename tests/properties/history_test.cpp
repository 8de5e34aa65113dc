// SPDX-License-Identifier: Apache-2.0
// Random histories: writes in any row order, partial reruns, deletions, code-version bumps.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "properties/pair.hpp"

namespace metaxy {
namespace {

hash::Settings draw_settings() {
  hash::Settings out;
  out.algorithm = *rc::gen::elementOf(hash::all_algorithms());
  out.format = *rc::gen::element(hash::Format::V0, hash::Format::V1);
  out.length = out.format == hash::Format::V0 ? 16 : hash::kLengthV1;
  return out;
}

Pair draw_pair() { return Pair(draw_settings(), *rc::gen::inRange(1, 5), *rc::gen::inRange(0U, 1000U)); }

/// (kind, feature, samples, value), see `Step`.
auto draw_steps() {
  return *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(rc::gen::tuple(
      rc::gen::inRange(0, 7), rc::gen::inRange(0, 30), rc::gen::inRange(1, 64), rc::gen::inRange(0, 12)));
}

RC_GTEST_PROP(History, StoreAndOracleAgreeAfterEveryStep, ()) {
  auto pair = draw_pair();
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kind, feature, samples, value});
    for (const auto& target : Pair::derived()) pair.compare(target);
  }
}

/// Longer ones, looked at here and there.
RC_GTEST_PROP(LongHistory, StoreAndOracleAgree, ()) {
  auto pair = draw_pair();
  std::size_t at = 0;
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kind, feature, samples, value});
    pair.compare(Pair::derived()[at++ % Pair::derived().size()]);
  }
  for (const auto& target : Pair::derived()) pair.compare(target);
}

}  // namespace
}  // namespace metaxy
