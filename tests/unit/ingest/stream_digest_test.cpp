// SPDX-License-Identifier: Apache-2.0
#include "ingest/stream_digest.hpp"

#include <gtest/gtest.h>
#include <metaxy/error.hpp>

#include <random>

#include "media.hpp"

namespace metaxy::ingest {
namespace {

using testing::ffmpeg;
using testing::Folder;
using testing::make_clip;
using testing::output_of;

std::vector<StreamDigest> digests_of(const std::string& path, const std::string& media_type = "video/mp4") {
  auto digests = stream_digests(OpenFile(path), media_type);
  EXPECT_TRUE(digests.has_value()) << path;
  return digests.value_or(std::vector<StreamDigest>{});
}

/// FFmpeg's own program prints lines like `0,v,SHA256=…`.
void expect_as_ffmpeg_says(const std::string& path) {
  std::string ours;
  const auto digests = digests_of(path);
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto letter = digests[i].kind == StreamKind::Audio       ? "a"
                        : digests[i].kind == StreamKind::Subtitles ? "s"
                                                                   : "v";
    ours += std::to_string(i) + "," + letter + ",SHA256=" + digests[i].packets + "\n";
  }
  EXPECT_EQ(ours, output_of("timeout 60 ffmpeg -v error -nostdin -i '" + path +
                            "' -map 0 -c copy -f streamhash -hash sha256 -"));
}

TEST(StreamDigest, AgreesWithFfmpegsStreamhash) {
  const Folder folder;
  for (const std::string name : {"a.mp4", "a.mkv", "a.avi", "a.ts", "a.mov", "a.nut"}) {
    make_clip(folder.at(name), 440);
    expect_as_ffmpeg_says(folder.at(name));
  }
  for (const std::string name : {"b.wav", "b.ogg", "b.flac", "b.mp3", "b.aac"}) {
    ffmpeg("-f lavfi -i sine=frequency=300:duration=1 '" + folder.at(name) + "'");
    expect_as_ffmpeg_says(folder.at(name));
  }
}

TEST(StreamDigest, ReplacedAudioLeavesTheFrames) {
  const Folder folder;
  make_clip(folder.at("a.mp4"), 440);
  ffmpeg("-i '" + folder.at("a.mp4") + "' -f lavfi -i sine=frequency=880:duration=1 -map 0:v -map 1:a -c:v copy '" +
         folder.at("b.mp4") + "'");
  const auto before = digests_of(folder.at("a.mp4"));
  const auto after = digests_of(folder.at("b.mp4"));
  ASSERT_EQ(before.size(), 2U);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(before[0].kind, StreamKind::Video);
  EXPECT_EQ(before[1].kind, StreamKind::Audio);
  EXPECT_EQ(before[0].version, after[0].version);
  EXPECT_NE(before[1].version, after[1].version);
}

TEST(StreamDigest, RemuxingKeepsEveryStream) {
  const Folder folder;
  make_clip(folder.at("a.mp4"), 440);
  const auto before = digests_of(folder.at("a.mp4"));
  for (const std::string name : {"b.mkv", "b.mov", "c.mp4"}) {
    ffmpeg("-i '" + folder.at("a.mp4") + "' -c copy -movflags faststart -metadata title=other '" + folder.at(name) +
           "'");
    const auto after = digests_of(folder.at(name));
    ASSERT_EQ(after.size(), 2U);
    EXPECT_EQ(before[0].version, after[0].version) << name;
    EXPECT_EQ(before[1].version, after[1].version) << name;
  }
}

TEST(StreamDigest, CodecSettingsCount) {
  const Folder folder;
  ffmpeg("-f lavfi -i sine=frequency=300:duration=1:sample_rate=44100 '" + folder.at("a.wav") + "'");
  auto bytes = testing::read_bytes(folder.at("a.wav"));
  ASSERT_EQ(bytes.substr(24, 4), std::string("\x44\xac\0\0", 4)) << "the sample rate of a WAV lies at byte 24";
  bytes.replace(24, 4, std::string("\x80\xbb\0\0", 4));
  folder.put("b.wav", bytes);
  const auto before = digests_of(folder.at("a.wav"));
  const auto after = digests_of(folder.at("b.wav"));
  EXPECT_EQ(before.at(0).packets, after.at(0).packets);
  EXPECT_NE(before.at(0).version, after.at(0).version);
}

TEST(StreamDigest, AttachedPicturesAreNoFrames) {
  const Folder folder;
  ffmpeg(
      "-f lavfi -i sine=duration=1 -f lavfi -i color=red:size=32x32:duration=0.04 -map 0 -map 1 -frames:v 1 -c:v mjpeg "
      "-disposition:v attached_pic '" +
      folder.at("a.mp3") + "'");
  const auto digests = digests_of(folder.at("a.mp3"), "audio/mpeg");
  ASSERT_EQ(digests.size(), 2U);
  EXPECT_EQ(digests[0].kind, StreamKind::Audio);
  EXPECT_EQ(digests[1].kind, StreamKind::Picture);
}

TEST(StreamDigest, OtherFilesHaveNoStreams) {
  const Folder folder;
  ffmpeg("-f lavfi -i color=red:size=32x32 -frames:v 1 '" + folder.at("a.png") + "'");
  EXPECT_FALSE(stream_digests(OpenFile(folder.at("a.png")), "image/png"));
  folder.put("a.txt", "some words");
  EXPECT_FALSE(stream_digests(OpenFile(folder.at("a.txt")), "text/plain"));
  folder.put("empty", "");
  EXPECT_FALSE(stream_digests(OpenFile(folder.at("empty")), "application/octet-stream"));
  folder.put("zeros", std::string(100000, '\0'));
  EXPECT_FALSE(stream_digests(OpenFile(folder.at("zeros")), "application/octet-stream"));
}

TEST(StreamDigest, BrokenContainersAreErrors) {
  const Folder folder;
  make_clip(folder.at("a.mp4"), 440);
  const auto bytes = testing::read_bytes(folder.at("a.mp4"));
  folder.put("cut.mp4", bytes.substr(0, bytes.size() / 2));
  try {
    stream_digests(OpenFile(folder.at("cut.mp4")), "video/mp4");
    FAIL() << "a film whose index is missing was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Io);
    EXPECT_NE(error.message().find("broken as QuickTime / MOV"), std::string::npos) << error.message();
  }
}

TEST(StreamDigest, DamagedBytesNeverCrash) {
  const Folder folder;
  std::mt19937 random(7);
  int read = 0;
  for (const std::string name : {"a.mp4", "a.mkv", "a.avi", "a.ts", "a.ogg"}) {
    make_clip(folder.at(name), 440, name == "a.ogg" ? "-c:v theora -c:a vorbis -strict -2 -ac 2" : "-c:a aac");
    const auto whole = testing::read_bytes(folder.at(name));
    for (int round = 0; round < 40; ++round) {
      auto bytes = whole.substr(0, round % 2 ? whole.size() : random() % whole.size());
      for (int i = 0; i < 20 && !bytes.empty(); ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
      folder.put("damaged", bytes);
      try {
        stream_digests(OpenFile(folder.at("damaged")), "video/mp4");
        ++read;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Io);
      }
    }
  }
  EXPECT_GT(read, 0) << "some damage is inside packets and harmless to reading";
}

TEST(StreamDigest, StopsWhenAsked) {
  const Folder folder;
  make_clip(folder.at("a.mp4"), 440);
  std::stop_source stop;
  stop.request_stop();
  try {
    stream_digests(OpenFile(folder.at("a.mp4")), "video/mp4", stop.get_token());
    FAIL() << "read in spite of the stop";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
  }
}

}  // namespace
}  // namespace metaxy::ingest
