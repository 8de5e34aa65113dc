// SPDX-License-Identifier: Apache-2.0
// What happens to data when something breaks, and several processes on one file.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <metaxy/error.hpp>
#include <random>
#include <thread>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "contract/rows.hpp"
#include "stores/registry.hpp"
#include "support/child_process.hpp"
#include "support/errors.hpp"
#include "support/scratch.hpp"

namespace metaxy::testing {
namespace {

using namespace store;
using test::error_of;
namespace fs = std::filesystem;

constexpr int kRowsPerBatch = 3000;
constexpr int kKills = 25;

std::unique_ptr<store::Store> store_at(const std::string& path, const std::string& timeout = "60") {
  return stores::open_store("sqlite", {{"path", path}, {"lock_timeout", timeout}});
}

rel::RelPtr one(const std::string& text) { return rel::values({"id"}, {{rel::literal(text)}}); }

std::uint64_t count(Session& session, const std::string& table) {
  return arrow::read_rows(session.run(*rel::scan(table, {"id"}))).size();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SqliteFaults : public ::testing::Test {
 protected:
  ScratchFolder folder_;
  std::string path_ = folder_.file("store.sqlite");
};

// Run by another process: writes batches into two tables at once until it is killed.
TEST(FaultsChild, DISABLED_WritesSqliteBatches) {
  const auto session = store_at(std::getenv(kChildArgument))->open(Mode::Write);
  for (int batch = 0;; ++batch) {
    Inputs inputs;
    for (const std::string name : {"a", "b"}) {
      inputs.emplace(name, sql_stream("SELECT " + std::to_string(batch) + " AS batch, 'row ' || i AS id FROM range(" +
                                      std::to_string(kRowsPerBatch) + ") t(i)"));
    }
    std::vector<Mutation> mutations;
    for (const std::string name : {"a", "b"}) {
      const auto rows = rel::input(name, {"batch", "id"});
      if (!session->find(name)) mutations.emplace_back(Create{name, rows, {}});
      mutations.emplace_back(Append{name, rows});
    }
    session->commit(std::move(mutations), std::move(inputs));
    answer(std::to_string(batch));
  }
}

TEST_F(SqliteFaults, KilledAtAnyMomentAllOrNothing) {
  std::mt19937 random(20261122);
  int written = 0;
  for (int i = 0; i < kKills; ++i) {
    const std::string path = folder_.file("kill" + std::to_string(i));
    int reported = 0;
    {
      ChildProcess child("FaultsChild.DISABLED_WritesSqliteBatches", path);
      if (i % 5 != 0) reported += child.read_line().empty() ? 0 : 1;
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 100000)(random)));
      child.kill();
      while (!child.read_line().empty()) ++reported;
    }
    if (!fs::exists(path) || fs::file_size(path) == 0) continue;
    const auto session = store_at(path)->open(i % 2 == 0 ? Mode::Read : Mode::Write);
    const auto tables = session->tables();
    ASSERT_TRUE(tables.empty() || tables.size() == 2) << "one of two tables was created";
    if (tables.empty()) {
      ASSERT_EQ(reported, 0);
      continue;
    }
    const auto per_batch = [&](const std::string& table) {
      return read_all(session->run(*rel::order(
          rel::aggregate(rel::scan(table, {"batch", "id"}), {"batch"}, {{"n", rel::AggregateFunction::Count, nullptr}}),
          {"batch"})));
    };
    const auto batches = per_batch("a");
    ASSERT_EQ(batches, per_batch("b"));
    ASSERT_GE(static_cast<int>(batches.size()), reported) << "a batch that was reported as written is gone";
    for (std::size_t b = 0; b < batches.size(); ++b) {
      ASSERT_EQ(batches[b], (std::vector<std::string>{std::to_string(b), std::to_string(kRowsPerBatch)}));
    }
    written += static_cast<int>(batches.size());
  }
  EXPECT_GT(written, kKills / 2) << "the writers were killed before they wrote anything: the test says nothing";
}

// Run by another process: appends a hundred rows, one commit each.
TEST(FaultsChild, DISABLED_AppendsSqliteRows) {
  const auto session = store_at(std::getenv(kChildArgument))->open(Mode::Write);
  for (int i = 0; i < 100; ++i) {
    session->commit(Session::Plan([&] {
      std::vector<Mutation> out;
      if (!session->find("t")) out.emplace_back(Create{"t", one(""), {}});
      out.emplace_back(Append{"t", one(std::to_string(i))});
      return out;
    }));
  }
  answer("done");
}

