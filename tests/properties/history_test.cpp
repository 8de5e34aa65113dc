// SPDX-License-Identifier: Apache-2.0
// Random histories: writes in any row order, partial reruns and partial results, deletions, edits of definitions, what
// another project pushes, rebases, moves to another store by copying, looks into the past.
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

const World& draw_world() {
  const auto& world = *worlds()[static_cast<std::size_t>(*any_of(0, static_cast<int>(worlds().size())))];
  RC_TAG(world.name);
  return world;
}

/// (kind, feature, samples, value), see `Step`.
auto draw_steps() {
  return *rc::gen::container<std::vector<std::tuple<int, int, int, int>>>(rc::gen::tuple(
      any_of(0, static_cast<int>(kKinds.size())), any_of(0, 64), any_of(1, kSampleSets), any_of(0, kValues)));
}

RC_GTEST_PROP(History, StoreAndOracleAgreeAfterEveryStep, ()) {
  const auto& world = draw_world();
  Pair pair(world, draw_settings(), *any_of(1, 5), static_cast<unsigned>(*any_of(0, 1000)));
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kKinds.at(static_cast<std::size_t>(kind)), feature, samples, value});
    pair.compare_all();
    const auto derived = world.derived();
    pair.compare_then(derived[static_cast<std::size_t>(feature) % derived.size()], feature + 31 * value);
  }
}

/// Longer ones, looked at here and there.
RC_GTEST_PROP(LongHistory, StoreAndOracleAgree, ()) {
  const auto& world = draw_world();
  Pair pair(world, draw_settings(), *any_of(1, 5), static_cast<unsigned>(*any_of(0, 1000)));
  std::size_t at = 0;
  for (const auto& [kind, feature, samples, value] : draw_steps()) {
    pair.play({kKinds.at(static_cast<std::size_t>(kind)), feature, samples, value});
    const auto& target = world.features[at++ % world.features.size()];
    pair.compare(target);
    pair.compare_then(target, feature + 31 * value);
  }
  pair.compare_all();
}

}  // namespace
}  // namespace metaxy
