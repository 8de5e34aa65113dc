// SPDX-License-Identifier: Apache-2.0
// Digests of the elementary streams of an audio or video container: of the packets as they are stored, nothing is
// decoded, so that a digest survives remuxing and does not depend on the other streams.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/open_file.hpp"

namespace metaxy::ingest {

enum class StreamKind { Video, Audio, Subtitles, Picture, Data, Attachment };

struct StreamDigest {
  StreamKind kind = StreamKind::Data;
  std::string codec;    ///< FFmpeg's name, for example `h264`
  std::string packets;  ///< SHA-256 of all packets' bytes, in order: what FFmpeg's `streamhash` muxer prints
  /// SHA-256 of the packets' digest with the codec's name, its extradata, picture size, sample rate and channels:
  /// what says how to decode the packets is part of the stream.
  std::string version;
};

/// Whether files of this media type are worth asking FFmpeg about. Pictures and text are not, though it has demuxers
/// for them.
bool may_hold_streams(const std::string& media_type);

/// In the container's order; absent when FFmpeg does not recognise a container. Time stamps, metadata and the
/// container's layout do not count. Throws: Io (recognised, but broken or unreadable), Cancelled.
std::optional<std::vector<StreamDigest>> stream_digests(const OpenFile& file, const std::string& media_type,
                                                        const std::stop_token& stop = {});

}  // namespace metaxy::ingest
