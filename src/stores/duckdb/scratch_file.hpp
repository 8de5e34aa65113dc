// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <memory>
#include <string>

namespace metaxy::stores::duckdb {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, CloseFile>;

/// A new file beside `target` (or in the folder for temporary files) that is removed unless it is kept.
class ScratchFile {
 public:
  /// Throws: Io.
  static ScratchFile beside(const std::string& target);
  static ScratchFile temporary();
  ScratchFile(ScratchFile&& other) noexcept : path_(std::move(other.path_)), file_(std::move(other.file_)) {
    other.path_.clear();
  }
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  const std::string& path() const { return path_; }
  std::FILE* file() const { return file_.get(); }
  /// Makes what was written durable and gives it the name. Throws: Io.
  void keep_as(const std::string& target);

 private:
  ScratchFile(std::string pattern, const std::string& target);

  std::string path_;
  OpenFile file_;
};

}  // namespace metaxy::stores::duckdb
