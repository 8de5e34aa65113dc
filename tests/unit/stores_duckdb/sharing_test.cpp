// SPDX-License-Identifier: Apache-2.0
// One file, several sessions, threads and processes at the same time.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <metaxy/error.hpp>
#include <set>
#include <thread>

#include "contract/rows.hpp"
#include "contract/sql.hpp"
#include "stores/duckdb/file_lock.hpp"
#include "stores/duckdb/set_aside.hpp"
#include "stores/duckdb/store.hpp"
#include "support/child_process.hpp"
#include "support/errors.hpp"
#include "support/scratch.hpp"

namespace metaxy::stores::duckdb {
namespace {

using metaxy::test::error_of;
using metaxy::testing::answer;
using metaxy::testing::ChildProcess;
using metaxy::testing::kChildArgument;
using metaxy::testing::read_all;
using metaxy::testing::ScratchFolder;
using metaxy::testing::sql_stream;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using store::Mode;
using testing::contains;

/// More than DuckDB computes ahead of a reader, and than is set aside in memory.
constexpr int kManyRows = 1'500'000;

std::unique_ptr<store::Store> store_at(const std::string& path) { return make_store(Options{path, {}}); }

std::vector<store::Mutation> append(store::Session& session, const std::string& table, const rel::RelPtr& rows) {
  std::vector<store::Mutation> out;
  if (!session.find(table)) out.emplace_back(store::Create{table, rows, {}});
  out.emplace_back(store::Append{table, rows});
  return out;
}

void write(store::Session& session, const std::string& table, const std::string& query) {
  store::Inputs inputs;
  inputs.emplace("in", sql_stream(query));
  session.commit([&] { return append(session, table, rel::input("in", {"id"})); }, std::move(inputs));
}

std::string count(store::Session& session, const std::string& table) {
  const auto rows = rel::aggregate(rel::scan(table, {"id"}), {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  return read_all(session.run(*rows)).at(0).at(0);
}

std::int64_t drain(arrow::Stream stream) {
  std::int64_t rows = 0;
  while (auto batch = stream.next()) rows += batch->get()->length;
  return rows;
}

std::string child_path() { return std::getenv(kChildArgument); }

class Sharing : public ::testing::Test {
 protected:
  void write_many() {
    write(*store_at(path_)->open(Mode::Write), "t",
          "SELECT 'sample ' || i AS id FROM range(" + std::to_string(kManyRows) + ") t(i)");
  }

  ScratchFolder folder_;
  std::string path_ = folder_.file("store.duckdb");
};

// Run by another process: writes once and keeps its session.
TEST(FaultsChild, DISABLED_IdlesWithASession) {
  const auto session = store_at(child_path())->open(Mode::Write);
  write(*session, "t", "SELECT 'child' AS id");
  answer("idle");
  std::this_thread::sleep_for(std::chrono::seconds(120));
}

TEST_F(Sharing, AnOpenSessionKeepsNobodyOut) {
  ChildProcess child("FaultsChild.DISABLED_IdlesWithASession", path_);
  ASSERT_EQ(child.read_line(), "idle");
  const auto session = store_at(path_)->open(Mode::Write);
  write(*session, "t", "SELECT 'parent' AS id");
  EXPECT_EQ(count(*session, "t"), "2");
  ChildProcess other("FaultsChild.DISABLED_IdlesWithASession", path_);
  ASSERT_EQ(other.read_line(), "idle") << "this process's idle session kept another out";
  EXPECT_EQ(count(*session, "t"), "3");
}

TEST_F(Sharing, IdleSessionsLetOtherProgramsIn) {
  const auto session = store_at(path_)->open(Mode::Write);
  write(*session, "t", "SELECT 'a' AS id");
  const auto deadline = steady_clock::now() + std::chrono::seconds(20);
  bool opened = false;
  while (!opened && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(milliseconds(50));
    // In another process, because locks of files are nothing within one.
    const pid_t pid = ::fork();
    if (pid == 0) {
      const int file = ::open(path_.c_str(), O_RDWR);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      ::_exit(::fcntl(file, F_SETLK, &lock) == 0 ? 0 : 1);
    }
    int status = 1;
    ::waitpid(pid, &status, 0);
    opened = status == 0;
  }
  EXPECT_TRUE(opened);
  EXPECT_FALSE(std::filesystem::exists(path_ + ".wal")) << "what was written is in the file itself";
  EXPECT_EQ(count(*session, "t"), "1");
}

// Run by another process: reads a little of a long answer, and the rest when told to by a file.
TEST(FaultsChild, DISABLED_ReadsSlowly) {
  const auto session = store_at(child_path())->open(Mode::Read);
  arrow::Stream rows = session->run(*rel::scan("t", {"id"}));
  std::int64_t read = rows.next()->get()->length;
  answer("reading");
  while (!std::filesystem::exists(child_path() + ".go")) std::this_thread::sleep_for(milliseconds(10));
  read += drain(std::move(rows));
  answer(std::to_string(read));
}

TEST_F(Sharing, SlowReadersOfOtherProcessesHoldNoWriterUp) {
  write_many();
  ChildProcess child("FaultsChild.DISABLED_ReadsSlowly", path_);
  ASSERT_EQ(child.read_line(), "reading");
  const auto session = store_at(path_)->open(Mode::Write);
  write(*session, "t", "SELECT 'new' AS id");
  EXPECT_EQ(count(*session, "t"), std::to_string(kManyRows + 1));
  std::filesystem::copy_file(path_, path_ + ".go");
  EXPECT_EQ(child.read_line(), std::to_string(kManyRows)) << "the reader lost rows or saw later ones";
}

TEST_F(Sharing, WritingWhatIsBeingRead) {
  write_many();
  const auto session = store_at(path_)->open(Mode::Write);
  store::Inputs inputs;
  inputs.emplace("in", session->run(*rel::scan("t", {"id"})));
  session->commit([&] { return append(*session, "copy", rel::input("in", {"id"})); }, std::move(inputs));
  EXPECT_EQ(count(*session, "copy"), std::to_string(kManyRows));
}

// Run by another process: is in the midst of a commit until it is killed.
TEST(FaultsChild, DISABLED_NeverEndsACommit) {
  const auto session = store_at(child_path())->open(Mode::Write);
  session->commit([&]() -> std::vector<store::Mutation> {
    answer("writing");
    std::this_thread::sleep_for(std::chrono::seconds(120));
    return {};
  });
}

TEST_F(Sharing, WaitsAreBoundedShownAndInterruptible) {
  write(*store_at(path_)->open(Mode::Write), "t", "SELECT 'a' AS id");
  ChildProcess child("FaultsChild.DISABLED_NeverEndsACommit", path_);
  ASSERT_EQ(child.read_line(), "writing");
  const auto impatient = make_store({path_, {}, milliseconds(300)});
  for (const Mode mode : {Mode::Read, Mode::Write}) {
    const auto start = steady_clock::now();
    const Error error = error_of([&] { impatient->open(mode); });
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_PRED2(contains, error.message(), "process " + std::to_string(child.pid()));
    EXPECT_PRED2(contains, error.hint(), "lock_timeout");
    EXPECT_GE(steady_clock::now() - start, milliseconds(290));
  }
  std::stop_source stop;
  std::atomic<int> told = 0;
  Watch watch{stop.get_token(), [&](const Progress& state) {
                if (state.what.find("waiting for process " + std::to_string(child.pid())) != 0) return;
                if (++told == 2) stop.request_stop();
              }};
  EXPECT_EQ(error_of([&] { store_at(path_)->open(Mode::Write, watch); }).code(), ErrorCode::Cancelled);
  EXPECT_EQ(told, 2);
  const std::jthread killer([&] {
    std::this_thread::sleep_for(milliseconds(300));
    child.kill();
  });
  EXPECT_EQ(count(*store_at(path_)->open(Mode::Write), "t"), "1") << "a killed process holds the file";
}

TEST_F(Sharing, ThreadsWriteAndReadAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 25;
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        const auto session = store_at(path_)->open(Mode::Write);
        for (int n = 0; n < kWrites; ++n) {
          write(*session, "t", "SELECT '" + std::to_string(i) + "-" + std::to_string(n) + "' AS id FROM range(3)");
        }
      });
    }
    const std::jthread reader([&] {
      const auto session = store_at(path_)->open(Mode::Write);
      while (!done) {
        if (session->find("t") && std::stoi(count(*session, "t")) % 3 != 0) ++failures;
      }
    });
    threads.clear();
    done = true;
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(count(*store_at(path_)->open(Mode::Read), "t"), std::to_string(3 * kThreads * kWrites));
}

TEST_F(Sharing, OneWriterAtATimeWithinAProcessToo) {
  const auto first = store_at(path_)->open(Mode::Write);
  const auto second = make_store({path_, {}, milliseconds(200)})->open(Mode::Write);
  first->commit([&]() -> std::vector<store::Mutation> {
    std::jthread([&] {
      const Error error = error_of([&] { write(*second, "t", "SELECT 'a' AS id"); });
      EXPECT_EQ(error.code(), ErrorCode::Conflict);
      EXPECT_PRED2(contains, error.message(), "another thread of this process");
      EXPECT_TRUE(second->tables().empty()) << "readers need not wait";
    }).join();
    return {};
  });
  write(*second, "t", "SELECT 'a' AS id");
  EXPECT_EQ(count(*first, "t"), "1");
}

TEST_F(Sharing, APlanSeesWhatTheCommitBeforeItWrote) {
  constexpr int kThreads = 3;
  constexpr int kWrites = 10;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        const auto session = store_at(path_)->open(Mode::Write);
        for (int n = 0; n < kWrites; ++n) {
          session->commit([&] {
            const std::string next = session->find("t") ? count(*session, "t") : "0";
            return append(*session, "t", rel::values({"id"}, {{rel::literal(next)}}));
          });
        }
      });
    }
  }
  const auto session = store_at(path_)->open(Mode::Read);
  std::set<std::string> ids;
  for (const auto& row : read_all(session->run(*rel::scan("t", {"id"})))) ids.insert(row.at(0));
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kThreads * kWrites)) << "two commits read the same";
}

