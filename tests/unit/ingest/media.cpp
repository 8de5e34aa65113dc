// SPDX-License-Identifier: Apache-2.0
#include "media.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace metaxy::ingest::testing {

Folder::Folder() {
  auto pattern = (std::filesystem::temp_directory_path() / "metaxy-ingest-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder");
  path_ = std::filesystem::canonical(pattern);
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::put(const std::string& name, const std::string& content) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

std::string read_bytes(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  if (!pipe) throw std::runtime_error("cannot run " + command);
  std::array<char, 4096> buffer{};
  while (const auto got = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << command;
  return text;
}

void ffmpeg(const std::string& arguments) { output_of("timeout 60 ffmpeg -v error -nostdin -y " + arguments); }

void make_clip(const std::string& path, int tone, const std::string& codecs) {
  ffmpeg("-f lavfi -i testsrc=size=160x120:rate=10:duration=1 -f lavfi -i sine=frequency=" + std::to_string(tone) +
         ":duration=1 -c:v mpeg4 " + codecs + " -shortest '" + path + "'");
}

}  // namespace metaxy::ingest::testing
