// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"
#include "cli/table.hpp"

namespace metaxy::cli {

namespace {

using ops::PushedChange;

struct Given {
  std::string feature;
  std::optional<std::uint64_t> limit;
  StoreOption store;
  std::string format = "plain";
};

std::string time_text(Timestamp time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(time));
}

Json time_json(Timestamp time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:06}Z", seconds, (time - seconds).count());
}

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::string short_version(const std::string& version) {
  constexpr std::size_t kShown = 12;
  return version.size() > kShown ? version.substr(0, kShown) + "..." : version;
}

std::string tags_text(const std::map<std::string, std::string>& tags) {
  std::vector<std::string> out;
  for (const auto& [name, value] : tags) out.push_back(join({name, value}, "="));
  return out.empty() ? "-" : join(out, ", ");
}

std::string marked(PushedChange change, const std::string& name) {
  switch (change) {
    case PushedChange::Added: return "+ " + name;
    case PushedChange::Removed: return "- " + name;
    case PushedChange::Redefined: return "= " + name;
    default: return "~ " + name;
  }
}

/// Names as far as they are few.
std::string list_text(std::vector<std::string> names, const std::string& noun) {
  constexpr std::size_t kShown = 3;
  if (names.empty()) return "-";
  const std::size_t left_out = names.size() > kShown ? names.size() - kShown + 1 : 0;
  if (left_out == 0) return join(names, ", ");
  names.resize(kShown - 1);
  return fmt::format("{} and {} more {}", join(names, ", "), left_out, noun);
}

std::string changes_text(const std::vector<ops::PushedFeature>& changes) {
  std::vector<std::string> names;
  for (const auto& each : changes) names.push_back(marked(each.change, each.feature.to_string()));
  return list_text(std::move(names), "features");
}

std::string fields_text(const ops::PushedVersion& version, bool is_first) {
  std::vector<std::string> names;
  for (const auto& field : version.fields) {
    if (!field.change && !is_first) return "?";
    const auto change = field.change.value_or(PushedChange::Added);
    if (change != PushedChange::Same) names.push_back(marked(change, field.key.to_string()));
  }
  return names.empty() ? "?" : list_text(std::move(names), "fields");
}

Json tags_json(const std::map<std::string, std::string>& tags) {
  Json out = Json::object();
  for (const auto& [name, value] : tags) out[name] = value;
  return out;
}

Json push_json(const ops::Push& push) {
  Json out = Json::object();
  out["project"] = push.project;
  out["project_version"] = push.project_version;
  out["recorded_at"] = time_json(push.recorded_at);
  out["feature_count"] = push.features;
  out["changes"] = Json::array();
  for (const auto& each : push.changes) {
    out["changes"].push_back({{"feature", each.feature.to_string()},
                              {"change", to_string(each.change)},
                              {"before", or_null(each.before)},
                              {"after", or_null(each.after)}});
  }
  out["tags"] = tags_json(push.tags);
  return out;
}

Json version_json(const ops::PushedVersion& version, bool is_current) {
  Json out = Json::object();
  out["version"] = version.feature_version;
  out["is_current"] = is_current;
  out["first_pushed"] = time_json(version.recorded_at);
  out["project"] = version.project;
  out["project_version"] = version.project_version;
  out["fields"] = Json::array();
  for (const auto& field : version.fields) {
    const Json change = field.change ? Json(to_string(*field.change)) : Json(nullptr);
    out["fields"].push_back({{"key", field.key.to_string()}, {"version", or_null(field.version)}, {"change", change}});
  }
  out["tags"] = tags_json(version.tags);
  return out;
}

void print_table(Console& console, const Table& table, const std::string& total) {
  console.data(render_table(table, console.data_width(), console.data_has_colour()).text);
  console.data(fmt::format("\nTotal: {}\n", total));
}

Exit show_pushes(Context& context, const Given& given, const std::vector<ops::Push>& pushes) {
  Console& console = context.console();
  if (given.format == "json") {
    Json out = Json::object();
    out["pushes"] = Json::array();
    for (const auto& push : pushes) out["pushes"].push_back(push_json(push));
    console.data(dump_compact(out) + "\n");
    return Exit::Done;
  }
  if (pushes.empty()) {
    console.remark("nothing was pushed yet");
    return Exit::Done;
  }
  Table table{{{"Recorded at (UTC)"}, {"Project"}, {"Version"}, {"Features", true}, {"Changed"}, {"Tags"}}, {}};
  for (const auto& push : pushes)
    table.rows.push_back({{time_text(push.recorded_at)},
                          {push.project},
                          {short_version(push.project_version)},
                          {std::to_string(push.features)},
                          {changes_text(push.changes)},
                          {tags_text(push.tags)}});
  print_table(console, table, pushes.size() == 1 ? "1 push" : fmt::format("{} pushes", pushes.size()));
  return Exit::Done;
}

Exit show_versions(Context& context, const Given& given, const spec::FeatureKey& key, const graph::FeatureGraph& graph,
                   const std::vector<ops::PushedVersion>& versions, bool is_whole) {
  Console& console = context.console();
  const auto is_current = [&](const ops::PushedVersion& version) {
    return graph.find(key) && graph.versions(key).feature_version == version.feature_version;
  };
  if (given.format == "json") {
    Json out = Json::object();
    out["feature"] = key.to_string();
    out["versions"] = Json::array();
    for (const auto& version : versions) out["versions"].push_back(version_json(version, is_current(version)));
    console.data(dump_compact(out) + "\n");
    return Exit::Done;
  }
  Table table{{{"Version"}, {"First pushed (UTC)"}, {"Project version"}, {"Fields changed"}, {"Tags"}}, {}};
  for (const auto& version : versions) {
    const bool is_first = is_whole && &version == &versions.back();
    table.rows.push_back({{short_version(version.feature_version) + (is_current(version) ? " (current)" : "")},
                          {time_text(version.recorded_at)},
                          {short_version(version.project_version)},
                          {fields_text(version, is_first)},
                          {tags_text(version.tags)}});
  }
  print_table(console, table, counted(versions.size(), "version"));
  return Exit::Done;
}

Exit show_history(Context& context, const Given& given) {
  const project::Project project = context.project();
  ops::MetadataStore store =
      context.open(project, project::Project::Access::Read, given.store.store, project::Project::Fallbacks::Ignore);
  if (given.feature.empty()) {
    return show_pushes(context, given,
                       store.history({.project = context.project_in_view(project.config()), .limit = given.limit}));
  }
  const spec::FeatureKey key = feature_key(given.feature);
  auto versions = store.history(key);
  const bool is_whole = !given.limit || *given.limit >= versions.size();
  if (!is_whole) versions.erase(versions.begin() + static_cast<std::ptrdiff_t>(*given.limit), versions.end());
  return show_versions(context, given, key, store.graph(), versions, is_whole);
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Optional, "Its versions, also when it is defined no more");
  options.number("--limit", given->limit, "Only the newest");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return show_history(context, *given); };
}

}  // namespace

const Command kHistoryCommand = {
    .name = "history",
    .summary = "Show what was pushed to a store, and when",
    .details =
        "Without a feature: every push of the project and what it changed; + is new, ~ has another version, = has\n"
        "another definition of the same version, - is gone. With a feature: its versions, when each was pushed first,\n"
        "and which of its fields got other versions.",
    .examples = "mx history\nmx history video/crop\nmx history --all-projects --limit 10 --format json",
    .declare = declare,
};

}  // namespace metaxy::cli
