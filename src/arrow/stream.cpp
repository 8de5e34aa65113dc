// SPDX-License-Identifier: Apache-2.0
#include <metaxy/arrow.hpp>
#include <metaxy/error.hpp>

#include <cerrno>
#include <exception>
#include <new>
#include <system_error>
#include <utility>

#include "arrow/copy.hpp"

namespace metaxy::arrow {

namespace {

// What stands behind a stream of ours. C consumers see errno and text; `Stream` takes the exception itself.
struct Producer {
  Schema schema;
  std::function<std::optional<Array>()> next;
  std::exception_ptr failure;
  std::string failure_text;
};

Producer& producer_of(ArrowArrayStream* stream) { return *static_cast<Producer*>(stream->private_data); }

int errno_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::Cancelled: return EINTR;
    case ErrorCode::Io: return EIO;
    case ErrorCode::Unsupported: return ENOTSUP;
    case ErrorCode::NotFound: return ENOENT;
    case ErrorCode::Internal: return EFAULT;
    default: return EINVAL;
  }
}

// Called in a catch block: keeps the exception and gives the number for C.
int keep_failure(Producer& producer) noexcept {
  producer.failure = std::current_exception();
  try {
    try {
      throw;
    } catch (const Error& error) {
      producer.failure_text = error.what();
      return errno_of(error.code());
    } catch (const std::bad_alloc&) {
      producer.failure_text = "out of memory";
      return ENOMEM;
    } catch (const std::exception& error) {
      producer.failure_text = error.what();
      return EIO;
    } catch (...) {
      producer.failure_text = "unknown failure";
      return EIO;
    }
  } catch (...) {
    return ENOMEM;  // there was no memory even for the text
  }
}

extern "C" {

static int metaxy_stream_get_schema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  Producer& producer = producer_of(stream);
  try {
    Schema copy = copy_schema(*producer.schema.get());
    *out = *copy.get();
    copy->release = nullptr;
    return 0;
  } catch (...) {
    return keep_failure(producer);
  }
}

static int metaxy_stream_get_next(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  Producer& producer = producer_of(stream);
  *out = {};
  try {
    if (!producer.next) return 0;
    std::optional<Array> array = producer.next();
    if (!array || !*array) {
      producer.next = nullptr;  // what the function holds is not needed after the end
      return 0;
    }
    *out = *array->get();
    (*array)->release = nullptr;
    return 0;
  } catch (...) {
    return keep_failure(producer);
  }
}

static const char* metaxy_stream_get_last_error(ArrowArrayStream* stream) noexcept {
  const Producer& producer = producer_of(stream);
  return producer.failure ? producer.failure_text.c_str() : nullptr;
}

static void metaxy_stream_release(ArrowArrayStream* stream) noexcept {
  delete static_cast<Producer*>(stream->private_data);
  stream->private_data = nullptr;
  stream->release = nullptr;
}

}  // extern "C"

// Throws what a stream's producer reports after a call returned `code`.
[[noreturn]] void throw_failure(ArrowArrayStream* stream, int code) {
  if (stream->release == &metaxy_stream_release) {
    if (const std::exception_ptr failure = std::exchange(producer_of(stream).failure, nullptr))
      std::rethrow_exception(failure);
  }
  const char* text = stream->get_last_error ? stream->get_last_error(stream) : nullptr;
  std::string message = "reading an Arrow stream failed: ";
  message += text && *text ? text : std::generic_category().message(code).c_str();
  throw Error(code == EINTR ? ErrorCode::Cancelled : ErrorCode::Backend, message);
}

}  // namespace

Schema Stream::schema() {
  if (!stream_) throw Error(ErrorCode::InvalidArgument, "this Arrow stream was already given away");
  Schema schema;
  const int code = stream_->get_schema(stream_.get(), schema.out());
  if (code != 0) {
    schema->release = nullptr;  // not filled when the call failed
    throw_failure(stream_.get(), code);
  }
  if (!schema) throw Error(ErrorCode::Backend, "an Arrow stream gave no schema");
  return schema;
}

std::optional<Array> Stream::next() {
  if (!stream_) throw Error(ErrorCode::InvalidArgument, "this Arrow stream was already given away");
  Array array;
  const int code = stream_->get_next(stream_.get(), array.out());
  if (code != 0) {
    array->release = nullptr;
    throw_failure(stream_.get(), code);
  }
  if (!array) return std::nullopt;
  return array;
}

ArrowArrayStream Stream::release() {
  const ArrowArrayStream out = *stream_.get();
  stream_->release = nullptr;
  stream_.reset();
  return out;
}

Stream make_stream(Schema schema, std::function<std::optional<Array>()> next) {
  if (!schema) throw Error(ErrorCode::Internal, "an Arrow stream needs a schema");
  ArrowArrayStream stream{};
  stream.private_data = new Producer{std::move(schema), std::move(next), nullptr, {}};
  stream.get_schema = &metaxy_stream_get_schema;
  stream.get_next = &metaxy_stream_get_next;
  stream.get_last_error = &metaxy_stream_get_last_error;
  stream.release = &metaxy_stream_release;
  return Stream(&stream);
}

}  // namespace metaxy::arrow
