// SPDX-License-Identifier: Apache-2.0
#include "ops/cascade.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/matching.hpp"
#include "lineage/upstream.hpp"
#include "ops/childless.hpp"
#include "rel/filter.hpp"

namespace metaxy::ops {

namespace {

using Columns = std::vector<std::string>;
using Found = std::map<FeatureKey, Gone>;

/// A hard delete also reaches samples whose latest record is a tombstone.
rel::RelPtr latest_records(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                           const DeleteOptions& options, const Columns& columns, bool with_deleted) {
  lineage::Counting visible;
  visible.any = true;
  if (!options.feature_history) visible = counting_visible(opened, feature);
  return lineage::live_records(stored, visible, {rel::keep(columns), {}, with_deleted});
}

/// A dependency whose upstream loses samples, or may have some left.
class Source {
 public:
  /// `keys`: columns, as the dependency calls them, by which its upstream's samples belong to the feature's.
  Source(Opened& opened, const graph::PlanDep& dep, Columns keys, const DeleteOptions& options)
      : opened_(opened), dep_(dep), keys_(std::move(keys)), options_(options) {}

  const Columns& keys() const { return keys_; }

  /// Keys of samples that go. A filter of the dependency does not spare them: it may have been another once.
  rel::RelPtr gone(const Gone& gone) const {
    auto rows = renamed(gone.stored, stored_keys(), options_.hard, gone.ids, rel::JoinKind::Semi);
    return rel::project(rows, rel::keep(keys_));
  }
  /// Keys of samples that stay and that the feature reads.
  rel::RelPtr left(const lineage::Stored& stored, const Gone* gone) const {
    std::vector<rel::ExprPtr> filters;
    auto read = stored_keys();
    for (const auto& text : dep_.dep.sql_filters.value_or(std::vector<std::string>{})) {
      filters.push_back(rel::parse_filter(text));
      for (const auto& name : rel::columns_of(*filters.back())) read.push_back(lineage::stored_name(dep_.dep, name));
    }
    auto rows = renamed(stored, read, false, gone ? gone->ids : nullptr, rel::JoinKind::Anti);
    return rel::project(rel::filter(rows, rel::all_of(filters)), rel::keep(keys_));
  }

 private:
  Columns stored_keys() const {
    Columns out;
    for (const auto& key : keys_) out.push_back(lineage::stored_name(dep_.dep, key));
    return out;
  }
  /// `columns` of the upstream's records under the dependency's names; with `ids` only those that (do not) match them.
  rel::RelPtr renamed(const lineage::Stored& stored, const Columns& columns, bool with_deleted, const rel::RelPtr& ids,
                      rel::JoinKind kind) const {
    Columns read = stored.id_columns;
    for (const auto& name : columns) {
      if (!lineage::contains(stored.columns, name)) {
        throw Error(ErrorCode::SchemaMismatch,
                    "the records of " + dep_.dep.feature.to_string() + " lack column " + quote(name) +
                        ", by which samples downstream belong to them",
                    "write them with that column, or delete without cascade");
      }
      if (!lineage::contains(read, name)) read.push_back(name);
    }
    auto rows = latest_records(opened_, dep_.dep.feature, stored, options_, read, with_deleted);
    if (ids) rows = rel::join(kind, rows, ids, lineage::same_names(stored.id_columns));
    std::vector<rel::Named> out;
    for (const auto& name : read) {
      const auto& rename = dep_.dep.rename;
      const auto to = rename ? rename->find(name) : std::map<std::string, std::string>::const_iterator{};
      out.push_back({rename && to != rename->end() ? to->second : name, rel::column(name)});
    }
    return rel::project(std::move(rows), out);
  }

