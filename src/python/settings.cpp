// SPDX-License-Identifier: Apache-2.0
// Configuration files and environment, for Python's MetaxyConfig.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>

#include "project/config_text.hpp"
#include "project/load_settings.hpp"
#include "project/project_name.hpp"
#include "python/values.hpp"

namespace metaxy::python {

void bind_settings(nb::module_& module) {
  module.def(
      "render_toml", [](nb::handle value) { return project::render_toml(to_json(value)); }, nb::arg("value"));
  module.def("project_name_fault", &project::project_name_fault, nb::arg("name"),
             "What is wrong with a project's name.");
  module.def(
      "load_settings",
      [](const std::optional<std::filesystem::path>& file, const std::filesystem::path& start,
         const project::Environment& environment, bool search) {
        const auto loaded = project::load_settings(file, start, environment,
                                                   search ? project::Discovery::Upwards : project::Discovery::None);
        return nb::make_tuple(to_python(loaded.tree.values), loaded.file);
      },
      nb::arg("file").none(), nb::arg("start"), nb::arg("environment"), nb::arg("search"),
      "What configuration files and METAXY_* variables say, and the file that was read.");
}

}  // namespace metaxy::python
