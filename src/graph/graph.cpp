// SPDX-License-Identifier: Apache-2.0
#include <metaxy/graph.hpp>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/by_place.hpp"
#include "base/text.hpp"
#include "graph/columns.hpp"
#include "graph/layout.hpp"
#include "graph/order.hpp"
#include "graph/versions.hpp"

namespace metaxy::graph {

struct FeatureGraph::State {
  VersionSettings settings;
  Layout layout;
  std::vector<FeatureVersions> versions;

  /// Throws: NotFound with the nearest known key.
  Index at(const FeatureKey& key) const {
    const Index found = layout.find(key);
    if (found != kUnknown) return found;
    std::vector<std::string> names;
    for (const auto& feature : layout.features) names.push_back(feature.key);
    throw Error(ErrorCode::NotFound, fmt::format("there is no feature {}", key.to_string()),
                did_you_mean(key.to_string(), names));
  }

  Index at(const FieldRef& field) const {
    const Index feature = at(field.feature);
    const Index found = layout.find_field(feature, field.field);
    if (found != kUnknown) return found;
    std::vector<std::string> names;
    for (const auto& known : layout.spec(feature).fields) names.push_back(known.key.to_string());
    throw Error(ErrorCode::NotFound,
                fmt::format("feature {} has no field {}", field.feature.to_string(), field.field.to_string()),
                did_you_mean(field.field.to_string(), names));
  }

  std::vector<Index> at(const std::vector<FeatureKey>& keys) const {
    std::vector<Index> out;
    for (const auto& key : keys) out.push_back(at(key));
    return out;
  }

  /// Keys of those `features` that are (not) among `chosen`.
  std::vector<FeatureKey> keys(const std::vector<Index>& features, const std::vector<Index>& chosen, bool among) const {
    const std::unordered_set<Index> set(chosen.begin(), chosen.end());
    std::vector<FeatureKey> out;
    for (const Index i : features) {
      if (set.contains(i) == among) out.push_back(layout.spec(i).key);
    }
    return out;
  }
};

namespace {

Layout checked_layout(std::vector<spec::FeatureDefinition> definitions, const Unread& unread, Faults& faults) {
  for (const auto& definition : definitions) spec::check(definition, faults);
  Layout layout = make_layout(std::move(definitions), unread, faults);
  find_cycles(layout, faults);
  resolve_parents(layout, faults);
  check_columns(layout, faults);
  return layout;
}

}  // namespace

void check(std::vector<spec::FeatureDefinition> definitions, const Unread& unread, Faults& faults) {
  checked_layout(std::move(definitions), unread, faults);
}

std::string FieldRef::to_string() const { return feature.to_string() + "." + field.to_string(); }

FeatureGraph::FeatureGraph(std::unique_ptr<State> state) : state_(std::move(state)) {}
FeatureGraph::FeatureGraph(FeatureGraph&&) noexcept = default;
FeatureGraph& FeatureGraph::operator=(FeatureGraph&&) noexcept = default;
FeatureGraph::~FeatureGraph() = default;

FeatureGraph FeatureGraph::build(std::vector<spec::FeatureDefinition> definitions, VersionSettings settings) {
  constexpr std::size_t kShortest = 8;
  if (settings.length < kShortest) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("versions of {} characters are too short", settings.length),
                "use at least 8 characters");
  }
  Faults faults;
  auto state = std::make_unique<State>();
  state->settings = settings;
  state->layout = checked_layout(std::move(definitions), {}, faults);
  if (!faults.empty())
    throw Error(ErrorCode::InvalidSpec, "the feature definitions are not valid", by_place(faults.items()));
  state->versions = Versioner(state->layout, settings).run();
  return FeatureGraph(std::move(state));
}

std::size_t FeatureGraph::size() const { return state_->layout.features.size(); }

const VersionSettings& FeatureGraph::settings() const { return state_->settings; }

const std::vector<spec::FeatureDefinition>& FeatureGraph::definitions() const { return state_->layout.definitions; }

const spec::FeatureDefinition* FeatureGraph::find(const FeatureKey& key) const {
  const Index found = state_->layout.find(key);
  return found == kUnknown ? nullptr : &state_->layout.definitions[found];
}