  Opened& opened_;
  const graph::PlanDep& dep_;
  Columns keys_;
  const DeleteOptions& options_;
};

std::vector<Source> sources_of(Opened& opened, const graph::FeaturePlan& plan, const DeleteOptions& options) {
  const auto matching = lineage::match_upstreams(plan, opened.rules.compat);
  std::vector<Source> out;
  for (std::size_t i = 0; i < plan.deps.size(); ++i) {
    Columns keys;
    for (const auto& name : matching.keys[i]) {
      if (lineage::contains(matching.samples, name)) keys.push_back(name);
    }
    out.emplace_back(opened, plan.deps[i], keys, options);
  }
  return out;
}

/// Ids of the feature's samples that lose what they were made from.
std::vector<rel::RelPtr> lost_samples(Opened& opened, const graph::FeaturePlan& plan, const lineage::Stored& stored,
                                      const Found& found, const DeleteOptions& options) {
  const auto sources = sources_of(opened, plan, options);
  auto columns = stored.id_columns;
  for (const auto& source : sources) {
    for (const auto& name : source.keys()) {
      if (!lineage::contains(columns, name)) columns.push_back(name);
    }
  }
  const auto records = latest_records(opened, plan.feature.key, stored, options, columns, options.hard);
  const bool all_optional = std::ranges::all_of(plan.deps, [](const auto& dep) { return dep.dep.optional; });
  auto without = [&](rel::RelPtr rows, std::size_t i) {
    const auto gone = found.find(plan.deps[i].dep.feature);
    const auto upstream = gone == found.end() ? find_stored(opened, plan.deps[i].upstream) : gone->second.stored;
    if (!upstream) return rows;
    auto left = sources[i].left(*upstream, gone == found.end() ? nullptr : &gone->second);
    return rel::join(rel::JoinKind::Anti, std::move(rows), left, lineage::same_names(sources[i].keys()));
  };
  std::vector<rel::RelPtr> out;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto gone = found.find(plan.deps[i].dep.feature);
    if (gone == found.end() || (plan.deps[i].dep.optional && !all_optional)) continue;
    auto rows =
        rel::join(rel::JoinKind::Semi, records, sources[i].gone(gone->second), lineage::same_names(sources[i].keys()));
    for (std::size_t other = 0; other < sources.size(); ++other) {
      if (other == i || all_optional) rows = without(std::move(rows), other);
    }
    out.push_back(rel::project(rows, rel::keep(stored.id_columns)));
  }
  return out;
}

/// Only the first store's own records can be erased.
std::optional<lineage::Stored> find_deletable(Opened& opened, const spec::FeatureSpec& spec, bool named,
                                              const DeleteOptions& options) {
  auto stored = find_stored(opened, spec, options.hard ? Reach::FirstStore : Reach::Everywhere);
  if (stored || !named || options.where_stored) return stored;
  const bool elsewhere = options.hard && find_stored(opened, spec);
  throw Error(ErrorCode::NotFound,
              "nothing has been written for " + spec.key.to_string() + (elsewhere ? " in the first store" : ""),
              elsewhere ? "its records are in a fallback store, which is only read: use that store itself, or delete "
                          "without erasing"
                        : "there is nothing to delete");
}

rel::RelPtr named_samples(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                          const DeleteOptions& options) {
  auto filters = parse_filters(options.filters, stored, "a filter on " + feature.to_string());
  auto rows = latest_records(opened, feature, stored, options, stored.columns, options.hard);
  return rel::project(rel::filter(rows, rel::all_of(filters)), rel::keep(stored.id_columns));
}

/// Absent when the deletion does not reach the feature.
std::optional<Gone> find_gone(Opened& opened, const graph::FeaturePlan& plan, const lineage::Stored& stored,
                              const Found& found, bool named, const DeleteOptions& options) {
  const auto& key = plan.feature.key;
  std::vector<rel::RelPtr> parts;
  if (options.cascade) parts = lost_samples(opened, plan, stored, found, options);
  if (named) parts.push_back(named_samples(opened, key, stored, options));
  if (parts.empty()) return std::nullopt;
  auto ids = parts.size() == 1 ? parts.front() : rel::aggregate(rel::unite(parts), stored.id_columns, {});
  if (options.cascade) ids = rel::once(ids);
  auto records = latest_records(opened, key, stored, options, stored.columns, options.hard);
  records = rel::join(rel::JoinKind::Semi, records, ids, lineage::same_names(stored.id_columns));
  return Gone{key, stored, ids, records};
}

}  // namespace

std::vector<Gone> gone_samples(Opened& opened, const std::vector<FeatureKey>& features, const DeleteOptions& options) {
  auto keys = features;
  if (options.cascade && options.hard && store_count(opened) > 1) {
    throw Error(ErrorCode::Unsupported,
                "records cannot be erased along the graph while fallback stores are read, where samples may remain",
                "delete without erasing, or use each store itself");
  }
  if (options.cascade) {
    const auto downstream = opened.graph->downstream(features);
    keys.insert(keys.end(), downstream.begin(), downstream.end());
  }
  Found found;
  std::map<FeatureKey, Gone> childless;
  const auto order = opened.graph->topological_order(&keys);
  for (const auto& key : order) {
    const bool named = std::ranges::find(features, key) != features.end();
    const auto plan = opened.graph->plan(key);
    const auto stored = find_deletable(opened, plan.feature, named, options);
    if (!stored) continue;
    for (const auto& part : apart(opened, plan, *stored)) {
      const auto gone = find_gone(opened, plan, part, found, named, options);
      if (gone) (part.is_childless ? childless : found).emplace(key, *gone);
    }
  }
  std::vector<Gone> out;
  for (auto key = order.rbegin(); key != order.rend(); ++key) {
    for (const auto* each : {&found, &childless}) {
      if (auto at = each->find(*key); at != each->end()) out.push_back(at->second);
    }
  }
  return out;
}

Erasure erasure_of(const Gone& gone) {
  if (!gone.stored.is_childless) return {gone.ids, gone.stored.id_columns};
  // By the time too, because the parents may have had children at others.
  auto keys = gone.stored.id_columns;
  keys.emplace_back(lineage::kUpdatedAt);
  lineage::Counting every;
  every.any = true;
  const auto written = lineage::all_records(gone.stored, every, {rel::keep(keys), {}, true});
  return {rel::join(rel::JoinKind::Semi, written, gone.ids, lineage::same_names(gone.stored.id_columns)), keys};
}

}  // namespace metaxy::ops
