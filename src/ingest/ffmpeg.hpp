// SPDX-License-Identifier: Apache-2.0
// FFmpeg's libraries, loaded when the first container is opened: they and what they need are over a hundred shared
// libraries, which every start of every program would pay for otherwise.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavcodec/packet.h>
#include <libavformat/avformat.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

namespace metaxy::ingest {

/// The functions that are used, under their own names.
struct Ffmpeg {
  decltype(&::av_free) av_free;
  decltype(&::av_freep) av_freep;
  decltype(&::av_log_set_level) av_log_set_level;
  decltype(&::av_malloc) av_malloc;
  decltype(&::av_strerror) av_strerror;
  decltype(&::av_packet_alloc) av_packet_alloc;
  decltype(&::av_packet_free) av_packet_free;
  decltype(&::av_packet_get_side_data) av_packet_get_side_data;
  decltype(&::av_packet_unref) av_packet_unref;
  decltype(&::avcodec_get_name) avcodec_get_name;
  decltype(&::av_probe_input_buffer2) av_probe_input_buffer2;
  decltype(&::av_read_frame) av_read_frame;
  decltype(&::avformat_alloc_context) avformat_alloc_context;
  decltype(&::avformat_close_input) avformat_close_input;
  decltype(&::avformat_find_stream_info) avformat_find_stream_info;
  decltype(&::avformat_open_input) avformat_open_input;
  decltype(&::avio_alloc_context) avio_alloc_context;
  decltype(&::avio_context_free) avio_context_free;
};

/// Loads at the first call; any thread may call. Throws: Unsupported when a library is not installed.
const Ffmpeg& ffmpeg();

}  // namespace metaxy::ingest
