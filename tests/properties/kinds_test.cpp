// SPDX-License-Identifier: Apache-2.0
// A history that meets each kind of plan in every state and makes each kind of step do all that it can do. Random
// histories are made of the same steps.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "properties/pair.hpp"

namespace metaxy {
namespace {

constexpr int kAll = 63;
constexpr int kSome = 0b010110;
constexpr int kOthers = 0b100001;
/// Whether data versions are given depends on the value, see Pair::give_data_versions.
constexpr int kPlain = 1;
constexpr int kForField = 2;
constexpr int kForSample = 7;

class Script {
 public:
  Script(const World& world, hash::Format format)
      : world_(world),
        pair_(world,
              {format, hash::Algorithm::Xxhash64, format == hash::Format::V0 ? std::size_t{16} : hash::kLengthV1}) {}

  std::map<std::string, int> play() {
    if (!world_.theirs.empty()) pair_.push();
    leave_groups();
    write_roots(kAll, kPlain);
    for (const auto& feature : world_.derived()) {
      pair_.compare(feature);
      pair_.rerun(feature, kAll, kForField);
    }
    change(world_.edits.front());
    change(world_.edits.back());
    write_roots(kSome, kForSample);
    for (const auto& feature : world_.derived()) {
      pair_.compare(feature);
      pair_.rerun(feature, kAll, kForSample);
    }
    pair_.move();
    lose_some();
    lose_all();
    return pair_.seen();
  }

 private:
  void write_roots(int samples, int value) {
    for (const auto& root : world_.roots()) pair_.write_root(root, samples, value);
  }
  void edit(const std::string& thing) {
    pair_.edit(thing);
    if (!world_.theirs.empty()) pair_.push();
  }
  /// The only member of all groups goes to another one, then waits.
  void leave_groups() {
    write_roots(1, 0);
    for (const auto& feature : world_.derived()) pair_.rerun(feature, kAll, kPlain);
    write_roots(1, 4);
    edit(world_.edits.at(1));
    pair_.compare_all();
  }
  /// Some samples are completed, others changed, the rest brought over; in between they wait for what is upstream.
  void change(const std::string& thing) {
    for (const auto& feature : world_.derived()) pair_.remove(feature, 4);
    edit(thing);
    for (const auto& feature : world_.derived()) {
      pair_.carry_over(feature, kOthers, kPlain);
      pair_.rebase(feature, 0);
    }
    pair_.compare_all();
    write_roots(kSome, kPlain + 4);
    for (const auto& feature : world_.features) {
      for (int version : {0, 1}) pair_.rebase(feature, version);
    }
    pair_.compare_all();
    for (const auto& feature : world_.derived()) pair_.rerun(feature, kAll, kForField + 4);
  }
  /// What has to be made again has no record that anything could be taken from; some has only a part of its upstreams.
  void lose_some() {
    pair_.remove(world_.features.front(), 1);
    for (const auto& feature : world_.derived()) pair_.remove(feature, 0);
    for (const auto& feature : world_.derived()) pair_.carry_over(feature, kAll, 0);
    pair_.compare_all();
  }
  /// Each feature is looked at when its upstreams are gone.
  void lose_all() {
    edit(world_.edits.back());
    for (const auto& feature : world_.features) {
      for (int version : {0, 1, 2}) pair_.rebase(feature, version);
      pair_.compare(feature);
      for (int id = 0; id < 6; ++id) id % 2 ? pair_.remove(feature, id) : pair_.erase(feature, id);
    }
  }

  const World& world_;
  Pair pair_;
};

class Kinds : public testing::TestWithParam<std::tuple<std::size_t, hash::Format>> {};

TEST_P(Kinds, AllHappen) {
  const auto& world = *worlds()[std::get<0>(GetParam())];
  const auto seen = Script(world, std::get<1>(GetParam())).play();
  std::vector<std::string> wanted = {"moved",           "given for a field",         "given for samples",
                                     "carried over",    "data version carried over", "partial results refused",
                                     "rebase: rebased", "rebase: deleted",           "rebase: changed",
                                     "rebase: waiting", "rebase: orphaned"};
  if (world.name == "pipeline") wanted.emplace_back("rebase refused");
  if (!world.theirs.empty()) wanted.emplace_back("pushed");
  for (const auto& feature : world.derived()) {
    for (const auto* state : {"new", "stale", "orphaned", "waiting", "current"})
      wanted.push_back(feature + " " + state);
  }
  for (const auto& name : wanted) EXPECT_TRUE(seen.count(name)) << name << " never happened";
  for (const auto& [name, count] : seen) RecordProperty(name, count);
}

std::string name_of(const testing::TestParamInfo<Kinds::ParamType>& info) {
  return worlds()[std::get<0>(info.param)]->name +
         (std::get<1>(info.param) == hash::Format::V0 ? "_format0" : "_format1");
}

INSTANTIATE_TEST_SUITE_P(Worlds, Kinds,
                         testing::Combine(testing::Range(std::size_t{0}, worlds().size()),
                                          testing::Values(hash::Format::V0, hash::Format::V1)),
                         name_of);

}  // namespace
}  // namespace metaxy
