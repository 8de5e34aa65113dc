// SPDX-License-Identifier: Apache-2.0
#include <nanoarrow/nanoarrow_ipc.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "arrow/copy.hpp"
#include "arrow/ipc.hpp"
#include "arrow/view.hpp"

namespace metaxy::arrow {

namespace {

/// Holds the bytes of one message until they are taken.
class Messages {
 public:
  explicit Messages(Stream batches)
      : batches_(std::move(batches)), schema_(batches_.schema()), plain_(plain_schema(*schema_.get())) {
    ArrowBufferInit(&buffer_);
    ArrowIpcOutputStream sink{};
    check(ArrowIpcOutputStreamInitBuffer(&sink, &buffer_), "writing Arrow IPC");
    check(ArrowIpcWriterInit(&writer_, &sink), "writing Arrow IPC");
    done(ArrowIpcWriterWriteSchema(&writer_, plain_.get(), &error_));
  }
  ~Messages() {
    ArrowIpcWriterReset(&writer_);
    ArrowBufferReset(&buffer_);
  }
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;

  std::size_t read(char* out, std::size_t size) {
    std::size_t have = 0;
    while (have < size && (taken_ < buffer_.size_bytes || next())) {
      const auto part = std::min(size - have, static_cast<std::size_t>(buffer_.size_bytes - taken_));
      std::memcpy(out + have, buffer_.data + taken_, part);
      taken_ += static_cast<std::int64_t>(part);
      have += part;
    }
    return have;
  }

 private:
  /// Puts the next message into the buffer; false at the end.
  bool next() {
    if (ended_) return false;
    buffer_.size_bytes = 0;
    taken_ = 0;
    const auto batch = batches_.next();
    if (!batch) {
      ended_ = true;
      done(ArrowIpcWriterWriteArrayView(&writer_, nullptr, &error_));
    } else if (is_plain(*schema_.get(), *batch->get())) {
      write(*batch->get());
    } else {
      write(*plain_array(*schema_.get(), *batch->get()).get());
    }
    return true;
  }

  void write(const ArrowArray& array) {
    const ArrayView view(*plain_.get(), array);
    done(ArrowIpcWriterWriteArrayView(&writer_, view.get(), &error_));
  }

  void done(ArrowErrorCode result) {
    if (result != NANOARROW_OK) check(result, "writing Arrow IPC", &error_, ErrorCode::Unsupported);
  }

  Stream batches_;
  Schema schema_;
  Schema plain_;
  ArrowBuffer buffer_{};
  ArrowIpcWriter writer_{};
  ArrowError error_{};
  std::int64_t taken_ = 0;
  bool ended_ = false;
};

}  // namespace

ByteSource ipc_bytes(Stream batches) {
  auto messages = std::make_shared<Messages>(std::move(batches));
  return [messages](char* out, std::size_t size) { return messages->read(out, size); };
}

}  // namespace metaxy::arrow
