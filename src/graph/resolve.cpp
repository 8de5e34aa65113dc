// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "base/text.hpp"
#include "graph/layout.hpp"

namespace metaxy::graph {
namespace {

/// Whether the last parts of `upstream` are those of `field`.
bool matches_suffix(const FieldKey& field, const FieldKey& upstream) {
  const auto& tail = field.parts();
  const auto& whole = upstream.parts();
  return tail.size() <= whole.size() && std::equal(tail.rbegin(), tail.rend(), whole.rbegin());
}

class FeatureResolver {
 public:
  FeatureResolver(Layout& layout, Index feature, Faults& faults)
      : layout_(layout), node_(layout.features[feature]), definition_(layout.definitions[feature]), faults_(faults) {}

  void run() {
    const auto& fields = definition_.spec.fields;
    for (std::size_t i = 0; i < node_.deps.size(); ++i) check_mapping(i);
    for (std::size_t i = 0; i < fields.size() && !node_.deps.empty(); ++i) {
      parents_.clear();
      faulty_ = false;
      collect(i);
      if (parents_.empty() && !faulty_) no_parents(i);
      auto& parents = layout_.fields[node_.first_field + i].parents;
      parents = parents_;
    }
  }

 private:
  void add(const std::string& part, const std::string& rest, std::string message, std::string hint = {}) {
    faulty_ = true;
    faults_.add(subject_of(node_) + rest, std::move(message), std::move(hint), place_of(definition_, part));
  }

  void collect(std::size_t index) {
    const auto& field = definition_.spec.fields[index];
    const auto* deps = std::get_if<std::vector<spec::FieldDep>>(&field.deps);
    if (!deps) {
      for (const Index upstream : node_.deps) take_all(upstream);
    } else if (!deps->empty()) {
      const std::string part = pointer("/fields", index) + "/deps";
      for (std::size_t i = 0; i < deps->size(); ++i) take_explicit(pointer(part, i), field, (*deps)[i]);
    } else {
      for (std::size_t i = 0; i < node_.deps.size(); ++i) {
        if (node_.deps[i] == kUnknown) {
          faulty_ = true;
          continue;
        }
        std::visit([&](const auto& mapping) { take(mapping, field.key, node_.deps[i]); },
                   definition_.spec.deps[i].fields_mapping);
      }
    }
  }

  void take_all(Index upstream) {
    if (upstream == kUnknown) {
      faulty_ = true;
      return;
    }
    for (Index i = layout_.features[upstream].first_field; i < layout_.field_end(upstream); ++i) parents_.push_back(i);
  }

  void take_explicit(const std::string& part, const spec::FieldSpec& field, const spec::FieldDep& dep) {
    const std::string subject = fmt::format(", field {}", field.key.to_string());
    const auto& deps = definition_.spec.deps;
    const auto found = std::ranges::find(deps, dep.feature, &spec::FeatureDep::feature);
    if (found == deps.end()) {
      add(part, subject, fmt::format("reads {}, which is not among the feature's deps", dep.feature.to_string()),
          dep_hint(dep.feature.to_string()));
      return;
    }
    const Index upstream = node_.deps[static_cast<std::size_t>(found - deps.begin())];
    const auto* keys = std::get_if<std::vector<FieldKey>>(&dep.fields);
    if (!keys || upstream == kUnknown) {
      take_all(upstream);
      return;
    }
    for (std::size_t i = 0; i < keys->size(); ++i) {
      const Index parent = layout_.find_field(upstream, (*keys)[i]);
      if (parent != kUnknown) {
        parents_.push_back(parent);
      } else {
        unknown_field(pointer(part + "/fields", i), subject, upstream, (*keys)[i]);
      }
    }
  }

  std::string dep_hint(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& dep : definition_.spec.deps) names.push_back(dep.feature.to_string());
    const std::string hint = did_you_mean(name, names);
    return hint.empty() ? fmt::format("add {} to the deps", name) : hint;
  }

  void unknown_field(const std::string& part, const std::string& subject, Index upstream, const FieldKey& key) {
    std::vector<std::string> names;
    for (const auto& field : layout_.spec(upstream).fields) names.push_back(field.key.to_string());
    const std::string& feature = layout_.features[upstream].key;
    std::string hint = did_you_mean(key.to_string(), names);
    if (hint.empty()) hint = fmt::format("fields of {} are {}", feature, fmt::join(names, ", "));
    add(part, subject, fmt::format("feature {} has no field {}", feature, key.to_string()), std::move(hint));
  }

