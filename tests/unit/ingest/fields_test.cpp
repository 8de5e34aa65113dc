// SPDX-License-Identifier: Apache-2.0
#include "ingest/fields.hpp"

#include <gtest/gtest.h>

namespace metaxy::ingest {
namespace {

spec::FeatureSpec feature_with(const std::vector<std::string>& fields) {
  spec::FeatureSpec feature{.key = spec::FeatureKey::parse("media/files"), .id_columns = {"id"}};
  feature.fields.clear();
  for (const auto& field : fields) {
    spec::FieldSpec one;
    one.key = spec::FieldKey::parse(field);
    feature.fields.push_back(one);
  }
  return feature;
}

std::vector<std::string> described(const std::vector<std::string>& fields, bool streams) {
  std::vector<std::string> texts;
  for (const auto& source : field_sources(feature_with(fields), streams))
    texts.push_back(source.field + ": " + describe(source));
  return texts;
}
using Texts = std::vector<std::string>;

TEST(Fields, NamesStandForStreams) {
  EXPECT_EQ(described({"audio", "frames", "file"}, true),
            (Texts{"audio: audio stream 1", "frames: video stream 1", "file: whole file"}));
  EXPECT_EQ(described({"audio/2", "video_3", "subtitles", "picture"}, true),
            (Texts{"audio_2: audio stream 2", "video_3: video stream 3", "subtitles: subtitles stream 1",
                   "picture: picture stream 1"}));
  EXPECT_EQ(described({"default", "audio_0", "audio_1", "audio_02", "audio_x", "my_audio"}, true),
            (Texts{"default: whole file", "audio_0: whole file", "audio_1: whole file", "audio_02: whole file",
                   "audio_x: whole file", "my_audio: whole file"}));
  EXPECT_EQ(described({"audio", "frames"}, false), (Texts{"audio: whole file", "frames: whole file"}));
}

TEST(Fields, EveryDeclaredFieldGetsAVersion) {
  const auto sources = field_sources(feature_with({"audio_2", "frames", "file", "audio", "subtitles"}), true);
  const std::vector<StreamDigest> streams{{StreamKind::Audio, "aac", "", "first"},
                                          {StreamKind::Picture, "png", "", "cover"},
                                          {StreamKind::Video, "h264", "", "film"},
                                          {StreamKind::Audio, "aac", "", "second"}};
  EXPECT_EQ(container_versions(sources, streams, "whole"), (Texts{"second", "film", "whole", "first", "absent"}));
}

}  // namespace
}  // namespace metaxy::ingest
