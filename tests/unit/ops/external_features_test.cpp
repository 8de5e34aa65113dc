// SPDX-License-Identifier: Apache-2.0
// Definitions that one project pushes and another one depends on.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "support/database.hpp"

namespace metaxy {
namespace {

using spec::FeatureKey;

const std::string kRaw = R"({"key":"raw","id_columns":["id"],"fields":["audio","frames"]})";
const std::string kCrop = R"({"key":"crop","id_columns":["id"],"deps":["raw"],"fields":["pixels"]})";
const std::string kFaces = R"({"key":"faces","id_columns":["id"],"deps":["crop"],"fields":["boxes"]})";

class ExternalFeatures : public testing::Test {
 protected:
  struct Declared {
    std::string spec;
    std::string project;
    bool is_external = false;
    spec::OnVersionMismatch mode = spec::OnVersionMismatch::Warn;
  };

  ops::MetadataStore open(const std::string& project, const std::vector<Declared>& declared) {
    std::vector<spec::FeatureDefinition> definitions;
    for (const auto& each : declared) {
      definitions.push_back({.spec = spec::parse_feature_spec(each.spec)});
      definitions.back().project = each.project;
      definitions.back().is_external = each.is_external;
      definitions.back().on_version_mismatch = each.mode;
    }
    ops::Rules rules;
    rules.project = project;
    return {database_->open(store::Mode::Write),
            std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions))), rules};
  }

  ops::MetadataStore media() { return open("media", {{kRaw, "media"}, {kCrop, "media"}}); }
  static std::string version(const ops::MetadataStore& store, const std::string& key) {
    return store.graph().versions(FeatureKey::parse(key)).feature_version;
  }
  template <class Work>
  static std::string error_of(Work work) {
    try {
      work();
      return "no error";
    } catch (const Error& error) {
      return error.what();
    }
  }

  std::shared_ptr<const store::Store> database_ = test::database();
};

TEST_F(ExternalFeatures, APushIsRecordedOnce) {
  auto store = media();
  const auto first = store.push({.tags = {{"commit", "abc"}}});
  EXPECT_FALSE(first.already_pushed);
  EXPECT_EQ(first.project_version, store.graph().project_version("media"));
  EXPECT_TRUE(store.push().already_pushed);
  auto bumped = open("media", {{kRaw, "media"},
                               {R"({"key":"crop","id_columns":["id"],"deps":["raw"],"fields":[
      {"key":"pixels","code_version":"2"}]})",
                                "media"}});
  EXPECT_FALSE(bumped.push().already_pushed);
  EXPECT_FALSE(media().push().already_pushed) << "back to an older definition is a change, too";
  EXPECT_NE(error_of([&] {
              store.push({.tags = {{"metaxy", "x"}}});
            }).find("is set by metaxy itself"),
            std::string::npos);
  EXPECT_NE(error_of([&] { store.push({.project = "nobody"}); }).find("has no features to push"), std::string::npos);
}

TEST_F(ExternalFeatures, StandInsGiveWayToWhatWasPushed) {
  media().push();
  auto store = open("vision",
                    {{R"({"key":"crop","id_columns":["id"],"fields":["pixels"]})", "media", true}, {kFaces, "vision"}});
  const auto before = version(store, "faces");
  const auto synced = store.sync_external_features();
  EXPECT_EQ(synced.loaded, (std::vector{FeatureKey::parse("crop"), FeatureKey::parse("raw")}));
  ASSERT_EQ(synced.warnings.size(), 1U);
  EXPECT_NE(synced.warnings.front().find("other versions than declared"), std::string::npos) << synced.warnings.front();
  EXPECT_NE(version(store, "faces"), before);
  EXPECT_EQ(version(store, "crop"), version(media(), "crop"));
  EXPECT_EQ(store.graph().project_version("vision"),
            open("vision", {{kRaw, "media"}, {kCrop, "media"}, {kFaces, "vision"}}).graph().project_version("vision"));
  EXPECT_TRUE(store.sync_external_features().loaded.empty()) << "nothing external is left";
  EXPECT_EQ(store.warnings(), synced.warnings);
}

TEST_F(ExternalFeatures, OtherVersionsCanBeErrors) {
  media().push();
  auto store = open("vision", {{R"({"key":"crop","id_columns":["id"],"fields":["pixels"]})", "media", true,
                                spec::OnVersionMismatch::Error},
                               {kFaces, "vision"}});
  const auto before = version(store, "faces");
  EXPECT_NE(error_of([&] { store.sync_external_features(); }).find("other versions than declared: crop (here"),
            std::string::npos);
  EXPECT_EQ(version(store, "faces"), before) << "nothing changed";
  ops::SyncOptions lenient;
  lenient.on_version_mismatch = spec::OnVersionMismatch::Warn;
  EXPECT_EQ(store.sync_external_features(lenient).loaded.size(), 2U);
}

TEST_F(ExternalFeatures, WhatNobodyPushedStaysAndIsSaid) {
  auto store = open("vision",
                    {{R"({"key":"crop","id_columns":["id"],"fields":["pixels"]})", "media", true}, {kFaces, "vision"}});
  const auto before = version(store, "faces");
  const auto synced = store.sync_external_features();
  EXPECT_TRUE(synced.loaded.empty());
  EXPECT_EQ(synced.warnings, std::vector<std::string>{"external features that the store does not know stay as "
                                                      "declared: crop"});
  EXPECT_EQ(version(store, "faces"), before);
}

TEST_F(ExternalFeatures, SelectionsLoadFeaturesThatNothingNames) {
  media().push();
  auto store = open("vision", {});
  EXPECT_TRUE(store.sync_external_features().loaded.empty());
  ops::SyncOptions options;
  options.selections = {{.projects = {"media"}, .keys = {}, .all = false}};
  EXPECT_EQ(store.sync_external_features(options).loaded.size(), 2U);
  EXPECT_EQ(version(store, "raw"), version(media(), "raw"));
}

TEST_F(ExternalFeatures, CyclesThroughOtherProjectsAreRefused) {
  const std::string loop = R"({"key":"crop","id_columns":["id"],"deps":["faces"],"fields":["pixels"]})";
  open("media", {{loop, "media"}, {R"({"key":"faces","id_columns":["id"],"fields":["boxes"]})", "vision", true}})
      .push();
  auto store = open("vision",
                    {{R"({"key":"crop","id_columns":["id"],"fields":["pixels"]})", "media", true}, {kFaces, "vision"}});
  const auto before = version(store, "faces");
  const auto message = error_of([&] { store.sync_external_features(); });
  EXPECT_NE(message.find("depends on itself"), std::string::npos) << message;
  EXPECT_NE(message.find("definitions of external features that the store keeps"), std::string::npos) << message;
  EXPECT_EQ(version(store, "faces"), before);
}

TEST_F(ExternalFeatures, DefinitionsWithoutTheirUpstreamsAreLeftOut) {
  // The pushing project knew raw only as a stand-in, and nobody pushed it.
  open("media", {{kRaw, "other", true}, {kCrop, "media"}}).push();
  auto store = open("vision",
                    {{R"({"key":"crop","id_columns":["id"],"fields":["pixels"]})", "media", true}, {kFaces, "vision"}});
  const auto synced = store.sync_external_features();
  EXPECT_TRUE(synced.loaded.empty());
  ASSERT_EQ(synced.warnings.size(), 2U);
  EXPECT_NE(synced.warnings.front().find("crop was not loaded from the store: it depends on raw"), std::string::npos)
      << synced.warnings.front();
}

}  // namespace
}  // namespace metaxy
