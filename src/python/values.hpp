// SPDX-License-Identifier: Apache-2.0
// Definitions as Python values: what all of them share.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/operators.h>
#include <nanobind/stl/string.h>

#include <metaxy/error.hpp>
#include <metaxy/spec.hpp>

#include "base/json.hpp"
#include "python/convert.hpp"
#include "python/errors.hpp"
#include "spec/json_read.hpp"

namespace metaxy::python {

/// Variants of the core behind one name, as the reference wraps them.
struct FieldsMapping {
  spec::FieldsMapping mapping;
  bool operator==(const FieldsMapping&) const = default;
};
struct LineageRelationship {
  spec::Lineage relationship;
  bool operator==(const LineageRelationship&) const = default;
};

inline std::string render(const FieldsMapping& value) { return spec::render_part(value.mapping); }
inline std::string render(const LineageRelationship& value) { return spec::render_part(value.relationship); }
template <class Value>
std::string render(const Value& value) {
  return spec::render_part(value);
}

/// What is wrong with a definition beyond its form.
template <class Value>
void check(const Value&, const Json&, Faults&) {}
void check(const spec::FeatureSpec& spec, const Json& json, Faults& faults);
void check(const spec::FeatureDep& dep, const Json& json, Faults& faults);

/// Text that equal definitions share: of a spec also whatever the order of its metadata.
template <class Value>
std::string identity(const Value& value) {
  return render(value);
}
inline std::string identity(const spec::FeatureSpec& spec) { return spec::render_canonical_json(spec); }

/// Reads a definition out of JSON. Throws: pydantic's ValidationError with every fault, under the title `name`.
template <class Value>
Value read(const char* name, const Json& json) {
  Faults faults;
  Value out = [&]() -> Value {
    if constexpr (std::is_same_v<Value, FieldsMapping>) {
      return {spec::read_part<spec::FieldsMapping>(json, faults)};
    } else if constexpr (std::is_same_v<Value, LineageRelationship>) {
      return {spec::read_part<spec::Lineage>(json, faults)};
    } else {
      return spec::read_part<Value>(json, faults);
    }
  }();
  check(out, json, faults);
  if (!faults.empty()) raise_validation_error(name, faults, to_python(json));
  return out;
}

/// The JSON form of a bound definition; a feature spec gives its key, because that is what it stands for elsewhere.
std::optional<Json> value_json(nb::handle value);

/// Adds what subclasses of `base` set as class attributes, where it is not in `json`.
void add_class_attributes(nb::handle self, nb::handle base, const std::vector<const char*>& known, Json& json);

/// Makes `name(key=value, …)` out of a JSON object.
std::string python_repr_of(const char* name, const Json& json);

nb::object classmethod(nb::object function);
/// What `model_dump` gives for a definition's JSON form.
nb::object dumped(const char* name, nb::object values, const nb::kwargs& how);
/// What `__reduce__` gives for a definition: its class and its JSON form.
nb::tuple restored_from(nb::handle cls, nb::object values);
/// What keys and all other definitions share: copies are the value itself, and pydantic models can have it as a field.
void add_value_hooks(nb::object cls);

/// Constructor by keywords, comparison, hash, repr, pickling and pydantic's names for reading and writing.
template <class Value>
nb::class_<Value> bind_value(nb::module_& module, const char* name, const char* doc,
                             std::initializer_list<const char*> members) {
  nb::class_<Value> out(module, name, doc, nb::is_weak_referenceable());
  const std::vector<const char*> known(members);
  out.def("__init__", [name, known](nb::pointer_and_handle<Value> self, const nb::kwargs& given) {
    const nb::type_object base = nb::borrow<nb::type_object>(nb::type<Value>());
    Json json = Json::object();
    for (const auto [key, value] : given) json[nb::cast<std::string>(key)] = to_json(value);
    add_class_attributes(self.h, base, known, json);
    new (self.p) Value(read<Value>(name, json));
  });
  out.def(
      "__eq__",
      [](const Value& self, nb::handle other) -> nb::object {
        if (!nb::isinstance<Value>(other)) return nb::borrow(Py_NotImplemented);
        return nb::bool_(identity(self) == identity(nb::cast<const Value&>(other)));
      },
      nb::arg("other").none());
  out.def("__hash__",
          [](const Value& self) { return static_cast<Py_hash_t>(std::hash<std::string>{}(identity(self)) >> 1); });
  out.def("__repr__", [name](const Value& self) { return python_repr_of(name, parse_json(render(self))); });
  out.def("model_dump_json",
          [](const Value& self, const nb::kwargs&) { return dump_compact(parse_json(render(self))); });
  out.def("model_dump", [name](const Value& self, const nb::kwargs& how) {
    return dumped(name, to_python(parse_json(render(self))), how);
  });
  out.def("__reduce__", [](nb::handle self) {
    const auto& value = nb::cast<const Value&>(self);
    return restored_from(self.type(), to_python(parse_json(render(value))));
  });
  out.def(
      "model_copy",
      [](nb::handle self, nb::object update, bool) {
        nb::object values = to_python(parse_json(render(nb::cast<const Value&>(self))));
        if (!update.is_none()) values.attr("update")(update);
        return self.type().attr("model_validate")(values);
      },
      nb::kw_only(), nb::arg("update") = nb::none(), nb::arg("deep") = false);
  out.attr("model_validate") =
      classmethod(nb::cpp_function([name](nb::handle cls, nb::handle value, const nb::kwargs&) -> nb::object {
        if (nb::isinstance<Value>(value)) return nb::borrow(value);
        Json json = to_json(value);
        if (cls.is(nb::type<Value>())) return nb::cast(read<Value>(name, json));
        return cls(**nb::cast<nb::dict>(to_python(json)));
      }));
  out.attr("model_validate_json") =
      classmethod(nb::cpp_function([](nb::handle cls, nb::handle text, const nb::kwargs&) {
        return cls.attr("model_validate")(nb::module_::import_("json").attr("loads")(text));
      }));
  add_value_hooks(out);
  return out;
}

void bind_keys(nb::module_& module);
void bind_specs(nb::module_& module);
void bind_graph(nb::module_& module);
void bind_stores(nb::module_& module);
void bind_storages(nb::module_& module);
void bind_filters(nb::module_& module);
void bind_settings(nb::module_& module);

}  // namespace metaxy::python