const spec::FeatureDefinition& FeatureGraph::get(const FeatureKey& key) const {
  return state_->layout.definitions[state_->at(key)];
}

FeaturePlan FeatureGraph::plan(const FeatureKey& key) const {
  const Layout& layout = state_->layout;
  const Index feature = state_->at(key);
  const FeatureNode& node = layout.features[feature];
  FeaturePlan out{.feature = layout.spec(feature),
                  .deps = {},
                  .fields = {},
                  .join_columns = {},
                  .part_places = layout.definitions[feature].part_places};
  std::vector<std::vector<std::string>> matches;
  for (std::size_t i = 0; i < node.deps.size(); ++i) {
    const auto& dep = out.feature.deps[i];
    const auto& upstream = layout.spec(node.deps[i]);
    matches.push_back(match_columns(dep, upstream, out.feature));
    out.deps.push_back({dep, upstream, renamed_ids(dep, upstream), matches.back()});
  }
  Index field = node.first_field;
  for (const auto& spec : out.feature.fields) {
    PlanField planned{spec.key, spec.code_version, {}};
    for (const Index parent : layout.fields[field++].parents) {
      planned.parents.push_back({layout.spec(layout.fields[parent].feature).key, layout.field_key(parent)});
    }
    out.fields.push_back(std::move(planned));
  }
  out.join_columns = join_columns(out.feature, matches);
  return out;
}

const FeatureVersions& FeatureGraph::versions(const FeatureKey& key) const { return state_->versions[state_->at(key)]; }

std::string FeatureGraph::field_version_preimage(const FieldRef& field) const {
  const Versioner versioner(state_->layout, state_->settings);
  const Index found = state_->at(field);
  if (versioner.given_version(found)) {
    throw Error(ErrorCode::Unsupported,
                fmt::format("the version of {} has no pre-image: its external definition gives it", field.to_string()));
  }
  return versioner.field_preimage(found, state_->versions);
}

std::string FeatureGraph::project_version(std::string_view project) const {
  return Versioner(state_->layout, state_->settings).project_version(project, state_->versions);
}

std::vector<FeatureKey> FeatureGraph::topological_order(const std::vector<FeatureKey>* keys) const {
  const Layout& layout = state_->layout;
  const std::vector<Index> chosen = keys ? state_->at(*keys) : layout.by_name;
  return state_->keys(upstreams_first(layout, chosen), chosen, true);
}

std::vector<FeatureKey> FeatureGraph::downstream(const std::vector<FeatureKey>& sources) const {
  const std::vector<Index> chosen = state_->at(sources);
  return state_->keys(dependents_of(state_->layout, chosen), chosen, false);
}

std::vector<FeatureKey> FeatureGraph::upstream(const std::vector<FeatureKey>& sources) const {
  const std::vector<Index> chosen = state_->at(sources);
  return state_->keys(upstreams_first(state_->layout, chosen), chosen, false);
}

std::vector<FeatureKey> FeatureGraph::select(const Selection& selection) const {
  if (!selection.all && selection.projects.empty() && selection.keys.empty()) {
    throw Error(ErrorCode::InvalidArgument, "the selection is empty", "name projects or features, or choose all");
  }
  const Layout& layout = state_->layout;
  std::unordered_set<Index> chosen;
  for (const Index i : state_->at(selection.keys)) chosen.insert(i);
  std::vector<std::string> projects;
  for (const auto& definition : layout.definitions) projects.push_back(definition.project);
  for (const auto& project : selection.projects) {
    if (std::ranges::find(projects, project) == projects.end()) {
      throw Error(ErrorCode::NotFound, fmt::format("no feature belongs to the project {}", quote(project)),
                  did_you_mean(project, projects));
    }
    for (Index i = 0; i < projects.size(); ++i) {
      if (projects[i] == project) chosen.insert(i);
    }
  }
  std::vector<FeatureKey> out;
  for (Index i = 0; i < projects.size(); ++i) {
    if (selection.all || chosen.contains(i)) out.push_back(layout.spec(i).key);
  }
  return out;
}

}  // namespace metaxy::graph
