// SPDX-License-Identifier: Apache-2.0
// Folders and media files for the tests of room ingest, made by FFmpeg's generators so that nothing is downloaded.
#pragma once

#include <filesystem>
#include <string>

namespace metaxy::ingest::testing {

/// A new folder, removed with what is in it.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();

  std::filesystem::path path() const { return path_; }
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file, with the folders it lies in.
  void put(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

std::string read_bytes(const std::string& path);
/// What a command prints; adds a failure when it does not succeed.
std::string output_of(const std::string& command);
/// Runs `ffmpeg` with these arguments.
void ffmpeg(const std::string& arguments);
/// A clip of a second with a test picture and a tone; `codecs` may replace the audio codec and the like.
void make_clip(const std::string& path, int tone, const std::string& codecs = "-c:a aac");

}  // namespace metaxy::ingest::testing
