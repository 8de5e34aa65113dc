// SPDX-License-Identifier: Apache-2.0
// The Python that metaxy was installed for, found without starting it.
#pragma once

#include <filesystem>
#include <vector>

#include <metaxy/project.hpp>

namespace metaxy::project {

struct PythonEnvironment {
  std::filesystem::path interpreter;             ///< empty: none was found
  std::vector<std::filesystem::path> libraries;  ///< folders that hold installed packages
  bool sees_others = false;                      ///< packages lie elsewhere too; only Python can tell where
};

/// METAXY_PYTHON, or else the interpreter beside `program`, the running one.
PythonEnvironment find_python(const std::filesystem::path& program, const Environment& environment);

/// Whether an installed package may have entry points of the group `metaxy.project`.
bool may_have_entry_points(const PythonEnvironment& python);

}  // namespace metaxy::project
