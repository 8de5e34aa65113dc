// SPDX-License-Identifier: Apache-2.0
// Definitions of fields, dependencies and features.
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "graph/versions.hpp"
#include "python/values.hpp"
#include "python/version_settings.hpp"

namespace metaxy::python {
namespace {

/// Members of the enumerations that Python code compares with.
nb::object constant(const char* type, const char* member) {
  return nb::module_::import_("metaxy.models.types").attr(type).attr(member);
}
nb::object all_fields() { return constant("SpecialFieldDep", "ALL"); }

template <class Items>
nb::list list_of(const Items& items) {
  nb::list out;
  for (const auto& item : items) out.append(nb::cast(item));
  return out;
}

nb::object tuple_or_none(const std::optional<std::vector<std::string>>& items) {
  return items ? nb::object(nb::tuple(nb::cast(*items))) : nb::none();
}

/// A variant out of its alternative's members.
template <class Wrapper>
Wrapper made_of(const char* name, const char* type, const nb::dict& members) {
  Json json = to_json(members);
  json["type"] = type;
  return read<Wrapper>(name, json);
}

/// One alternative of a variant as a class of its own; `Wrapper` reads it.
template <class Wrapper, class Alternative>
nb::class_<Alternative> bind_alternative(nb::module_& module, const char* name, const char* enumeration,
                                         const char* member, const char* type) {
  const auto write = [](const Alternative& self) { return parse_json(render(Wrapper{self})).front(); };
  nb::class_<Alternative> out(module, name, nb::is_weak_referenceable());
  out.def("__init__", [name, type](Alternative* self, const nb::kwargs& given) {
    const auto wrapper = made_of<Wrapper>(name, type, given);
    if constexpr (std::is_same_v<Wrapper, FieldsMapping>) {
      new (self) Alternative(std::get<Alternative>(wrapper.mapping));
    } else {
      new (self) Alternative(std::get<Alternative>(wrapper.relationship));
    }
  });
  out.def_prop_ro("type", [=](const Alternative&) { return constant(enumeration, member); });
  out.def(
      "__eq__",
      [](const Alternative& self, nb::handle other) -> nb::object {
        if (!nb::isinstance<Alternative>(other)) return nb::borrow(Py_NotImplemented);
        return nb::bool_(self == nb::cast<const Alternative&>(other));
      },
      nb::arg("other").none());
  out.def("__hash__", [write](const Alternative& self) { return nb::hash(nb::cast(dump_compact(write(self)))); });
  out.def("__repr__", [name, write](const Alternative& self) { return python_repr_of(name, write(self)); });
  out.def("model_dump", [name, write](const Alternative& self, const nb::kwargs& how) {
    return dumped(name, to_python(write(self)), how);
  });
  out.def("__reduce__", [write](nb::handle self) {
    return restored_from(self.type(), to_python(write(nb::cast<const Alternative&>(self))));
  });
  return out;
}

/// The upstream fields that a mapping selects; `context` names the field and the upstream.
template <class Class>
void add_resolving(Class& cls) {
  cls.def(
      "resolve_field_deps",
      [](nb::handle self, nb::handle context) {
        return nb::module_::import_("metaxy.models.fields_mapping").attr("selected_fields")(self, context);
      },
      nb::arg("context"), "Keys of the upstream fields that are read.");
}

/// The columns that samples are grouped by; none where they are not grouped.
nb::object aggregation_columns(const spec::Lineage& lineage, nb::handle ids) {
  const auto* aggregation = std::get_if<spec::Aggregation>(&lineage);
  if (aggregation == nullptr) return nb::none();
  return aggregation->on ? nb::object(nb::cast(*aggregation->on)) : nb::object(nb::list(ids));
}

template <class Alternative>
auto bind_mapping(nb::module_& module, const char* name, const char* member, const char* type) {
  auto out = bind_alternative<FieldsMapping, Alternative>(module, name, "FieldsMappingType", member, type);
  add_resolving(out);
  return out;
}
template <class Alternative>
auto bind_relationship(nb::module_& module, const char* name, const char* member, const char* type) {
  auto out = bind_alternative<LineageRelationship, Alternative>(module, name, "LineageRelationshipType", member, type);
  out.def(
      "get_aggregation_columns", [](const Alternative& self, nb::handle ids) { return aggregation_columns(self, ids); },
      nb::arg("target_id_columns"));
  return out;
}

FieldsMapping mapping_of(const char* type, const nb::dict& members) {
  return made_of<FieldsMapping>("FieldsMapping", type, members);
}
LineageRelationship relationship_of(const char* type, const nb::dict& members) {
  return made_of<LineageRelationship>("LineageRelationship", type, members);
}

void bind_mappings(nb::module_& module) {
  bind_mapping<spec::DefaultMapping>(module, "DefaultFieldsMapping", "DEFAULT", "default")
      .def_ro("match_suffix", &spec::DefaultMapping::match_suffix)
      .def_prop_ro("exclude_fields", [](const spec::DefaultMapping& self) { return list_of(self.exclude_fields); });
  bind_mapping<spec::SpecificMapping>(module, "SpecificFieldsMapping", "SPECIFIC", "specific")
      .def_prop_ro("mapping", [](const spec::SpecificMapping& self) {
        nb::dict out;
        for (const auto& [field, upstream] : self.mapping) out[nb::cast(field)] = nb::set(list_of(upstream));
        return out;
      });
  bind_mapping<spec::AllMapping>(module, "AllFieldsMapping", "ALL", "all");
  bind_mapping<spec::NoMapping>(module, "NoneFieldsMapping", "NONE", "none");

  auto out = bind_value<FieldsMapping>(module, "FieldsMapping",
                                       "Which upstream fields a field reads, for one dependency.", {"mapping"});
  add_resolving(out);
  out.def_prop_ro("mapping", [](const FieldsMapping& self) {
    return std::visit([](const auto& mapping) { return nb::cast(mapping); }, self.mapping);
  });
  out.def_static(
      "default",
      [](bool match_suffix, const nb::object& exclude_fields) {
        nb::dict members;
        members["match_suffix"] = match_suffix;
        members["exclude_fields"] = exclude_fields.is_none() ? nb::list() : exclude_fields;
        return mapping_of("default", members);
      },
      nb::arg("match_suffix") = false, nb::arg("exclude_fields") = nb::none(),
      "Fields of the same key (or of a matching suffix), all of them where none matches.");
  out.def_static(
      "specific",
      [](nb::object mapping) {
        nb::dict members;
        members["mapping"] = mapping;
        return mapping_of("specific", members);
      },
      nb::arg("mapping"), "Upstream fields by downstream field.");
  out.def_static(
      "all", [] { return mapping_of("all", {}); }, "Every upstream field.");
  out.def_static(
      "none", [] { return mapping_of("none", {}); }, "No upstream field.");
}

void bind_lineage(nb::module_& module) {
  bind_relationship<spec::Identity>(module, "IdentityRelationship", "IDENTITY", "1:1");
  bind_relationship<spec::Aggregation>(module, "AggregationRelationship", "AGGREGATION", "N:1")
      .def_prop_ro("on",
                   [](const spec::Aggregation& self) { return self.on ? nb::object(list_of(*self.on)) : nb::none(); });
  bind_relationship<spec::Expansion>(module, "ExpansionRelationship", "EXPANSION", "1:N")
      .def_prop_ro("on", [](const spec::Expansion& self) { return list_of(self.on); })
      .def_ro("id_generation_pattern", &spec::Expansion::id_generation_pattern);

  auto out = bind_value<LineageRelationship>(
      module, "LineageRelationship", "How samples of a feature come from those of an upstream.", {"relationship"});
  out.def_prop_ro("relationship", [](const LineageRelationship& self) {
    return std::visit([](const auto& kind) { return nb::cast(kind); }, self.relationship);
  });
  out.def_static(
      "identity", [] { return relationship_of("1:1", {}); }, "1:1");
  out.def_static(
      "aggregation",
      [](nb::object on) {
        nb::dict members;
        members["on"] = on;
        return relationship_of("N:1", members);
      },
      nb::arg("on") = nb::none(), "N:1: samples that share `on` (without it: the feature's id columns) make one.");
  out.def_static(
      "expansion",
      [](nb::object on, nb::object pattern) {
        nb::dict members;
        members["on"] = on;
        members["id_generation_pattern"] = pattern;
        return relationship_of("1:N", members);
      },
      nb::arg("on"), nb::arg("id_generation_pattern") = nb::none(), "1:N: a sample becomes many that share `on`.");
  out.def(
      "get_aggregation_columns",
      [](const LineageRelationship& self, nb::handle ids) { return aggregation_columns(self.relationship, ids); },
      nb::arg("target_id_columns"));
}

void bind_fields(nb::module_& module) {
  auto dep = bind_value<spec::FieldDep>(module, "FieldDep", "A field's dependency on fields of one upstream feature.",
                                        {"feature", "fields"});
  dep.def_ro("feature", &spec::FieldDep::feature);
  dep.def_prop_ro("fields", [](const spec::FieldDep& self) {
    const auto* fields = std::get_if<std::vector<spec::FieldKey>>(&self.fields);
    return fields ? nb::object(list_of(*fields)) : all_fields();
  });
  auto field = bind_value<spec::FieldSpec>(module, "FieldSpec", "One separately versioned part of a feature.",
                                           {"key", "code_version", "deps"});
  field.def_ro("key", &spec::FieldSpec::key);
  field.def_ro("code_version", &spec::FieldSpec::code_version);
  field.def_prop_ro("deps", [](const spec::FieldSpec& self) {
    const auto* deps = std::get_if<std::vector<spec::FieldDep>>(&self.deps);
    return deps ? nb::object(list_of(*deps)) : all_fields();
  });
}

void bind_deps(nb::module_& module) {
  auto dep = bind_value<spec::FeatureDep>(
      module, "FeatureDep", "A feature's dependency on another feature.",
      {"feature", "select", "rename", "fields_mapping", "sql_filters", "filters", "lineage", "optional"});
  dep.def_ro("feature", &spec::FeatureDep::feature);
  dep.def_prop_ro("select", [](const spec::FeatureDep& self) { return tuple_or_none(self.select); });
  dep.def_ro("rename", &spec::FeatureDep::rename);
  dep.def_prop_ro("fields_mapping", [](const spec::FeatureDep& self) { return FieldsMapping{self.fields_mapping}; });
  dep.def_prop_ro("sql_filters", [](const spec::FeatureDep& self) { return tuple_or_none(self.sql_filters); });
  dep.def_prop_ro("filters", [](const spec::FeatureDep& self) {
    return nb::module_::import_("metaxy.models.filter_expression")
        .attr("expressions_of")(tuple_or_none(self.sql_filters));
  });
  dep.def_prop_ro("lineage", [](const spec::FeatureDep& self) { return LineageRelationship{self.lineage}; });
  dep.def_ro("optional", &spec::FeatureDep::optional);
  dep.def("table_name", [](const spec::FeatureDep& self) { return self.feature.table_name(); });
}

void bind_features(nb::module_& module) {
  auto spec = bind_value<spec::FeatureSpec>(module, "FeatureSpec", "A feature as written.",
                                            {"key", "id_columns", "deps", "fields", "metadata", "description"});
  spec.def_ro("key", &spec::FeatureSpec::key);
  spec.def_prop_ro("id_columns", [](const spec::FeatureSpec& self) { return nb::tuple(nb::cast(self.id_columns)); });
  spec.def_prop_ro("deps", [](const spec::FeatureSpec& self) { return list_of(self.deps); });
  spec.def_prop_ro("fields", [](const spec::FeatureSpec& self) { return list_of(self.fields); });
  spec.def_prop_ro("metadata", [](const spec::FeatureSpec& self) { return to_python(parse_json(self.metadata)); });
  spec.def_ro("description", &spec::FeatureSpec::description);
  spec.def_prop_ro("fields_by_key", [](const spec::FeatureSpec& self) {
    nb::dict out;
    for (const auto& field : self.fields) out[nb::cast(field.key)] = nb::cast(field);
    return out;
  });
  spec.def_prop_ro("deps_by_key", [](const spec::FeatureSpec& self) {
    nb::dict out;
    for (const auto& dep : self.deps) out[nb::cast(dep.feature)] = nb::cast(dep);
    return out;
  });
  spec.def_prop_ro("code_version",
                   [](const spec::FeatureSpec& self) { return graph::code_version(self, version_settings()); });
  spec.def_prop_ro("feature_spec_version",
                   [](const spec::FeatureSpec& self) { return graph::spec_version(self, version_settings()); });
  spec.def("table_name", [](const spec::FeatureSpec& self) { return self.key.table_name(); });
}

}  // namespace

graph::VersionSettings version_settings() {
  const auto known =
      nb::cast<std::tuple<int, std::size_t>>(nb::module_::import_("metaxy._settings").attr("version_settings")());
  return {format_of(std::get<0>(known)), std::get<1>(known)};
}

void bind_specs(nb::module_& module) {
  bind_mappings(module);
  bind_lineage(module);
  bind_fields(module);
  bind_deps(module);
  bind_features(module);
}

}  // namespace metaxy::python
