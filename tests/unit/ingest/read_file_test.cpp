// SPDX-License-Identifier: Apache-2.0
#include "ingest/read_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <metaxy/error.hpp>

#include "ingest/file_digest.hpp"
#include "media.hpp"

namespace metaxy::ingest {
namespace {

using testing::Folder;
using Versions = std::vector<std::string>;

const FieldSource kWhole{"default", {}};
const FieldSource kAudio{"audio", StreamRef{StreamKind::Audio, 1}};
const FieldSource kFrames{"frames", StreamRef{StreamKind::Video, 1}};

TEST(FileDigest, IsSha256OfTheBytes) {
  const Folder folder;
  folder.put("empty", "");
  folder.put("abc", "abc");
  // Test vectors of FIPS 180-4.
  EXPECT_EQ(file_digest(OpenFile(folder.at("empty"))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(file_digest(OpenFile(folder.at("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (const std::size_t size : {(std::size_t{1} << 20) - 1, std::size_t{1} << 20, (std::size_t{3} << 20) + 7}) {
    folder.put("large", std::string(size, 'x'));
    EXPECT_EQ(file_digest(OpenFile(folder.at("large"))),
              testing::output_of("sha256sum '" + folder.at("large") + "'").substr(0, 64));
  }
}

TEST(FileReader, TellsMediaTypesByContent) {
  const Folder folder;
  testing::make_clip(folder.at("film.txt.mp4"), 440);
  std::filesystem::rename(folder.at("film.txt.mp4"), folder.at("film.txt"));
  folder.put("text.mp4", "some words in a row\n");
  folder.put("empty.png", "");
  const FileReader reader({kWhole});
  EXPECT_EQ(reader.read(folder.at("film.txt")).media_type, "video/mp4");
  EXPECT_EQ(reader.read(folder.at("text.mp4")).media_type, "text/plain");
  EXPECT_EQ(reader.read(folder.at("empty.png")).media_type, "application/x-empty");
}

TEST(FileReader, VersionsFieldsByStreamOrWhole) {
  const Folder folder;
  testing::make_clip(folder.at("a.mp4"), 440);
  testing::ffmpeg("-f lavfi -i sine=duration=1 '" + folder.at("b.wav") + "'");
  const auto digest = [&](const std::string& name) { return file_digest(OpenFile(folder.at(name))); };
  const FileReader reader({kAudio, kWhole, kFrames});
  const auto film = reader.read(folder.at("a.mp4")).versions;
  ASSERT_EQ(film.size(), 3U);
  EXPECT_EQ(film[1], digest("a.mp4"));
  EXPECT_NE(film[0], film[1]);
  EXPECT_NE(film[2], film[1]);
  EXPECT_NE(film[0], film[2]);
  const auto sound = reader.read(folder.at("b.wav")).versions;
  EXPECT_EQ(sound[2], "absent");
  EXPECT_EQ(sound[1], digest("b.wav"));
  EXPECT_EQ(FileReader({kWhole}).read(folder.at("a.mp4")).versions, Versions{digest("a.mp4")});
}

TEST(FileReader, OtherFilesGiveTheirDigestToEveryField) {
  const Folder folder;
  folder.put("a.txt", "abc");
  const std::string digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  EXPECT_EQ(FileReader({kAudio, kFrames}).read(folder.at("a.txt")).versions, (Versions{digest, digest}));
}

TEST(FileReader, RefusesWhatIsNoFileWithoutHanging) {
  const Folder folder;
  ASSERT_EQ(mkfifo(folder.at("pipe").c_str(), 0600), 0);
  std::filesystem::create_directory(folder.path() / "folder.mp4");
  const FileReader reader({kWhole});
  for (const auto& [name, reason] : {std::pair{"pipe", "not a regular file but a named pipe"},
                                     std::pair{"folder.mp4", "not a regular file but a folder"},
                                     std::pair{"missing", "cannot be opened: no such file or directory"}}) {
    try {
      reader.read(folder.at(name));
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::Io);
      EXPECT_EQ(error.message(), reason);
    }
  }
}

}  // namespace
}  // namespace metaxy::ingest