TEST_F(Sharing, WhatIsRefusedMakesNoFile) {
  const auto session = store_at(path_)->open(Mode::Write);
  EXPECT_EQ(error_of([&] {
              session->commit([&]() -> std::vector<store::Mutation> {
                EXPECT_TRUE(std::filesystem::exists(path_));
                throw Error(ErrorCode::InvalidArgument, "refused");
              });
            }).code(),
            ErrorCode::InvalidArgument);
  EXPECT_TRUE(session->tables().empty()) << "the session goes on";
  const auto other = store_at(folder_.file("other.duckdb"))->open(Mode::Write);
  write(*other, "t", "SELECT 'a' AS id");
  store_at(path_)->open(Mode::Write).reset();
  EXPECT_TRUE(session->tables().empty());
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(path_ + ".lock"));
  EXPECT_EQ(count(*other, "t"), "1");
  write(*session, "t", "SELECT 'a' AS id");
  EXPECT_EQ(count(*session, "t"), "1");
}

// Run by another process: is in the midst of a commit until told to refuse it by a file.
TEST(FaultsChild, DISABLED_RefusesACommit) {
  const auto session = store_at(child_path())->open(Mode::Write);
  const Error error = error_of([&] {
    session->commit([&]() -> std::vector<store::Mutation> {
      answer("writing");
      while (!std::filesystem::exists(child_path() + ".go")) std::this_thread::sleep_for(milliseconds(10));
      throw Error(ErrorCode::InvalidArgument, "refused");
    });
  });
  answer(error.message());
  std::this_thread::sleep_for(std::chrono::seconds(120));
}

