// SPDX-License-Identifier: Apache-2.0
// Reading and writing are tested in the store's room; here: that every format reaches it.
#include <gtest/gtest.h>

#include <metaxy/project.hpp>

#include "arrow/read.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

TEST(TableStream, EveryFormatIsWrittenAndReadBack) {
  const Folder folder;
  const auto source = folder.write("rows.jsonl", "{\"id\": \"007\", \"n\": 1}\n{\"id\": \"b\", \"n\": null}\n");
  for (const char* name : {"x.csv", "x.json", "x.jsonl", "x.parquet", "x.arrow"}) {
    const auto file = folder.path() / name;
    auto rows = read_table(source, TableFormat::JsonLines, {"id"});
    EXPECT_EQ(write_table(std::move(rows), file, table_format_of(file)), 2u) << name;
    const auto back = arrow::read_rows(read_table(file, table_format_of(file), {"id"}));
    ASSERT_EQ(back.size(), 2u) << name;
    EXPECT_EQ(back[0]["id"], "007") << name;
    EXPECT_EQ(back[0]["n"], 1) << name;
    EXPECT_EQ(back[1]["id"], "b") << name;
    EXPECT_TRUE(back[1]["n"].is_null()) << name;
  }
}

TEST(TableStream, AFileThatIsNotThere) {
  const Folder folder;
  const Error error = error_of([&] { read_table(folder.path() / "no.csv", TableFormat::Csv); });
  EXPECT_EQ(error.code(), ErrorCode::NotFound);
}

}  // namespace
}  // namespace metaxy::project
