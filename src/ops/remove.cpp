// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/cascade.hpp"
#include "ops/tables.hpp"
#include "ops/tombstones.hpp"

namespace metaxy::ops {

namespace {

std::uint64_t count_samples(Opened& opened, const Gone& gone) {
  return count_rows(*opened.session, rel::aggregate(gone.ids, gone.stored.id_columns, {}));
}

std::string names_of(const std::vector<FeatureKey>& features) {
  std::vector<std::string> names;
  for (const auto& feature : features) names.push_back(feature.to_string());
  return join(names, ", ");
}

/// With all their history; the reference leaves what other versions of the feature wrote, unless asked for.
std::vector<store::Mutation> erase(Opened& opened, const std::vector<Gone>& gone,
                                   const std::vector<std::uint64_t>& counted, const DeleteOptions& options) {
  std::vector<store::Mutation> out;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (counted[i] == 0) continue;
    auto [rows, keys] = erasure_of(gone[i]);
    if (opened.rules.compat && !options.feature_history) {
      auto columns = rel::keep(keys);
      const std::string version(lineage::kFeatureVersion);
      columns.push_back({version, rel::literal(opened.graph->versions(gone[i].feature).feature_version)});
      rows = rel::project(rows, columns);
      keys.push_back(version);
    }
    out.push_back(store::Erase{gone[i].stored.table, rows, keys});
  }
  return out;
}

/// Tombstones in the first store, also for what only a fallback has.
std::vector<store::Mutation> mark(Opened& opened, const std::vector<Gone>& gone,
                                  const std::vector<std::uint64_t>& counted) {
  std::vector<std::string> tables;
  for (const auto& each : gone) {
    if (each.stored.own()) tables.push_back(each.stored.table);
  }
  auto time = next_time_for(opened, tables);
  auto out = std::move(time.remember);
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const auto& stored = gone[i].stored;
    if (!stored.own() && counted[i] == 0) continue;
    const auto buried = tombstones(stored, gone[i].records, time.now);
    if (stored.parts.size() > 1 || !stored.own()) {
      for (auto& mutation : agree_on_settings(opened, time.now)) out.push_back(std::move(mutation));
      out.push_back(make_room(opened, opened.graph->get(gone[i].feature).spec, stored, buried));
    }
    out.push_back(store::Append{stored.table, buried});
  }
  return out;
}

}  // namespace

DeleteResult remove(Opened& opened, const std::vector<FeatureKey>& features, const DeleteOptions& options) {
  if (options.filters.empty() && !options.all) {
    throw Error(ErrorCode::InvalidArgument, "deleting from " + names_of(features) + " without a filter",
                "give a filter, or say that every sample is meant");
  }
  if (features.empty()) throw Error(ErrorCode::InvalidArgument, "deleting from no feature", "name one");
  DeleteResult out;
  std::map<FeatureKey, std::uint64_t> childless;  // which are no samples
  const auto plan = [&]() -> std::vector<store::Mutation> {
    out = {};
    childless.clear();
    std::vector<std::uint64_t> counted;
    const auto gone = gone_samples(opened, features, options);
    for (const auto& each : gone) {
      const bool parents = each.stored.is_childless;
      const bool is_counted = options.dry_run || options.hard || parents || !each.stored.own();
      counted.push_back(is_counted ? count_samples(opened, each) : 0);
      if (parents) {
        childless[each.feature] = counted.back();
      } else {
        out.features.push_back({each.feature, counted.back()});
      }
    }
    if (options.dry_run) return {};
    return options.hard ? erase(opened, gone, counted, options) : mark(opened, gone, counted);
  };
  if (options.dry_run) {
    plan();
  } else {
    const auto done = opened.session->commit(plan, {}, options.watch);
    for (auto& each : out.features) {
      if (!options.hard) each.samples = done.rows_of(each.feature.table_name()) - childless[each.feature];
    }
  }
  for (const auto& each : out.features) out.samples += each.samples;
  return out;
}

}  // namespace metaxy::ops
