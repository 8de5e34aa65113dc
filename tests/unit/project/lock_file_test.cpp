// SPDX-License-Identifier: Apache-2.0
#include "project/lock_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "project/toml_text.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

using Texts = std::vector<std::string>;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::filesystem::path kReference = METAXY_TESTS_DIR "/data/reference.lock";

TEST(LockFile, WhatTheReferenceWroteIsWrittenAgain) {
  const auto features = read_lock_file(kReference);
  ASSERT_EQ(features.size(), 3u);
  EXPECT_EQ(render_lock_file(features), bytes_of(kReference));
}

TEST(LockFile, LiesBesideTheConfigurationUnlessItSaysOtherwise) {
  Config config;
  EXPECT_EQ(lock_file_of(config), std::nullopt);
  config.lock_path = "x/own.lock";
  EXPECT_EQ(lock_file_of(config), std::nullopt);
  config.file = "/p/metaxy.toml";
  EXPECT_EQ(lock_file_of(config), "/p/x/own.lock");
  config.lock_path = "/q/own.lock";
  EXPECT_EQ(lock_file_of(config), "/q/own.lock");
  config.lock_path = std::nullopt;
  EXPECT_EQ(lock_file_of(config), "/p/metaxy.lock");
}

TEST(LockFile, ItsFeaturesAreExternalOnesOfTheProject) {
  const Folder folder;
  folder.write("metaxy.toml", "features = [\"f.toml\"]");
  folder.write("f.toml", "[features.own]\nid = \"x\"\ndeps = [\"video/raw\"]\n[features.report]\nid = \"x\"\n");
  folder.write("metaxy.lock", bytes_of(kReference));
  const Project project = Project::load({}, folder.path(), {});
  std::map<std::string, bool> external;
  for (const auto& definition : project.definitions())
    external[definition.spec.key.to_string()] = definition.is_external;
  EXPECT_EQ(external, (std::map<std::string, bool>{
                          {"own", false}, {"report", false}, {"video/parts-of", true}, {"video/raw", true}}));
  const Project without =
      Project::load({}, folder.path(), {}, {.program = {}, .watch = {}, .lock = Loading::Lock::Ignore});
  EXPECT_EQ(without.definitions().size(), 2u);
}

TEST(LockFile, LayoutOfAnyDocument) {
  const auto text = [](const char* json) { return render_lock_text(parse_json(json)).substr(31); };
  EXPECT_EQ(text("{}"), "");
  EXPECT_EQ(text(R"({"b": 1, "a": {}, "0 é": [1.5, true, "q\"\u0001\\"]})"),
            "\"0 é\" = [1.5, true, \"q\\\"\\u0001\\\\\"]\nb = 1\n\n[a]\n");
  EXPECT_EQ(text(R"({"a": {"t": [{"z": 1, "y": {"k": 2}}, {}, {}]}})"),
            "[[a.t]]\nz = 1\n\n[a.t.y]\nk = 2\n\n[[a.t]]\n[[a.t]]\n");
  EXPECT_EQ(text(R"({"a": [[{"b": 1, "a": 2}], 10000000000000000000000, {"b": {}, "a": []}]})"),
            "a = [[{b = 1, a = 2}], 10000000000000000000000, {a = [], b = {}}]\n");
}

TEST(LockFile, NullAmongMetadataIsRefused) {
  auto features = read_lock_file(kReference);
  features[0].definition.spec.metadata = R"({"deep": [{"gone": null}]})";
  const Error error = error_of([&] { render_lock_file(features); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_NE(error.message().find("feature report has null"), std::string::npos) << error.message();
}

TEST(LockFile, AnotherKeyThanItsFeatures) {
  const Folder folder;
  const auto file =
      folder.write("l",
                   "[features.a.info]\nversion = \"v\"\ndefinition_version = \"d\"\nversion_by_field = "
                   "{}\n[features.a.data]\nproject = \"p\"\nfeature_schema = \"{}\"\n[features.a.data.spec]\n"
                   "key = \"b\"\nid_columns = [\"x\"]\n");
  EXPECT_EQ(texts(error_of([&] { read_lock_file(file); }).faults()),
            Texts{"1:11 feature a: declares feature b; the two keys must be the same | make it again with `mx lock`"});
}

}  // namespace
}  // namespace metaxy::project
