// SPDX-License-Identifier: Apache-2.0
#include "graph/layout.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "base/text.hpp"

namespace metaxy::graph {
namespace {

std::vector<spec::FeatureDefinition> without_replaced_externals(std::vector<spec::FeatureDefinition> definitions) {
  if (std::ranges::none_of(definitions, &spec::FeatureDefinition::is_external)) return definitions;
  std::unordered_map<std::string, bool> own;
  for (const auto& definition : definitions) {
    if (!definition.is_external) own.emplace(definition.spec.key.to_string(), true);
  }
  std::erase_if(definitions, [&](const auto& definition) {
    return definition.is_external && own.contains(definition.spec.key.to_string());
  });
  return definitions;
}

std::string also_at(const std::optional<Place>& place) {
  return place ? fmt::format("; the other one is at {}", to_string(*place)) : std::string();
}

class LayoutBuilder {
 public:
  LayoutBuilder(Layout& layout, const Unread& unread, Faults& faults)
      : layout_(layout), unread_(unread), faults_(faults) {}

  void run() {
    number();
    link();
    layout_.by_name.resize(layout_.features.size());
    std::iota(layout_.by_name.begin(), layout_.by_name.end(), Index{0});
    std::ranges::sort(layout_.by_name, {}, [&](Index i) -> const std::string& { return layout_.features[i].key; });
  }

 private:
  void number() {
    std::unordered_map<std::string, Index> tables;
    const auto count = layout_.definitions.size();
    layout_.features.reserve(count);
    layout_.feature_index.reserve(count);
    for (Index i = 0; i < count; ++i) {
      const auto& definition = layout_.definitions[i];
      auto& node = layout_.features.emplace_back(
          FeatureNode{definition.spec.key.to_string(), static_cast<Index>(layout_.fields.size()), {}, {}});
      const auto [same, is_new] = layout_.feature_index.emplace(node.key, i);
      if (!is_new) {
        faults_.add(subject_of(node), "is defined twice" + also_at(layout_.definitions[same->second].place),
                    "remove one", definition.place);
      } else {
        claim_table(tables, i);
      }
      for (const auto& field : definition.spec.fields) {
        std::string name = node.key + "." + field.key.to_string();
        layout_.field_index.emplace(name, static_cast<Index>(layout_.fields.size()));
        layout_.fields.push_back({i, std::move(name), {}});
      }
    }
  }

  void claim_table(std::unordered_map<std::string, Index>& tables, Index i) {
    const auto [other, is_new] = tables.emplace(layout_.spec(i).key.table_name(), i);
    if (is_new) return;
    faults_.add(subject_of(layout_.features[i]),
                fmt::format("would share the table `{}` with feature {}{}", other->first,
                            layout_.features[other->second].key, also_at(layout_.definitions[other->second].place)),
                "rename one of them", layout_.definitions[i].place);
  }

  void link() {
    for (Index i = 0; i < layout_.features.size(); ++i) {
      auto& node = layout_.features[i];
      const auto& deps = layout_.spec(i).deps;
      for (std::size_t dep = 0; dep < deps.size(); ++dep) {
        const Index upstream = layout_.find(deps[dep].feature);
        node.deps.push_back(upstream);
        if (upstream == kUnknown) {
          unknown_upstream(i, dep);
          continue;
        }
        auto& dependents = layout_.features[upstream].dependents;
        if (dependents.empty() || dependents.back() != i) dependents.push_back(i);
      }
    }
  }

  void unknown_upstream(Index i, std::size_t dep) {
    const FeatureKey& key = layout_.spec(i).deps[dep].feature;
    if (unread_.others || std::ranges::find(unread_.features, key) != unread_.features.end()) return;
    if (known_.empty()) {
      for (const auto& feature : layout_.features) known_.push_back(feature.key);
    }
    const std::string name = key.to_string();
    std::string hint = did_you_mean(name, known_);
    if (hint.empty()) hint = fmt::format("define feature {} or remove the dep", name);
    faults_.add(fmt::format("{}, dep {}", subject_of(layout_.features[i]), name), "there is no such feature",
                std::move(hint), place_of(layout_.definitions[i], pointer("/deps", dep)));
  }

  Layout& layout_;
  const Unread& unread_;
  Faults& faults_;
  std::vector<std::string> known_;
};

}  // namespace

Index Layout::find(const FeatureKey& key) const {
  const auto found = feature_index.find(key.to_string());
  return found == feature_index.end() ? kUnknown : found->second;
}

Index Layout::find_field(Index feature, const FieldKey& key) const {
  const auto found = field_index.find(features[feature].key + "." + key.to_string());
  return found == field_index.end() ? kUnknown : found->second;
}

const FieldKey& Layout::field_key(Index field) const {
  const Index feature = fields[field].feature;
  return spec(feature).fields[field - features[feature].first_field].key;
}

Layout make_layout(std::vector<spec::FeatureDefinition> definitions, const Unread& unread, Faults& faults) {
  Layout layout;
  layout.definitions = without_replaced_externals(std::move(definitions));
  LayoutBuilder(layout, unread, faults).run();
  return layout;
}

std::string subject_of(const FeatureNode& feature) { return "feature " + feature.key; }

}  // namespace metaxy::graph
