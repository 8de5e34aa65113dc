// SPDX-License-Identifier: Apache-2.0
#include "python/errors.hpp"

#include <string>

#include <nanobind/stl/string.h>

namespace metaxy::python {
namespace {

nb::list faults_of(const std::vector<Fault>& faults) {
  nb::list out;
  for (const auto& fault : faults) out.append(nb::make_tuple(fault.subject, fault.message, fault.hint));
  return out;
}

nb::object errors_module() { return nb::module_::import_("metaxy._errors"); }

void translate(const std::exception_ptr& error, void*) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& known) {
    try {
      nb::list notes;
      for (const auto& note : known.notes()) notes.append(note);
      const nb::object raised =
          errors_module().attr("exception_of")(std::string(to_string(known.code())), known.message(), known.hint(),
                                               notes, faults_of(known.faults()), std::string(known.what()));
      PyErr_SetObject(raised.type().ptr(), raised.ptr());
    } catch (nb::python_error& raised) {
      raised.restore();
    }
  }
}

}  // namespace

void raise_validation_error(const char* title, const Faults& faults, nb::object input) {
  const nb::object raised = errors_module().attr("validation_error")(title, faults_of(faults.items()), input);
  PyErr_SetObject(raised.type().ptr(), raised.ptr());
  throw nb::python_error();
}

void bind_errors(nb::module_&) { nb::register_exception_translator(translate); }

}  // namespace metaxy::python
