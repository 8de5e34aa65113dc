// SPDX-License-Identifier: Apache-2.0
#include "graph/columns.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>

#include "base/json.hpp"
#include "base/pointer.hpp"
#include "base/text.hpp"
#include "graph/layout.hpp"

namespace metaxy::graph {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_rename_target(const spec::FeatureDep& dep, const std::string& name) {
  return dep.rename && std::ranges::any_of(*dep.rename, [&](const auto& pair) { return pair.second == name; });
}

std::string renamed(const spec::FeatureDep& dep, const std::string& name) {
  if (!dep.rename) return name;
  const auto found = dep.rename->find(name);
  return found == dep.rename->end() ? name : found->second;
}

/// Lineage columns may be given by their old or new names; a new name wins.
std::vector<std::string> renamed_lineage(const spec::FeatureDep& dep, const std::vector<std::string>& on) {
  std::vector<std::string> out;
  for (const auto& name : on) out.push_back(is_rename_target(dep, name) ? name : renamed(dep, name));
  return out;
}

const std::vector<std::string>* lineage_on(const spec::Lineage& lineage) {
  if (const auto* expansion = std::get_if<spec::Expansion>(&lineage)) return &expansion->on;
  const auto* aggregation = std::get_if<spec::Aggregation>(&lineage);
  return aggregation && aggregation->on ? &*aggregation->on : nullptr;
}

/// The columns of a feature when its schema says that there are no others.
std::optional<std::set<std::string>> all_columns(const spec::FeatureDefinition& definition) {
  if (definition.feature_schema == "{}") return std::nullopt;
  try {
    const Json schema = parse_json(definition.feature_schema);
    if (!schema.is_object() || schema.value("additionalProperties", Json()) != Json(false)) return std::nullopt;
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return std::nullopt;
    std::set<std::string> names(definition.spec.id_columns.begin(), definition.spec.id_columns.end());
    for (const auto& [name, type] : properties->items()) names.insert(name);
    return names;
  } catch (const Error&) {
    return std::nullopt;  // told by spec::check
  }
}

class ColumnCheck {
 public:
  ColumnCheck(const Layout& layout, Index feature, Faults& faults)
      : layout_(layout), node_(layout.features[feature]), definition_(layout.definitions[feature]), faults_(faults) {}

  void run() {
    const auto& deps = definition_.spec.deps;
    for (std::size_t i = 0; i < deps.size(); ++i) {
      if (node_.deps[i] == kUnknown) continue;
      const auto& upstream = layout_.definitions[node_.deps[i]];
      if (deps[i].rename) rename(i, upstream.spec);
      if (lineage_on(deps[i].lineage)) lineage(i, upstream);
    }
    selects();
  }

 private:
  /// `part` points from the dependency.
  void add(std::size_t dep, const std::string& part, std::string message, std::string hint = {}) {
    faults_.add(fmt::format("{}, dep {}", subject_of(node_), definition_.spec.deps[dep].feature.to_string()),
                std::move(message), std::move(hint), place_of(definition_, pointer("/deps", dep) + part));
  }

  void rename(std::size_t dep, const spec::FeatureSpec& upstream) {
    for (const auto& [from, to] : *definition_.spec.deps[dep].rename) {
      if (!contains(upstream.id_columns, to)) continue;
      add(dep, pointer("/rename", from),
          fmt::format("renames {} to {}, an id column of the upstream", quote(from), quote(to)), "choose another name");
    }
  }

  void lineage(std::size_t index, const spec::FeatureDefinition& upstream) {
    const auto known = all_columns(upstream);
    if (!known) return;
    const auto& dep = definition_.spec.deps[index];
    const auto& on = *lineage_on(dep.lineage);
    for (std::size_t i = 0; i < on.size(); ++i) {
      const auto& name = on[i];
      if (known->contains(name) || is_rename_target(dep, name)) continue;
      add(index, pointer("/lineage/on", i), fmt::format("lineage is `on` {}, which the upstream has not", quote(name)),
          did_you_mean(name, {known->begin(), known->end()}));
    }
  }

  /// Columns that are no ids may come from one selecting dep only.
  void selects() {
    const auto& deps = definition_.spec.deps;
    const bool several = std::ranges::count_if(deps, [](const auto& dep) { return dep.select.has_value(); }) > 1;
    if (!several) return;
    std::unordered_set<std::string> ids;
    std::vector<std::vector<std::string>> matches;
    for (std::size_t i = 0; i < deps.size(); ++i) {
      if (node_.deps[i] == kUnknown) continue;
      const auto& upstream = layout_.spec(node_.deps[i]);
      for (auto& name : renamed_ids(deps[i], upstream)) ids.insert(std::move(name));
      matches.push_back(match_columns(deps[i], upstream, definition_.spec));
    }
    for (auto& name : join_columns(definition_.spec, matches)) ids.insert(std::move(name));
    std::unordered_map<std::string_view, std::size_t> owners;
    for (std::size_t dep = 0; dep < deps.size(); ++dep) {
      if (!deps[dep].select) continue;
      const auto& names = *deps[dep].select;
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto [owner, is_new] = owners.emplace(names[i], dep);
        if (is_new || owner->second == dep || ids.contains(names[i])) continue;
        add(dep, pointer("/select", i),
            fmt::format("selects column {}, which dep {} selects too", quote(names[i]),
                        deps[owner->second].feature.to_string()),
            "rename one of them");
      }
    }
  }

  const Layout& layout_;
  const FeatureNode& node_;
  const spec::FeatureDefinition& definition_;
  Faults& faults_;
};

}  // namespace

std::vector<std::string> renamed_ids(const spec::FeatureDep& dep, const spec::FeatureSpec& upstream) {
  std::vector<std::string> out;
  for (const auto& id : upstream.id_columns) out.push_back(renamed(dep, id));
  return out;
}

std::vector<std::string> match_columns(const spec::FeatureDep& dep, const spec::FeatureSpec& upstream,
                                       const spec::FeatureSpec& feature) {
  if (const auto* on = lineage_on(dep.lineage)) return renamed_lineage(dep, *on);
  return std::holds_alternative<spec::Aggregation>(dep.lineage) ? feature.id_columns : renamed_ids(dep, upstream);
}

std::vector<std::string> join_columns(const spec::FeatureSpec& feature,
                                      const std::vector<std::vector<std::string>>& match_columns_of_deps) {
  std::vector<std::string> candidates = feature.id_columns;
  for (const auto& columns : match_columns_of_deps) candidates.insert(candidates.end(), columns.begin(), columns.end());
  std::vector<std::string> out;
  for (const auto& name : candidates) {
    const bool everywhere =
        std::ranges::all_of(match_columns_of_deps, [&](const auto& columns) { return contains(columns, name); });
    if (everywhere && !contains(out, name)) out.push_back(name);
  }
  return match_columns_of_deps.empty() || out.empty() ? feature.id_columns : out;
}

void check_columns(const Layout& layout, Faults& faults) {
  for (Index i = 0; i < layout.features.size(); ++i) ColumnCheck(layout, i, faults).run();
}

}  // namespace metaxy::graph
