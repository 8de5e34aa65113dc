// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <metaxy/hash.hpp>

#include "contract/sql.hpp"

namespace metaxy::stores::duckdb {
namespace {

// Expected digests of these tests come from Python's hashlib and xxhash.
constexpr std::string_view kSha256 = "d74a3705dfe5e94b469392fe36e7960003f852c0e3b2e2c7e210c00e4f8b10f4";

class Kernels : public ::testing::Test {
 protected:
  testing::Sql sql_;
};

TEST_F(Kernels, Format0JoinsRawAndValues) {
  const std::string call = "(64, 'video/raw/frames|1|', 'abc', '|', 'dé')";
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_xxhash32" + call), "1502095069");
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_xxhash64" + call), "17714979347954061562");
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_md5" + call), "0e220940166f3cc6a2d7f21d8ed00d3a");
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_sha256" + call), kSha256);
}

TEST_F(Kernels, Format1AppendsItems) {
  const std::string call = "(32, 'tag;', 'abc', '', 'dé', '', NULL, '', '', '')";
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_1_sha256" + call), "3318b7a769ddee6779da5ffd050ca276");
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_1_xxhash64" + call), "63fb7c68abf21782");
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_1_md5" + call), "ff2e2a815a9dbb6fea5356136a669b8c");
}

TEST_F(Kernels, DigestIsCutToLength) {
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_sha256(8, 'video/raw/frames|1|abc|dé')"), kSha256.substr(0, 8));
  EXPECT_EQ(sql_.value("SELECT metaxy_digest_0_sha256(13, 'video/raw/frames|1|abc|dé')"), kSha256.substr(0, 13));
}

TEST_F(Kernels, NullMakesFormat0Null) {
  EXPECT_EQ(sql_.rows("SELECT metaxy_digest_0_md5(8, 'a', v, 'b') IS NULL FROM (VALUES ('x'), (NULL), ('y')) t(v)"),
            (testing::TextRows{{"false"}, {"true"}, {"false"}}));
}

TEST_F(Kernels, AgreeWithRoomHashOnManyRows) {
  for (const auto format : {hash::Format::V0, hash::Format::V1}) {
    for (const auto algorithm : hash::all_algorithms()) {
      const auto rows =
          sql_.rows(fmt::format("SELECT v, metaxy_digest_{}_{}(20, 'raw', v, '|', v) FROM (SELECT repeat('é', i % 50) "
                                "|| i AS v FROM range(5000) t(i))",
                                static_cast<int>(format), hash::to_string(algorithm)));
      ASSERT_EQ(rows.size(), 5000U);
      for (const auto& row : rows) {
        std::string preimage = "raw" + row[0] + "|" + row[0];
        if (format == hash::Format::V1) {
          preimage = "raw";
          hash::append_item(preimage, row[0]);
          preimage += "|";
          hash::append_item(preimage, row[0]);
        }
        ASSERT_EQ(row[1], hash::digest({format, algorithm, 20}, preimage));
      }
    }
  }
}

TEST_F(Kernels, WrongCallsAreRefused) {
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(0, 'a')"), "must be positive, not 0");
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(-5, 'a')"), "must be positive, not -5");
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(NULL, 'a')"), "must not be NULL");
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(8)"), "at least one raw part");
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(8, v) FROM (VALUES ('a')) t(v)"),
               "must be a constant");
  EXPECT_PRED2(testing::contains, sql_.error("SELECT metaxy_digest_1_sha256(i, 'a') FROM range(3) t(i)"),
               "must be a constant");
}

TEST_F(Kernels, ManyThreadsShareOneCall) {
  const std::string query =
      "SELECT count(DISTINCT metaxy_digest_1_xxhash64(16, 'p', i::VARCHAR, '')) FROM range(400000) t(i)";
  EXPECT_EQ(sql_.value(query), "400000");
}

}  // namespace
}  // namespace metaxy::stores::duckdb
