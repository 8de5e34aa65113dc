// SPDX-License-Identifier: Apache-2.0
#include "ops/childless.hpp"

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/matching.hpp"

namespace metaxy::ops {

std::optional<lineage::Expansion> expansion_of(const Opened& opened, const graph::FeaturePlan& plan) {
  if (opened.rules.compat) return std::nullopt;
  return lineage::expansion_of(plan, lineage::match_upstreams(plan, false).samples);
}

std::optional<lineage::Stored> find_childless(Opened& opened, const graph::FeaturePlan& plan,
                                              const lineage::Stored& stored) {
  const auto expansion = expansion_of(opened, plan);
  if (!expansion) return std::nullopt;
  for (const auto& part : stored.parts) {
    for (const auto& name : expansion->parents) {
      if (!lineage::contains(part.columns, name)) return std::nullopt;
    }
  }
  auto out = lineage::childless_parents(stored, *expansion);
  lineage::Counting every;
  every.any = true;
  const auto any = lineage::all_records(out, every, {rel::keep(out.id_columns), {}, true});
  if (arrow::read_rows(opened.session->run(*rel::order(any, {}, 1))).empty()) return std::nullopt;
  return out;
}

std::vector<lineage::Stored> apart(Opened& opened, const graph::FeaturePlan& plan, const lineage::Stored& stored) {
  auto childless = find_childless(opened, plan, stored);
  if (!childless) return {stored};
  return {lineage::children_only(stored, *expansion_of(opened, plan)), *std::move(childless)};
}

void check_child_types(const spec::FeatureSpec& spec, const lineage::Expansion& expansion,
                       const store::TableSchema& given) {
  for (const auto& name : expansion.children) {
    const auto* column = store::find_column(given, name);
    if (!column || column->type.kind != store::Kind::Null) continue;
    throw Error(ErrorCode::SchemaMismatch,
                "the first rows of " + spec.key.to_string() + " hold nothing but nulls in id column " + quote(name) +
                    ", so that its type is not known",
                "give the column a type, or write a parent that has children first");
  }
}

}  // namespace metaxy::ops
