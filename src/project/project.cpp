// SPDX-License-Identifier: Apache-2.0
#include <metaxy/project.hpp>

#include <set>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "ops/store_settings.hpp"
#include "project/config_text.hpp"
#include "project/fallbacks.hpp"
#include "project/feature_file.hpp"
#include "project/lock_file.hpp"
#include "project/opening.hpp"
#include "project/project_name.hpp"
#include "project/python_features.hpp"
#include "project/toml_text.hpp"
#include "stores/registry.hpp"

namespace metaxy::project {
namespace {

[[noreturn]] void refuse_store(const Config& config, const std::string& name) {
  if (config.stores.empty()) {
    throw Error(ErrorCode::NotFound, fmt::format("there is no store {}: none is configured", quote(name)),
                fmt::format("add to {}: [stores.{}] with type = \"duckdb\" and path = \"metaxy.duckdb\"",
                            config.file ? shown_path(*config.file) : "metaxy.toml", name));
  }
  std::vector<std::string> known;
  known.reserve(config.stores.size());
  for (const auto& [other, unused] : config.stores) known.push_back(other);
  std::string hint = did_you_mean(name, known);
  if (hint.empty()) hint = "known stores are " + join(known, ", ");
  throw Error(ErrorCode::NotFound, fmt::format("there is no store {}", quote(name)), std::move(hint));
}

/// Of a configured store, or of one that a URI tells.
StoreConfig store_config(const Config& config, const std::string& name) {
  if (auto uri = stores::parse_uri(name))
    return {.type = std::move(uri->kind), .options = std::move(uri->options), .place = {}};
  const auto found = config.stores.find(name);
  if (found == config.stores.end()) refuse_store(config, name);
  return found->second;
}

std::optional<std::string> option(const StoreConfig& store, const std::string& name) {
  const auto found = store.options.find(name);
  if (found == store.options.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

ops::RequestedSettings requested_settings(const Config& config, const StoreConfig& store) {
  ops::RequestedSettings out{config.hash_format, std::nullopt, config.hash_truncation_length};
  if (const auto algorithm = option(store, "hash_algorithm")) out.algorithm = hash::parse_algorithm(*algorithm);
  if (const auto length = option(store, "hash_truncation_length")) out.length = std::stoul(*length);
  return out;
}

/// Whose project version records carry: the configured project's, or else that of the only one there is.
std::string stamped_project(const Config& config, const std::vector<spec::FeatureDefinition>& definitions) {
  std::set<std::string> projects;
  for (const auto& definition : definitions) {
    if (!definition.is_external) projects.insert(definition.project);
  }
  if (config.project) return *config.project;
  return projects.size() == 1 ? *projects.begin() : std::string(kDefaultProject);
}

bool creates_tables(const Config& config, const StoreConfig& store) {
  if (const auto own = option(store, "auto_create_tables")) return *own == "true";
  return config.auto_create_tables.value_or(!config.compat);
}

}  // namespace

Project::Project(Config config, std::vector<spec::FeatureDefinition> definitions)
    : config_(std::move(config)), definitions_(std::move(definitions)) {}

Project Project::load(const std::optional<std::filesystem::path>& config_file, const std::filesystem::path& start,
                      const Environment& environment, const Loading& loading) {
  Config config = load_config(config_file, start, environment);
  const auto python = PythonFeatures::find(config, environment, loading);
  const bool is_locked = loading.lock == Loading::Lock::Read && has_lock_file(config);
  const auto elsewhere = python.declared_by() || is_locked ? Elsewhere::More : Elsewhere::Nothing;
  Faults faults;
  auto definitions = load_features(config, config.project.value_or(std::string(kDefaultProject)), elsewhere, faults);
  faults.throw_if_any(ErrorCode::InvalidSpec, "feature files are not valid");
  if (loading.lock == Loading::Lock::Read) add_locked(definitions, load_lock_file(config));
  if (python.declared_by())
    add_definitions(definitions, python.load(config, config.file ? config.file->parent_path() : start));
  return Project(std::move(config), std::move(definitions));
}

graph::FeatureGraph Project::graph() const {
  graph::VersionSettings settings;
  settings.format = config_.hash_format.value_or(config_.compat ? hash::Format::V0 : hash::Format::V1);
  // Only digests of format 0 can be cut elsewhere; a store refuses the setting with format 1.
  if (settings.format == hash::Format::V0)
    settings.length = config_.hash_truncation_length.value_or(hash::kDefaultLengthV0);
  return graph::FeatureGraph::build(definitions_, settings);
}

std::shared_ptr<const store::Store> Project::store(const std::optional<std::string>& name) const {
  const std::string& wanted = name ? *name : config_.store;
  const StoreConfig config = store_config(config_, wanted);
  try {
    auto options = config.options;
    options.emplace("name", wanted);
    return stores::open_store(config.type, options);
  } catch (Error& error) {
    error.note(
        fmt::format("in store {}{}", quote(redact_uri(wanted)), config.place ? " at " + to_string(*config.place) : ""));
    throw;
  }
}

std::vector<std::string> Project::setup_statements(const std::optional<std::string>& name) const {
  const std::string& wanted = name ? *name : config_.store;
  const StoreConfig config = store_config(config_, wanted);
  Json options = Json::object();
  for (const auto& [option, value] : config.options) {
    const auto table = Json::parse(value, nullptr, false);
    options[option] = table.is_object() ? table : Json(value);
  }
  stores::Options shown{{"name", wanted}};
  const Json safe = without_secrets(options);
  for (const auto& [option, value] : safe.items())
    shown[option] = value.is_string() ? value.get<std::string>() : value.dump();
  return stores::setup_statements(config.type, shown, false);
}

StoreToOpen Project::to_open(const std::string& name) const {
  return {redact_uri(name), store(name), requested_settings(config_, store_config(config_, name))};
}

ops::MetadataStore Project::open(Access access, const std::optional<std::string>& name, const Watch& watch,
                                 Fallbacks fallbacks) const {
  const std::string& wanted = name ? *name : config_.store;
  const auto config = store_config(config_, wanted);
  std::vector<StoreToOpen> others;
  if (fallbacks == Fallbacks::Read) {
    for (const auto& other : fallback_order(config_.stores, wanted)) others.push_back(to_open(other));
  }
  const auto mode = access == Access::Read ? store::Mode::Read : store::Mode::Write;
  auto opened = open_stores(to_open(wanted), others, {mode, config_.compat, Absent::Refuse, watch});
  ops::Rules rules;
  rules.compat = config_.compat;
  rules.create_tables = creates_tables(config_, config);
  rules.project = stamped_project(config_, definitions_);
  auto graph = std::make_shared<const graph::FeatureGraph>(
      graph::FeatureGraph::build(definitions_, {opened.hash.format, opened.hash.length}));
  return synced(std::move(opened).with(std::move(graph), std::move(rules)));
}

ops::MetadataStore Project::synced(ops::MetadataStore opened) const {
  if (!config_.sync) return opened;
  ops::SyncOptions options;
  options.selections = config_.extra_features;
  if (config_.locked) options.on_version_mismatch = spec::OnVersionMismatch::Error;
  opened.sync_external_features(options);
  return opened;
}

}  // namespace metaxy::project
