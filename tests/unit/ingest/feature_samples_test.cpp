// SPDX-License-Identifier: Apache-2.0
// The whole way: files of a folder as records in DuckDB.
#include "ingest/feature_samples.hpp"

#include <gtest/gtest.h>
#include <metaxy/error.hpp>

#include <map>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "ingest/ingest.hpp"
#include "media.hpp"
#include "stores/registry.hpp"

namespace metaxy::ingest {
namespace {

namespace fs = std::filesystem;
using testing::Folder;
using Paths = std::vector<std::string>;

const auto kFiles = spec::FeatureKey::parse("media/files");

spec::FeatureDefinition definition(const std::vector<std::string>& ids, const std::vector<std::string>& fields) {
  spec::FeatureDefinition out{.spec = {.key = kFiles, .id_columns = ids}};
  out.project = "test";
  out.spec.fields.clear();
  for (const auto& field : fields) {
    spec::FieldSpec one;
    one.key = spec::FieldKey::parse(field);
    out.spec.fields.push_back(one);
  }
  return out;
}

/// A store in a file, opened anew by each step as programs do.
class Place {
 public:
  Place(const std::vector<std::string>& ids, const std::vector<std::string>& fields)
      : definitions_{definition(ids, fields)},
        database_(stores::open_store("duckdb", {{"database", folder_.at("store.duckdb")}})) {}

  ops::MetadataStore open() const {
    auto graph = std::make_shared<const graph::FeatureGraph>(graph::FeatureGraph::build(definitions_));
    ops::Rules rules;
    rules.project = "test";
    return {database_->open(store::Mode::Write), graph, rules};
  }
  Report ingest(const fs::path& folder, const Options& options = {}) const {
    auto store = open();
    return ingest::ingest(store, kFiles, folder, options);
  }
  /// Records by the text in `column`.
  std::map<std::string, Json> records(const std::string& column) const {
    auto store = open();
    std::map<std::string, Json> out;
    for (auto& row : arrow::read_rows(store.read(kFiles))) out.emplace(row.at(column).get<std::string>(), row);
    return out;
  }

