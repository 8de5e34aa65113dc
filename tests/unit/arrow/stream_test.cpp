// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <metaxy/arrow.hpp>
#include <metaxy/error.hpp>

#include <cerrno>
#include <stdexcept>

#include "arrow/build.hpp"
#include "arrow/copy.hpp"
#include "arrow/read.hpp"

namespace metaxy::arrow {
namespace {

Stream failing_stream(std::function<void()> fail) {
  return make_stream(make_schema({{"x", kInt64}}), [fail = std::move(fail)]() -> std::optional<Array> {
    fail();
    return std::nullopt;
  });
}

TEST(Stream, GivesBatchesThenTheEndForEver) {
  Stream stream = make_stream(std::vector<Field>{{"x", kInt64}}, {{{"x", 1}}, {{"x", 2}}, {{"x", nullptr}}}, 2);
  EXPECT_EQ((*stream.next())->length, 2);
  EXPECT_EQ((*stream.next())->length, 1);
  EXPECT_FALSE(stream.next());
  EXPECT_FALSE(stream.next());
}

TEST(Stream, SchemaCanBeAskedTwice) {
  Stream stream = make_stream(std::vector<Field>{{"x", kInt64}}, {});
  EXPECT_STREQ(stream.schema()->children[0]->name, "x");
  EXPECT_STREQ(stream.schema()->children[0]->format, "l");
}

TEST(Stream, ErrorArrivesWholeThroughTheCInterface) {
  Stream ours =
      failing_stream([] { throw Error(ErrorCode::Conflict, "table is locked", "wait").note("while reading"); });
  ArrowArrayStream c_stream = ours.release();
  EXPECT_FALSE(ours);
  Stream again(&c_stream);
  EXPECT_EQ(c_stream.release, nullptr);
  try {
    again.next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Conflict);
    EXPECT_EQ(error.message(), "table is locked");
    EXPECT_EQ(error.hint(), "wait");
    ASSERT_EQ(error.notes().size(), 1u);
    EXPECT_EQ(error.notes()[0], "while reading");
  }
}

TEST(Stream, OtherExceptionsArriveAsTheyWere) {
  Stream stream = failing_stream([] { throw std::out_of_range("far"); });
  EXPECT_THROW(stream.next(), std::out_of_range);
}

TEST(Stream, CConsumersSeeNumberAndText) {
  Stream stream = failing_stream([] { throw Error(ErrorCode::Cancelled, "interrupted"); });
  ArrowArrayStream* c_stream = stream.get();
  EXPECT_EQ(c_stream->get_last_error(c_stream), nullptr);
  ArrowArray array;
  EXPECT_EQ(c_stream->get_next(c_stream, &array), EINTR);
  EXPECT_STREQ(c_stream->get_last_error(c_stream), "interrupted");
}

TEST(Stream, ForeignFailureBecomesAnError) {
  ArrowArrayStream foreign{};
  foreign.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return EIO; };
  foreign.get_next = [](ArrowArrayStream*, ArrowArray* out) {
    out->release = reinterpret_cast<void (*)(ArrowArray*)>(1);  // garbage in a failed result must not be touched
    return ENOMEM;
  };
  foreign.get_last_error = [](ArrowArrayStream*) -> const char* { return "disk on fire"; };
  foreign.release = [](ArrowArrayStream* stream) { stream->release = nullptr; };
  Stream stream(&foreign);
  const auto message_of = [](auto&& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::Backend);
      return error.message();
    }
    return std::string("no error");
  };
  EXPECT_EQ(message_of([&] { stream.schema(); }), "reading an Arrow stream failed: disk on fire");
  EXPECT_EQ(message_of([&] { stream.next(); }), "reading an Arrow stream failed: disk on fire");
}

TEST(Stream, AnEmptyStreamIsRefused) {
  Stream stream;
  EXPECT_THROW(stream.next(), Error);
  EXPECT_THROW(stream.schema(), Error);
}

TEST(Stream, FunctionIsLetGoAtTheEnd) {
  auto held = std::make_shared<int>(1);
  Stream stream = make_stream(make_schema({{"x"}}), [held]() -> std::optional<Array> { return std::nullopt; });
  EXPECT_EQ(held.use_count(), 2);
  EXPECT_FALSE(stream.next());
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace metaxy::arrow
