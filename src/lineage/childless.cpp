// SPDX-License-Identifier: Apache-2.0
#include "lineage/childless.hpp"

#include <algorithm>

#include "lineage/columns.hpp"

namespace metaxy::lineage {

namespace {

Stored only_where(Stored stored, const rel::ExprPtr& condition) {
  stored.visible = stored.visible ? rel::all_of({stored.visible, condition}) : condition;
  return stored;
}

}  // namespace

std::optional<Expansion> expansion_of(const graph::FeaturePlan& plan, const std::vector<std::string>& samples) {
  const bool expands = std::ranges::any_of(
      plan.deps, [](const auto& dep) { return std::holds_alternative<spec::Expansion>(dep.dep.lineage); });
  if (!expands) return std::nullopt;
  Expansion out{samples, {}};
  for (const auto& id : plan.feature.id_columns) {
    if (!contains(samples, id)) out.children.push_back(id);
  }
  return out.children.empty() ? std::nullopt : std::optional(out);
}

rel::ExprPtr is_childless(const Expansion& expansion) {
  std::vector<rel::ExprPtr> nulls;
  for (const auto& name : expansion.children) nulls.push_back(rel::is_null(rel::column(name)));
  return rel::all_of(nulls);
}

Stored childless_parents(Stored stored, const Expansion& expansion) {
  auto out = only_where(std::move(stored), is_childless(expansion));
  for (auto& part : out.parts) part.only_write = part.last_write = nullptr;
  out.id_columns = expansion.parents;
  out.is_childless = true;
  return out;
}

Stored children_only(Stored stored, const Expansion& expansion) {
  return only_where(std::move(stored), rel::negate(is_childless(expansion)));
}

}  // namespace metaxy::lineage
