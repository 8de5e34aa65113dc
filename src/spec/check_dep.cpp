// SPDX-License-Identifier: Apache-2.0
#include "spec/check_dep.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/pointer.hpp"
#include "base/text.hpp"
#include "spec/text_rules.hpp"

namespace metaxy::spec {
namespace {

/// Also true for a system column with an upstream's suffix, as joins name them.
bool takes_system_name(std::string_view name) {
  if (!name.starts_with("metaxy_")) return false;
  return std::ranges::any_of(system_columns(), [name](const std::string& system) {
    return name == system || (name.starts_with(system) && name.substr(system.size()).starts_with("__"));
  });
}

class DepCheck {
 public:
  DepCheck(const FeatureDefinition& definition, std::size_t dep, const std::string& subject, Faults& faults)
      : definition_(definition),
        dep_(definition.spec.deps[dep]),
        at_(pointer("/deps", dep)),
        subject_(subject),
        faults_(faults) {}

  void run() {
    if (dep_.rename) rename();
    if (dep_.select) select();
    if (dep_.sql_filters) filters();
    if (const auto* aggregation = std::get_if<Aggregation>(&dep_.lineage); aggregation && aggregation->on) {
      columns(kOn, "lineage `on`", *aggregation->on);
      if (aggregation->on->empty()) add(kOn, "aggregates `on` no columns", "leave `on` out to group by the id columns");
    }
    if (const auto* expansion = std::get_if<Expansion>(&dep_.lineage)) {
      columns(kOn, "lineage `on`", expansion->on);
      if (expansion->on.empty()) add(kOn, "expands `on` no columns", "name the columns that identify the parent");
      if (expansion->id_generation_pattern) {
        text("/lineage/id_generation_pattern", "id generation pattern", *expansion->id_generation_pattern, Lines::One);
      }
    }
  }

 private:
  static constexpr const char* kOn = "/lineage/on";

  /// `part` points from the dependency.
  void add(const std::string& part, std::string message, std::string hint = {}) {
    faults_.add(subject_, std::move(message), std::move(hint), place_of(definition_, at_ + part));
  }

  void text(const std::string& part, std::string_view what, std::string_view value, Lines lines) {
    if (auto fault = text_fault(value, lines)) add(part, fmt::format("{} {} {}", what, quote(value), *fault));
  }

  void column(const std::string& part, std::string_view what, std::string_view name) {
    if (name.empty()) add(part, fmt::format("{} has an empty column name", what));
    text(part, what, name, Lines::One);
  }

  void columns(const std::string& part, std::string_view what, const std::vector<std::string>& names) {
    std::unordered_set<std::string_view> seen;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string one = pointer(part, i);
      column(one, what, names[i]);
      if (!seen.insert(names[i]).second) add(one, fmt::format("{} names column {} twice", what, quote(names[i])));
    }
  }

  void rename() {
    std::unordered_map<std::string_view, std::string_view> sources;
    for (const auto& [from, to] : *dep_.rename) {
      const std::string part = pointer("/rename", from);
      column(part, "rename", from);
      column(part, "rename", to);
      if (is_system_column(from)) add(part, fmt::format("renames the system column {}", quote(from)), "leave it out");
      if (takes_system_name(to)) {
        add(part, fmt::format("renames {} to {}, the name of a system column", quote(from), quote(to)),
            "choose another name");
      }
      const auto [other, is_new] = sources.emplace(to, from);
      if (!is_new) add(part, fmt::format("renames both {} and {} to {}", quote(other->second), quote(from), quote(to)));
    }
  }

  void select() {
    columns("/select", "select", *dep_.select);
    if (!dep_.rename) return;
    std::unordered_set<std::string_view> targets;
    for (const auto& [from, to] : *dep_.rename) targets.insert(to);
    for (std::size_t i = 0; i < dep_.select->size(); ++i) {
      const auto& name = (*dep_.select)[i];
      const auto renamed = dep_.rename->find(name);
      if (renamed == dep_.rename->end() || targets.contains(name)) continue;
      add(pointer("/select", i), fmt::format("selects {} by the name it has before renaming", quote(name)),
          fmt::format("select {} instead", quote(renamed->second)));
    }
  }

  void filters() {
    for (std::size_t i = 0; i < dep_.sql_filters->size(); ++i) {
      const auto& filter = (*dep_.sql_filters)[i];
      const std::string part = pointer("/sql_filters", i);
      if (filter.find_first_not_of(" \t\r\n") == filter.npos) add(part, "has an empty filter", "leave it out");
      text(part, "filter", filter, Lines::Many);
    }
  }

  const FeatureDefinition& definition_;
  const FeatureDep& dep_;
  const std::string at_;
  const std::string& subject_;
  Faults& faults_;
};

}  // namespace

void check_dep(const FeatureDefinition& definition, std::size_t dep, const std::string& subject, Faults& faults) {
  DepCheck(definition, dep, subject, faults).run();
}

}  // namespace metaxy::spec
