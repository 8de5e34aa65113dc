// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_digest.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include <metaxy/hash.hpp>

#include "ingest/container.hpp"
#include "ingest/ffmpeg.hpp"
#include "ingest/file_digest.hpp"

namespace metaxy::ingest {
namespace {

constexpr std::string_view kTag = "metaxy-stream/1;";

/// One stream while it is read.
struct Track {
  Sha256 packets;
  Sha256 later_settings;  ///< extradata that replaces the first in the middle of the stream
  bool has_later_settings = false;
};

std::span<const unsigned char> extradata_of(const AVCodecParameters& codec) {
  return {codec.extradata, static_cast<std::size_t>(std::max(codec.extradata_size, 0))};
}

StreamKind kind_of(const AVStream& stream) {
  if (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) return StreamKind::Picture;
  switch (stream.codecpar->codec_type) {
    case AVMEDIA_TYPE_VIDEO: return StreamKind::Video;
    case AVMEDIA_TYPE_AUDIO: return StreamKind::Audio;
    case AVMEDIA_TYPE_SUBTITLE: return StreamKind::Subtitles;
    case AVMEDIA_TYPE_ATTACHMENT: return StreamKind::Attachment;
    default: return StreamKind::Data;
  }
}

void take(Track& track, const AVPacket& packet, const AVCodecParameters& codec) {
  track.packets.update({packet.data, static_cast<std::size_t>(std::max(packet.size, 0))});
  std::size_t size = 0;
  const auto* settings = ffmpeg().av_packet_get_side_data(&packet, AV_PKT_DATA_NEW_EXTRADATA, &size);
  const std::span<const unsigned char> later(settings, settings ? size : 0);
  // Some demuxers repeat the settings that the stream has anyway.
  if (later.empty() || std::ranges::equal(later, extradata_of(codec))) return;
  track.later_settings.update(later);
  track.has_later_settings = true;
}

std::string version_of(const AVCodecParameters& codec, const std::string& name, Track& track,
                       const std::string& packets) {
  Sha256 extradata;
  extradata.update(extradata_of(codec));
  std::string preimage(kTag);
  const auto item = [&](std::string_view text) { hash::append_item(preimage, text); };
  item(name);
  item(packets);
  item(extradata.finish());
  for (const int number : {codec.width, codec.height, codec.sample_rate, codec.ch_layout.nb_channels})
    item(std::to_string(number));
  if (track.has_later_settings) item(track.later_settings.finish());
  return hash::digest_text(hash::Format::V1, hash::Algorithm::Sha256, preimage);
}

}  // namespace

bool may_hold_streams(const std::string& media_type) {
  static constexpr std::string_view kOthers[] = {"application/ogg",
                                                 "application/mxf",
                                                 "application/vnd.rn-realmedia",
                                                 "application/vnd.ms-asf",
                                                 "application/x-shockwave-flash",
                                                 "application/octet-stream"};
  return media_type.starts_with("audio/") || media_type.starts_with("video/") ||
         std::ranges::find(kOthers, media_type) != std::end(kOthers);
}

std::optional<std::vector<StreamDigest>> stream_digests(const OpenFile& file, const std::string& media_type,
                                                        const std::stop_token& stop) {
  if (!may_hold_streams(media_type)) return {};
  // Any bytes look a little like some format; a file that libmagic does not know must look very much like one.
  const int least_score = media_type == "application/octet-stream" ? AVPROBE_SCORE_EXTENSION : 0;
  const auto container = Container::open(file, least_score, stop);
  if (!container) return {};
  std::vector<Track> tracks;
  while (const auto* packet = container->next()) {
    // Streams may turn up while packets are read.
    if (tracks.size() < container->context().nb_streams) tracks.resize(container->context().nb_streams);
    const auto index = static_cast<std::size_t>(packet->stream_index);
    take(tracks.at(index), *packet, *container->context().streams[index]->codecpar);
  }
  tracks.resize(container->context().nb_streams);
  std::vector<StreamDigest> digests;
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    const auto& stream = *container->context().streams[i];
    StreamDigest digest{
        kind_of(stream), ffmpeg().avcodec_get_name(stream.codecpar->codec_id), tracks[i].packets.finish(), {}};
    digest.version = version_of(*stream.codecpar, digest.codec, tracks[i], digest.packets);
    digests.push_back(std::move(digest));
  }
  return digests;
}

}  // namespace metaxy::ingest
