// SPDX-License-Identifier: Apache-2.0
#include "python/convert.hpp"

#include <nanobind/stl/string.h>

#include "python/values.hpp"

namespace metaxy::python {
namespace {

std::string text_of(nb::handle value) { return nb::cast<std::string>(nb::str(value)); }

Json list_of(nb::handle values) {
  Json out = Json::array();
  for (const auto item : values) out.push_back(to_json(item));
  return out;
}

Json object_of(nb::handle mapping) {
  Json out = Json::object();
  for (const auto key : mapping) {
    const nb::object value = nb::borrow(mapping)[nb::borrow(key)];
    out[text_of(key)] = to_json(value);
  }
  return out;
}

Json integer_of(nb::handle value) { return make_integer(text_of(value)); }

/// A feature class, or what else says which feature it is the spec of.
std::optional<Json> feature_of(nb::handle value) {
  if (!nb::hasattr(value, "spec")) return std::nullopt;
  nb::object spec = value.attr("spec");
  if (PyCallable_Check(spec.ptr()) != 0) spec = spec();
  return to_json(spec.attr("key"));
}

Json by_pydantic(nb::handle value) {
  return to_json(nb::module_::import_("pydantic_core").attr("to_jsonable_python")(value));
}

}  // namespace

Json to_json(nb::handle value) {
  if (value.is_none()) return nullptr;
  if (PyBool_Check(value.ptr())) return value.is(Py_True);
  if (PyUnicode_CheckExact(value.ptr())) return nb::cast<std::string>(value);
  if (nb::isinstance<nb::str>(value)) {
    // Members of enumerations are texts too, and print otherwise.
    return nb::cast<std::string>(nb::hasattr(value, "value") ? nb::object(value.attr("value")) : nb::borrow(value));
  }
  if (PyLong_Check(value.ptr())) return integer_of(value);
  if (PyFloat_Check(value.ptr())) return nb::cast<double>(value);
  if (auto known = value_json(value)) return *std::move(known);
  if (PyDict_Check(value.ptr())) return object_of(value);
  if (nb::isinstance<nb::list>(value) || nb::isinstance<nb::tuple>(value) || PyAnySet_Check(value.ptr())) {
    return list_of(value);
  }
  if (auto key = feature_of(value)) return *std::move(key);
  if (PyMapping_Check(value.ptr()) && nb::hasattr(value, "keys")) return object_of(value);
  if (PySequence_Check(value.ptr()) || PyIter_Check(value.ptr())) return list_of(value);
  return by_pydantic(value);
}

nb::object to_python(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean: return nb::bool_(value.get<bool>());
    case Json::value_t::number_integer: return nb::int_(value.get<std::int64_t>());
    case Json::value_t::number_unsigned: return nb::int_(value.get<std::uint64_t>());
    case Json::value_t::number_float: return nb::float_(value.get<double>());
    case Json::value_t::string: return nb::cast(value.get_ref<const std::string&>());
    case Json::value_t::array: {
      nb::list out;
      for (const auto& item : value) out.append(to_python(item));
      return out;
    }
    case Json::value_t::object: {
      nb::dict out;
      for (const auto& [name, item] : value.items()) out[nb::cast(name)] = to_python(item);
      return out;
    }
    case Json::value_t::null: return nb::none();
    default: return nb::int_(nb::str(dump_compact(value).c_str()));  // integers beyond 64 bits
  }
}

}  // namespace metaxy::python