  void take(const spec::DefaultMapping& mapping, const FieldKey& field, Index upstream) {
    const auto& fields = layout_.spec(upstream).fields;
    const Index first = layout_.features[upstream].first_field;
    std::vector<Index> allowed;
    const auto before = parents_.size();
    for (Index i = 0; i < fields.size(); ++i) {
      const FieldKey& key = fields[i].key;
      if (std::ranges::find(mapping.exclude_fields, key) != mapping.exclude_fields.end()) continue;
      allowed.push_back(first + i);
      if (key == field || (mapping.match_suffix && matches_suffix(field, key))) parents_.push_back(first + i);
    }
    if (parents_.size() == before) parents_.insert(parents_.end(), allowed.begin(), allowed.end());
  }

  void take(const spec::SpecificMapping& mapping, const FieldKey& field, Index upstream) {
    const auto found = mapping.mapping.find(field);
    if (found == mapping.mapping.end()) return;
    for (const auto& key : found->second) {
      const Index parent = layout_.find_field(upstream, key);
      if (parent == kUnknown) {
        faulty_ = true;  // told by check_mapping
      } else {
        parents_.push_back(parent);
      }
    }
  }

  void take(const spec::AllMapping&, const FieldKey&, Index upstream) { take_all(upstream); }
  void take(const spec::NoMapping&, const FieldKey&, Index) {}

  void check_mapping(std::size_t dep) {
    const auto& feature_dep = definition_.spec.deps[dep];
    const auto* specific = std::get_if<spec::SpecificMapping>(&feature_dep.fields_mapping);
    if (!specific) return;
    const std::string subject = fmt::format(", dep {}, mapping", feature_dep.feature.to_string());
    const std::string mapping = pointer("/deps", dep) + "/fields_mapping/mapping";
    std::vector<std::string> own;
    for (const auto& field : definition_.spec.fields) own.push_back(field.key.to_string());
    const std::set<std::string> known(own.begin(), own.end());
    for (const auto& [field, upstream_fields] : specific->mapping) {
      const std::string name = field.to_string();
      const std::string part = pointer(mapping, name);
      if (!known.contains(name)) {
        add(part, subject, fmt::format("{} has no field {}", subject_of(node_), name), did_you_mean(name, own));
      }
      if (node_.deps[dep] == kUnknown) continue;
      for (const auto& key : upstream_fields) {
        if (layout_.find_field(node_.deps[dep], key) != kUnknown) continue;
        unknown_field(pointer(part, key.to_string()), subject, node_.deps[dep], key);
      }
    }
  }

  void no_parents(std::size_t field) {
    add(pointer("/fields", field), fmt::format(", field {}", definition_.spec.fields[field].key.to_string()),
        "reads no upstream field although the feature has deps, so nothing would ever make it stale",
        "give the field deps or change the fields mapping of a dep");
  }

  Layout& layout_;
  const FeatureNode& node_;
  const spec::FeatureDefinition& definition_;
  Faults& faults_;
  std::vector<Index> parents_;
  bool faulty_ = false;
};

/// Sorts the parents of all fields by name; ranks make every comparison one of numbers.
void sort_parents(Layout& layout) {
  std::vector<Index> by_name(layout.fields.size());
  std::iota(by_name.begin(), by_name.end(), Index{0});
  std::ranges::sort(by_name, {}, [&](Index i) -> const std::string& { return layout.fields[i].name; });
  std::vector<Index> rank(by_name.size());
  for (Index i = 0; i < by_name.size(); ++i) rank[by_name[i]] = i;
  for (auto& field : layout.fields) {
    std::ranges::sort(field.parents, {}, [&](Index i) { return rank[i]; });
    field.parents.erase(std::unique(field.parents.begin(), field.parents.end()), field.parents.end());
    field.parents.shrink_to_fit();
  }
}

}  // namespace

void resolve_parents(Layout& layout, Faults& faults) {
  for (Index i = 0; i < layout.features.size(); ++i) FeatureResolver(layout, i, faults).run();
  sort_parents(layout);
}

}  // namespace metaxy::graph
