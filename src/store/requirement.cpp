// SPDX-License-Identifier: Apache-2.0
#include "store/requirement.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <metaxy/error.hpp>

namespace metaxy::store {

namespace {

/// A stream that gives `first` and then the rest of `stream`.
arrow::Stream put_back(arrow::Array first, const std::shared_ptr<arrow::Stream>& stream) {
  auto held = std::make_shared<std::optional<arrow::Array>>(std::move(first));
  return arrow::make_stream(stream->schema(), [held, stream]() -> std::optional<arrow::Array> {
    if (!held->has_value()) return stream->next();
    return std::exchange(*held, std::nullopt);
  });
}

}  // namespace

void enforce(const Require& require, arrow::Stream violations) {
  auto stream = std::make_shared<arrow::Stream>(std::move(violations));
  while (auto batch = stream->next()) {
    if (batch->get()->length == 0) continue;
    arrow::Stream rows = put_back(*std::move(batch), stream);
    require.fault(rows);
    throw Error(ErrorCode::Internal, "a requirement was violated, but its fault was not thrown");
  }
}

}  // namespace metaxy::store
