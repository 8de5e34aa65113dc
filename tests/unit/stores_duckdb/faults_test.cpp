// SPDX-License-Identifier: Apache-2.0
// What happens to data when something breaks.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <metaxy/error.hpp>
#include <random>
#include <thread>

#include "contract/rows.hpp"
#include "contract/sql.hpp"
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
using store::Mode;
using testing::contains;

constexpr int kRowsPerBatch = 3000;
constexpr int kKills = 50;

std::unique_ptr<store::Store> store_at(const std::string& path) { return make_store(Options{path, {}}); }

void write_rows(store::Session& session, const std::string& table, const std::string& query,
                std::vector<std::string> columns) {
  const auto rows = rel::input("in", std::move(columns));
  store::Inputs inputs;
  inputs.emplace("in", sql_stream(query));
  std::vector<store::Mutation> mutations;
  if (!session.find(table)) mutations.emplace_back(store::Create{table, rows, {}});
  mutations.emplace_back(store::Append{table, rows});
  session.commit(std::move(mutations), std::move(inputs));
}

std::string count_of(store::Session& session, const std::string& table) {
  return read_all(session.run(
                      *rel::aggregate(rel::scan(table, {"id"}), {}, {{"n", rel::AggregateFunction::Count, nullptr}})))
      .at(0)
      .at(0);
}

class Faults : public ::testing::Test {
 protected:
  ScratchFolder folder_;
  std::string path_ = folder_.file("store.duckdb");
};

// Run by another process: writes batches into two tables at once until it is killed.
TEST(FaultsChild, DISABLED_WritesBatches) {
  const auto session = store_at(std::getenv(kChildArgument))->open(Mode::Write);
  for (int batch = 0;; ++batch) {
    store::Inputs inputs;
    for (const std::string name : {"a", "b"}) {
      inputs.emplace(name, sql_stream("SELECT " + std::to_string(batch) + " AS batch, 'row ' || i AS id FROM range(" +
                                      std::to_string(kRowsPerBatch) + ") t(i)"));
    }
    std::vector<store::Mutation> mutations;
    for (const std::string name : {"a", "b"}) {
      const auto rows = rel::input(name, {"batch", "id"});
      if (!session->find(name)) mutations.emplace_back(store::Create{name, rows, {}});
      mutations.emplace_back(store::Append{name, rows});
    }
    session->commit(std::move(mutations), std::move(inputs));
    answer(std::to_string(batch));
  }
}

TEST_F(Faults, KilledAtAnyMomentAllOrNothing) {
  std::mt19937 random(20261120);
  int written = 0;
  for (int i = 0; i < kKills; ++i) {
    const std::string path = folder_.file("kill" + std::to_string(i));
    int reported = 0;
    {
      ChildProcess child("FaultsChild.DISABLED_WritesBatches", path);
      // Some die before or during the first batch, the others between later ones.
      if (i % 5 != 0) reported += child.read_line().empty() ? 0 : 1;
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 200000)(random)));
      child.kill();
      while (!child.read_line().empty()) ++reported;
    }
    if (!std::filesystem::exists(path)) continue;
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

// Run by another process: holds the file open, as other programs do.
TEST(FaultsChild, DISABLED_HoldsFile) {
  DatabaseHandle database;
  ASSERT_EQ(duckdb_open(std::getenv(kChildArgument), database.out()), DuckDBSuccess);
  answer("open");
  std::this_thread::sleep_for(std::chrono::seconds(120));
}

TEST_F(Faults, FileOfAnotherProcessIsAConflictThatNamesIt) {
  write_rows(*store_at(path_)->open(Mode::Write), "t", "SELECT 'a' AS id", {"id"});
  ChildProcess child("FaultsChild.DISABLED_HoldsFile", path_);
  ASSERT_EQ(child.read_line(), "open");
  for (const Mode mode : {Mode::Read, Mode::Write}) {
    const Error error = error_of([&] { make_store({path_, {}, {}})->open(mode); });
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_PRED2(contains, error.message(), std::to_string(child.pid()));
    EXPECT_PRED2(contains, error.message(), path_);
  }
  const auto patient = make_store({path_, {}, std::chrono::seconds(60)});
  const std::jthread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    child.kill();
  });
  EXPECT_EQ(count_of(*patient->open(Mode::Write), "t"), "1");
}

