// SPDX-License-Identifier: Apache-2.0
#include "ingest/decide.hpp"

#include <gtest/gtest.h>

namespace metaxy::ingest {
namespace {

Stamp stamp(std::int64_t size, std::int64_t microseconds) {
  return {size, Timestamp(std::chrono::microseconds(microseconds))};
}
FoundFile found_file(const std::string& path, Stamp when) { return {path, "/f/" + path, when}; }
Known known_file(const std::string& path, Stamp when, const std::string& digest = "d") {
  return {"/f/" + path, when, "file", {digest}};
}

std::vector<std::string> paths_of(const std::vector<FoundFile>& files) {
  std::vector<std::string> paths;
  for (const auto& file : files) paths.push_back(file.path);
  return paths;
}
using Paths = std::vector<std::string>;

TEST(Decide, ReadsOnlyWhatMayHaveChanged) {
  const KnownSamples known{{"same", known_file("same", stamp(1, 1))},
                           {"size", known_file("size", stamp(1, 1))},
                           {"time", known_file("time", stamp(1, 1))},
                           {"moved", {"/elsewhere/moved", stamp(1, 1), "file", {"d"}}},
                           {"mode", {"/f/mode", stamp(1, 1), "streams", {"d"}}}};
  Scan found{"/f", {}, {}, {}};
  found.files = {found_file("mode", stamp(1, 1)), found_file("moved", stamp(1, 1)), found_file("new", stamp(1, 1)),
                 found_file("same", stamp(1, 1)), found_file("size", stamp(2, 1)),  found_file("time", stamp(1, 2))};
  const auto todo = decide(known, found, {}, "file", false);
  EXPECT_EQ(paths_of(todo.to_read), (Paths{"mode", "moved", "new", "size", "time"}));
  EXPECT_EQ(todo.unchanged, 1U);
  EXPECT_TRUE(todo.vanished.empty());
  const auto again = decide(known, found, {}, "file", true);
  EXPECT_EQ(again.to_read.size(), 6U);
  EXPECT_EQ(again.unchanged, 0U);
}

TEST(Decide, OnlyWhatIsCertainlyGoneHasVanished) {
  KnownSamples known;
  for (const auto* id : {"gone", "unreadable", "blind/x", "blinder", "excluded/x", ".hidden", "present"})
    known.emplace(id, known_file(id, stamp(1, 1)));
  const Scan found{"/f", {found_file("present", stamp(1, 1))}, {{"unreadable", "x"}, {"blind", "x"}}, {"blind"}};
  const Selection selection{{}, {"excluded"}, false};
  EXPECT_EQ(decide(known, found, selection, "file", false).vanished, (Paths{"blinder", "gone"}));
}

TEST(Compare, TellsContentFromCircumstances) {
  const auto before = known_file("a", stamp(1, 1), "d");
  EXPECT_EQ(compare(nullptr, before), Outcome::Added);
  EXPECT_EQ(compare(&before, before), Outcome::Unchanged);
  EXPECT_EQ(compare(&before, known_file("a", stamp(1, 2), "d")), Outcome::Touched);
  EXPECT_EQ(compare(&before, known_file("a", stamp(1, 1), "e")), Outcome::Changed);
  const Known foreign{"", stamp(-1, 0), "", {}};
  EXPECT_EQ(compare(&foreign, before), Outcome::Changed);
}

}  // namespace
}  // namespace metaxy::ingest
