// SPDX-License-Identifier: Apache-2.0
// A folder of its own for each test, and texts of errors.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <metaxy/error.hpp>

#include "project/feature_file.hpp"

namespace metaxy::project {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "metaxy-project-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

/// `line:column subject: message | hint` of each fault; the file's name alone, without its folder.
inline std::vector<std::string> texts(const std::vector<Fault>& faults, bool with_file = false) {
  std::vector<std::string> out;
  for (const Fault& fault : faults) {
    std::string text;
    if (fault.place) {
      if (with_file) text += std::filesystem::path(fault.place->file).filename().string() + ":";
      text += std::to_string(fault.place->line) + ":" + std::to_string(fault.place->column) + " ";
    }
    if (!fault.subject.empty()) text += fault.subject + ": ";
    text += fault.message;
    if (!fault.hint.empty()) text += " | " + fault.hint;
    out.push_back(text);
  }
  return out;
}

/// The error that `action` throws; a failed test when it throws none.
template <class Action>
Error error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(ErrorCode::Internal, "nothing was thrown");
}

inline std::vector<spec::FeatureDefinition> parsed(const std::string& text) {
  Faults faults;
  auto out = parse_feature_file(text, "f.toml", "p", faults).definitions;
  EXPECT_EQ(texts(faults.items()), std::vector<std::string>{}) << text;
  return out;
}

inline std::vector<std::string> faults_of(const std::string& text) {
  Faults faults;
  parse_feature_file(text, "f.toml", "p", faults);
  return texts(faults.items());
}

}  // namespace metaxy::project
