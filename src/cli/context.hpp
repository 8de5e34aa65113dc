// SPDX-License-Identifier: Apache-2.0
// What every command is given: streams, global options, the project, and a watch on Ctrl-C.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/progress.hpp>
#include <metaxy/project.hpp>

#include "cli/console.hpp"

namespace metaxy::cli {

class Interrupt;
class ProgressBar;

/// Options that every command takes.
struct Globals {
  std::optional<std::string> config_file;
  std::optional<std::string> project;
  bool all_projects = false;
  bool quiet = false;
  bool no_color = false;
};

class Context {
 public:
  Context(Console& console, Globals globals);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Console& console() { return console_; }
  const Globals& globals() const { return globals_; }

  /// The configuration alone. Throws: as `project::load_config`.
  project::Config config() const;
  /// Configuration and features. Throws: as `project::Project::load`.
  project::Project project(project::Loading::Lock lock = project::Loading::Lock::Read);
  /// Whose features lists and pictures show: --project, else the configured one; absent: everybody's.
  std::optional<std::string> project_in_view(const project::Config& config) const;
  /// Features in view, in graph order. Throws: NotFound for an unknown --project.
  std::vector<spec::FeatureKey> features_in_view(const project::Config& config, const graph::FeatureGraph& graph) const;

  /// Opens a store and says what was noticed about external features. Throws: as `project::Project::open`.
  ops::MetadataStore open(const project::Project& project, project::Project::Access access,
                          const std::optional<std::string>& store,
                          project::Project::Fallbacks fallbacks = project::Project::Fallbacks::Read);

  /// The same for features named by the user, which may be known only to the store: external ones that are loaded from
  /// there. What cannot be known there either is refused before the store is touched. Throws: also NotFound, for
  /// unknown features.
  struct OpenedFor {
    ops::MetadataStore store;
    std::vector<spec::FeatureKey> features;
  };
  OpenedFor open_for(const project::Project& project, const std::vector<std::string>& features,
                     project::Project::Access access, const std::optional<std::string>& store,
                     project::Project::Fallbacks fallbacks = project::Project::Fallbacks::Read);

  /// A watch that Ctrl-C stops and whose progress is drawn when standard error is a terminal.
  Watch watch();
  /// Wipes a drawn progress bar away, for remarks after long work.
  void finish_progress();

 private:
  Console& console_;
  Globals globals_;
  std::unique_ptr<Interrupt> interrupt_;
  std::shared_ptr<ProgressBar> progress_;
};

/// Whether a store may know features that the project's files do not.
bool loads_features(const project::Project& project);
/// `video/raw` or `video__raw` as a key, known or not. Throws: InvalidSpec.
spec::FeatureKey feature_key(std::string_view text);
/// The same as a key of the graph. Throws: NotFound with the nearest key, InvalidSpec.
spec::FeatureKey find_feature(const graph::FeatureGraph& graph, std::string_view text);
/// Several; all unknown ones are named at once. Throws: NotFound.
std::vector<spec::FeatureKey> find_features(const graph::FeatureGraph& graph, const std::vector<std::string>& texts);

}  // namespace metaxy::cli