TEST_F(Faults, FullDiskLeavesTheStoreAsItWas) {
  write_rows(*store_at(path_)->open(Mode::Write), "t", "SELECT 'a' AS id", {"id"});
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = std::filesystem::file_size(path_) + (1U << 20U);
  ::setrlimit(RLIMIT_FSIZE, &small);
  const Error error = error_of([&] {
    write_rows(*store_at(path_)->open(Mode::Write), "t",
               "SELECT repeat(md5(i::VARCHAR), 20) AS id FROM range(100000) t(i)", {"id"});
  });
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_EQ(error.code(), ErrorCode::Io) << error.what();
  EXPECT_PRED2(contains, error.hint(), "free space");
  const auto session = store_at(path_)->open(Mode::Write);
  EXPECT_EQ(count_of(*session, "t"), "1");
  write_rows(*session, "t", "SELECT 'b' AS id", {"id"});
  EXPECT_EQ(count_of(*session, "t"), "2");
}

TEST_F(Faults, FullDiskInAnOpenSessionIsSurvived) {
  const auto session = store_at(path_)->open(Mode::Write);
  write_rows(*session, "t", "SELECT 'a' AS id", {"id"});
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1U << 20U;
  ::setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_EQ(error_of([&] {
              write_rows(*session, "t", "SELECT repeat(md5(i::VARCHAR), 20) AS id FROM range(100000) t(i)", {"id"});
            }).code(),
            ErrorCode::Io);
  ::setrlimit(RLIMIT_FSIZE, &before);
  write_rows(*session, "t", "SELECT 'b' AS id", {"id"});
  EXPECT_EQ(count_of(*session, "t"), "2");
}

TEST_F(Faults, OutOfMemoryIsAnErrorWithARemedy) {
  const auto store =
      make_store({std::string(kMemory), {{"memory_limit", "40MB"}, {"threads", "1"}, {"temp_directory", ""}}});
  const auto session = store->open(Mode::Write);
  const Error error = error_of([&] {
    write_rows(*session, "t", "SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS id FROM range(3000000) t(i)", {"id"});
  });
  EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
  EXPECT_PRED2(contains, error.hint(), "memory_limit");
  EXPECT_TRUE(session->tables().empty());
  write_rows(*session, "t", "SELECT 'a' AS id", {"id"});
  EXPECT_EQ(count_of(*session, "t"), "1");
}

TEST_F(Faults, GroupsBeyondTheMemoryLimitAreAnErrorWithARemedy) {
  const auto store = make_store({path_, {{"memory_limit", "100MB"}, {"threads", "1"}}});
  const auto session = store->open(Mode::Write);
  write_rows(*session, "t", "SELECT md5(i::VARCHAR) AS id FROM range(600000) t(i)", {"id"});
  const auto groups = rel::aggregate(rel::scan("t", {"id"}), {},
                                     {{"ids", rel::AggregateFunction::Concat, rel::column("id")}}, {"id"}, "|");
  const Error error = error_of([&] { read_all(session->run(*groups)); });
  EXPECT_EQ(error.code(), ErrorCode::Backend) << error.what();
  EXPECT_PRED2(contains, error.message(), "the members of groups need more than");
  EXPECT_PRED2(contains, error.hint(), "memory_limit");
  EXPECT_EQ(count_of(*session, "t"), "600000");
}