TEST_F(SqliteFaults, ManyProcessesThatWriteAllSucceedAndReadersGoOn) {
  std::vector<std::unique_ptr<ChildProcess>> writers;
  for (int i = 0; i < 4; ++i) {
    writers.push_back(std::make_unique<ChildProcess>("FaultsChild.DISABLED_AppendsSqliteRows", path_));
  }
  const auto session = store_at(path_)->open(Mode::Write);
  std::uint64_t last = 0;
  for (int i = 0; i < 50; ++i) {
    if (session->find("t")) {
      const auto now = count(*session, "t");
      ASSERT_GE(now, last);
      last = now;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  for (auto& writer : writers) EXPECT_EQ(writer->read_line(), "done");
  EXPECT_EQ(count(*session, "t"), 400U);
}

// Run by another process.
TEST(FaultsChild, DISABLED_CountsSqliteRows) {
  answer(std::to_string(count(*store_at(std::getenv(kChildArgument))->open(Mode::Read), "t")));
}

/// A lock of a process on a file is gone when the process closes any handle of that file.
TEST_F(SqliteFaults, ALookAtTheFileTakesNoLockFromAnotherSession) {
  const auto session = store_at(path_)->open(Mode::Write);
  session->commit({Create{"t", one(""), {}}, Append{"t", one("a")}});
  store_at(path_)->open(Mode::Read);
  const auto run = [this](const std::string& child) {
    ChildProcess process("FaultsChild.DISABLED_" + child, path_);
    const auto said = process.read_line();
    process.read_line();  // it has ended
    return said;
  };
  // A process that takes itself for the last one tidies the journal away when it ends.
  EXPECT_EQ(run("AppendsSqliteRows"), "done");
  session->commit({Append{"t", one("b")}});
  EXPECT_EQ(run("CountsSqliteRows"), "102");
}

TEST_F(SqliteFaults, AWriterWaitsForAnotherAndThenSaysSo) {
  const auto first = store_at(path_)->open(Mode::Write);
  first->commit({Create{"t", one("a"), {}}});
  const auto second = store_at(path_, "0.2")->open(Mode::Write);
  first->commit(Session::Plan([&] {
    const auto error = error_of([&] { second->commit({Append{"t", one("b")}}); });
    EXPECT_EQ(error.code(), ErrorCode::Conflict) << error.what();
    EXPECT_TRUE(contains(error.message(), path_)) << error.what();
    EXPECT_EQ(count(*second, "t"), 0U) << "readers do not wait";
    return std::vector<Mutation>{Append{"t", one("a")}};
  }));
  second->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*first, "t"), 2U);
}

TEST_F(SqliteFaults, AWaitCanBeInterrupted) {
  const auto first = store_at(path_)->open(Mode::Write);
  first->commit({Create{"t", one("a"), {}}});
  const auto second = store_at(path_)->open(Mode::Write);
  first->commit(Session::Plan([&] {
    std::stop_source stop;
    const std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      stop.request_stop();
    });
    const auto start = std::chrono::steady_clock::now();
    const auto error = error_of([&] { second->commit({Append{"t", one("b")}}, {}, {stop.get_token(), {}}); });
    EXPECT_EQ(error.code(), ErrorCode::Cancelled) << error.what();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    return std::vector<Mutation>{};
  }));
}

TEST_F(SqliteFaults, AnOpenReadSeesOneMomentAndDisturbsNobody) {
  const auto session = store_at(path_)->open(Mode::Write);
  const auto write = [&](int rows) {
    Inputs inputs;
    inputs.emplace("in", sql_stream("SELECT 'row ' || i AS id FROM range(" + std::to_string(rows) + ") t(i)"));
    std::vector<Mutation> mutations;
    if (!session->find("t")) mutations.emplace_back(Create{"t", rel::input("in", {"id"}), {}});
    mutations.emplace_back(Append{"t", rel::input("in", {"id"})});
    session->commit(std::move(mutations), std::move(inputs));
  };
  write(50000);
  auto stream = store_at(path_)->open(Mode::Read)->run(*rel::scan("t", {"id"}));
  std::int64_t seen = (*stream.next())->length;
  write(1000);
  while (auto batch = stream.next()) seen += (*batch)->length;
  EXPECT_EQ(seen, 50000);
  EXPECT_EQ(count(*session, "t"), 51000U);
}

TEST_F(SqliteFaults, FilesThatAreNoDatabaseAreLeftAsTheyAre) {
  const std::string text = "this is not a database, but a text that is long enough";
  for (const auto& content : {text, std::string("short"), std::string(8192, '\0')}) {
    std::ofstream(path_, std::ios::binary) << content;
    for (const Mode mode : {Mode::Read, Mode::Write}) {
      const auto error = error_of([&] { store_at(path_)->open(mode); });
      EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
      EXPECT_TRUE(contains(error.message(), "is not a SQLite database")) << error.what();
    }
    EXPECT_EQ(bytes_of(path_), content);
  }
}

