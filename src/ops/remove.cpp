// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"
#include "ops/tables.hpp"
#include "ops/tombstones.hpp"

namespace metaxy::ops {

namespace {

rel::RelPtr samples_to_remove(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                              const DeleteOptions& options) {
  lineage::Wanted wanted{rel::keep(stored.columns), {}, options.hard};
  wanted.filters = parse_filters(options.filters, stored, "a filter on " + feature.to_string());
  lineage::Counting visible;
  visible.any = true;
  if (opened.rules.compat && !options.feature_history) visible = counting_current(opened, feature);
  // A hard delete also reaches samples whose latest record is a tombstone.
  return lineage::live_records(stored, visible, wanted);
}

std::uint64_t count_samples(Opened& opened, const lineage::Stored& stored, rel::RelPtr rows) {
  auto ids = rel::aggregate(std::move(rows), stored.id_columns, {});
  auto counted = rel::aggregate(ids, {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  return arrow::read_rows(opened.session->run(*counted)).front()["n"].get<std::uint64_t>();
}

/// Only the first store's own records can be erased.
lineage::Stored find_deletable(Opened& opened, const spec::FeatureSpec& spec, bool hard) {
  auto stored = find_stored(opened, spec, hard ? Reach::FirstStore : Reach::Everywhere);
  if (stored) return std::move(*stored);
  const bool elsewhere = hard && find_stored(opened, spec);
  throw Error(ErrorCode::NotFound,
              "nothing has been written for " + spec.key.to_string() + (elsewhere ? " in the first store" : ""),
              elsewhere ? "its records are in a fallback store, which is only read: use that store itself, or delete "
                          "without erasing"
                        : "there is nothing to delete");
}

/// Tombstones in the first store, also for what only a fallback has.
std::vector<store::Mutation> bury(Opened& opened, const spec::FeatureSpec& spec, const lineage::Stored& stored,
                                  const rel::RelPtr& rows) {
  auto time = next_time(opened, stored);
  auto out = std::move(time.remember);
  const auto buried = tombstones(stored, rows, time.now);
  if (stored.parts.size() > 1 || !stored.own()) {
    for (auto& mutation : agree_on_settings(opened, time.now)) out.push_back(std::move(mutation));
    out.push_back(make_room(opened, spec, stored, buried));
  }
  out.push_back(store::Append{stored.table, buried});
  return out;
}

}  // namespace

DeleteResult remove(Opened& opened, const FeatureKey& feature, const DeleteOptions& options) {
  const auto& spec = opened.graph->get(feature).spec;
  if (options.filters.empty() && !options.all) {
    throw Error(ErrorCode::InvalidArgument, "deleting from " + feature.to_string() + " without a filter",
                "give a filter, or say that every sample is meant");
  }
  DeleteResult out;
  std::uint64_t system_rows = 0;
  const auto plan = [&]() -> std::vector<store::Mutation> {
    const auto stored = find_deletable(opened, spec, options.hard);
    auto rows = samples_to_remove(opened, feature, stored, options);
    const bool is_counted = options.dry_run || options.hard || !stored.own();
    if (is_counted) out.samples = count_samples(opened, stored, rows);
    if (options.dry_run || (is_counted && out.samples == 0)) return {};
    if (options.hard) {
      return {store::Erase{stored.table, rel::project(rows, rel::keep(stored.id_columns)), stored.id_columns}};
    }
    auto mutations = bury(opened, spec, stored, rows);
    system_rows = constant_rows(mutations);
    return mutations;
  };
  if (options.dry_run) {
    plan();
    return out;
  }
  const auto done = opened.session->commit(plan, {}, options.watch);
  if (!options.hard) out.samples = done.appended - system_rows;
  return out;
}

}  // namespace metaxy::ops