TEST_F(Faults, FilesSpillUnderAMemoryLimit) {
  const auto store = make_store({path_, {{"memory_limit", "400MB"}, {"threads", "1"}}});
  const auto session = store->open(Mode::Write);
  write_rows(*session, "t", "SELECT md5(i::VARCHAR) || md5((i + 1)::VARCHAR) AS id FROM range(3000000) t(i)", {"id"});
  const auto groups = rel::aggregate(rel::scan("t", {"id"}), {"id"}, {{"n", rel::AggregateFunction::Count, nullptr}});
  const auto rows =
      read_all(session->run(*rel::aggregate(groups, {}, {{"n", rel::AggregateFunction::Count, nullptr}})));
  EXPECT_EQ(rows.at(0).at(0), "3000000");
}

TEST_F(Faults, WhatIsNoDatabaseIsRefusedAndLeftAsItIs) {
  const auto write = [&](const std::string& name, const std::string& content) {
    std::ofstream(folder_.file(name), std::ios::binary) << content;
    return folder_.file(name);
  };
  const std::string text = write("notes.txt", "these are my notes, and they are longer than a header");
  EXPECT_EQ(error_of([&] { store_at(text)->open(Mode::Write); }).code(), ErrorCode::Backend);
  EXPECT_EQ(std::filesystem::file_size(text), 53U);
  EXPECT_EQ(error_of([&] { store_at(write("short", "x"))->open(Mode::Read); }).code(), ErrorCode::Backend);
  // A full disk or a kill leaves an empty file of a store that was just being made.
  EXPECT_EQ(error_of([&] { store_at(write("none", ""))->open(Mode::Read); }).code(), ErrorCode::NotFound);
  write_rows(*store_at(folder_.file("none"))->open(Mode::Write), "t", "SELECT 'a' AS id", {"id"});
  EXPECT_EQ(count_of(*store_at(folder_.file("none"))->open(Mode::Read), "t"), "1");
  EXPECT_EQ(error_of([&] { store_at(folder_.path().string())->open(Mode::Read); }).code(), ErrorCode::Io);
  EXPECT_EQ(error_of([&] { store_at(folder_.file("absent"))->open(Mode::Read); }).code(), ErrorCode::NotFound);
  EXPECT_EQ(error_of([&] { store_at(folder_.file("no/such/folder"))->open(Mode::Write); }).code(), ErrorCode::Io);
  EXPECT_EQ(error_of([&] { store_at("md:lake"); }).code(), ErrorCode::Unsupported);
  EXPECT_EQ(error_of([&] {
              make_store({path_, {{"no_such_setting", "1"}}})->open(Mode::Write);
            }).code(),
            ErrorCode::InvalidArgument);
  write_rows(*store_at(path_)->open(Mode::Write), "t", "SELECT md5(i::VARCHAR) AS id FROM range(100000) t(i)", {"id"});
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  const Error cut = error_of([&] {
    const auto session = store_at(path_)->open(Mode::Read);
    read_all(session->run(*rel::scan("t", {"id"})));
  });
  EXPECT_TRUE(cut.code() == ErrorCode::Io || cut.code() == ErrorCode::Backend) << cut.what();
}

TEST_F(Faults, ReadingSessionsSeeWhatALaterWriterWrites) {
  write_rows(*store_at(path_)->open(Mode::Write), "t", "SELECT i::VARCHAR AS id FROM range(100000) t(i)", {"id"});
  const auto reader = store_at(path_)->open(Mode::Read);
  EXPECT_EQ(count_of(*reader, "t"), "100000");
  {
    arrow::Stream open = reader->run(*rel::scan("t", {"id"}));
    const auto writer = store_at(path_)->open(Mode::Write);
    write_rows(*writer, "t", "SELECT 'new' AS id", {"id"});
    EXPECT_EQ(count_of(*reader, "t"), "100001");
    EXPECT_EQ(read_all(std::move(open)).size(), 100000U) << "a stream gives what was there when it began";
  }
}

}  // namespace
}  // namespace metaxy::stores::duckdb