 private:
  Folder folder_;
  std::vector<spec::FeatureDefinition> definitions_;
  std::unique_ptr<store::Store> database_;
};

Options streams() {
  Options options;
  options.streams = true;
  return options;
}
Options prune() {
  Options options;
  options.prune = true;
  return options;
}

TEST(FeatureSamples, AFileBecomesARecord) {
  const Place place({"id"}, {"default"});
  const Folder folder;
  folder.put("sub/a.txt", "abc");
  fs::last_write_time(folder.at("sub/a.txt"),
                      fs::file_time_type::clock::from_sys(std::chrono::sys_seconds(std::chrono::seconds(1700000000))));
  EXPECT_EQ(place.ingest(folder.path()).added, 1U);
  const auto record = place.records("id").at("sub/a.txt");
  EXPECT_EQ(record["path"], folder.at("sub/a.txt"));
  EXPECT_EQ(record["size"], 3);
  EXPECT_EQ(record["modified"].get<std::string>().substr(0, 19), "2023-11-14T22:13:20");
  EXPECT_EQ(record["media_type"], "text/plain");
  EXPECT_EQ(record["versioned_by"], "file");
  EXPECT_EQ(record["metaxy_provenance_by_field"]["default"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(FeatureSamples, RunsAgainFindOnlyWhatIsDifferent) {
  const Place place({"id"}, {"default"});
  const Folder folder;
  for (const auto* name : {"a", "b", "c"}) folder.put(name, name);
  EXPECT_EQ(place.ingest(folder.path()).added, 3U);
  EXPECT_EQ(place.ingest(folder.path()).unchanged, 3U);
  const auto before = place.records("id");
  folder.put("a", "longer");
  fs::last_write_time(folder.at("b"), fs::file_time_type::clock::now() - std::chrono::hours(3));
  fs::remove(folder.at("c"));
  const auto report = place.ingest(folder.path(), prune());
  EXPECT_EQ(report.changed, 1U);
  EXPECT_EQ(report.touched, 1U);
  EXPECT_EQ(report.vanished, Paths{"c"});
  EXPECT_EQ(report.pruned, 1U);
  const auto after = place.records("id");
  EXPECT_EQ(after.size(), 2U);
  EXPECT_NE(before.at("a")["metaxy_data_version"], after.at("a")["metaxy_data_version"]);
  EXPECT_EQ(before.at("b")["metaxy_data_version"], after.at("b")["metaxy_data_version"]);
  EXPECT_EQ(place.ingest(folder.path()).unchanged, 2U) << "the touched file's new time was recorded";
  folder.put("c", "c");
  EXPECT_EQ(place.ingest(folder.path()).added, 1U) << "a file that comes back is a sample again";
  EXPECT_EQ(place.records("id").size(), 3U);
}

TEST(FeatureSamples, AnyNameIsAnIdAndCanBePruned) {
  const Place place({"file_name"}, {"default"});
  const Folder folder;
  const Paths names{"it's", "two''", "a\"b", "new\nline", " ", "semi;--", "%_\\", "\xF0\x9F\x98\x80", "keep"};
  for (const auto& name : names) folder.put(name, name);
  EXPECT_EQ(place.ingest(folder.path()).added, names.size());
  EXPECT_EQ(place.ingest(folder.path()).unchanged, names.size());
  for (const auto& name : names)
    if (name != "keep") fs::remove(folder.path() / name);
  EXPECT_EQ(place.ingest(folder.path(), prune()).pruned, names.size() - 1);
  const auto left = place.records("file_name");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.begin()->first, "keep");
}

TEST(FeatureSamples, PrunesMoreThanOneConditionHolds) {
  const Place place({"id"}, {"default"});
  const Folder folder;
  for (int i = 0; i < 1203; ++i) folder.put("f" + std::to_string(i), "x");
  EXPECT_EQ(place.ingest(folder.path()).added, 1203U);
  for (int i = 1; i < 1203; ++i) fs::remove(folder.at("f" + std::to_string(i)));
  EXPECT_EQ(place.ingest(folder.path(), prune()).pruned, 1202U);
  EXPECT_EQ(place.records("id").size(), 1U);
}

TEST(FeatureSamples, AReplacedSoundTrackChangesOnlyTheAudioField) {
  const Place place({"id"}, {"audio", "frames", "subtitles", "file"});
  const Folder folder;
  testing::make_clip(folder.at("a.mp4"), 440);
  place.ingest(folder.path(), streams());
  const auto before = place.records("id").at("a.mp4")["metaxy_data_version_by_field"];
  testing::ffmpeg("-i '" + folder.at("a.mp4") +
                  "' -f lavfi -i sine=frequency=880:duration=1 -map 0:v -map 1:a -c:v copy '" + folder.at("b.mp4") +
                  "'");
  fs::rename(folder.at("b.mp4"), folder.at("a.mp4"));
  EXPECT_EQ(place.ingest(folder.path(), streams()).changed, 1U);
  const auto after = place.records("id").at("a.mp4")["metaxy_data_version_by_field"];
  EXPECT_NE(before["audio"], after["audio"]);
  EXPECT_EQ(before["frames"], after["frames"]);
  EXPECT_EQ(before["subtitles"], "absent");
  EXPECT_EQ(after["subtitles"], "absent");
  EXPECT_NE(before["file"], after["file"]);
}

TEST(FeatureSamples, AnIdCalledPathLeavesRoomForTheLocation) {
  const Place place({"path"}, {"default"});
  const Folder folder;
  folder.put("a", "x");
  place.ingest(folder.path());
  EXPECT_EQ(place.records("path").at("a")["absolute_path"], folder.at("a"));
  EXPECT_EQ(place.ingest(folder.path()).unchanged, 1U);
}

TEST(FeatureSamples, RecordsOfOthersAreReadAgain) {
  const Place place({"id"}, {"default"});
  const Folder folder;
  folder.put("a", "abc");
  {
    auto store = place.open();
    store.write(kFiles, arrow::make_stream({{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"default"})},
                                           {{{"id", "a"}, {"metaxy_provenance_by_field", {{"default", "by hand"}}}}}));
  }
  EXPECT_EQ(place.ingest(folder.path()).changed, 1U);
  EXPECT_EQ(place.records("id").at("a")["path"], folder.at("a"));
  EXPECT_EQ(place.ingest(folder.path()).unchanged, 1U);
}

TEST(FeatureSamples, RefusesFeaturesThatCannotHoldFiles) {
  const Folder folder;
  folder.put("a", "x");
  const auto message_of = [&](const std::vector<std::string>& ids) {
    try {
      Place(ids, {"default"}).ingest(folder.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(message_of({"a", "b"}).find("has 2 id columns (a, b)"), std::string::npos) << message_of({"a", "b"});
  EXPECT_NE(message_of({"Size"}).find("`Size` like a column that ingest writes"), std::string::npos)
      << message_of({"Size"});
}

TEST(FeatureSamples, RefusesFeaturesWithDependencies) {
  auto child = definition({"id"}, {"default"});
  child.spec.key = spec::FeatureKey::parse("media/child");
  spec::FeatureDep dep{.feature = kFiles};
  child.spec.deps.push_back(dep);
  auto graph =
      std::make_shared<const graph::FeatureGraph>(graph::FeatureGraph::build({definition({"id"}, {"default"}), child}));
  const Folder folder;
  const auto database = stores::open_store("duckdb", {{"database", folder.at("store.duckdb")}});
  ops::MetadataStore store(database->open(store::Mode::Write), graph, {});
  try {
    ingest(store, child.spec.key, folder.path());
    FAIL() << "a feature with dependencies took files";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_NE(std::string(error.what()).find("depends on media/files"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace metaxy::ingest
