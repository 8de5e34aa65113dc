// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>
#include <metaxy/error.hpp>

#include <functional>

#include "ingest/ingest.hpp"
#include "media.hpp"

namespace metaxy::ingest {
namespace {

namespace fs = std::filesystem;
using testing::Folder;
using Paths = std::vector<std::string>;

/// Samples in memory.
class Memory : public SampleStore {
 public:
  KnownSamples known() override { return samples; }
  void write(std::span<const Sample> batch) override {
    if (before_write) before_write();
    for (const auto& sample : batch) samples.insert_or_assign(sample.id, sample.known);
    written += batch.size();
  }
  std::uint64_t remove(std::span<const std::string> ids) override {
    std::uint64_t removed = 0;
    for (const auto& id : ids) removed += samples.erase(id);
    return removed;
  }

  KnownSamples samples;
  std::size_t written = 0;
  std::function<void()> before_write;
};

const std::vector<FieldSource> kWhole{{"default", {}}};
const std::vector<FieldSource> kStreams{{"audio", StreamRef{StreamKind::Audio, 1}},
                                        {"frames", StreamRef{StreamKind::Video, 1}}};

std::string counts(const Report& report) {
  return "added " + std::to_string(report.added) + " changed " + std::to_string(report.changed) + " touched " +
         std::to_string(report.touched) + " unchanged " + std::to_string(report.unchanged) + " vanished " +
         std::to_string(report.vanished.size()) + " pruned " + std::to_string(report.pruned) + " unreadable " +
         std::to_string(report.unreadable.size());
}

void set_time(const std::string& path, int hours) {
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(hours));
}

TEST(Ingest, FollowsAFolder) {
  const Folder folder;
  for (const auto* name : {"a.txt", "b.txt", "sub/c.txt", "d.txt"}) folder.put(name, name);
  Memory store;
  EXPECT_EQ(counts(ingest(store, kWhole, folder.path(), {})),
            "added 4 changed 0 touched 0 unchanged 0 vanished 0 pruned 0 unreadable 0");
  EXPECT_EQ(counts(ingest(store, kWhole, folder.path(), {})),
            "added 0 changed 0 touched 0 unchanged 4 vanished 0 pruned 0 unreadable 0");
  EXPECT_EQ(store.written, 4U) << "what did not change is not written again";

  folder.put("a.txt", "other");
  set_time(folder.at("b.txt"), 5);
  fs::remove(folder.at("sub/c.txt"));
  folder.put("e.txt", "e");
  const auto report = ingest(store, kWhole, folder.path(), {});
  EXPECT_EQ(counts(report), "added 1 changed 1 touched 1 unchanged 1 vanished 1 pruned 0 unreadable 0");
  EXPECT_EQ(report.vanished, Paths{"sub/c.txt"});
  EXPECT_TRUE(store.samples.contains("sub/c.txt"));

  Options prune;
  prune.prune = true;
  EXPECT_EQ(counts(ingest(store, kWhole, folder.path(), prune)),
            "added 0 changed 0 touched 0 unchanged 4 vanished 1 pruned 1 unreadable 0");
  EXPECT_FALSE(store.samples.contains("sub/c.txt"));
}

TEST(Ingest, RehashFindsWhatSizeAndTimeHide) {
  const Folder folder;
  folder.put("a.txt", "one");
  set_time(folder.at("a.txt"), 5);
  const auto time = fs::last_write_time(folder.at("a.txt"));
  Memory store;
  ingest(store, kWhole, folder.path(), {});
  folder.put("a.txt", "two");
  fs::last_write_time(folder.at("a.txt"), time);
  EXPECT_EQ(ingest(store, kWhole, folder.path(), {}).unchanged, 1U);
  Options rehash;
  rehash.rehash = true;
  EXPECT_EQ(ingest(store, kWhole, folder.path(), rehash).changed, 1U);
  EXPECT_EQ(ingest(store, kWhole, folder.path(), rehash).unchanged, 1U);
}

TEST(Ingest, AReplacedSoundTrackLeavesTheFrames) {
  const Folder folder;
  testing::make_clip(folder.at("a.mp4"), 440);
  Memory store;
  ingest(store, kStreams, folder.path(), {});
  const auto before = store.samples.at("a.mp4").versions;
  testing::ffmpeg("-i '" + folder.at("a.mp4") +
                  "' -f lavfi -i sine=frequency=880:duration=1 -map 0:v -map 1:a -c:v copy '" + folder.at("b.mp4") +
                  "'");
  fs::rename(folder.at("b.mp4"), folder.at("a.mp4"));
  EXPECT_EQ(ingest(store, kStreams, folder.path(), {}).changed, 1U);
  const auto after = store.samples.at("a.mp4").versions;
  EXPECT_NE(before[0], after[0]);
  EXPECT_EQ(before[1], after[1]);
  EXPECT_EQ(ingest(store, kWhole, folder.path(), {}).changed, 1U) << "another way of versioning reads again";
}

TEST(Ingest, UnreadableFilesAreListedAndStopNothing) {
  const Folder folder;
  testing::make_clip(folder.at("whole.mp4"), 440);
  const auto bytes = testing::read_bytes(folder.at("whole.mp4"));
  folder.put("cut.mp4", bytes.substr(0, bytes.size() / 2));
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_directory(folder.path() / "folder.mp4");
  folder.put("zero.mp4", "");
  Memory store;
  const auto report = ingest(store, kStreams, folder.path(), {});
  EXPECT_EQ(counts(report), "added 2 changed 0 touched 0 unchanged 0 vanished 0 pruned 0 unreadable 2");
  EXPECT_EQ(report.unreadable.at(0).path, "cut.mp4");
  EXPECT_EQ(report.unreadable.at(1).path, "dangling");
}

TEST(Ingest, ASampleWhoseFileBecomesUnreadableStays) {
  const Folder folder;
  folder.put("a", "x");
  folder.put("b", "x");
  Memory store;
  ingest(store, kWhole, folder.path(), {});
  fs::remove(folder.at("a"));
  fs::create_symlink("nowhere", folder.path() / "a");
  Options prune;
  prune.prune = true;
  EXPECT_EQ(counts(ingest(store, kWhole, folder.path(), prune)),
            "added 0 changed 0 touched 0 unchanged 1 vanished 0 pruned 0 unreadable 1");
  EXPECT_TRUE(store.samples.contains("a"));
}

TEST(Ingest, AFileThatVanishesBetweenScanAndReadingIsListed) {
  const Folder folder;
  for (int i = 0; i < 3; ++i) folder.put("f" + std::to_string(i), "x");
  Memory store;
  Options options;
  options.jobs = 1;
  // The scan is over when the store is asked.
  struct Removing : Memory {
    std::string path;
    KnownSamples known() override {
      fs::remove(path);
      return {};
    }
  } removing;
  removing.path = folder.at("f1");
  const auto report = ingest(removing, kWhole, folder.path(), options);
  EXPECT_EQ(report.added, 2U);
  ASSERT_EQ(report.unreadable.size(), 1U);
  EXPECT_EQ(report.unreadable[0].path, "f1");
  EXPECT_EQ(report.unreadable[0].reason, "cannot be opened: no such file or directory");
}

TEST(Ingest, AnInterruptedRunIsContinued) {
  constexpr std::size_t kFiles = 60;
  const Folder folder;
  for (std::size_t i = 0; i < kFiles; ++i) {
    const auto name = "f" + std::to_string(i);
    folder.put(name, "");
    // Sparse: takes time to read but no room on the disk.
    fs::resize_file(folder.path() / name, 4 << 20);
  }
  Memory store;
  std::stop_source stop;
  Options options;
  options.jobs = 2;
  options.watch.stop = stop.get_token();
  options.watch.progress = [&](const Progress& progress) {
    if (progress.what == "reading files" && progress.done > 0) stop.request_stop();
  };
  try {
    ingest(store, kWhole, folder.path(), options);
    FAIL() << "the run went on after the stop";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Cancelled);
  }
  const auto kept = store.samples.size();
  EXPECT_GT(kept, 0U);
  EXPECT_LT(kept, kFiles);
  const auto report = ingest(store, kWhole, folder.path(), {});
  EXPECT_EQ(report.unchanged, kept);
  EXPECT_EQ(report.added, kFiles - kept);
  EXPECT_EQ(store.written, kFiles) << "nothing was done twice";
}

