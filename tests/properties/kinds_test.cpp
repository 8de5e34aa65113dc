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
/// Whether data versions are given depends on the value, see Pair::give_data_versions.
constexpr int kPlain = 1;
constexpr int kForField = 2;
constexpr int kForSample = 3;

class Script {
 public:
  Script(const World& world, hash::Format format)
      : world_(world),
        pair_(world,
              {format, hash::Algorithm::Xxhash64, format == hash::Format::V0 ? std::size_t{16} : hash::kLengthV1}) {}

  std::map<std::string, int> play() {
    write_roots(kAll, kPlain);
    if (!world_.theirs.empty()) pair_.push();
    for (const auto& feature : world_.derived()) {
      pair_.compare(feature);
      pair_.rerun(feature, kAll, kForField);
    }
    for (const auto& thing : world_.edits) edit(thing);
    write_roots(kSome, kForSample);
    run(kAll, kForSample);
    remove();
    pair_.move();
    pair_.compare_all();
    return pair_.seen();
  }

 private:
  void write_roots(int samples, int value) {
    for (const auto& root : world_.roots()) pair_.write_root(root, samples, value);
    pair_.compare_all();
  }
  void run(int samples, int value) {
    for (const auto& feature : world_.derived()) pair_.rerun(feature, samples, value);
    pair_.compare_all();
  }
  void carry_over(int samples, int value) {
    for (const auto& feature : world_.derived()) pair_.carry_over(feature, samples, value);
  }
  /// Half of what is deleted is needed by features that are still there; what comes back has no previous record.
  void remove() {
    for (const auto& root : world_.roots()) pair_.remove(root, 1);
    pair_.compare_all();
    for (const auto& root : world_.roots()) pair_.erase(root, 2);
    for (const auto& feature : world_.derived()) pair_.remove(feature, 0);
    pair_.compare_all();
    carry_over(kAll, 0);
  }
  /// Some samples are changed, the others brought over, and in between both wait for what is upstream.
  void edit(const std::string& thing) {
    pair_.edit(thing);
    if (!world_.theirs.empty()) pair_.push();
    for (const auto& feature : world_.derived()) pair_.rebase(feature, 0);
    for (const auto& feature : world_.derived()) pair_.remove(feature, 4);
    pair_.compare_all();
    for (const auto& root : world_.roots()) pair_.write_root(root, kSome, static_cast<int>(thing.size()));
    for (const auto& feature : world_.features) {
      for (int version : {0, 1}) pair_.rebase(feature, version);
    }
    carry_over(kSome, kPlain);
    pair_.compare_all();
    for (const auto& feature : world_.derived()) pair_.rerun(feature, kAll, kForField + 4);
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
