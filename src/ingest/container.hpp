// SPDX-License-Identifier: Apache-2.0
// A media container opened with FFmpeg's libraries, over a file that is open already.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "ingest/open_file.hpp"

struct AVFormatContext;
struct AVIOContext;
struct AVInputFormat;
struct AVPacket;

namespace metaxy::ingest {

class Container {
 public:
  /// Absent when no demuxer recognises the content with more than `least_score` of FFmpeg's probe score.
  /// Only `file` is read: references to other files or addresses are refused. Throws: Io, Cancelled.
  static std::unique_ptr<Container> open(const OpenFile& file, int least_score, std::stop_token stop);
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container();

  const AVFormatContext& context() const { return *format_; }
  /// The next packet of any stream, valid until the next call; null at the end. Throws: Io, Cancelled.
  const AVPacket* next();

 private:
  Container(const OpenFile& file, std::stop_token stop);
  const AVInputFormat* recognise(int least_score);
  void open_as(const AVInputFormat* demuxer);
  /// Throws what went wrong in a callback, else what FFmpeg says.
  [[noreturn]] void fail(const std::string& what, int code);

  static int read_bytes(void* self, std::uint8_t* buffer, int size);
  static std::int64_t seek(void* self, std::int64_t offset, int whence);
  static int is_interrupted(void* self);

  const OpenFile& file_;
  std::stop_token stop_;
  std::int64_t size_;
  std::int64_t position_ = 0;
  std::exception_ptr failure_;  ///< of reading; must not fly through FFmpeg's frames
  AVIOContext* bytes_ = nullptr;
  AVFormatContext* format_ = nullptr;
  AVPacket* packet_ = nullptr;
};

}  // namespace metaxy::ingest
