// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include <metaxy/project.hpp>

#include "base/by_place.hpp"
#include "base/text.hpp"
#include "project/config_reader.hpp"
#include "project/feature_file.hpp"
#include "project/glob.hpp"
#include "project/load_settings.hpp"
#include "project/setting_tree.hpp"
#include "project/toml_text.hpp"

namespace metaxy::project {
namespace {

namespace fs = std::filesystem;

fs::path absolute(const fs::path& path, const fs::path& folder) {
  std::error_code ignored;
  const fs::path out = fs::absolute(folder / path, ignored).lexically_normal();
  return out.has_filename() ? out : out.parent_path();  // without a slash at its end
}

/// The table of `[tool.metaxy]` in pyproject.toml, the whole document elsewhere.
const toml::table* settings_table(const toml::table& root, const fs::path& file) {
  if (file.filename() != "pyproject.toml") return &root;
  return root["tool"]["metaxy"].as_table();
}

/// Reads a file and what it extends.
class ConfigFiles {
 public:
  ConfigFiles(const Environment& environment, Faults& faults) : environment_(environment), faults_(faults) {}

  SettingTree load(const fs::path& file, const Place& mentioned) {
    const std::string name = shown_path(file);
    std::error_code failed;
    const fs::path real = fs::weakly_canonical(file, failed);
    const bool is_cycle = std::ranges::find(open_, real) != open_.end();
    open_.push_back(real);
    if (is_cycle) {
      std::vector<std::string> names;
      names.reserve(open_.size());
      for (const fs::path& path : open_) names.push_back(shown_path(path));
      faults_.add("setting extend", "goes round in a circle: " + join(names, " -> "), "", mentioned);
      return {};
    }
    const auto text = read_file(file, mentioned, faults_);
    const auto root = text ? parse_toml(*text, name, faults_) : std::nullopt;
    const auto* table = root ? settings_table(*root, file) : nullptr;
    if (root && !table) faults_.add("file " + quote(name), "has no table [tool.metaxy]", "", mentioned);
    if (!table) return {};
    SettingTree own = read_settings(*table, name, file.parent_path(), environment_, faults_);
    return with_parent(std::move(own), file.parent_path());
  }

 private:
  SettingTree with_parent(SettingTree own, const fs::path& folder) {
    const auto extend = own.values.find("extend");
    if (extend == own.values.end()) return own;
    const Place place = own.origins["/extend"].value;
    if (!extend->is_string()) {
      faults_.add("setting extend", "should be the path of a configuration file", "", place);
      return own;
    }
    const fs::path parent = absolute(extend->get<std::string>(), folder);
    own.values.erase("extend");
    own.forget("/extend");
    return extend_settings(load(parent, place), own);
  }

  const Environment& environment_;
  Faults& faults_;
  std::vector<fs::path> open_;
};

bool has_metaxy_table(const fs::path& pyproject, Faults& faults) {
  Faults own;
  const auto text = read_file(pyproject, Place{shown_path(pyproject)}, own);
  // Most pyproject files are somebody else's business, well-formed or not.
  if (!text || text->find("metaxy") == std::string::npos) return false;
  const auto root = parse_toml(*text, shown_path(pyproject), own);
  for (const Fault& fault : own.items()) faults.add(fault);
  const auto* table = root ? settings_table(*root, pyproject) : nullptr;
  return table && !table->empty();
}

std::optional<fs::path> discover(const fs::path& start, Faults& faults) {
  std::error_code ignored;
  for (fs::path folder = absolute("", start);; folder = folder.parent_path()) {
    for (const char* name : {"metaxy.toml", "pyproject.toml"}) {
      const fs::path file = folder / name;
      if (!fs::is_regular_file(file, ignored)) continue;
      if (file.filename() == "metaxy.toml" || has_metaxy_table(file, faults)) return file;
    }
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

std::optional<fs::path> chosen_file(const std::optional<fs::path>& file, const fs::path& start,
                                    const Environment& environment, Discovery discovery, Faults& faults) {
  std::optional<fs::path> named = file;
  const auto variable = environment.find("METAXY_CONFIG");
  const bool by_variable = !named && variable != environment.end() && !variable->second.empty();
  if (by_variable) named = variable->second;
  if (!named && discovery == Discovery::None) return std::nullopt;
  if (!named) return discover(start, faults);
  const fs::path path = absolute(*named, start);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    throw Error(ErrorCode::NotFound, fmt::format("configuration file {} does not exist", quote(shown_path(path))),
                by_variable ? "METAXY_CONFIG names it" : "");
  }
  return path;
}

void refuse(const Faults& faults) {
  if (!faults.empty()) throw Error(ErrorCode::InvalidSpec, "the configuration is not valid", by_place(faults.items()));
}

}  // namespace

void default_features(Config& config, const fs::path& folder) {
  for (const char* pattern : {"features.toml", "features/**/*.toml"}) {
    std::string glob = absolute_glob(folder, pattern);
    if (expand_glob(glob).empty()) continue;
    config.features.push_back(std::move(glob));
    config.feature_places.emplace_back();
  }
}

LoadedSettings load_settings(const std::optional<fs::path>& file, const fs::path& start, const Environment& environment,
                             Discovery discovery, Faults& faults) {
  Faults in_files;
  const fs::path folder = absolute("", start);
  LoadedSettings out;
  out.file = chosen_file(file, folder, environment, discovery, in_files);
  if (out.file && in_files.empty())
    out.tree = ConfigFiles(environment, in_files).load(*out.file, Place{shown_path(*out.file)});
  // What a broken file says about its settings is unknown, so only its own faults are worth telling.
  refuse(in_files);
  apply_environment(out.tree, environment, folder, faults);
  return out;
}

Config load_config(const std::optional<fs::path>& file, const fs::path& start, const Environment& environment) {
  Faults faults;
  const auto [tree, path] = load_settings(file, start, environment, Discovery::Upwards, faults);
  Config config = read_config(tree, faults);
  refuse(faults);
  config.file = path;
  if (!tree.values.contains("features")) default_features(config, path ? path->parent_path() : absolute("", start));
  return config;
}

std::vector<fs::path> find_feature_files(const Config& config) {
  Faults faults;
  auto files = find_feature_files(config, faults);
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature files are missing");
  return files;
}

std::vector<fs::path> find_feature_files(const Config& config, Faults& faults) {
  std::set<fs::path> found;
  for (std::size_t i = 0; i < config.features.size(); ++i) {
    const std::string& pattern = config.features[i];
    const auto files = expand_glob(absolute_glob(fs::current_path(), pattern));
    found.insert(files.begin(), files.end());
    if (!files.empty()) continue;
    std::optional<Place> place;
    if (i < config.feature_places.size() && !config.feature_places[i].file.empty()) place = config.feature_places[i];
    if (has_wildcard(pattern)) {
      faults.add("setting features", fmt::format("glob {} matches no file", quote(shown_path(pattern))), "", place);
    } else {
      faults.add("setting features", fmt::format("file {} does not exist", quote(shown_path(pattern))), "", place);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace metaxy::project
