// SPDX-License-Identifier: Apache-2.0
// Answers of the reference to generated histories (format 0), through the DuckDB store.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "conformance/replay.hpp"
#include "support/database.hpp"

namespace metaxy::conformance {
namespace {

std::filesystem::path case_folder() {
  const char* given = std::getenv("METAXY_CONFORMANCE");
  return given && *given ? given : METAXY_CONFORMANCE_DIR;
}

TEST(ConformanceIncrements, EveryCaseAgreesWithTheReference) {
  const auto file = case_folder() / "increments.jsonl";
  std::ifstream lines(file);
  ASSERT_TRUE(lines) << "cannot read " << file;
  std::map<std::string, int> played;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty()) continue;
    SCOPED_TRACE(file.string() + ":" + std::to_string(number));
    const auto given = parse_json(line);
    const auto kind = given.at("kind").get<std::string>();
    ++played[kind];
    try {
      for (const bool compat : {true, false}) {
        SCOPED_TRACE(compat ? "compatibility mode" : "own rules");
        auto store = test::database();
        replay(given, store->open(store::Mode::Write), compat);
      }
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  for (const auto& [kind, count] : played) RecordProperty(kind, count);
  EXPECT_FALSE(played.empty());
}

}  // namespace
}  // namespace metaxy::conformance
