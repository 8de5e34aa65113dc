// SPDX-License-Identifier: Apache-2.0
#include "arrow/ipc.hpp"

#include <gtest/gtest.h>
#include <unistd.h>
#include <metaxy/error.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "arrow/build.hpp"
#include "arrow/copy.hpp"
#include "arrow/read.hpp"

namespace metaxy::arrow {
namespace {

class Ipc : public testing::Test {
 protected:
  Ipc() : folder_(std::filesystem::temp_directory_path() / ("metaxy-ipc-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Ipc() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
};

const std::vector<Field>& columns() {
  static const std::vector<Field> kColumns = {{"id"},
                                              {"n", kInt64},
                                              {"t", kTimestamp},
                                              {"v", "vu"},
                                              {"nothing", kNull},
                                              list_of_text("l"),
                                              struct_of_text("s", {"x"}),
                                              map_of_text("m")};
  return kColumns;
}

std::vector<Json> rows(int count) {
  std::vector<Json> out;
  for (int i = 0; i < count; ++i) {
    const std::string text = std::to_string(i);
    out.push_back({{"id", "é" + text},
                   {"n", i % 3 ? Json(i) : Json(nullptr)},
                   {"t", "2024-02-29T12:34:56.000789Z"},
                   {"v", "a text that is longer than twelve bytes " + text},
                   {"nothing", nullptr},
                   {"l", {text, nullptr}},
                   {"s", {{"x", text}}},
                   {"m", {{"k", text}}}});
  }
  return out;
}

TEST_F(Ipc, BothFormatsAreReadBack) {
  for (const IpcFormat format : {IpcFormat::Stream, IpcFormat::File}) {
    Stream stream = make_stream(columns(), rows(25), 10);
    EXPECT_EQ(write_ipc(stream, path("x.arrow"), format), 25);
    EXPECT_EQ(read_rows(read_ipc(path("x.arrow"))), rows(25));
  }
}

TEST_F(Ipc, FilesOfPyArrowAreReadAndWrittenAgain) {
  const std::string folder = METAXY_TESTS_DIR "/vectors/arrow/";
  std::ifstream in(folder + "rows.json");
  const std::vector<Json> expected = parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  ASSERT_EQ(expected.size(), 6u);
  for (const char* name : {"file_plain", "file_lz4", "file_zstd", "stream_plain", "stream_lz4", "stream_zstd"}) {
    EXPECT_EQ(read_rows(read_ipc(folder + name + ".arrow")), expected) << name;
    Stream again = read_ipc(folder + name + ".arrow");
    EXPECT_EQ(write_ipc(again, path("again"), IpcFormat::File), 6);
    EXPECT_EQ(read_rows(read_ipc(path("again"))), expected) << name;
  }
}

TEST_F(Ipc, EmptyTableKeepsItsColumns) {
  for (const IpcFormat format : {IpcFormat::Stream, IpcFormat::File}) {
    Stream stream = make_stream(columns(), {});
    EXPECT_EQ(write_ipc(stream, path("x.arrow"), format), 0);
    Stream back = read_ipc(path("x.arrow"));
    EXPECT_EQ(back.schema()->n_children, 8);
    EXPECT_FALSE(back.next());
  }
}

TEST_F(Ipc, SlicesAreWrittenAsTheyLook) {
  Array batch = make_batch(columns(), rows(10));
  batch->offset = 4;
  batch->length = 3;
  std::vector<Array> batches;
  batches.push_back(std::move(batch));
  Stream stream = make_stream(make_schema(columns()), std::move(batches));
  write_ipc(stream, path("x.arrow"), IpcFormat::Stream);
  const std::vector<Json> all = rows(10);
  EXPECT_EQ(read_rows(read_ipc(path("x.arrow"))), std::vector<Json>(all.begin() + 4, all.begin() + 7));
}

TEST_F(Ipc, PipesAreRead) {
  Stream stream = make_stream(columns(), rows(3));
  write_ipc(stream, path("x.arrow"), IpcFormat::File);
  std::FILE* pipe = popen(("cat '" + path("x.arrow") + "'").c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  EXPECT_EQ(read_rows(read_ipc(pipe, "stdin")), rows(3));
  pclose(pipe);
}

TEST_F(Ipc, SourcesOfBytesAreRead) {
  for (const IpcFormat format : {IpcFormat::Stream, IpcFormat::File}) {
    Stream stream = make_stream(columns(), rows(3));
    write_ipc(stream, path("x.arrow"), format);
    std::ifstream file(path("x.arrow"), std::ios::binary);
    const auto source = [&](char* out, std::size_t size) {
      file.read(out, static_cast<std::streamsize>(size));
      return static_cast<std::size_t>(file.gcount());
    };
    EXPECT_EQ(read_rows(read_ipc(source, "stdin")), rows(3));
  }
}

TEST_F(Ipc, ErrorOfTheSourcePasses) {
  Stream stream = make_stream(columns(), rows(3));
  write_ipc(stream, path("x.arrow"), IpcFormat::Stream);
  const auto size = std::filesystem::file_size(path("x.arrow"));
  for (const std::uintmax_t end : {std::uintmax_t{0}, std::uintmax_t{100}, size - 16}) {
    std::ifstream file(path("x.arrow"), std::ios::binary);
    std::uintmax_t given = 0;
    const auto source = [&](char* out, std::size_t wanted) -> std::size_t {
      given += wanted;
      if (given > end) throw Error(ErrorCode::Cancelled, "interrupted");
      file.read(out, static_cast<std::streamsize>(wanted));
      return static_cast<std::size_t>(file.gcount());
    };
    try {
      read_rows(read_ipc(source, "stdin"));
      FAIL() << end;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::Cancelled) << error.what();
    }
  }
}

TEST_F(Ipc, ErrorOfTheProducerPasses) {
  Stream stream =
      make_stream(make_schema({{"x"}}), []() -> std::optional<Array> { throw Error(ErrorCode::Conflict, "locked"); });
  try {
    write_ipc(stream, path("x.arrow"), IpcFormat::Stream);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
  }
}

ErrorCode failure(const std::string& path) {
  try {
    read_rows(read_ipc(path));
  } catch (const Error& error) {
    EXPECT_NE(error.message().find(path), std::string::npos) << error.what();
    return error.code();
  }
  return ErrorCode::Internal;
}

TEST_F(Ipc, WhatIsNoIpcIsRefused) {
  EXPECT_EQ(failure(path("missing")), ErrorCode::NotFound);
  std::ofstream(path("empty")).close();
  EXPECT_EQ(failure(path("empty")), ErrorCode::InvalidArgument);
  std::ofstream(path("text")) << "id,value\n1,2\n3,4\n5,6\n";
  EXPECT_EQ(failure(path("text")), ErrorCode::InvalidArgument);
  std::ofstream(path("magic")) << "ARROW1\0\0";
  EXPECT_EQ(failure(path("magic")), ErrorCode::InvalidArgument);
}

TEST_F(Ipc, EveryTruncationIsRefusedOrEndsEarly) {
  for (const IpcFormat format : {IpcFormat::Stream, IpcFormat::File}) {
    Stream stream = make_stream(columns(), rows(4), 2);
    write_ipc(stream, path("whole"), format);
    const auto size = std::filesystem::file_size(path("whole"));
    for (std::uintmax_t keep = 1; keep < size; keep += 13) {
      std::filesystem::remove(path("cut"));
      std::filesystem::copy_file(path("whole"), path("cut"));
      std::filesystem::resize_file(path("cut"), keep);
      try {
        const std::size_t got = read_rows(read_ipc(path("cut"))).size();
        // A stream cut between two messages cannot be told from a shorter one; a file can.
        EXPECT_EQ(format, IpcFormat::Stream) << keep;
        EXPECT_LE(got, 4u);
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::InvalidArgument) << error.what();
      }
    }
  }
}

void read_with_flipped_bytes(const std::string& whole) {
  std::ifstream in(whole, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  ASSERT_FALSE(bytes.empty()) << whole;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string broken = bytes;
    broken[i] = static_cast<char>(broken[i] ^ (1 << i % 8));
    std::FILE* file = fmemopen(broken.data(), broken.size(), "rb");
    ASSERT_NE(file, nullptr);
    try {
      read_rows(read_ipc(file, "broken"));
    } catch (const Error& error) {
      EXPECT_NE(error.code(), ErrorCode::Internal) << error.what();
    }
    std::fclose(file);
  }
}

TEST_F(Ipc, EveryFlippedByteIsRefusedOrRead) {
  Stream stream = make_stream(columns(), rows(2));
  write_ipc(stream, path("whole"), IpcFormat::Stream);
  for (const std::string& whole : {path("whole"), std::string(METAXY_TESTS_DIR "/vectors/arrow/stream_lz4.arrow")})
    read_with_flipped_bytes(whole);
}

TEST_F(Ipc, FullDiskIsAnIoError) {
  Stream stream = make_stream(columns(), rows(1000));
  try {
    write_ipc(stream, "/dev/full", IpcFormat::Stream);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Io);
  }
}

}  // namespace
}  // namespace metaxy::arrow
