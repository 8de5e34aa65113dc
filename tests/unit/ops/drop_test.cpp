// SPDX-License-Identifier: Apache-2.0
// Dropping a feature: its table and what is remembered of its versions, all or nothing.
#include "support/scene.hpp"

namespace metaxy {
namespace {

const std::string kVideo = R"({"key":"video-raw","id_columns":["id"],"fields":["v"]})";
const std::string kCrop = R"({"key":"crop","id_columns":["id"],"deps":[{"feature":"video-raw"}],"fields":["v"]})";

class Drop : public testing::Test, public Scene {
 protected:
  Drop() : Scene({kVideo, kCrop}) {
    write("video-raw", {{{"id", "a"}}, {{"id", "b"}}});
    run("crop", {"id"});
  }
};

TEST_F(Drop, RemovesTheTableAndItsVersionsAndNothingElse) {
  const auto video = everything("video-raw");
  const auto done = store().drop({key("crop")});
  ASSERT_EQ(done.features.size(), 1U);
  EXPECT_EQ(done.features[0].records, 2U);
  EXPECT_FALSE(status("crop").exists);
  EXPECT_EQ(everything("video-raw"), video);
  // Records of a version that is forgotten would count for nothing; written anew they do.
  run("crop", {"id"});
  EXPECT_EQ(status("crop").up_to_date, 2U);
}

TEST_F(Drop, PreviewChangesNothing) {
  const auto before = everything("crop");
  EXPECT_EQ(store().drop({key("crop")}, {.dry_run = true}).features[0].records, 2U);
  EXPECT_EQ(everything("crop"), before);
}

TEST_F(Drop, IsAllOrNothing) {
  const auto before = everything("crop");
  expect_error([&] { store().drop({key("crop"), key("cropp")}); }, ErrorCode::NotFound, {"cropp", "`crop`"});
  EXPECT_EQ(everything("crop"), before);
  store().drop({key("crop"), key("video-raw"), key("crop")});
  EXPECT_FALSE(status("video-raw").exists);
  EXPECT_FALSE(status("crop").exists);
  expect_error([&] { store().drop({key("crop")}); }, ErrorCode::NotFound, {"nothing has been written for crop"});
}

TEST_F(Drop, FeaturesThatAreDefinedNoMoreCanGoButOtherTablesStay) {
  expect_error([&] { store().drop({key("video_raw")}); }, ErrorCode::InvalidArgument, {"video-raw"});
  define({kVideo});
  EXPECT_EQ(store().drop({key("crop")}).features[0].records, 2U);
  expect_error([&] { store().drop({key("metaxy_system/store")}); }, ErrorCode::SchemaMismatch, {"no"});
}

TEST_F(Drop, LaterWritesAreLaterThanWhatWasDropped) {
  const auto last = read("crop")[0].at("metaxy_updated_at").get<std::string>();
  store().drop({key("crop"), key("video-raw")});
  now -= std::chrono::hours(1);
  write("video-raw", {{{"id", "a"}}});
  EXPECT_GT(read("video-raw")[0].at("metaxy_updated_at").get<std::string>(), last);
}

}  // namespace
}  // namespace metaxy
