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

/// Reads a spec or a part of one: FeatureSpec, FeatureDep, FieldSpec, FieldDep, FieldsMapping, Lineage. Faults lie
/// under JSON pointers into `value`.
template <class Part>
Part read_part(const Json& value, Faults& faults);
/// The reference's JSON form of a part.
template <class Part>
std::string render_part(const Part& part);

/// Parses JSON text. Throws: InvalidSpec naming `what`.
Json parse_definition_text(std::string_view json, const std::string& what);

}  // namespace metaxy::spec
