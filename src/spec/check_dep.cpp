// SPDX-License-Identifier: Apache-2.0
#include "spec/check_dep.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

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
  DepCheck(const FeatureDep& dep, const std::string& subject, const std::optional<Place>& place, Faults& faults)
      : dep_(dep), subject_(subject), place_(place), faults_(faults) {}

  void run() {
    if (dep_.rename) rename();
    if (dep_.select) select();
    if (dep_.sql_filters) filters();
    if (const auto* aggregation = std::get_if<Aggregation>(&dep_.lineage); aggregation && aggregation->on) {
      columns("lineage `on`", *aggregation->on);
      if (aggregation->on->empty()) add("aggregates `on` no columns", "leave `on` out to group by the id columns");
    }
    if (const auto* expansion = std::get_if<Expansion>(&dep_.lineage)) {
      columns("lineage `on`", expansion->on);
      if (expansion->on.empty()) add("expands `on` no columns", "name the columns that identify the parent");
      if (expansion->id_generation_pattern)
        text("id generation pattern", *expansion->id_generation_pattern, Lines::One);
    }
  }

 private:
  void add(std::string message, std::string hint = {}) {
    faults_.add(subject_, std::move(message), std::move(hint), place_);
  }

  void text(std::string_view what, std::string_view value, Lines lines) {
    if (auto fault = text_fault(value, lines)) add(fmt::format("{} {} {}", what, quote(value), *fault));
  }

  void column(std::string_view what, std::string_view name) {
    if (name.empty()) add(fmt::format("{} has an empty column name", what));
    text(what, name, Lines::One);
  }

  void columns(std::string_view what, const std::vector<std::string>& names) {
    std::unordered_set<std::string_view> seen;
    for (const auto& name : names) {
      column(what, name);
      if (!seen.insert(name).second) add(fmt::format("{} names column {} twice", what, quote(name)));
    }
  }

  void rename() {
    std::unordered_map<std::string_view, std::string_view> sources;
    for (const auto& [from, to] : *dep_.rename) {
      column("rename", from);
      column("rename", to);
      if (is_system_column(from)) add(fmt::format("renames the system column {}", quote(from)), "leave it out");
      if (takes_system_name(to)) {
        add(fmt::format("renames {} to {}, the name of a system column", quote(from), quote(to)),
            "choose another name");
      }
      const auto [other, is_new] = sources.emplace(to, from);
      if (!is_new) add(fmt::format("renames both {} and {} to {}", quote(other->second), quote(from), quote(to)));
    }
  }

  void select() {
    columns("select", *dep_.select);
    if (!dep_.rename) return;
    std::unordered_set<std::string_view> targets;
    for (const auto& [from, to] : *dep_.rename) targets.insert(to);
    for (const auto& name : *dep_.select) {
      const auto renamed = dep_.rename->find(name);
      if (renamed == dep_.rename->end() || targets.contains(name)) continue;
      add(fmt::format("selects {} by the name it has before renaming", quote(name)),
          fmt::format("select {} instead", quote(renamed->second)));
    }
  }

  void filters() {
    for (const auto& filter : *dep_.sql_filters) {
      if (filter.find_first_not_of(" \t\r\n") == filter.npos) add("has an empty filter", "leave it out");
      text("filter", filter, Lines::Many);
    }
  }

  const FeatureDep& dep_;
  const std::string& subject_;
  const std::optional<Place>& place_;
  Faults& faults_;
};

}  // namespace

void check_dep(const FeatureDep& dep, const std::string& subject, const std::optional<Place>& place, Faults& faults) {
  DepCheck(dep, subject, place, faults).run();
}

}  // namespace metaxy::spec
