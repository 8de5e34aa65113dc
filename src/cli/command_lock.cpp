// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/output_file.hpp"
#include "cli/store_options.hpp"
#include "project/lock_file.hpp"
#include "project/toml_text.hpp"

namespace metaxy::cli {

namespace {

using Locked = std::map<spec::FeatureKey, ops::LockedFeature>;

struct Given {
  std::optional<std::string> output;
  StoreOption store;
  std::string format = "plain";
};

struct Change {
  std::string key;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

struct Changes {
  std::vector<Change> all;  ///< by key
  std::size_t unchanged = 0;
};

Locked by_key(std::vector<ops::LockedFeature> features) {
  Locked out;
  for (auto& feature : features) {
    auto key = feature.definition.spec.key;
    out.emplace(std::move(key), std::move(feature));
  }
  return out;
}

Changes compare(const Locked& before, const Locked& after) {
  Changes out;
  for (const auto& [key, now] : after) {
    const auto was = before.find(key);
    if (was == before.end()) {
      out.all.push_back({key.to_string(), std::nullopt, now.version});
    } else if (was->second.definition_version != now.definition_version) {
      out.all.push_back({key.to_string(), was->second.version, now.version});
    } else {
      ++out.unchanged;
    }
  }
  for (const auto& [key, was] : before) {
    if (!after.contains(key)) out.all.push_back({key.to_string(), was.version, std::nullopt});
  }
  std::ranges::sort(out.all, {}, &Change::key);
  return out;
}

std::filesystem::path file_of(const Given& given, const project::Config& config) {
  if (given.output) return *given.output;
  return project::lock_file_of(config).value_or(std::filesystem::path("metaxy.lock"));
}

/// What the file holds now; absent when there is none, or none that can be read.
std::optional<Locked> read_before(Console& console, const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  try {
    return by_key(project::read_lock_file(file));
  } catch (const Error& error) {
    console.warn(error.message() + " and is written anew");
    return std::nullopt;
  }
}

std::string line_of(const Change& change) {
  if (!change.before) return fmt::format("+ {} ({})", change.key, *change.after);
  if (!change.after) return fmt::format("- {} ({})", change.key, *change.before);
  if (*change.before == *change.after)
    return fmt::format("= {} ({}, another definition of the same version)", change.key, *change.after);
  return fmt::format("~ {} ({} -> {})", change.key, *change.before, *change.after);
}

Json json_of(const std::filesystem::path& file, const Changes& changes, bool is_written) {
  Json out = Json::object();
  out["file"] = project::shown_path(file);
  out["written"] = is_written;
  out["changes"] = Json::array();
  for (const auto& each : changes.all) {
    out["changes"].push_back({{"feature", each.key},
                              {"before", each.before ? Json(*each.before) : Json(nullptr)},
                              {"after", each.after ? Json(*each.after) : Json(nullptr)}});
  }
  out["unchanged_count"] = changes.unchanged;
  return out;
}

/// Features whose upstreams are not known yet make no graph, so the store is opened without them.
ops::MetadataStore open_store(Context& context, const project::Project& project, const Given& given) {
  project::Config config = project.config();
  config.sync = false;
  return context.open(project::Project(std::move(config), {}), project::Project::Access::Read, given.store.store,
                      project::Project::Fallbacks::Ignore);
}

bool needs_others(const project::Project& project) {
  std::set<spec::FeatureKey> own;
  for (const auto& definition : project.definitions()) {
    if (!definition.is_external) own.insert(definition.spec.key);
  }
  return !project.config().extra_features.empty() ||
         std::ranges::any_of(project.definitions(), [&](const auto& definition) {
           return !definition.is_external && std::ranges::any_of(definition.spec.deps, [&](const auto& dep) {
             return !own.contains(dep.feature);
           });
         });
}

/// What is to be locked; a project that needs nothing of others needs no store for it.
std::vector<ops::LockedFeature> find_features(Context& context, const project::Project& project, const Given& given) {
  if (!needs_others(project)) return {};
  const auto& config = project.config();
  const ops::LockOptions options{.exclude_project = config.project, .selections = config.extra_features};
  return open_store(context, project, given).lock(project.definitions(), options);
}

Exit lock_features(Context& context, const Given& given) {
  const project::Project project = context.project(project::Loading::Lock::Ignore);
  const project::Config& config = project.config();
  if (context.globals().project || context.globals().all_projects || !config.project) {
    throw Error(ErrorCode::InvalidArgument, "a lock file is made for the project of the configuration",
                config.project ? "leave --project and --all-projects out" : "set project in metaxy.toml");
  }
  auto features = find_features(context, project, given);
  const std::string text = project::render_lock_file(features);
  const auto file = file_of(given, config);
  Console& console = context.console();
  const auto before = read_before(console, file);
  const Changes changes = compare(before.value_or(Locked{}), by_key(std::move(features)));
  const bool is_written = !before || !changes.all.empty();
  if (is_written) write_file(file, text);
  if (given.format == "json") {
    console.data(dump_compact(json_of(file, changes, is_written)) + "\n");
    return Exit::Done;
  }
  for (const auto& change : changes.all) console.remark(line_of(change));
  console.remark(is_written ? fmt::format("wrote {}", project::shown_path(file))
                            : fmt::format("{} is up to date", project::shown_path(file)));
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.text("-o,--output", given->output, "FILE", "Where to (default: metaxy.lock beside the configuration)");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return lock_features(context, *given); };
}

}  // namespace

const Command kLockCommand = {
    .name = "lock",
    .summary = "Keep the definitions of other projects' features in a file",
    .details =
        "Writes metaxy.lock: what this project's features depend on and it does not define, and extra_features, as\n"
        "they were pushed to the store last. With it the graph is whole without the store. + is new, ~ has another\n"
        "version, = another definition of the same version, - is gone. Nothing is written when nothing changed.",
    .examples = "mx lock\nmx lock --store prod -o metaxy.lock",
    .declare = declare,
};

}  // namespace metaxy::cli
