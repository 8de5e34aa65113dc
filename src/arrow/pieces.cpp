// SPDX-License-Identifier: Apache-2.0
#include "arrow/pieces.hpp"

#include <algorithm>
#include <utility>

#include "arrow/copy.hpp"

namespace metaxy::arrow {

/// What has not been given yet: the rest of a batch, and the batches after it.
struct Pieces::Rest {
  explicit Rest(Stream whole) : stream(std::move(whole)), schema(stream.schema()) { advance(); }

  void advance() {
    at = 0;
    do {
      batch = stream.next();
    } while (batch && (*batch)->length == 0);
  }

  /// Rows of one batch, `most` of them if it has so many.
  std::optional<Array> take(std::int64_t most) {
    if (!batch || most == 0) return std::nullopt;
    const auto length = (*batch)->length;
    const auto rows = std::min(most, length - at);
    Array out;
    if (rows == length && is_plain(*schema.get(), *batch->get())) {
      out = std::move(*batch);
    } else {
      ArrowArray part = *batch->get();  // a look at what `batch` owns
      part.offset += at;
      part.length = rows;
      part.null_count = part.buffers[0] ? -1 : 0;
      out = plain_array(*schema.get(), part);
    }
    at += rows;
    if (at == length) advance();
    return out;
  }

  Stream stream;
  Schema schema;
  std::optional<Array> batch;
  std::int64_t at = 0;  ///< the first row of the batch that was not given
};

Pieces::Pieces(Stream whole, std::uint64_t rows) : rest_(std::make_shared<Rest>(std::move(whole))), rows_(rows) {}
Pieces::~Pieces() = default;

std::optional<Stream> Pieces::next() {
  if (std::exchange(has_begun_, true) && !rest_->batch) return std::nullopt;
  auto batches = [rest = rest_, left = static_cast<std::int64_t>(rows_)]() mutable {
    auto taken = rest->take(left);
    if (taken) left -= (*taken)->length;
    return taken;
  };
  return make_stream(plain_schema(*rest_->schema.get()), std::move(batches));
}

}  // namespace metaxy::arrow
