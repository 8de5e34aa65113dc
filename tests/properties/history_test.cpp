// SPDX-License-Identifier: Apache-2.0
// Random histories: writes in any row order, partial reruns, deletions, edits of definitions, moves to another store by
// copying, looks into the past.
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

/// From all of the range at every size: RapidCheck would draw small numbers only, which are writes.
rc::Gen<int> any_of(int from, int to) { return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(from, to)); }

Pair draw_pair() { return Pair(draw_settings(), *any_of(1, 5), static_cast<unsigned>(*any_of(0, 1000))); }

/// (kind, feature, samples, value), see `Step`.
auto draw_steps() {
  return *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(
      rc::gen::tuple(any_of(0, 8), any_of(0, 30), any_of(1, 64), any_of(0, 12)));
}

RC_GTEST_PROP(History, StoreAndOracleAgreeAfterEveryStep, ()) {
  auto pair = draw_pair();
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kind, feature, samples, value});
    for (const auto& target : Pair::derived()) pair.compare(target);
    pair.compare_then(Pair::derived()[static_cast<std::size_t>(feature) % Pair::derived().size()],
                      feature + 31 * value);
  }
}

/// Longer ones, looked at here and there.
RC_GTEST_PROP(LongHistory, StoreAndOracleAgree, ()) {
  auto pair = draw_pair();
  std::size_t at = 0;
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kind, feature, samples, value});
    const auto target = Pair::derived()[at++ % Pair::derived().size()];
    pair.compare(target);
    pair.compare_then(target, feature + 31 * value);
  }
  for (const auto& target : Pair::derived()) pair.compare(target);
}

}  // namespace
}  // namespace metaxy
