// SPDX-License-Identifier: Apache-2.0
#include "ops/first_look.hpp"

#include <gtest/gtest.h>

#include "arrow/build.hpp"

namespace metaxy::ops {
namespace {

using store::ColumnType;
using store::Kind;

struct Given {
  std::vector<std::pair<std::string, std::string>> rows;  ///< id and version
  Kind kind = Kind::Text;                                 ///< of the id in the table
};

/// Reads the rows in two batches and gives what was seen.
std::shared_ptr<FirstLook> look_at(const Given& given) {
  spec::FeatureSpec spec{.key = spec::FeatureKey::parse("a/b"), .id_columns = {"id"}};
  const std::vector<arrow::Field> columns = {{"id"}, arrow::struct_of_text("metaxy_provenance_by_field", {"default"})};
  auto at = std::make_shared<std::size_t>(0);
  auto stream = arrow::make_stream(arrow::make_schema(columns), [=]() -> std::optional<arrow::Array> {
    if (*at >= given.rows.size()) return std::nullopt;
    arrow::Builder builder(columns);
    for (const std::size_t end = std::min(*at + 2, given.rows.size()); *at < end; ++*at) {
      const auto& [id, version] = given.rows[*at];
      if (id == "null") {
        builder.value(0, Json());
      } else {
        builder.text(0, id);
      }
      builder.value(1, {{"default", version == "null" ? Json() : Json(version)}});
    }
    return builder.finish();
  });
  ColumnType text;
  text.kind = Kind::Text;
  ColumnType stored;
  stored.kind = given.kind;
  auto look = std::make_shared<FirstLook>(spec, hash::Settings{}, store::TableSchema{{"id", text}});
  look->stored_in({{"id", stored}});
  auto watched = FirstLook::watch(look, std::move(stream));
  EXPECT_FALSE(look->ids_are_sound()) << "nothing has been read";
  while (watched.next()) {
  }
  return look;
}

TEST(FirstLook, SeesThatAllIsWell) {
  const auto look = look_at({{{"a", "1"}, {"b", "1"}, {"a long id that is not inlined", "1"}, {"c", "1"}}});
  EXPECT_TRUE(look->ids_are_sound());
  EXPECT_TRUE(look->ids_differ());
  EXPECT_TRUE(look->versions_are_sound());
}

TEST(FirstLook, LeavesWhatIsAmissToTheDatabase) {
  EXPECT_FALSE(look_at({{{"a", "1"}, {"b", "1"}, {"a", "1"}}})->ids_differ());
  EXPECT_FALSE(look_at({{{"a", "1"}, {"b", "1"}, {"", "1"}}})->ids_are_sound());
  EXPECT_FALSE(look_at({{{"a", "1"}, {"null", "1"}}})->ids_are_sound());
  EXPECT_FALSE(look_at({{{"a", "1"}, {"b", ""}}})->versions_are_sound());
  EXPECT_FALSE(look_at({{{"a", "1"}, {"b", "1"}, {"c", "null"}}})->versions_are_sound());
  EXPECT_FALSE(look_at({{{"a", "1"}}, Kind::Integer})->ids_differ()) << "01 and 1 become one";
  EXPECT_FALSE(look_at({{{"a", "1"}}, Kind::Integer})->ids_are_sound()) << "what is no number may become null";
}

TEST(FirstLook, SetKnowsWhatCameBy) {
  HashSet set;
  for (std::uint64_t hash = 0; hash < 10000; ++hash) EXPECT_FALSE(set.insert(hash << 40U | 7U));
  for (std::uint64_t hash = 0; hash < 10000; ++hash) EXPECT_TRUE(set.insert(hash << 40U | 7U));
}

}  // namespace
}  // namespace metaxy::ops
