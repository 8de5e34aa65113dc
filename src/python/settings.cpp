// SPDX-License-Identifier: Apache-2.0
// Configuration files and environment, for Python's MetaxyConfig.
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "project/config_text.hpp"
#include "project/feature_file.hpp"
#include "project/glob.hpp"
#include "project/load_settings.hpp"
#include "project/lock_file.hpp"
#include "project/project_name.hpp"
#include "python/values.hpp"

namespace metaxy::python {

namespace {

/// Of each feature: spec, schema, project, where it was written, whether it is external, given field versions, and what
/// to do when the real feature has another version.
nb::list load_feature_files(const std::optional<std::vector<std::string>>& patterns,
                            const std::filesystem::path& folder, const std::string& project) {
  project::Config config;
  if (patterns) {
    for (const auto& pattern : *patterns) config.features.push_back(project::absolute_glob(folder, pattern));
  } else {
    project::default_features(config, folder);
  }
  Faults faults;
  const auto definitions = project::load_features(config, project, project::Elsewhere::More, faults);
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature files are not valid");
  nb::list out;
  for (const auto& it : definitions) {
    const bool strict = it.on_version_mismatch == spec::OnVersionMismatch::Error;
    out.append(nb::make_tuple(it.spec, it.feature_schema, it.project, it.place ? to_string(*it.place) : std::string(),
                              it.is_external, it.provenance_by_field, strict ? "error" : "warn"));
  }
  return out;
}

}  // namespace

void bind_settings(nb::module_& module) {
  module.def("load_feature_files", &load_feature_files, nb::arg("patterns").none(), nb::arg("folder"),
             nb::arg("project"), "Features of TOML files; without patterns of those that `mx` would find.");
  module.def(
      "render_toml", [](nb::handle value) { return project::render_toml(to_json(value)); }, nb::arg("value"));
  module.def(
      "render_lock_text", [](nb::handle document) { return project::render_lock_text(to_json(document)); },
      nb::arg("document"), "A document without nulls as the text of a lock file.");
  module.def("project_name_fault", &project::project_name_fault, nb::arg("name"),
             "What is wrong with a project's name.");
  module.def(
      "load_settings",
      [](const std::optional<std::filesystem::path>& file, const std::filesystem::path& start,
         const project::Environment& environment, bool search) {
        Faults faults;
        const auto discovery = search ? project::Discovery::Upwards : project::Discovery::None;
        const auto loaded = project::load_settings(file, start, environment, discovery, faults);
        faults.throw_if_any(ErrorCode::InvalidSpec, "the configuration is not valid");
        return nb::make_tuple(to_python(loaded.tree.values), loaded.file);
      },
      nb::arg("file").none(), nb::arg("start"), nb::arg("environment"), nb::arg("search"),
      "What configuration files and METAXY_* variables say, and the file that was read.");
}

}  // namespace metaxy::python
