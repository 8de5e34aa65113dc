// SPDX-License-Identifier: Apache-2.0
#include "arrow/view.hpp"

#include <metaxy/error.hpp>

#include <string>

#include "arrow/copy.hpp"

namespace metaxy::arrow {

TypeNode::TypeNode(const ArrowSchema& schema, int depth) {
  constexpr int kDeepest = 100;
  if (depth > kDeepest) throw Error(ErrorCode::Unsupported, "a column nests types deeper than 100 levels");
  ArrowError error{};
  check(ArrowSchemaViewInit(&view, &schema, &error), "reading the type of an Arrow column", &error,
        ErrorCode::Unsupported);
  // A broken scale would make texts of gigabytes.
  constexpr int kLongestScale = 1000;
  if ((view.type == NANOARROW_TYPE_DECIMAL32 || view.type == NANOARROW_TYPE_DECIMAL64 ||
       view.type == NANOARROW_TYPE_DECIMAL128 || view.type == NANOARROW_TYPE_DECIMAL256) &&
      (view.decimal_scale > kLongestScale || view.decimal_scale < -kLongestScale))
    throw Error(ErrorCode::Unsupported, "a decimal column has a scale of " + std::to_string(view.decimal_scale));
  children.reserve(static_cast<std::size_t>(schema.n_children));
  for (std::int64_t i = 0; i < schema.n_children; ++i) children.emplace_back(*schema.children[i], depth + 1);
  if (schema.dictionary) dictionary = std::make_unique<TypeNode>(*schema.dictionary, depth + 1);
}

ArrayView::ArrayView(const ArrowSchema& schema, const ArrowArray& array) {
  ArrowError error{};
  const char* doing = "reading an Arrow batch";
  ArrowArrayViewInitFromType(&view_, NANOARROW_TYPE_UNINITIALIZED);
  ArrowErrorCode result = ArrowArrayViewInitFromSchema(&view_, &schema, &error);
  if (result == NANOARROW_OK) result = ArrowArrayViewSetArray(&view_, &array, &error);
  if (result != NANOARROW_OK) {
    ArrowArrayViewReset(&view_);
    check(result, doing, &error, ErrorCode::SchemaMismatch);
  }
}

ArrayView::ArrayView(ArrayView&& other) noexcept { ArrowArrayViewMove(&other.view_, &view_); }

ArrayView::~ArrayView() { ArrowArrayViewReset(&view_); }

std::int64_t units_per_second(ArrowTimeUnit unit) {
  switch (unit) {
    case NANOARROW_TIME_UNIT_SECOND: return 1;
    case NANOARROW_TIME_UNIT_MILLI: return 1000;
    case NANOARROW_TIME_UNIT_MICRO: return 1000000;
    case NANOARROW_TIME_UNIT_NANO: return 1000000000;
  }
  return 1;
}

Range list_range(const ArrowArrayView& view, std::int64_t row) {
  const std::int64_t at = view.offset + row;
  switch (view.storage_type) {
    case NANOARROW_TYPE_FIXED_SIZE_LIST:
      return {at * view.layout.child_size_elements, (at + 1) * view.layout.child_size_elements};
    case NANOARROW_TYPE_LIST_VIEW: {
      const std::int64_t begin = ArrowArrayViewListChildOffset(&view, at);
      return {begin, begin + view.buffer_views[2].data.as_int32[at]};
    }
    case NANOARROW_TYPE_LARGE_LIST_VIEW: {
      const std::int64_t begin = ArrowArrayViewListChildOffset(&view, at);
      return {begin, begin + view.buffer_views[2].data.as_int64[at]};
    }
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_MAP:
      return {ArrowArrayViewListChildOffset(&view, at), ArrowArrayViewListChildOffset(&view, at + 1)};
    default: throw Error(ErrorCode::Unsupported, "columns of unions and run-end encoding are not supported");
  }
}

}  // namespace metaxy::arrow
