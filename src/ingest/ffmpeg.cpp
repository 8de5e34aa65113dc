// SPDX-License-Identifier: Apache-2.0
#include "ingest/ffmpeg.hpp"

#include <dlfcn.h>

#include <metaxy/error.hpp>

#include <string>

namespace metaxy::ingest {
namespace {

// The version that the headers describe: structs of another one have other layouts.
std::string file_name(const std::string& library, int major) {
#ifdef __APPLE__
  return "lib" + library + "." + std::to_string(major) + ".dylib";
#else
  return "lib" + library + ".so." + std::to_string(major);
#endif
}

class Library {
 public:
  // Never closed: FFmpeg keeps state of its own.
  Library(const std::string& name, int major)
      : file_(file_name(name, major)), handle_(dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle_) fail();
  }

  template <class Function>
  void find(const char* name, Function*& function) const {
    function = reinterpret_cast<Function*>(dlsym(handle_, name));
    if (!function) fail();
  }

 private:
  [[noreturn]] void fail() const {
    const char* reason = dlerror();
    throw Error(ErrorCode::Unsupported,
                "FFmpeg's library " + file_ + " cannot be used: " + (reason ? reason : "no reason given"),
                "install FFmpeg's libraries, or ingest without streams");
  }

  std::string file_;
  void* handle_;
};

Ffmpeg load() {
  Ffmpeg out{};
  const Library util("avutil", LIBAVUTIL_VERSION_MAJOR);
  util.find("av_free", out.av_free);
  util.find("av_freep", out.av_freep);
  util.find("av_log_set_level", out.av_log_set_level);
  util.find("av_malloc", out.av_malloc);
  util.find("av_strerror", out.av_strerror);
  const Library codec("avcodec", LIBAVCODEC_VERSION_MAJOR);
  codec.find("av_packet_alloc", out.av_packet_alloc);
  codec.find("av_packet_free", out.av_packet_free);
  codec.find("av_packet_get_side_data", out.av_packet_get_side_data);
  codec.find("av_packet_unref", out.av_packet_unref);
  codec.find("avcodec_get_name", out.avcodec_get_name);
  const Library format("avformat", LIBAVFORMAT_VERSION_MAJOR);
  format.find("av_probe_input_buffer2", out.av_probe_input_buffer2);
  format.find("av_read_frame", out.av_read_frame);
  format.find("avformat_alloc_context", out.avformat_alloc_context);
  format.find("avformat_close_input", out.avformat_close_input);
  format.find("avformat_find_stream_info", out.avformat_find_stream_info);
  format.find("avformat_open_input", out.avformat_open_input);
  format.find("avio_alloc_context", out.avio_alloc_context);
  format.find("avio_context_free", out.avio_context_free);
  return out;
}

}  // namespace

const Ffmpeg& ffmpeg() {
  static const Ffmpeg functions = load();
  return functions;
}

}  // namespace metaxy::ingest
