// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"
#include "ops/tombstones.hpp"

namespace metaxy::ops {

namespace {

rel::RelPtr samples_to_remove(Opened& opened, const FeatureKey& feature, const lineage::Stored& stored,
                              const DeleteOptions& options) {
  auto filters = parse_filters(options.filters, stored, "a filter on " + feature.to_string());
  lineage::Counting visible;
  visible.any = true;
  if (opened.rules.compat && !options.feature_history) visible = counting_current(opened, feature);
  // A hard delete also reaches samples whose latest record is a tombstone.
  auto rows = lineage::live_records(stored, visible, stored.columns, options.hard);
  return rel::filter(rows, rel::all_of(filters));
}

std::uint64_t count_samples(Opened& opened, const lineage::Stored& stored, rel::RelPtr rows) {
  auto ids = rel::aggregate(std::move(rows), stored.id_columns, {});
  auto counted = rel::aggregate(ids, {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  return arrow::read_rows(opened.session->run(*counted)).front()["n"].get<std::uint64_t>();
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
    const auto stored = find_stored(opened, spec);
    if (!stored) {
      throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string(),
                  "there is nothing to delete");
    }
    auto rows = samples_to_remove(opened, feature, *stored, options);
    if (options.dry_run || options.hard) out.samples = count_samples(opened, *stored, rows);
    if (options.dry_run || (options.hard && out.samples == 0)) return {};
    if (options.hard) {
      return {store::Erase{stored->table, rel::project(rows, rel::keep(stored->id_columns)), stored->id_columns}};
    }
    auto time = next_time(opened, stored);
    system_rows = constant_rows(time.remember);
    time.remember.push_back(store::Append{stored->table, tombstones(*stored, rows, time.now)});
    return time.remember;
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
