// SPDX-License-Identifier: Apache-2.0
// The versioned graph: immutable; Python's FeatureGraph makes a new one when features change.
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "graph/versions.hpp"
#include "python/values.hpp"
#include "python/version_settings.hpp"

namespace metaxy::python {
namespace {

using spec::FeatureKey;
using spec::FieldKey;
using GraphPtr = std::shared_ptr<const graph::FeatureGraph>;

GraphPtr build(std::vector<spec::FeatureDefinition> definitions, int format, std::size_t length) {
  return std::make_shared<const graph::FeatureGraph>(
      graph::FeatureGraph::build(std::move(definitions), {format_of(format), length}));
}

spec::FeatureDefinition definition(const spec::FeatureSpec& spec, std::string schema,
                                   std::optional<std::string> class_path, std::string project, bool is_external,
                                   std::optional<std::map<std::string, std::string>> provenance, bool strict) {
  return {spec,
          std::move(schema),
          std::move(class_path),
          std::move(project),
          is_external,
          std::move(provenance),
          strict ? spec::OnVersionMismatch::Error : spec::OnVersionMismatch::Warn,
          {}};
}

nb::dict versions_by_field(const graph::FeatureGraph& graph, const FeatureKey& key) {
  nb::dict out;
  for (const auto& field : graph.versions(key).fields) out[nb::cast(field.key.to_string())] = field.version;
  return out;
}

/// Fields with what they read: `(key, [(feature, field), …])` in declaration order, and how the deps are matched.
nb::dict plan(const graph::FeatureGraph& graph, const FeatureKey& key) {
  const auto known = graph.plan(key);
  nb::list fields;
  for (const auto& field : known.fields) {
    nb::list parents;
    for (const auto& parent : field.parents) parents.append(nb::make_tuple(parent.feature, parent.field));
    fields.append(nb::make_tuple(field.key, parents));
  }
  nb::list deps;
  for (const auto& dep : known.deps) deps.append(nb::make_tuple(dep.upstream, dep.id_columns, dep.match_columns));
  nb::dict out;
  out["feature"] = known.feature;
  out["deps"] = deps;
  out["fields"] = fields;
  out["join_columns"] = known.join_columns;
  return out;
}

}  // namespace

void bind_graph(nb::module_& module) {
  nb::class_<spec::FeatureDefinition>(module, "Definition", "A feature with what surrounds it, as the core knows it.")
      .def(
          "__init__",
          [](spec::FeatureDefinition* self, const spec::FeatureSpec& spec, std::string schema,
             std::optional<std::string> class_path, std::string project, bool is_external,
             std::optional<std::map<std::string, std::string>> provenance, bool strict) {
            new (self)
                spec::FeatureDefinition(definition(spec, std::move(schema), std::move(class_path), std::move(project),
                                                   is_external, std::move(provenance), strict));
          },
          nb::arg("spec"), nb::arg("schema"), nb::arg("class_path").none(), nb::arg("project"), nb::arg("is_external"),
          nb::arg("provenance").none(), nb::arg("strict"));
  module.def("definition_version", [](const spec::FeatureSpec& spec, const std::string& schema) {
    const auto settings = version_settings();
    return graph::definition_version(graph::spec_version(spec, settings), dump_python(parse_json(schema), Keys::Sorted),
                                     settings);
  });

  module.def("project_version", [](std::vector<std::pair<FeatureKey, std::string>> definitions) {
    return graph::project_version(std::move(definitions), version_settings());
  });

  nb::class_<graph::FeatureGraph>(module, "Graph", "Features with all their versions; immutable.")
      .def(nb::new_(&build), nb::arg("definitions"), nb::arg("format"), nb::arg("length"))
      .def("feature_version",
           [](const graph::FeatureGraph& self, const FeatureKey& key) { return self.versions(key).feature_version; })
      .def("versions_by_field", &versions_by_field)
      .def(
          "topological_order",
          [](const graph::FeatureGraph& self, std::optional<std::vector<FeatureKey>> keys) {
            return self.topological_order(keys ? &*keys : nullptr);
          },
          nb::arg("keys").none())
      .def("downstream", &graph::FeatureGraph::downstream)
      .def("plan", &plan);
}

}  // namespace metaxy::python