TEST_F(Sharing, WhoWaitsForWhatIsRefusedMakesTheFileAnew) {
  ChildProcess child("FaultsChild.DISABLED_RefusesACommit", path_);
  ASSERT_EQ(child.read_line(), "writing");
  const std::jthread later([&] {
    std::this_thread::sleep_for(milliseconds(200));
    std::filesystem::create_directory(path_ + ".go");
  });
  const auto session = store_at(path_)->open(Mode::Write);
  write(*session, "t", "SELECT 'a' AS id");
  EXPECT_EQ(child.read_line(), "refused");
  EXPECT_EQ(count(*session, "t"), "1");
  ChildProcess other("FaultsChild.DISABLED_IdlesWithASession", path_);
  ASSERT_EQ(other.read_line(), "idle") << "the lock file is not the one that others see";
  EXPECT_EQ(count(*session, "t"), "2");
}

TEST_F(Sharing, ForkedChildrenAreToldToOpenTheirOwn) {
  const auto session = store_at(path_)->open(Mode::Write);
  write(*session, "t", "SELECT 'a' AS id");
  const pid_t pid = ::fork();
  if (pid == 0) {
    const Error error = error_of([&] { session->tables(); });
    ::_exit(error.code() == ErrorCode::InvalidArgument && contains(error.message(), "forked") ? 0 : 1);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  EXPECT_EQ(status, 0);
  write(*session, "t", "SELECT 'b' AS id");
  EXPECT_EQ(count(*session, "t"), "2");
}

TEST_F(Sharing, WithoutALockFileDuckDbsOwnLockKeepsOrder) {
  std::filesystem::create_directory(path_ + ".lock");
  write(*store_at(path_)->open(Mode::Write), "t", "SELECT 'a' AS id");
  ChildProcess child("FaultsChild.DISABLED_IdlesWithASession", path_);
  ASSERT_EQ(child.read_line(), "idle");
  EXPECT_EQ(count(*store_at(path_)->open(Mode::Write), "t"), "2");
}

TEST_F(Sharing, OneFileByManyNames) {
  std::filesystem::create_directory(folder_.file("real"));
  std::filesystem::create_directory_symlink(folder_.file("real"), folder_.file("link"));
  const auto real = store_at(folder_.file("real/s.duckdb"))->open(Mode::Write);
  const auto link = store_at(folder_.file("link/../link/s.duckdb"))->open(Mode::Write);
  write(*real, "t", "SELECT 'a' AS id");
  write(*link, "t", "SELECT 'b' AS id");
  EXPECT_EQ(count(*real, "t"), "2");
}

// Run by another process: asks for the file's turn and says when it has it.
TEST(FaultsChild, DISABLED_TakesItsTurn) {
  FileLock lock(child_path());
  bool waits = false;
  while (!lock.attempt(FileLock::Kind::Exclusive)) {
    if (!std::exchange(waits, true)) answer("waits");
    std::this_thread::sleep_for(milliseconds(1));
  }
  answer("has it");
  std::this_thread::sleep_for(std::chrono::seconds(120));
}

TEST_F(Sharing, WhoAsksFirstComesFirst) {
  FileLock lock(path_);
  ASSERT_TRUE(lock.attempt(FileLock::Kind::Shared));
  EXPECT_FALSE(lock.wanted());
  ChildProcess first("FaultsChild.DISABLED_TakesItsTurn", path_);
  ASSERT_EQ(first.read_line(), "waits");
  EXPECT_TRUE(lock.wanted());
  ChildProcess second("FaultsChild.DISABLED_TakesItsTurn", path_);
  ASSERT_EQ(second.read_line(), "waits");
  lock.release();
  EXPECT_FALSE(lock.attempt(FileLock::Kind::Shared)) << "a reader passed writers that asked before";
  EXPECT_EQ(first.read_line(), "has it");
  EXPECT_EQ(lock.holder(FileLock::Kind::Shared), first.pid());
  first.kill();
  EXPECT_EQ(second.read_line(), "has it");
  second.kill();
  EXPECT_TRUE(lock.attempt(FileLock::Kind::Shared));
}

TEST(SetAside, GivesAllRowsInOrder) {
  for (const int rows : {0, 10, kManyRows}) {
    const std::string query = "SELECT i, repeat('x', 30) || i AS t FROM range(" + std::to_string(rows) + ") t(i)";
    arrow::Stream stream = set_aside(sql_stream(query));
    std::int64_t next = 0;
    while (auto batch = stream.next()) {
      const auto* values = static_cast<const std::int64_t*>(batch->get()->children[0]->buffers[1]);
      for (std::int64_t i = 0; i < batch->get()->length; ++i) {
        ASSERT_EQ(values[batch->get()->children[0]->offset + i], next++);
      }
    }
    EXPECT_EQ(next, rows);
  }
}

TEST(SetAside, DetachedRowsTellWhatFailed) {
  DetachableRows rows(
      sql_stream("SELECT CASE WHEN i > 100000 THEN error('boom') ELSE 'x' END AS t FROM range(200000) t(i)"));
  EXPECT_TRUE(rows.next());
  rows.detach();
  const Error error = error_of([&] {
    while (rows.next()) {
    }
  });
  EXPECT_PRED2(contains, error.message(), "boom");
}

}  // namespace
}  // namespace metaxy::stores::duckdb
