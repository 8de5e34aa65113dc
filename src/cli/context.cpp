// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"

#include <metaxy/error.hpp>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"

namespace metaxy::cli {

Context::Context(Console& console, Globals globals) : console_(console), globals_(std::move(globals)) {}
Context::~Context() { finish_progress(); }

namespace {

std::optional<std::filesystem::path> path_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return std::filesystem::path(*text);
}

}  // namespace

project::Config Context::config() const {
  return project::load_config(path_of(globals_.config_file), std::filesystem::current_path(),
                              project::process_environment());
}

project::Project Context::project(project::Loading::Lock lock) {
  std::error_code unknown;
  const project::Loading loading{std::filesystem::read_symlink("/proc/self/exe", unknown), [this] { return watch(); },
                                 lock};
  project::Project project = project::Project::load(path_of(globals_.config_file), std::filesystem::current_path(),
                                                    project::process_environment(), loading);
  if (!project.config().file && project.definitions().empty())
    throw Error(ErrorCode::NotFound, "there is no metaxy.toml here or in any folder above",
                "begin a project with `mx init`, or name a configuration with --config-file");
  return project;
}

std::optional<std::string> Context::project_in_view(const project::Config& config) const {
  if (globals_.all_projects) return std::nullopt;
  return globals_.project ? globals_.project : config.project;
}

std::vector<spec::FeatureKey> Context::features_in_view(const project::Config& config,
                                                        const graph::FeatureGraph& graph) const {
  const auto project = project_in_view(config);
  std::vector<spec::FeatureKey> keys;
  std::vector<std::string> projects;
  for (const spec::FeatureKey& key : graph.topological_order()) {
    const spec::FeatureDefinition& definition = graph.get(key);
    projects.push_back(definition.project);
    if (!project || definition.project == *project) keys.push_back(key);
  }
  if (keys.empty() && globals_.project && !projects.empty()) {
    std::sort(projects.begin(), projects.end());
    projects.erase(std::unique(projects.begin(), projects.end()), projects.end());
    std::string hint = did_you_mean(*globals_.project, projects);
    if (hint.empty()) hint = "projects with features: " + join(projects, ", ");
    throw Error(ErrorCode::NotFound, "no feature belongs to project " + quote(*globals_.project), hint);
  }
  return keys;
}

ops::MetadataStore Context::open(const project::Project& project, project::Project::Access access,
                                 const std::optional<std::string>& store, project::Project::Fallbacks fallbacks) {
  auto opened = project.open(access, store, watch(), fallbacks);
  for (const auto& warning : opened.warnings()) console_.warn(warning);
  return opened;
}

Context::OpenedFor Context::open_for(const project::Project& project, const std::vector<std::string>& features,
                                     project::Project::Access access, const std::optional<std::string>& store,
                                     project::Project::Fallbacks fallbacks) {
  if (!loads_features(project)) find_features(project.graph(), features);
  auto opened = open(project, access, store, fallbacks);
  auto keys = find_features(opened.graph(), features);
  return {std::move(opened), std::move(keys)};
}

Watch Context::watch() {
  if (!interrupt_) interrupt_ = std::make_unique<Interrupt>();
  Watch watch;
  watch.stop = interrupt_->token();
  if (console_.remarks_are_terminal() && !console_.quiet()) {
    if (!progress_) progress_ = std::make_shared<ProgressBar>();
    watch.progress = [bar = progress_](const Progress& state) { bar->show(state); };
  }
  return watch;
}

void Context::finish_progress() {
  if (progress_) progress_->clear();
}

namespace {

// Keys have no `__` in their parts, so the reference's second spelling is unambiguous.
std::string with_slashes(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("__"); at != std::string::npos; at = out.find("__", at + 1)) out.replace(at, 2, "/");
  return out;
}

}  // namespace

bool loads_features(const project::Project& project) {
  const auto& config = project.config();
  return config.sync && (!config.extra_features.empty() ||
                         std::ranges::any_of(project.definitions(), &spec::FeatureDefinition::is_external));
}

spec::FeatureKey feature_key(std::string_view text) { return spec::FeatureKey::parse(with_slashes(text)); }

spec::FeatureKey find_feature(const graph::FeatureGraph& graph, std::string_view text) {
  return graph.get(feature_key(text)).spec.key;
}

std::vector<spec::FeatureKey> find_features(const graph::FeatureGraph& graph, const std::vector<std::string>& texts) {
  std::vector<spec::FeatureKey> keys;
  Faults faults;
  for (const std::string& text : texts) {
    try {
      const spec::FeatureKey key = find_feature(graph, text);
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    } catch (const Error& error) {
      if (texts.size() == 1) throw;
      faults.add(quote(text), error.message(), error.hint());
    }
  }
  faults.throw_if_any(ErrorCode::NotFound, "some features are not known");
  return keys;
}

}  // namespace metaxy::cli