TEST_F(SqliteFaults, ADamagedFileIsAnError) {
  const auto session = store_at(path_)->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  auto content = bytes_of(path_);
  const auto damaged = folder_.file("damaged.sqlite");
  for (std::size_t i = 100; i < content.size(); ++i) content[i] = static_cast<char>(i * 7);
  std::ofstream(damaged, std::ios::binary) << content;
  const auto error = error_of([&] { store_at(damaged)->open(Mode::Read)->find("t"); });
  EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
}

TEST_F(SqliteFaults, WhatIsNotThereIsSaid) {
  const auto missing = error_of([&] { store_at(path_)->open(Mode::Read); });
  EXPECT_EQ(missing.code(), ErrorCode::NotFound) << missing.what();
  EXPECT_FALSE(fs::exists(path_));
  const auto folder = error_of([&] { store_at(folder_.file("no/folder.sqlite"))->open(Mode::Write); });
  EXPECT_EQ(folder.code(), ErrorCode::Io) << folder.what();
  EXPECT_TRUE(contains(folder.message(), "there is no folder")) << folder.what();
  const auto itself = error_of([&] { store_at(folder_.path().string())->open(Mode::Write); });
  EXPECT_TRUE(contains(itself.message(), "it is a folder")) << itself.what();
  const auto session = store_at(path_)->open(Mode::Write);
  EXPECT_TRUE(session->tables().empty());
  EXPECT_FALSE(fs::exists(path_)) << "nothing was written";
  EXPECT_EQ(error_of([&] { session->commit({Drop{"t"}}); }).code(), ErrorCode::NotFound);
  session->commit(Session::Plan([] { return std::vector<Mutation>{}; }));
  EXPECT_TRUE(fs::is_empty(folder_.path())) << "a refused write leaves no file";
  session->commit({Create{"t", one("a"), {}}});
  EXPECT_EQ(session->tables().size(), 1U);
}

TEST_F(SqliteFaults, OptionsAreCheckedTogether) {
  const auto error = error_of([] { stores::open_store("sqlite", {{"lock_timeout", "soon"}, {"pahts", "s"}}); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(error.faults().size(), 3U) << error.what();
}

TEST_F(SqliteFaults, ReadOnlyPlacesCanBeReadAndNotWritten) {
  const auto folder = folder_.path() / "sealed";
  fs::create_directory(folder);
  const auto path = (folder / "store.sqlite").string();
  store_at(path)->open(Mode::Write)->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  fs::permissions(path, fs::perms::owner_read);
  fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
  EXPECT_EQ(count(*store_at(path)->open(Mode::Read), "t"), 1U);
  if (::geteuid() != 0) {
    const auto error = error_of([&] { store_at(path)->open(Mode::Write); });
    EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
    EXPECT_TRUE(contains(error.message(), "cannot open the database file")) << error.what();
  }
  const auto reader = store_at(path)->open(Mode::Read);
  EXPECT_EQ(error_of([&] { reader->commit({Drop{"t"}}); }).code(), ErrorCode::InvalidArgument);
  fs::permissions(folder, fs::perms::owner_all);
}

// A limit on the size of files stands for a full disk.
class SqliteFullDisk : public SqliteFaults, public ::testing::WithParamInterface<int> {};

TEST_P(SqliteFullDisk, LeavesWhatWasThere) {
  const int rows = GetParam();
  const auto session = store_at(path_)->open(Mode::Write);
  session->commit({Create{"t", one("a"), {}}, Append{"t", one("a")}});
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 2 << 20;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto error = error_of([&] {
    Inputs inputs;
    inputs.emplace("in", sql_stream(fmt::format("SELECT repeat('x', 1000) || i AS id FROM range({}) t(i)", rows)));
    session->commit({Append{"t", rel::input("in", {"id"})}}, std::move(inputs));
  });
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_FALSE(error.hint().empty()) << error.what();
  EXPECT_EQ(count(*session, "t"), 1U);
  session->commit({Append{"t", one("b")}});
  EXPECT_EQ(count(*store_at(path_)->open(Mode::Read), "t"), 2U);
}

// Found out while rows are added, or not before the commit.
INSTANTIATE_TEST_SUITE_P(Rows, SqliteFullDisk, ::testing::Values(100000, 10000));

}  // namespace
}  // namespace metaxy::testing
