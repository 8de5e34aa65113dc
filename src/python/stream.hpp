// SPDX-License-Identifier: Apache-2.0
// Arrow streams across the border to Python (PyCapsule interface).
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <nanobind/nanobind.h>
#include <metaxy/arrow.hpp>

namespace metaxy::python {

namespace nb = nanobind;

/// A stream that Python reads once. What it needs stays alive with it.
class PythonStream {
 public:
  PythonStream(arrow::Stream stream, std::shared_ptr<void> owner);
  nb::object capsule();
  nb::object schema_capsule();

 private:
  arrow::Stream stream_;
};

/// Rows that Python reads as often as it likes, while a call lasts.
class PythonRows {
 public:
  /// What Python keeps of the rows beyond the call cannot be read.
  class Call;
  nb::object capsule();
  nb::object schema_capsule();

 private:
  struct Source;
  explicit PythonRows(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  arrow::Stream take();

  std::shared_ptr<Source> source_;
};

struct PythonRows::Source {
  std::function<arrow::Stream()> open;
  arrow::Stream waiting = {};  ///< opened for its schema
};

class PythonRows::Call {
 public:
  explicit Call(std::function<arrow::Stream()> open) : source_(new Source{std::move(open)}) {}
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  PythonRows rows() const { return PythonRows(source_); }

 private:
  std::shared_ptr<Source> source_;
};

/// Takes over what `object.__arrow_c_stream__()` gives, or a capsule. Throws: TypeError, and what the object raises.
arrow::Stream take_stream(nb::handle object);

/// Takes over what `object.__arrow_c_schema__()` gives, or a capsule. Throws: TypeError, and what the object raises.
arrow::Schema take_schema(nb::handle object);

void bind_streams(nb::module_& module);

}  // namespace metaxy::python
