// SPDX-License-Identifier: Apache-2.0
#include "project/python_environment.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "base/text.hpp"

namespace metaxy::project {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGroup = "[metaxy.project]";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

std::string variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

/// The folder of the environment's programs. A wheel keeps `mx` among the packages, as `<packages>/metaxy/bin/mx`.
fs::path programs_beside(const fs::path& program) {
  const fs::path packages = program.parent_path().parent_path().parent_path();
  if (!packages.filename().string().ends_with("-packages")) return program.parent_path();
  return packages.parent_path().parent_path().parent_path() / "bin";
}

std::optional<fs::path> on_path(const std::string& name, const Environment& environment) {
  for (const auto& folder : split(variable(environment, "PATH"), ':')) {
    if (!folder.empty() && is_there(fs::path(folder) / name)) return fs::path(folder) / name;
  }
  return std::nullopt;
}

/// Folders of packages below `prefix`, of whatever Python version.
std::vector<fs::path> libraries_of(const fs::path& prefix) {
  std::vector<fs::path> out;
  std::error_code ignored;
  for (const char* name : {"lib", "lib64"}) {
    if (name == std::string_view("lib64") && fs::is_symlink(prefix / name, ignored)) continue;
    for (const auto& entry : fs::directory_iterator(prefix / name, ignored)) {
      if (!entry.path().filename().string().starts_with("python3")) continue;
      for (const char* packages : {"site-packages", "dist-packages"}) {
        if (is_there(entry.path() / packages)) out.push_back(entry.path() / packages);
      }
    }
  }
  std::ranges::sort(out);
  return out;
}

fs::path beside(const fs::path& folder, const std::vector<fs::path>& libraries, const Environment& environment) {
  for (const char* name : {"python", "python3"}) {
    if (is_there(folder / name)) return folder / name;
  }
  // Installed for one user, metaxy lies apart from the interpreter, whose version the folder's name tells.
  for (const auto& library : libraries) {
    if (!is_there(library / "metaxy")) continue;
    if (auto found = on_path(library.parent_path().filename().string(), environment)) return *found;
  }
  return {};
}

bool shows_system_packages(const fs::path& prefix) {
  std::ifstream file(prefix / "pyvenv.cfg");
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find('=');
    if (at == std::string::npos || trim(line.substr(0, at)) != "include-system-site-packages") continue;
    return to_lower(trim(line.substr(at + 1))) == "true";
  }
  return false;
}

bool declares_group(const fs::path& entry_points) {
  std::ifstream file(entry_points);
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    const auto text = trim(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') continue;
    if (inside && text.front() != '[') return true;
    inside = text == kGroup;
  }
  return false;
}

bool is_metadata(const fs::path& folder) {
  return folder.extension() == ".dist-info" || folder.extension() == ".egg-info";
}

}  // namespace

PythonEnvironment find_python(const fs::path& program, const Environment& environment) {
  PythonEnvironment out;
  const std::string given = variable(environment, "METAXY_PYTHON");
  const bool is_name = !given.empty() && given.find('/') == std::string::npos;
  if (!given.empty()) out.interpreter = is_name ? on_path(given, environment).value_or(given) : fs::path(given);
  const fs::path folder = given.empty() ? programs_beside(program) : out.interpreter.parent_path();
  if (folder.empty()) return out;
  out.libraries = libraries_of(folder.parent_path());
  if (given.empty()) out.interpreter = beside(folder, out.libraries, environment);
  out.sees_others = !out.interpreter.empty() && shows_system_packages(folder.parent_path());
  for (const auto& path : split(variable(environment, "PYTHONPATH"), ':')) {
    if (!path.empty() && !out.interpreter.empty()) out.libraries.emplace_back(path);
  }
  return out;
}

bool may_have_entry_points(const PythonEnvironment& python) {
  if (python.sees_others) return true;
  return std::ranges::any_of(python.libraries, [](const fs::path& library) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(library, ignored)) {
      if (is_metadata(entry.path()) && declares_group(entry.path() / "entry_points.txt")) return true;
    }
    return false;
  });
}

}  // namespace metaxy::project
