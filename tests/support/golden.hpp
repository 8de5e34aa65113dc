// SPDX-License-Identifier: Apache-2.0
// Texts kept in files under tests/golden. METAXY_ACCEPT=1 writes them anew and marks the tests skipped.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace metaxy::testing_support {

/// `name` is relative to tests/golden; the file ends with one more newline than `text`.
inline void expect_golden(const std::string& name, const std::string& text) {
  std::filesystem::path path = std::filesystem::path(METAXY_TESTS_DIR) / "golden" / name;
  const char* accept = std::getenv("METAXY_ACCEPT");
  if (accept && std::string(accept) == "1") {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text << '\n';
    GTEST_SKIP() << "wrote " << path;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing; METAXY_ACCEPT=1 writes it";
  std::string kept{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text + '\n', kept) << "differs from " << path << "; METAXY_ACCEPT=1 accepts it";
}

}  // namespace metaxy::testing_support
