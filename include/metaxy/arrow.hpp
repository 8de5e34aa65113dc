// SPDX-License-Identifier: Apache-2.0
// The Arrow C data and stream interfaces (https://arrow.apache.org/docs/format/CDataInterface.html) and owning
// wrappers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4
extern "C" {
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
}
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
extern "C" {
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};
}
#endif

namespace metaxy::arrow {

/// Owns one C struct of the interface; released when destroyed. Moves, never copies.
template <class CStruct>
class Owned {
 public:
  Owned() = default;
  /// Takes the struct over; `*source` is left released.
  explicit Owned(CStruct* source) : value_(*source) { source->release = nullptr; }
  Owned(Owned&& other) noexcept : value_(other.value_) { other.value_.release = nullptr; }
  Owned& operator=(Owned&& other) noexcept {
    if (this != &other) {
      reset();
      value_ = other.value_;
      other.value_.release = nullptr;
    }
    return *this;
  }
  ~Owned() { reset(); }

  explicit operator bool() const { return value_.release != nullptr; }
  CStruct* get() { return &value_; }
  const CStruct* get() const { return &value_; }
  CStruct* operator->() { return &value_; }
  const CStruct* operator->() const { return &value_; }
  /// For functions that fill a struct; what was held is released first.
  CStruct* out() {
    reset();
    return &value_;
  }
  void reset() {
    if (value_.release) value_.release(&value_);
    value_ = {};
  }

 private:
  CStruct value_{};
};

using Schema = Owned<ArrowSchema>;
using Array = Owned<ArrowArray>;

/// A stream of record batches: one schema, then arrays until the end. Used by one thread at a time.
class Stream {
 public:
  Stream() = default;
  /// Takes a C stream over.
  explicit Stream(ArrowArrayStream* source) : stream_(source) {}
  explicit operator bool() const { return static_cast<bool>(stream_); }

  /// Throws: what the producer reports (an Error thrown by a producer of metaxy arrives as it was).
  Schema schema();
  /// The next batch; absent at the end.
  std::optional<Array> next();
  /// Gives the C stream away.
  ArrowArrayStream release();
  ArrowArrayStream* get() { return stream_.get(); }

 private:
  Owned<ArrowArrayStream> stream_;
};

/// Makes a stream from a schema and a function that gives batches until an empty optional. Exceptions of the
/// function become stream errors and are rethrown whole by `Stream::next`.
Stream make_stream(Schema schema, std::function<std::optional<Array>()> next);

}  // namespace metaxy::arrow
