// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/table.hpp"

namespace metaxy::cli {

namespace {

using graph::FeatureGraph;
using spec::FeatureDefinition;
using spec::FeatureKey;

struct Given {
  std::string format = "plain";
  bool verbose = false;
};

std::string source_of(const FeatureDefinition& definition) {
  if (definition.feature_class_path) return *definition.feature_class_path;
  return definition.place ? to_string(*definition.place) : std::string();
}

std::vector<std::string> dep_keys(const FeatureDefinition& definition) {
  std::vector<std::string> out;
  for (const spec::FeatureDep& dep : definition.spec.deps) out.push_back(dep.feature.to_string());
  return out;
}

// Fields with the upstream fields that they read, by upstream.
Json field_deps(const graph::PlanField& field) {
  Json out = Json::array();
  for (const graph::FieldRef& parent : field.parents) {
    const std::string feature = parent.feature.to_string();
    if (out.empty() || out.back()["feature"] != feature) {
      Json dep = Json::object();
      dep["feature"] = feature;
      dep["fields"] = Json::array();
      out.push_back(std::move(dep));
    }
    out.back()["fields"].push_back(parent.field.to_string());
  }
  return out;
}

Json feature_json(const FeatureGraph& graph, const FeatureKey& key, bool verbose) {
  const FeatureDefinition& definition = graph.get(key);
  const graph::FeatureVersions& versions = graph.versions(key);
  const auto plan = verbose ? std::optional(graph.plan(key)) : std::nullopt;
  Json out = Json::object();
  out["key"] = key.to_string();
  out["version"] = versions.feature_version;
  out["is_root"] = definition.spec.deps.empty();
  out["is_external"] = definition.is_external;
  out["project"] = definition.project;
  const std::string source = source_of(definition);
  out["source"] = source.empty() ? Json(nullptr) : Json(source);
  out["field_count"] = definition.spec.fields.size();
  out["fields"] = Json::array();
  for (std::size_t i = 0; i < definition.spec.fields.size(); ++i) {
    Json field = Json::object();
    field["key"] = definition.spec.fields[i].key.to_string();
    field["code_version"] = definition.spec.fields[i].code_version;
    field["version"] = versions.fields.at(i).version;
    field["deps"] = plan ? field_deps(plan->fields.at(i)) : Json(nullptr);
    out["fields"].push_back(std::move(field));
  }
  out["deps"] = dep_keys(definition);
  return out;
}

std::string shortened(const std::string& version) {
  constexpr std::size_t kShown = 12;
  return version.size() > kShown ? version.substr(0, kShown) + "..." : version;
}

std::string parents_text(const graph::PlanField& field) {
  std::vector<std::string> parents;
  for (const graph::FieldRef& parent : field.parents) parents.push_back(parent.to_string());
  return parents.empty() ? "-" : join(parents, ", ");
}

void print_fields(Console& console, const FeatureGraph& graph, const FeatureKey& key) {
  const graph::FeaturePlan plan = graph.plan(key);
  const graph::FeatureVersions& versions = graph.versions(key);
  Table table{{{"Field"}, {"Code Version"}, {"Version"}, {"Dependencies"}}, {}};
  for (std::size_t i = 0; i < plan.fields.size(); ++i)
    table.rows.push_back({{plan.fields[i].key.to_string()},
                          {plan.fields[i].code_version},
                          {shortened(versions.fields.at(i).version)},
                          {parents_text(plan.fields[i])}});
  console.data("\n" + console.on_data(key.to_string(), Style::Bold) + "\n");
  console.data(render_table(table, console.data_width(), console.data_has_colour()).text);
}

void print_project(Console& console, const FeatureGraph& graph, const std::vector<FeatureKey>& keys, bool verbose) {
  Table table{{{"Feature"}, {"Version"}, {"Source"}}, {}};
  if (verbose) table.headings.push_back({"Dependencies"});
  for (const FeatureKey& key : keys) {
    const FeatureDefinition& definition = graph.get(key);
    const auto deps = dep_keys(definition);
    table.rows.push_back({{key.to_string()},
                          {shortened(graph.versions(key).feature_version)},
                          {source_of(definition)},
                          {deps.empty() ? "-" : join(deps, ", ")}});
  }
  console.data(render_table(table, console.data_width(), console.data_has_colour()).text);
  if (verbose)
    for (const FeatureKey& key : keys) print_fields(console, graph, key);
}

void print_plain(Console& console, const FeatureGraph& graph, const std::vector<FeatureKey>& keys, bool verbose) {
  if (keys.empty()) {
    console.data("No features found in the current project.\n");
    return;
  }
  std::map<std::string, std::vector<FeatureKey>> by_project;
  std::size_t roots = 0;
  std::size_t external = 0;
  for (const FeatureKey& key : keys) {
    const FeatureDefinition& definition = graph.get(key);
    by_project[definition.project].push_back(key);
    external += definition.is_external ? 1 : 0;
    roots += !definition.is_external && definition.spec.deps.empty() ? 1 : 0;
  }
  for (const auto& [project, members] : by_project) {
    console.data(console.on_data("project " + (project.empty() ? std::string("(none)") : project), Style::Cyan) + "\n");
    print_project(console, graph, members, verbose);
    console.data("\n");
  }
  const std::string and_external = external > 0 ? fmt::format(", {} external", external) : "";
  console.data(fmt::format("Total: {} feature(s) ({} root, {} dependent{})\n", keys.size(), roots,
                           keys.size() - roots - external, and_external));
}

Exit list_features(Context& context, const Given& given) {
  const project::Project project = context.project();
  const FeatureGraph graph = project.graph();
  const std::vector<FeatureKey> keys = context.features_in_view(project.config(), graph);
  if (given.format == "plain") {
    print_plain(context.console(), graph, keys, given.verbose);
    return Exit::Done;
  }
  Json out = Json::object();
  out["feature_count"] = keys.size();
  out["features"] = Json::array();
  for (const FeatureKey& key : keys) out["features"].push_back(feature_json(graph, key, given.verbose));
  context.console().data(out.dump(2) + "\n");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  options.flag("-v,--verbose", given->verbose, "Also fields and what they depend on");
  return [given](Context& context) { return list_features(context, *given); };
}

}  // namespace

const Command kListFeaturesCommand = {
    .name = "list features",
    .summary = "List features and their versions",
    .details = "Features of the current project, upstreams first. No store is opened.",
    .examples = "mx list features\nmx list features -v\nmx list features --format json | jq -r '.features[].key'",
    .declare = declare,
    .alias = "list feature",
};

}  // namespace metaxy::cli
