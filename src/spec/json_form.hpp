// SPDX-License-Identifier: Apache-2.0
// The JSON form of a feature spec as a value; its texts are what stores keep and what spec versions are made of.
#pragma once

#include <string>
#include <string_view>

#include <metaxy/spec.hpp>

#include "base/json.hpp"

namespace metaxy::spec {

/// The reference's form, keys in declaration order. Throws: InvalidArgument for metadata that is not JSON.
Json json_form(const FeatureSpec& spec);

/// Reads that form and every short form the reference accepts; adds what is wrong under the JSON pointer `path`.
/// The result is only meaningful when nothing was added.
FeatureSpec read_json_form(const Json& value, const std::string& path, Faults& faults);

/// Parses JSON text. Throws: InvalidSpec naming `what`.
Json parse_definition_text(std::string_view json, const std::string& what);

}  // namespace metaxy::spec
