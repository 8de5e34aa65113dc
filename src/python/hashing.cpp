// SPDX-License-Identifier: Apache-2.0
#include <nanobind/stl/string.h>

#include <metaxy/hash.hpp>

#include "python/values.hpp"

namespace metaxy::python {

void bind_hashing(nb::module_& module) {
  module.def(
      "digest",
      [](int format, const std::string& algorithm, std::size_t length, const std::string& text) {
        return hash::digest(
            {format == 0 ? hash::Format::V0 : hash::Format::V1, hash::parse_algorithm(algorithm), length}, text);
      },
      nb::arg("format"), nb::arg("algorithm"), nb::arg("length"), nb::arg("text"));
}

}  // namespace metaxy::python
