// SPDX-License-Identifier: Apache-2.0
#include "ingest/container.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>
#include <span>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "ingest/ffmpeg.hpp"

namespace metaxy::ingest {
namespace {

constexpr int kBufferSize = 1 << 18;

void silence_ffmpeg() {
  static std::once_flag once;
  std::call_once(once, [] { ffmpeg().av_log_set_level(AV_LOG_QUIET); });
}

int refuse_other_files(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

std::string words_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> words{};
  ffmpeg().av_strerror(code, words.data(), words.size());
  return to_lower(words.data());
}

void require(const void* memory) {
  if (!memory) throw std::bad_alloc();
}

}  // namespace

Container::Container(const OpenFile& file, std::stop_token stop)
    : file_(file), stop_(std::move(stop)), size_(file.stamp().size) {}

Container::~Container() {
  ffmpeg().av_packet_free(&packet_);
  ffmpeg().avformat_close_input(&format_);
  if (bytes_) ffmpeg().av_freep(&bytes_->buffer);
  ffmpeg().avio_context_free(&bytes_);
}

int Container::read_bytes(void* self, std::uint8_t* buffer, int size) {
  auto& container = *static_cast<Container*>(self);
  if (container.stop_.stop_requested()) return AVERROR_EXIT;
  try {
    const auto wanted = std::span(buffer, static_cast<std::size_t>(size));
    const auto got = container.file_.read_at(static_cast<std::uint64_t>(container.position_), wanted);
    container.position_ += static_cast<std::int64_t>(got);
    return got == 0 ? AVERROR_EOF : static_cast<int>(got);
  } catch (...) {
    container.failure_ = std::current_exception();
    return AVERROR(EIO);
  }
}

std::int64_t Container::seek(void* self, std::int64_t offset, int whence) {
  auto& container = *static_cast<Container*>(self);
  std::int64_t origin = 0;
  switch (whence & ~AVSEEK_FORCE) {
    case AVSEEK_SIZE: return container.size_;
    case SEEK_SET: break;
    case SEEK_CUR: origin = container.position_; break;
    case SEEK_END: origin = container.size_; break;
    default: return AVERROR(EINVAL);
  }
  std::int64_t target = 0;
  if (__builtin_add_overflow(origin, offset, &target) || target < 0) return AVERROR(EINVAL);
  return container.position_ = target;
}

int Container::is_interrupted(void* self) { return static_cast<Container*>(self)->stop_.stop_requested() ? 1 : 0; }

void Container::fail(const std::string& what, int code) {
  if (stop_.stop_requested()) throw Error(ErrorCode::Cancelled, "reading was interrupted");
  if (failure_) std::rethrow_exception(failure_);
  throw Error(ErrorCode::Io, what + ": " + words_of(code));
}

const AVInputFormat* Container::recognise(int least_score) {
  auto* buffer = static_cast<unsigned char*>(ffmpeg().av_malloc(kBufferSize));
  require(buffer);
  bytes_ = ffmpeg().avio_alloc_context(buffer, kBufferSize, 0, this, &read_bytes, nullptr, &seek);
  if (!bytes_) ffmpeg().av_free(buffer);
  require(bytes_);
  const AVInputFormat* demuxer = nullptr;
  const int score = ffmpeg().av_probe_input_buffer2(bytes_, &demuxer, "", nullptr, 0, 0);
  if (stop_.stop_requested() || failure_) fail("cannot be read", score);
  return score > least_score ? demuxer : nullptr;
}

void Container::open_as(const AVInputFormat* demuxer) {
  format_ = ffmpeg().avformat_alloc_context();
  require(format_);
  format_->pb = bytes_;
  format_->flags |= AVFMT_FLAG_CUSTOM_IO;
  format_->io_open = &refuse_other_files;
  format_->interrupt_callback = {&is_interrupted, this};
  if (const int code = ffmpeg().avformat_open_input(&format_, "", demuxer, nullptr); code < 0)
    fail(std::string("broken as ") + demuxer->long_name, code);
  if (const int code = ffmpeg().avformat_find_stream_info(format_, nullptr); code < 0)
    fail(std::string("broken as ") + demuxer->long_name, code);
  packet_ = ffmpeg().av_packet_alloc();
  require(packet_);
}

std::unique_ptr<Container> Container::open(const OpenFile& file, int least_score, std::stop_token stop) {
  silence_ffmpeg();
  std::unique_ptr<Container> container(new Container(file, std::move(stop)));
  const auto* demuxer = container->recognise(least_score);
  if (!demuxer) return nullptr;
  container->open_as(demuxer);
  return container;
}

const AVPacket* Container::next() {
  if (stop_.stop_requested()) fail("", 0);
  ffmpeg().av_packet_unref(packet_);
  const int code = ffmpeg().av_read_frame(format_, packet_);
  if (failure_) fail("", code);
  if (code >= 0) return packet_;
  if (code != AVERROR_EOF) fail(std::string("broken as ") + format_->iformat->long_name, code);
  return nullptr;
}

}  // namespace metaxy::ingest
