// SPDX-License-Identifier: Apache-2.0
// Two processes that write two files, each with the other one as a fallback.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "contract/rows.hpp"
#include "contract/sql.hpp"
#include "store/overlay.hpp"
#include "stores/duckdb/store.hpp"
#include "support/child_process.hpp"
#include "support/scratch.hpp"

namespace metaxy::stores::duckdb {
namespace {

using metaxy::testing::answer;
using metaxy::testing::ChildProcess;
using metaxy::testing::kChildArgument;
using metaxy::testing::read_all;
using metaxy::testing::ScratchFolder;
using metaxy::testing::sql_stream;
using std::chrono::steady_clock;
using store::Mode;

constexpr int kCommits = 40;

/// Far less than what a deadlock takes to end, far more than the work.
constexpr std::chrono::seconds kEnough{90};

std::string file_of(const std::string& folder, int number) { return folder + "/" + std::to_string(number) + ".duckdb"; }

std::unique_ptr<store::OverlaySession> open(const std::string& folder, int first) {
  std::vector<store::NamedSession> stores;
  for (const auto& [number, mode] : {std::pair(first, Mode::Write), std::pair(1 - first, Mode::Read)}) {
    stores.push_back({std::to_string(number), make_store(Options{file_of(folder, number), {}})->open(mode)});
  }
  return std::make_unique<store::OverlaySession>(std::move(stores));
}

rel::RelPtr count_of(const rel::RelPtr& rows) {
  return rel::aggregate(rows, {}, {{"n", rel::AggregateFunction::Count, nullptr}});
}

/// Commits that read the other file twice while nobody else may write the first: to plan, and for what they append.
void write_often(const std::string& folder, int first) {
  const auto session = open(folder, first);
  for (int i = 0; i < kCommits; ++i) {
    session->commit([&]() -> std::vector<store::Mutation> {
      read_all(session->at(1).run(*count_of(rel::scan("t", {"id"}))));
      const auto there = rel::foreign(1, count_of(rel::scan("t", {"id"})));
      return {store::Append{"t", rel::project(there, {{"id", rel::literal("row")}})}};
    });
  }
}

// Run by another process.
TEST(FaultsChild, DISABLED_WritesTheSecondFile) {
  write_often(std::getenv(kChildArgument), 1);
  answer("done");
}

TEST(OverlayOrder, OppositeOrdersDoNotWaitForEachOther) {
  const ScratchFolder folder;
  for (const int file : {0, 1}) {
    store::Inputs inputs;
    inputs.emplace("in", sql_stream("SELECT 'first' AS id"));
    const auto rows = rel::input("in", {"id"});
    make_store(Options{file_of(folder.path(), file), {}})
        ->open(Mode::Write)
        ->commit({store::Create{"t", rows, {}}, store::Append{"t", rows}}, std::move(inputs));
  }
  const auto start = steady_clock::now();
  ChildProcess child("FaultsChild.DISABLED_WritesTheSecondFile", folder.path());
  write_often(folder.path(), 0);
  EXPECT_EQ(child.read_line(), "done");
  EXPECT_LT(steady_clock::now() - start, kEnough);
  for (const int file : {0, 1}) {
    const auto session = make_store(Options{file_of(folder.path(), file), {}})->open(Mode::Read);
    EXPECT_EQ(read_all(session->run(*count_of(rel::scan("t", {"id"})))).at(0).at(0), std::to_string(kCommits + 1));
  }
}

}  // namespace
}  // namespace metaxy::stores::duckdb
