// SPDX-License-Identifier: Apache-2.0
// Values of Python as JSON and back: how definitions travel between the two.
#pragma once

#include <nanobind/nanobind.h>

#include "base/json.hpp"

namespace metaxy::python {

namespace nb = nanobind;

/// Texts, numbers, None, sequences, sets and mappings; keys as text, definitions in their JSON form; whatever stands
/// for a feature (a spec, a definition, a feature class) as the feature's key. What pydantic can write as JSON is asked
/// of it. Throws: TypeError naming the type.
Json to_json(nb::handle value);
nb::object to_python(const Json& value);

}  // namespace metaxy::python
