// SPDX-License-Identifier: Apache-2.0
// FeatureKey and FieldKey.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "base/text.hpp"
#include "python/values.hpp"

namespace metaxy::python {
namespace {

template <class Key>
std::vector<std::string> parts_of(const Json& json, const char* name) {
  if (json.is_string()) return split(json.template get_ref<const std::string&>(), '/');
  const Json* list = &json;
  if (json.is_object() && json.size() == 1 && (json.contains("root") || json.contains("parts"))) {
    list = &json.front();
    if (list->is_array() && list->size() == 1 && list->front().is_object()) return parts_of<Key>(list->front(), name);
  }
  std::vector<std::string> out;
  Faults faults;
  if (!list->is_array()) faults.add("", "Input should be a key such as `video/raw`", "give a text or a list of parts");
  if (list->is_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      const auto& part = (*list)[i];
      if (part.is_string()) {
        out.push_back(part.template get<std::string>());
      } else {
        faults.add("/" + std::to_string(i), "Input should be a valid string");
      }
    }
  }
  if (!faults.empty()) raise_validation_error(name, faults, to_python(json));
  return out;
}

/// What is no JSON at all is no key either.
template <class Key>
Json read_key(const char* name, nb::handle value) {
  try {
    return to_json(value);
  } catch (const nb::python_error&) {
    Faults faults;
    faults.add("", "Input should be a key such as `video/raw`", "give a text or a list of parts");
    raise_validation_error(name, faults, nb::borrow(value));
  }
}

template <class Key>
Key key_of(const char* name, nb::handle value) {
  if (nb::isinstance<Key>(value)) return nb::cast<const Key&>(value);
  const Json json = read_key<Key>(name, value);
  try {
    return Key::from_parts(parts_of<Key>(json, name));
  } catch (const Error& error) {
    Faults faults;
    faults.add("", error.message(), error.hint());
    raise_validation_error(name, faults, to_python(json));
  }
}

template <class Key, class Compare>
auto ordered(Compare compare) {
  return [compare](const Key& self, nb::handle other) -> nb::object {
    if (!nb::isinstance<Key>(other)) return nb::borrow(Py_NotImplemented);
    return nb::bool_(compare(self, nb::cast<const Key&>(other)));
  };
}

template <class Key>
nb::tuple parts_tuple(const Key& key) {
  return nb::tuple(nb::cast(key.parts()));
}

template <class Key>
void bind_key(nb::module_& module, const char* name, const char* doc) {
  nb::class_<Key> out(module, name, doc, nb::is_weak_referenceable());
  out.def(
      "__init__", [name](Key* self, nb::handle value) { new (self) Key(key_of<Key>(name, value)); },
      nb::arg("key").none());
  out.def("__init__", [name](Key* self, const nb::kwargs& given) { new (self) Key(key_of<Key>(name, given)); });
  out.def_prop_ro("parts", &parts_tuple<Key>, "The key's parts.");
  out.def_prop_ro("root", &parts_tuple<Key>, "The same as `parts`.");
  out.def("to_string", &Key::to_string, "Parts joined by `/`.");
  out.def("to_struct_key", &Key::struct_key, "Parts joined by `_`: the member in by-field columns.");
  out.def("to_column_suffix", &Key::column_suffix, "`__` and the struct key.");
  out.def_prop_ro("table_name", &Key::table_name, "Parts with `-` as `_`, joined by `__`.");
  out.def("__str__", &Key::to_string);
  out.def("__repr__", &Key::to_string);
  out.def("__hash__", [name](const Key& self) { return nb::hash(nb::make_tuple(name, parts_tuple(self))); });
  out.def("__eq__", ordered<Key>(std::equal_to<>()), nb::arg("other").none());
  out.def("__lt__", ordered<Key>(std::less<>()));
  out.def("__le__", ordered<Key>(std::less_equal<>()));
  out.def("__gt__", ordered<Key>(std::greater<>()));
  out.def("__ge__", ordered<Key>(std::greater_equal<>()));
  out.def("__len__", [](const Key& self) { return self.parts().size(); });
  out.def("__iter__", [](const Key& self) { return nb::iter(parts_tuple(self)); });
  out.def("__getitem__", [](const Key& self, nb::handle at) { return parts_tuple(self).attr("__getitem__")(at); });
  out.def("__contains__",
          [](const Key& self, nb::handle part) { return parts_tuple(self).attr("__contains__")(part); });
  out.def("__reversed__",
          [](const Key& self) { return nb::module_::import_("builtins").attr("reversed")(parts_tuple(self)); });
  out.def("model_dump", [](const Key& self, const nb::kwargs&) { return self.to_string(); });
  out.def("model_dump_json", [](const Key& self, const nb::kwargs&) { return dump_compact(Json(self.to_string())); });
  out.def("__reduce__",
          [](nb::handle self) { return nb::make_tuple(self.type(), nb::make_tuple(self.attr("to_string")())); });
  out.attr("model_validate") =
      classmethod(nb::cpp_function([](nb::handle cls, nb::handle value, const nb::kwargs&) { return cls(value); }));
  out.attr("model_validate_json") =
      classmethod(nb::cpp_function([](nb::handle cls, nb::handle text, const nb::kwargs&) {
        return cls(nb::module_::import_("json").attr("loads")(text));
      }));
  out.def("model_copy", [](nb::handle self, const nb::kwargs&) { return nb::borrow(self); });
  add_value_hooks(out);
}

}  // namespace

void bind_keys(nb::module_& module) {
  bind_key<spec::FeatureKey>(module, "FeatureKey", "Names a feature: parts such as `video/raw`.");
  bind_key<spec::FieldKey>(module, "FieldKey", "Names a field of a feature.");
}

}  // namespace metaxy::python
