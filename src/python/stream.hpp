// SPDX-License-Identifier: Apache-2.0
// Arrow streams across the border to Python (PyCapsule interface).
#pragma once

#include <memory>

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

/// Takes over what `object.__arrow_c_stream__()` gives, or a capsule. Throws: TypeError, and what the object raises.
arrow::Stream take_stream(nb::handle object);

/// Takes over what `object.__arrow_c_schema__()` gives, or a capsule. Throws: TypeError, and what the object raises.
arrow::Schema take_schema(nb::handle object);

void bind_streams(nb::module_& module);

}  // namespace metaxy::python
