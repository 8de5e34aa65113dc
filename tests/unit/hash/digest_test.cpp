// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include <thread>
#include <vector>

namespace metaxy::hash {
namespace {

struct Case {
  Algorithm algorithm;
  std::string_view bytes;
  std::string_view v0;
};

// Values of the reference and of hashlib/xxhash in Python.
constexpr Case kCases[] = {
    {Algorithm::Xxhash32, "", "46947589"},
    {Algorithm::Xxhash64, "", "17241709254077376921"},
    {Algorithm::Wyhash, "", "17969918002310452037"},
    {Algorithm::Md5, "", "d41d8cd98f00b204e9800998ecf8427e"},
    {Algorithm::Sha256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {Algorithm::Xxhash32, "abc", "852579327"},
    {Algorithm::Xxhash64, "abc", "4952883123889572249"},
    {Algorithm::Wyhash, "abc", "16418733726611267054"},
    {Algorithm::Md5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
    {Algorithm::Wyhash, "hello_world", "16737367591072095403"},
    {Algorithm::Wyhash, "my_bytes", "5112362246832359110"},
    {Algorithm::Farmhash, "1footrue", "-1541654101129638711"},
    {Algorithm::Farmhash, "2applefalse", "2794438866806483259"},
    {Algorithm::Md5, "default|1|fallback_test/root.default|hash1", "a0c201d1a1d544ffb280b77f5eba6370"},
    {Algorithm::Xxhash32, "default|1|fallback_test/root.default|hash1", "621878453"},
    {Algorithm::Xxhash64, "default|1|fallback_test/root.default|hash1", "10287390557157909633"},
    {Algorithm::Wyhash, "default|1|fallback_test/root.default|hash1", "3799581331196352052"},
    {Algorithm::Sha256, "default|1|fallback_test/root.default|hash1",
     "adf4cdd3ca5baf937388d23d5b704bb0c94184708bf0f3c82a059094be76cf79"},
    {Algorithm::Md5, "computed|1|opt.v||req.w|abc", "2bdea82a5c5c59afbcfd9e0c468a1a82"},
    {Algorithm::Xxhash32, "computed|1|opt.v||req.w|abc", "3157218341"},
    {Algorithm::Xxhash64, "computed|1|opt.v||req.w|abc", "6419690754978345691"},
    {Algorithm::Wyhash, "computed|1|opt.v||req.w|abc", "16667027962690637874"},
};

TEST(Digest, Format0VectorsOfTheReference) {
  for (const Case& c : kCases)
    EXPECT_EQ(digest_text(Format::V0, c.algorithm, c.bytes), c.v0) << to_string(c.algorithm) << " of " << c.bytes;
}

TEST(Digest, Format0CutsTheDecimalText) {
  const auto cut = [](Algorithm algorithm, std::string_view bytes) {
    return digest({Format::V0, algorithm, kDefaultLengthV0}, bytes);
  };
  const std::string_view single = "default|1|video.audio|video_audio_hash_1|video.frames|video_frame_hash_1";
  EXPECT_EQ(cut(Algorithm::Xxhash64, single), "96465930");
  EXPECT_EQ(cut(Algorithm::Xxhash64, "96465930"), "81606296");
  EXPECT_EQ(cut(Algorithm::Md5, single), "d50d88fd");
  EXPECT_EQ(cut(Algorithm::Sha256, single), "b350736a");
  EXPECT_EQ(cut(Algorithm::Xxhash32, single), "18761839");
  EXPECT_EQ(cut(Algorithm::Wyhash, single), "65701344");
  EXPECT_EQ(cut(Algorithm::Xxhash64, "fv_r1|fv_r2"), "13662136");
  EXPECT_EQ(cut(Algorithm::Xxhash64, "avg_temp|1|sensor_readings.temperature|13662136"), "13045622");
  EXPECT_EQ(cut(Algorithm::Xxhash64, "fv_r3|fv_r4|fv_r5"), "94452723");
  EXPECT_EQ(cut(Algorithm::Xxhash64, "frames|1|video.content|fv_v1"), "63035291");
  EXPECT_EQ(cut(Algorithm::Xxhash32, "hash1|hash1"), "20633920");
  EXPECT_EQ(cut(Algorithm::Xxhash32, "hash_a1|hash_d1"), "42449508");
  EXPECT_EQ(cut(Algorithm::Farmhash, "1footrue"), "-1541654");
}

TEST(Digest, Format1IsPaddedHex) {
  EXPECT_EQ(digest_text(Format::V1, Algorithm::Xxhash32, ""), "02cc5d05");
  EXPECT_EQ(digest_text(Format::V1, Algorithm::Xxhash64, ""), "ef46db3751d8e999");
  EXPECT_EQ(digest_text(Format::V1, Algorithm::Farmhash, "1footrue"), "ea9af1c357a4ccc9");
  EXPECT_EQ(digest_text(Format::V1, Algorithm::Farmhash, "2applefalse"), "26c7d758028ba93b");
  EXPECT_EQ(digest_text(Format::V1, Algorithm::Wyhash, "my_bytes"), "46f2c260858f86c6");
  EXPECT_EQ(digest(Settings{}, "abc"), "ba7816bf8f01cfea414140de5dae2223");
}

TEST(Digest, AppendKeepsWhatWasThere) {
  std::string out = "before ";
  append_digest(Settings{}, "abc", out);
  EXPECT_EQ(out, "before ba7816bf8f01cfea414140de5dae2223");
}

TEST(Digest, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t)
    threads.emplace_back([&wrong, t] {
      for (int i = 0; i < 2000; ++i)
        if (digest_text(Format::V0, t % 2 ? Algorithm::Md5 : Algorithm::Sha256, "abc").substr(0, 8) !=
            (t % 2 ? "90015098" : "ba7816bf"))
          ++wrong[t];
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Algorithms, NamesAreReadBack) {
  EXPECT_EQ(all_algorithms().size(), 6u);
  for (const Algorithm algorithm : all_algorithms()) EXPECT_EQ(parse_algorithm(to_string(algorithm)), algorithm);
}

TEST(Algorithms, UnknownNameNamesTheKnown) {
  try {
    parse_algorithm("xxhsh64");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    EXPECT_NE(error.message().find("xxhash32, xxhash64, wyhash, sha256, md5, farmhash"), std::string::npos);
    EXPECT_EQ(error.hint(), "did you mean `xxhash64`?");
  }
}

}  // namespace
}  // namespace metaxy::hash
