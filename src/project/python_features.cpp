// SPDX-License-Identifier: Apache-2.0
#include "project/python_features.hpp"

#include <algorithm>

#include <fmt/format.h>

#include <metaxy/error.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "project/child_process.hpp"

namespace metaxy::project {
namespace {

constexpr std::string_view kVariables = "METAXY_ENTRYPOINT";
constexpr std::string_view kSetting = "METAXY_ENTRYPOINTS";

// The working directory may hold modules with the names of Python's own, so it is no place to import from yet.
constexpr const char* kProgram =
    "import sys\n"
    "if sys.path[:1] == ['']: del sys.path[0]\n"
    "try:\n"
    "    from metaxy._export_features import main\n"
    "except ImportError as error:\n"
    "    import json, os\n"
    "    os.write(3, json.dumps({'without_metaxy': str(error)}).encode())\n"
    "else:\n"
    "    main()\n";

std::optional<std::string> declaring_variable(const Environment& environment) {
  for (const auto& [name, value] : environment) {
    if (!name.starts_with(kVariables) || name == kSetting) continue;
    const auto modules = split(value, ',');
    if (std::ranges::any_of(modules, [](const auto& module) { return !trim(module).empty(); })) return name;
  }
  return std::nullopt;
}

std::optional<std::string> find_declaring(const Config& config, const Environment& environment,
                                          const PythonEnvironment& python) {
  if (!config.entrypoints.empty()) return "the setting entrypoints";
  if (const auto variable = declaring_variable(environment)) return "the variable " + *variable;
  if (may_have_entry_points(python)) return "an installed package";
  return std::nullopt;
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

spec::FeatureDefinition definition_of(const Json& told) {
  auto out = spec::parse_feature_definition(dump_compact(told.at("definition")));
  out.is_external = told.at("is_external").get<bool>();
  if (told.at("provenance_by_field").is_object())
    out.provenance_by_field = told.at("provenance_by_field").get<std::map<std::string, std::string>>();
  if (text_of(told, "on_version_mismatch") == "error") out.on_version_mismatch = spec::OnVersionMismatch::Error;
  out.place = Place{text_of(told, "source")};
  return out;
}

[[noreturn]] void throw_told(const Json& error) {
  Error out(ErrorCode::InvalidSpec, text_of(error, "message"), text_of(error, "hint"));
  for (const auto& line : error.at("lines")) out.note(line.get<std::string>());
  throw out;
}

std::vector<spec::FeatureDefinition> definitions_of(const Answer& answer, const std::string& interpreter) {
  if (answer.text.empty()) {
    const std::string how = answer.exit_code ? fmt::format("with exit code {}", *answer.exit_code) : "by a signal";
    throw Error(ErrorCode::InvalidSpec, fmt::format("{} ended {} while it loaded features", quote(interpreter), how),
                "import the modules that declare features in that Python to see why");
  }
  const Json told = parse_json(answer.text, "what Python tells of features");
  if (told.contains("without_metaxy")) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{} cannot import metaxy: {}", quote(interpreter), text_of(told, "without_metaxy")),
                fmt::format("install this version there: {} -m pip install metaxy", interpreter));
  }
  if (told.contains("error")) throw_told(told.at("error"));
  std::vector<spec::FeatureDefinition> out;
  for (const auto& one : told.at("features")) out.push_back(definition_of(one));
  return out;
}

}  // namespace

PythonFeatures PythonFeatures::find(const Config& config, const Environment& environment, const Loading& loading) {
  PythonFeatures out;
  out.python_ = find_python(loading.program, environment);
  out.declared_by_ = find_declaring(config, environment, out.python_);
  out.environment_ = environment;
  out.watch_ = loading.watch;
  return out;
}

std::vector<spec::FeatureDefinition> PythonFeatures::load(const Config& config,
                                                          const std::filesystem::path& folder) const {
  if (python_.interpreter.empty()) {
    throw Error(ErrorCode::NotFound,
                fmt::format("{} declares features in Python, and no Python lies beside this program", *declared_by_),
                "use the `mx` of the Python environment that has the project (`pip install metaxy` there), or name "
                "its interpreter with METAXY_PYTHON");
  }
  std::error_code ignored;
  if (!std::filesystem::exists(python_.interpreter, ignored)) {
    throw Error(ErrorCode::NotFound, fmt::format("there is no Python {}", quote(python_.interpreter.string())),
                "METAXY_PYTHON names it");
  }
  Environment environment = environment_;
  environment.erase("METAXY_CONFIG");  // the file was chosen
  const std::string file = config.file ? config.file->string() : "";
  const std::string interpreter = python_.interpreter.string();
  const Watch watch = watch_ ? watch_() : Watch{};
  return definitions_of(ask({interpreter, "-c", kProgram, file, folder.string()}, environment, watch), interpreter);
}

void add_definitions(std::vector<spec::FeatureDefinition>& known, std::vector<spec::FeatureDefinition> found) {
  for (auto& definition : found) {
    const auto same = std::ranges::find_if(
        known, [&](const auto& other) { return other.spec.key == definition.spec.key && other.is_external; });
    if (same != known.end()) {
      *same = std::move(definition);
    } else {
      known.push_back(std::move(definition));
    }
  }
}

}  // namespace metaxy::project