TEST(Ingest, AFailingStoreEndsTheRun) {
  const Folder folder;
  for (int i = 0; i < 20; ++i) folder.put("f" + std::to_string(i), "x");
  Memory store;
  store.before_write = [] { throw Error(ErrorCode::Backend, "disk full"); };
  EXPECT_THROW(ingest(store, kWhole, folder.path(), {}), Error);
  EXPECT_TRUE(store.samples.empty());
}

TEST(Ingest, PruningRefusesAnEmptyFolder) {
  const Folder folder;
  folder.put("a", "x");
  Memory store;
  ingest(store, kWhole, folder.path(), {});
  fs::remove(folder.at("a"));
  Options prune;
  prune.prune = true;
  EXPECT_THROW(ingest(store, kWhole, folder.path(), prune), Error);
  EXPECT_TRUE(store.samples.contains("a"));
  EXPECT_EQ(ingest(store, kWhole, folder.path(), {}).vanished, Paths{"a"});
}

TEST(Ingest, TheNumberOfThreadsChangesNothing) {
  const Folder folder;
  for (int i = 0; i < 100; ++i) folder.put("f" + std::to_string(i), std::to_string(i * i));
  Memory one;
  Memory many;
  Options options;
  options.jobs = 1;
  ingest(one, kWhole, folder.path(), options);
  options.jobs = 16;
  ingest(many, kWhole, folder.path(), options);
  EXPECT_EQ(one.samples.size(), 100U);
  EXPECT_EQ(one.samples, many.samples);
}

}  // namespace
}  // namespace metaxy::ingest
