// SPDX-License-Identifier: Apache-2.0
// What a store tells of pushes of the past, and what another project locks of them.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <metaxy/error.hpp>
#include <metaxy/ops.hpp>

#include "support/database.hpp"

namespace metaxy {
namespace {

using ops::PushedChange;
using spec::FeatureKey;
using Texts = std::vector<std::string>;

const std::string kRaw = R"({"key":"raw","id_columns":["id"],"fields":["audio","frames"]})";
const std::string kStub = R"({"key":"raw","id_columns":["id"],"fields":[{"key":"frames","code_version":"9"}]})";
const std::string kFaces = R"({"key":"faces","id_columns":["id"],"deps":["raw"],"fields":["frames"]})";

class History : public testing::Test {
 protected:
  static spec::FeatureDefinition own(const std::string& spec, const std::string& project) {
    spec::FeatureDefinition out{.spec = spec::parse_feature_spec(spec)};
    out.project = project;
    return out;
  }
  static spec::FeatureDefinition external(const std::string& spec) {
    auto out = own(spec, "media");
    out.is_external = true;
    return out;
  }
  ops::MetadataStore open(const std::string& project, std::vector<spec::FeatureDefinition> definitions) {
    ops::Rules rules;
    rules.project = project;
    return {database_->open(store::Mode::Write),
            std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions))), rules};
  }
  void push_media() { open("media", {own(kRaw, "media")}).push(); }
  static Texts fields(const std::vector<ops::PushedVersion>& versions) {
    Texts out;
    for (const auto& field : versions.front().fields) {
      const auto change = field.change ? std::string(to_string(*field.change)) : "?";
      out.push_back(field.key.to_string() + " " + field.version.value_or("?").substr(0, 4) + " " + change);
    }
    return out;
  }
  ops::MetadataStore reader() { return open("reader", {}); }

  std::shared_ptr<const store::Store> database_ = test::database();
  const FeatureKey faces_ = FeatureKey::parse("faces");
};

TEST_F(History, FieldVersionsComeFromTheDefinitionsOfTheTime) {
  push_media();
  auto vision = open("vision", {external(kRaw), own(kFaces, "vision")});
  vision.push();
  const auto before = reader().history(faces_);
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before.front().feature_version, vision.graph().versions(faces_).feature_version);
  const auto& version = vision.graph().versions(faces_).fields.front().version;
  EXPECT_EQ(fields(before), Texts{"frames " + version.substr(0, 4) + " ?"});
  auto newer = own(kRaw, "media");
  for (auto& field : newer.spec.fields) field.code_version = "2";
  open("media", {newer}).push();
  EXPECT_EQ(fields(reader().history(faces_)), fields(before)) << "an upstream of later changes nothing";
  newer.is_external = true;
  auto faces = own(kFaces, "vision");
  faces.spec.description = "another definition, or it would not be pushed";
  open("vision", {newer, faces}).push();
  const auto after = reader().history(faces_);
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after.front().fields.front().change, PushedChange::Changed);
}

TEST_F(History, FieldVersionsThatStoredDefinitionsDoNotGiveAreNotTold) {
  push_media();
  open("vision", {external(kStub), own(kFaces, "vision")}).push();
  EXPECT_EQ(fields(reader().history(faces_)), Texts{});
}

TEST_F(History, PushesOfAllProjectsAreToldNewestFirst) {
  EXPECT_TRUE(reader().history().empty());
  push_media();
  open("vision", {external(kRaw), own(kFaces, "vision")}).push({.tags = {{"commit", "abc"}}});
  const auto pushes = reader().history();
  ASSERT_EQ(pushes.size(), 2U);
  EXPECT_EQ(pushes[0].project, "vision");
  EXPECT_EQ(pushes[0].tags, (std::map<std::string, std::string>{{"commit", "abc"}}));
  EXPECT_GT(pushes[0].recorded_at, pushes[1].recorded_at);
  EXPECT_EQ(pushes[1].changes.front().change, PushedChange::Added);
  EXPECT_EQ(reader().history({.project = "media"}).size(), 1U);
  EXPECT_EQ(reader().history({.limit = 1}).front().project, "vision");
}

TEST_F(History, LockingGivesWhatIsNeededWithItsUpstreams) {
  push_media();
  open("vision", {external(kRaw), own(kFaces, "vision")}).push();
  const auto mine = own(R"({"key":"mine","id_columns":["id"],"deps":["faces"]})", "mine");
  const auto locked = reader().lock({mine}, {.exclude_project = "mine"});
  ASSERT_EQ(locked.size(), 2U);
  EXPECT_EQ(locked[0].definition.spec.key.to_string(), "faces");
  EXPECT_EQ(locked[0].version, reader().history(faces_).front().feature_version);
  EXPECT_EQ(locked[1].version_by_field.size(), 2U);
  EXPECT_TRUE(reader().lock({own(kRaw, "mine")}).empty());
  EXPECT_EQ(reader().lock({}, {.selections = {{.projects = {"media"}, .keys = {}, .all = false}}}).size(), 1U);
}

TEST_F(History, LockingRefusesWhatIsNotThereAndWhatDoesNotFit) {
  const auto mine = own(R"({"key":"mine","id_columns":["id"],"deps":["faces","gone"]})", "mine");
  const auto refused = [&](const spec::FeatureDefinition& definition) {
    try {
      reader().lock({definition});
    } catch (const Error& error) {
      return std::pair(error.code(), error.message());
    }
    return std::pair(ErrorCode::Internal, std::string("nothing was thrown"));
  };
  EXPECT_EQ(refused(mine),
            std::pair(ErrorCode::NotFound, std::string("the store does not know these features: faces, gone")));
  push_media();
  open("vision", {external(kStub), own(kFaces, "vision")}).push();
  const auto user = own(R"({"key":"mine","id_columns":["id"],"deps":["faces"]})", "mine");
  EXPECT_EQ(refused(user).first, ErrorCode::Conflict);
  EXPECT_NE(refused(user).second.find("feature faces is stored with version"), std::string::npos);
}

}  // namespace
}  // namespace metaxy
