// SPDX-License-Identifier: Apache-2.0
// Many processes write and read one store at the same time and are killed at random.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
#include <metaxy/metaxy.hpp>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "support/child_process.hpp"
#include "support/scratch.hpp"

namespace metaxy {
namespace {

using std::chrono::milliseconds;
using testing::ChildProcess;

constexpr int kWriters = 8;
constexpr int kWrites = 200;
constexpr int kRowsPerWrite = 3;
constexpr int kFeatures = 3;

spec::FeatureKey feature(int write) {
  return spec::FeatureKey::parse(std::string("f/") + static_cast<char>('a' + write % kFeatures));
}

std::string name_of(const std::string& writer, int write) { return writer + ":" + std::to_string(write); }

std::vector<Json> rows_of(const std::string& writer, int write) {
  std::vector<Json> out;
  for (int i = 0; i < kRowsPerWrite; ++i) {
    const auto name = name_of(writer, write);
    out.push_back(
        {{"id", name + ":" + std::to_string(i)}, {"batch", name}, {"metaxy_provenance_by_field", {{"x", "1"}}}});
  }
  return out;
}

project::Project load(const std::filesystem::path& folder) {
  return project::Project::load(folder / "metaxy.toml", folder, {});
}

void write(ops::MetadataStore& store, const std::string& writer, int number) {
  const std::vector<arrow::Field> columns = {
      {"id"}, {"batch"}, arrow::struct_of_text("metaxy_provenance_by_field", {"x"})};
  const auto done = store.write(feature(number), arrow::make_stream(columns, rows_of(writer, number)));
  if (done.rows != kRowsPerWrite) throw std::runtime_error("the write says that it wrote other rows");
}

// Run by another process: writes until it is done or killed and says what it has written.
TEST(FaultsChild, DISABLED_Writes) {
  std::istringstream argument(std::getenv(testing::kChildArgument));
  std::string folder;
  std::string writer;
  int next = 0;
  argument >> folder >> writer >> next;
  auto store = load(folder).open(project::Project::Access::Write);
  for (; next < kWrites; ++next) {
    write(store, writer, next);
    testing::answer(std::to_string(next));
  }
}

/// What the processes said, and how often one was killed.
struct Account {
  std::mutex mutex;
  std::set<std::string> acknowledged;
  int kills = 0;

  void acknowledge(const std::string& name) {
    const std::lock_guard lock(mutex);
    acknowledged.insert(name);
  }
  void killed() {
    const std::lock_guard lock(mutex);
    ++kills;
  }
};

/// The table as batch → times of its rows.
std::map<std::string, std::multiset<std::string>> batches(ops::MetadataStore& store, int number) {
  std::map<std::string, std::multiset<std::string>> out;
  for (const auto& row : arrow::read_rows(store.read(feature(number), {.columns = {"batch", "metaxy_updated_at"}}))) {
    auto time = row["metaxy_updated_at"].get<std::string>();
    if (time.find('.') == std::string::npos) time.insert(time.size() - 1, ".000000");  // so that texts sort as times
    out[row["batch"].get<std::string>()].insert(time);
  }
  return out;
}

/// By kinds of stores in one file.
class Processes : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ofstream(folder_.file("metaxy.toml")) << "project = \"p\"\nfeatures = [\"features.toml\"]\nstore = \"dev\"\n"
                                               << "[stores.dev]\ntype = \"" << GetParam() << "\"\npath = \"store\"\n";
    std::ofstream features(folder_.file("features.toml"));
    for (int i = 0; i < kFeatures; ++i) {
      features << "[features.\"" << feature(i).to_string() << "\"]\nid = \"id\"\nfields = { x = {} }\n";
    }
  }

