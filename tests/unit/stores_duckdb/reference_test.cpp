// SPDX-License-Identifier: Apache-2.0
// A store that the reference wrote (tests/data/make_reference.py) is read and continued.
#include <gtest/gtest.h>

#include <filesystem>

#include "contract/rows.hpp"
#include "stores/duckdb/store.hpp"
#include "support/scratch.hpp"

namespace metaxy::stores::duckdb {
namespace {

using metaxy::testing::read_all;
using metaxy::testing::TextRows;

TEST(ReferenceStore, IsReadAndContinued) {
  const metaxy::testing::ScratchFolder folder;
  const std::string path = folder.file("store.duckdb");
  std::filesystem::copy_file(METAXY_TEST_DATA "/reference_v0.duckdb", path);
  const auto store = make_store({path, {}});
  const auto reading = store->open(store::Mode::Read);
  EXPECT_EQ(reading->tables(), (std::vector<std::string>{"media__loudness", "media__raw"}));
  const auto schema = reading->find("media__raw").value();
  ASSERT_EQ(schema.size(), 13U);
  EXPECT_EQ(schema[3].name, "metaxy_provenance_by_field");
  EXPECT_EQ(schema[3].type.kind, store::Kind::Struct);
  EXPECT_EQ(schema[3].type.members, (std::vector<std::string>{"audio", "frames"}));
  EXPECT_EQ(schema[7].type.kind, store::Kind::TimestampTz);

  const auto latest = rel::project(
      rel::order(rel::latest(rel::scan("media__raw", {"id", "metaxy_data_version", "metaxy_data_version_by_field",
                                                      "metaxy_updated_at"}),
                             {"id"}, rel::column("metaxy_updated_at")),
                 {"id"}),
      {{"id", rel::column("id")},
       {"version", rel::column("metaxy_data_version")},
       {"digest",
        rel::digest({0,
                     "xxhash32",
                     8,
                     {std::string(), rel::member(rel::column("metaxy_data_version_by_field"), "audio"),
                      std::string("|"), rel::member(rel::column("metaxy_data_version_by_field"), "frames")}})}});
  const TextRows rows = read_all(reading->run(*latest));
  // The versions are the reference's own; the digests are ours of its field versions.
  EXPECT_EQ(rows, (TextRows{{"clip-1", "22288250", "22288250"},
                            {"clip-2", "15105662", "15105662"},
                            {"clip-3", "29072557", "29072557"},
                            {"clip-4", "18615863", "18615863"},
                            {"clip-5", "42208799", "42208799"},
                            {"clip-6", "40404899", "40404899"}}));

  const auto writing = store->open(store::Mode::Write);
  store::Inputs inputs;
  inputs.emplace(
      "in", metaxy::testing::sql_stream(
                "SELECT 'clip-7' AS id, {'text': 't', 'frames': 'f', 'audio': 'a'} AS metaxy_provenance_by_field"));
  const auto in = rel::input("in", {"id", "metaxy_provenance_by_field"});
  const auto done =
      writing->commit({store::Extend{"media__raw", in}, store::Append{"media__raw", in}}, std::move(inputs));
  EXPECT_EQ(done.appended, 1U);
  EXPECT_EQ(writing->find("media__raw").value()[3].type.members, (std::vector<std::string>{"audio", "frames", "text"}));
  const auto members = rel::project(rel::scan("media__raw", {"metaxy_provenance_by_field"}),
                                    {{"audio", rel::member(rel::column("metaxy_provenance_by_field"), "audio")},
                                     {"text", rel::member(rel::column("metaxy_provenance_by_field"), "text")}});
  const TextRows all = read_all(writing->run(*members));
  EXPECT_EQ(all.front(), (std::vector<std::string>{"a1", "NULL"}));
  EXPECT_EQ(all.back(), (std::vector<std::string>{"a", "t"}));
}

}  // namespace
}  // namespace metaxy::stores::duckdb
