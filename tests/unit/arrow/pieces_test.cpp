// SPDX-License-Identifier: Apache-2.0
#include "arrow/pieces.hpp"

#include <gtest/gtest.h>
#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"

namespace metaxy::arrow {
namespace {

Stream numbers(int count, int batch) {
  std::vector<Json> rows;
  for (int i = 0; i < count; ++i) rows.push_back({{"x", i}, {"s", {{"a", i % 2 ? Json(nullptr) : Json("t")}}}});
  return make_stream({{"x", kInt64}, struct_of_text("s", {"a"})}, rows, batch);
}

std::vector<std::size_t> sizes(Stream whole, std::uint64_t rows, std::vector<Json>& all) {
  std::vector<std::size_t> out;
  Pieces pieces(std::move(whole), rows);
  while (auto piece = pieces.next()) {
    const auto read = read_rows(*piece);
    EXPECT_FALSE(piece->next());
    all.insert(all.end(), read.begin(), read.end());
    out.push_back(read.size());
  }
  EXPECT_FALSE(pieces.next());
  return out;
}

using Sizes = std::vector<std::size_t>;

TEST(Pieces, AllRowsInOrderWhateverTheBatches) {
  for (const int batch : {1, 2, 3, 5, 7, 100}) {
    for (const std::uint64_t rows : {1U, 2U, 3U, 4U, 7U, 8U}) {
      std::vector<Json> all;
      const auto found = sizes(numbers(7, batch), rows, all);
      EXPECT_EQ(all, read_rows(numbers(7, 7))) << batch << " " << rows;
      EXPECT_EQ(found.size(), (7 + rows - 1) / rows);
      for (std::size_t i = 0; i + 1 < found.size(); ++i) EXPECT_EQ(found[i], rows);
    }
  }
}

TEST(Pieces, WithoutRowsThereIsOneForTheSchema) {
  std::vector<Json> all;
  EXPECT_EQ(sizes(numbers(0, 1), 3, all), Sizes{0});
  EXPECT_EQ(sizes(numbers(6, 3), 3, all), (Sizes{3, 3}));
  Pieces pieces(numbers(0, 1), 3);
  EXPECT_STREQ(pieces.next()->schema()->children[1]->name, "s");
}

TEST(Pieces, FaultsOfTheStreamArriveWhole) {
  int batches = 0;
  Pieces pieces(make_stream(make_schema({{"x", kInt64}}),
                            [&]() -> std::optional<Array> {
                              if (++batches == 3) throw Error(ErrorCode::Io, "the disk is gone");
                              return make_stream(std::vector<Field>{{"x", kInt64}}, {{{"x", 1}}, {{"x", 2}}}).next();
                            }),
                2);
  auto first = pieces.next();
  try {
    while (first->next()) {
    }
    while (auto more = pieces.next()) {
      while (more->next()) {
      }
    }
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "the disk is gone");
  }
}

}  // namespace
}  // namespace metaxy::arrow