  /// One writer: a process, and after its death another that goes on.
  void run_writer(int number) {
    std::mt19937 random(static_cast<unsigned>(number));
    const std::string writer = "w" + std::to_string(number);
    for (int next = 0; next < kWrites;) {
      std::unique_ptr<ChildProcess> child;
      {
        const std::lock_guard lock(spawning_);  // its argument travels in the environment
        child = std::make_unique<ChildProcess>("FaultsChild.DISABLED_Writes",
                                               folder_.path().string() + " " + writer + " " + std::to_string(next));
      }
      int left = std::uniform_int_distribution<>(15, 90)(random);
      std::string line;
      while (!(line = child->read_line()).empty()) {
        next = std::stoi(line) + 1;
        account_.acknowledge(name_of(writer, next - 1));
        if (--left != 0 || next >= kWrites) continue;
        std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 30000)(random)));
        account_.killed();
        child->kill();
      }
      if (next < kWrites) ++next;  // the one in flight may be there or not
      ASSERT_LE(left, 90);
      ASSERT_TRUE(left <= 0 || next >= kWrites) << "a writer ended by itself";
    }
  }

  /// Another writer: the command, time and again.
  void run_commands() {
    std::mt19937 random(4711);
    const std::string config = "METAXY_CONFIG=" + folder_.file("metaxy.toml");
    std::vector<char*> environment = {const_cast<char*>(config.c_str()), nullptr};
    for (int n = 0; !done_; ++n) {
      const std::string rows = folder_.file("rows.jsonl");
      {
        std::ofstream file(rows);
        for (const auto& row : rows_of("mx", n)) file << row.dump() << "\n";
      }
      const std::string key = feature(n).to_string();
      std::vector<const char*> arguments = {METAXY_MX, "-q", "write", key.c_str(), rows.c_str(), nullptr};
      pid_t pid = 0;
      ASSERT_EQ(
          ::posix_spawn(&pid, METAXY_MX, nullptr, nullptr, const_cast<char**>(arguments.data()), environment.data()),
          0);
      if (n % 3 == 2) {
        std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<>(0, 300)(random)));
        ::kill(pid, SIGKILL);
      }
      int status = 0;
      ::waitpid(pid, &status, 0);
      if (WIFSIGNALED(status)) {
        account_.killed();
      } else {
        ASSERT_EQ(status, 0) << "mx write failed because others were working";
        account_.acknowledge(name_of("mx", n));
        std::this_thread::sleep_for(milliseconds(100));
      }
    }
  }

  void run_reader() {
    auto store = load(folder_.path()).open(project::Project::Access::Read);
    while (!done_) {
      for (int number = 0; number < kFeatures; ++number) {
        for (const auto& [batch, times] : batches(store, number)) {
          ASSERT_EQ(times.size(), static_cast<std::size_t>(kRowsPerWrite)) << "half of " << batch << " was seen";
        }
        ASSERT_TRUE(store.status(feature(number)).exists);
      }
      ++reads_;
      std::this_thread::sleep_for(milliseconds(200));
    }
  }

  testing::ScratchFolder folder_;
  std::mutex spawning_;
  Account account_;
  std::atomic<bool> done_ = false;
  int reads_ = 0;
};

TEST_P(Processes, NothingIsLostOrDoubledWhenWritersAreKilled) {
  {
    auto store = load(folder_.path()).open(project::Project::Access::Write);
    for (int number = 0; number < kFeatures; ++number) {
      write(store, "first", number);
      account_.acknowledge(name_of("first", number));
    }
  }
  {
    std::jthread reader([this] { run_reader(); });
    std::jthread commands([this] { run_commands(); });
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) writers.emplace_back([this, i] { run_writer(i); });
    writers.clear();
    done_ = true;
  }
  auto store = load(folder_.path()).open(project::Project::Access::Read);
  std::map<std::string, std::string> time_of;
  std::set<std::string> times;
  int unacknowledged = 0;
  for (int number = 0; number < kFeatures; ++number) {
    for (const auto& [batch, stamps] : batches(store, number)) {
      ASSERT_EQ(stamps.size(), static_cast<std::size_t>(kRowsPerWrite)) << batch << " is there in part, or twice";
      ASSERT_EQ(std::set(stamps.begin(), stamps.end()).size(), 1U) << "records of one write share one time";
      ASSERT_TRUE(times.insert(*stamps.begin()).second) << "two writes have the same time";
      time_of[batch] = *stamps.begin();
      if (!account_.acknowledged.count(batch)) ++unacknowledged;
    }
  }
  for (const auto& name : account_.acknowledged) ASSERT_TRUE(time_of.count(name)) << name << " was lost";
  EXPECT_LE(unacknowledged, account_.kills);
  for (int writer = 0; writer < kWriters; ++writer) {
    std::string last;
    for (int n = 0; n < kWrites; ++n) {
      const auto at = time_of.find(name_of("w" + std::to_string(writer), n));
      if (at == time_of.end()) continue;
      ASSERT_LT(last, at->second) << "times do not follow the order of writes";
      last = at->second;
    }
  }
  EXPECT_GT(account_.kills, kWriters) << "hardly anybody was killed: the test says nothing";
  EXPECT_GT(reads_, 2);
  std::printf("%zu writes, %d kills, %d in flight that were kept, %d reads\n", time_of.size(), account_.kills,
              unacknowledged, reads_);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Processes, ::testing::Values("duckdb", "sqlite"),
                         [](const auto& kind) { return kind.param; });

}  // namespace
}  // namespace metaxy
