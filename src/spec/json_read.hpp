// SPDX-License-Identifier: Apache-2.0
// Feature specs out of JSON values.
#pragma once

#include <string>
#include <string_view>

#include <metaxy/spec.hpp>

#include "base/json.hpp"

namespace metaxy::spec {

/// Reads the reference's form and every short form that it accepts; adds what is wrong under the JSON pointer `path`.
/// The result is only meaningful when nothing was added.
FeatureSpec read_json_form(const Json& value, const std::string& path, Faults& faults);

/// Parses JSON text. Throws: InvalidSpec naming `what`.
Json parse_definition_text(std::string_view json, const std::string& what);

}  // namespace metaxy::spec
