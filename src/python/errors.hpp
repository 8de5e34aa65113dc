// SPDX-License-Identifier: Apache-2.0
// The wall between metaxy's errors and Python's.
#pragma once

#include <nanobind/nanobind.h>
#include <metaxy/error.hpp>

namespace metaxy::python {

namespace nb = nanobind;

/// Raises pydantic's ValidationError with one entry for every fault.
[[noreturn]] void raise_validation_error(const char* title, const Faults& faults, nb::object input);

/// Errors of the core become what `metaxy._errors.exception_of` makes of them.
void bind_errors(nb::module_& module);

}  // namespace metaxy::python
