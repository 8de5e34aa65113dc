// SPDX-License-Identifier: Apache-2.0
// Looking into arrays: parsed types and checked views of buffers.
#pragma once

#include <nanoarrow/nanoarrow.h>
#include <metaxy/arrow.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace metaxy::arrow {

/// A schema's type, parsed once. Points into the schema, which must outlive it.
struct TypeNode {
  /// Throws: Unsupported for formats that are no Arrow type or lie deeper than 100 levels.
  explicit TypeNode(const ArrowSchema& schema, int depth = 0);

  ArrowSchemaView view{};
  std::vector<TypeNode> children;
  std::unique_ptr<TypeNode> dictionary;
};

/// nanoarrow's view of an array. Points into the array, which must outlive it.
class ArrayView {
 public:
  /// Throws: SchemaMismatch when the array has not the shape that the schema says.
  ArrayView(const ArrowSchema& schema, const ArrowArray& array);
  ArrayView(ArrayView&& other) noexcept;
  ArrayView& operator=(ArrayView&&) = delete;
  ~ArrayView();

  const ArrowArrayView* get() const { return &view_; }
  const ArrowArrayView* operator->() const { return &view_; }

 private:
  ArrowArrayView view_;
};

/// How many units of a date or time type make a second.
std::int64_t units_per_second(ArrowTimeUnit unit);

/// Positions in a child array.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Where the elements of a row lie in the child of a list, map, fixed-size list or list view.
Range list_range(const ArrowArrayView& view, std::int64_t row);

}  // namespace metaxy::arrow
