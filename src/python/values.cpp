// SPDX-License-Identifier: Apache-2.0
#include "python/values.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace metaxy::python {
namespace {

template <class Value>
bool add_json(nb::handle value, std::optional<Json>& out) {
  if (!nb::isinstance<Value>(value)) return false;
  const auto& known = nb::cast<const Value&>(value);
  if constexpr (std::is_same_v<Value, spec::FeatureKey> || std::is_same_v<Value, spec::FieldKey>) {
    out = known.to_string();
  } else if constexpr (std::is_same_v<Value, spec::FeatureSpec>) {
    out = known.key.to_string();
  } else {
    out = parse_json(render(known));
  }
  return true;
}

template <class... Values>
std::optional<Json> first_json(nb::handle value) {
  std::optional<Json> out;
  static_cast<void>((add_json<Values>(value, out) || ...));
  return out;
}

/// Alternatives of a variant, told apart from the variant itself.
template <class Wrapper, class... Alternatives>
std::optional<Json> alternative_json(nb::handle value) {
  std::optional<Json> out;
  auto add = [&]<class Alternative>(const Alternative* given) { out = parse_json(render(Wrapper{*given})).front(); };
  static_cast<void>(((nb::isinstance<Alternatives>(value) && (add(nb::inst_ptr<Alternatives>(value)), true)) || ...));
  return out;
}

}  // namespace

std::optional<Json> value_json(nb::handle value) {
  using namespace spec;
  if (auto out = first_json<FeatureKey, FieldKey, FeatureSpec, FeatureDep, FieldSpec, FieldDep, python::FieldsMapping,
                            LineageRelationship>(value)) {
    return out;
  }
  if (auto out =
          alternative_json<python::FieldsMapping, DefaultMapping, SpecificMapping, AllMapping, NoMapping>(value)) {
    return out;
  }
  return alternative_json<LineageRelationship, Identity, Aggregation, Expansion>(value);
}

void add_class_attributes(nb::handle self, nb::handle base, const std::vector<const char*>& known, Json& json) {
  const nb::handle type = self.type();
  if (type.is(base)) return;
  for (const char* name : known) {
    if (json.contains(name)) continue;
    for (const auto cls : type.attr("__mro__")) {
      if (cls.is(base)) break;
      if (!nb::cast<bool>(cls.attr("__dict__").attr("__contains__")(name))) continue;
      json[name] = to_json(cls.attr("__dict__")[name]);
      break;
    }
  }
}

std::string python_repr_of(const char* name, const Json& json) {
  std::vector<std::string> members;
  for (const auto& [key, value] : json.items()) {
    members.push_back(key + "=" + nb::cast<std::string>(nb::repr(to_python(value))));
  }
  return fmt::format("{}({})", name, join(members, ", "));
}

nb::object classmethod(nb::object function) {
  return nb::module_::import_("builtins").attr("classmethod")(std::move(function));
}

nb::object dumped(const char* name, nb::object values, const nb::kwargs& how) {
  return nb::module_::import_("metaxy._pydantic").attr("dumped")(name, std::move(values), **how);
}

nb::tuple restored_from(nb::handle cls, nb::object values) {
  return nb::make_tuple(nb::module_::import_("metaxy._restore").attr("restore"),
                        nb::make_tuple(cls, std::move(values)));
}

void add_value_hooks(nb::object cls) {
  const auto method = [&](const char* name, auto function) {
    cls.attr(name) = nb::cpp_function(function, nb::is_method(), nb::scope(cls), nb::name(name));
  };
  method("__copy__", [](nb::handle self) { return nb::borrow(self); });
  method("__deepcopy__", [](nb::handle self, nb::handle) { return nb::borrow(self); });
  method("__setattr__", [](nb::handle self, nb::handle name, nb::handle value) {
    nb::module_::import_("metaxy._pydantic").attr("set_attribute")(self, name, value);
  });
  const auto schema = [&](const char* name, const char* maker) {
    cls.attr(name) = classmethod(nb::cpp_function([maker](nb::handle owner, nb::handle, nb::handle) {
      return nb::module_::import_("metaxy._pydantic").attr(maker)(owner);
    }));
  };
  schema("__get_pydantic_core_schema__", "core_schema_of");
  schema("__get_pydantic_json_schema__", "json_schema_of");
}

void check(const spec::FeatureSpec& spec, const Json& json, Faults& faults) {
  if (!faults.empty()) return;
  if (spec.id_columns.empty()) {
    faults.add("/id_columns", "there must be at least one id column", "name the columns that tell samples apart");
  }
  std::set<spec::FieldKey> seen;
  for (const auto& field : spec.fields) {
    if (!seen.insert(field.key).second) {
      faults.add("/fields", fmt::format("field {} is defined twice", quote(field.key.to_string())),
                 "give every field a key of its own");
    }
  }
  for (const auto& dep : spec.deps) check(dep, json, faults);
}

void check(const spec::FeatureDep& dep, const Json&, Faults& faults) {
  if (!dep.select || !dep.rename) return;
  std::set<std::string> after;
  for (const auto& [from, to] : *dep.rename) after.insert(to);
  std::vector<std::string> wrong;
  for (const auto& name : *dep.select) {
    if (dep.rename->contains(name) && !after.contains(name)) wrong.push_back(name);
  }
  if (wrong.empty()) return;
  faults.add("/select", fmt::format("select contains pre-rename column name(s) {}", join(wrong, ", ")),
             "select columns by the names that `rename` gives them");
}

}  // namespace metaxy::python
