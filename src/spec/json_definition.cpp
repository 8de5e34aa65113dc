// SPDX-License-Identifier: Apache-2.0
// Definitions in the reference's JSON form: the spec with its schema (as text), class path and project.
#include <utility>

#include "spec/json_read.hpp"
#include "spec/json_reader.hpp"

namespace metaxy::spec {
namespace {

std::string schema_text(JsonReader& reader, const Spot& spot) {
  if (spot.value.is_object()) return dump_compact(spot.value);
  const auto text = reader.text(spot);
  if (!text) return "{}";
  try {
    const Json schema = parse_json(*text);
    if (schema.is_object()) return dump_compact(schema);
    reader.wrong(spot, "should hold a JSON object");
  } catch (const Error& error) {
    reader.wrong(spot,
                 error.faults().empty() ? error.message() : error.message() + ": " + error.faults().front().message);
  }
  return "{}";
}

}  // namespace

std::string render_json(const FeatureDefinition& definition) {
  Json out = Json::object();
  out["spec"] = parse_json(render_json(definition.spec));
  out["feature_schema"] = dump_compact(parse_json(definition.feature_schema));
  out["feature_class_path"] = definition.feature_class_path ? Json(*definition.feature_class_path) : Json();
  out["project"] = definition.project;
  return dump_compact(out);
}

FeatureDefinition parse_feature_definition(std::string_view json) {
  const Json value = parse_definition_text(json, "feature definition");
  Faults faults;
  JsonReader reader(faults);
  const Spot root{value, ""};
  std::optional<FeatureDefinition> out;
  if (reader.object(root, {"spec", "feature_schema", "feature_class_path", "project"})) {
    const auto spec = reader.need(root, "spec");
    const auto schema = reader.need(root, "feature_schema");
    const auto project = reader.need(root, "project");
    const auto class_path = reader.find(root, "feature_class_path");
    if (spec) out = FeatureDefinition{.spec = read_json_form(spec->value, spec->path, faults)};
    if (out && schema) out->feature_schema = schema_text(reader, *schema);
    if (out && project) out->project = reader.text(*project).value_or("");
    if (out && class_path) out->feature_class_path = reader.text_or_null(*class_path);
  }
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature definition is not valid");
  return std::move(*out);
}

}  // namespace metaxy::spec
