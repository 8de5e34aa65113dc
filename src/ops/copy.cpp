// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include <metaxy/error.hpp>

#include "arrow/pieces.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/childless.hpp"
#include "ops/opened.hpp"
#include "ops/record_checks.hpp"
#include "ops/store_settings.hpp"
#include "ops/tables.hpp"

namespace metaxy::ops {

namespace {

using Columns = std::vector<std::string>;

constexpr const char* kWritten = "__mx_written";
constexpr const char* kChanged = "__mx_changed";

rel::ExprPtr col(std::string_view name) { return rel::column(std::string(name)); }
rel::ExprPtr changed_at() { return rel::coalesce({col(lineage::kDeletedAt), col(lineage::kUpdatedAt)}); }

/// Records of one feature on their way, as an input of the commit.
struct Copied {
  FeatureKey feature;
  std::string input;
  Columns ids;  ///< of the samples; of parents without children (1:N), which come for themselves, the parents' columns
  Columns columns;
  store::TableSchema given;
};

void check_settings(const Opened& source, const Opened& destination) {
  if (source.rules.hash == destination.rules.hash) return;
  throw Error(ErrorCode::Conflict,
              "the stores have other hash settings: the source " + describe(source.rules.hash) + ", the destination " +
                  describe(destination.rules.hash),
              "digests of different settings cannot be compared: copy to a store of the source's settings");
}

/// Of records with the same sample and times, which only other programs write, the one written last.
rel::RelPtr each_once(rel::RelPtr rows, const lineage::Stored& stored) {
  auto keys = stored.id_columns;
  for (auto name : {lineage::kUpdatedAt, lineage::kDeletedAt}) keys.emplace_back(name);
  return rel::latest(std::move(rows), keys, changed_at());
}

rel::RelPtr records(Opened& source, const FeatureKey& feature, const lineage::Stored& stored,
                    const CopyOptions& options) {
  const auto current = counting_current(source, feature);
  rel::RelPtr rows;
  if (options.sample_history) {
    rows = rel::scan(stored.table, stored.columns);
    if (stored.visible) rows = rel::filter(rows, stored.visible);
    if (!options.feature_history) rows = rel::filter(rows, lineage::counts(current));
    rows = each_once(rows, stored);
  } else if (options.feature_history) {
    lineage::Counting every;
    every.any = true;
    auto by_version = stored;
    by_version.id_columns.emplace_back(lineage::kFeatureVersion);
    for (auto& part : by_version.parts) part.last_write = nullptr;  // it has every sample, not every version of it
    rows = lineage::live_records(by_version, every, {rel::keep(stored.columns), {}, true});
  } else {
    rows = lineage::live_records(stored, counting_visible(source, feature), {rel::keep(stored.columns), {}, true});
    rows = rel::filter(rows, lineage::counts(current));
  }
  auto given = options.global_filters;
  if (auto own = options.filters.find(feature); own != options.filters.end()) {
    given.insert(given.end(), own->second.begin(), own->second.end());
  }
  return rel::filter(rows, rel::all_of(parse_filters(given, stored, "a filter on " + feature.to_string())));
}

std::vector<FeatureKey> features_to_copy(Opened& source, const Opened& destination, const CopyOptions& options) {
  for (const auto& [feature, filters] : options.filters) {
    const bool named = std::find(options.features.begin(), options.features.end(), feature) != options.features.end();
    if (named || (options.features.empty() && source.graph->find(feature))) continue;
    throw Error(ErrorCode::InvalidArgument, "a filter is given for " + feature.to_string() + ", which is not copied");
  }
  std::vector<FeatureKey> out;
  std::set<FeatureKey> seen;
  auto add = [&](const FeatureKey& feature) {
    if (source.graph->get(feature).spec.id_columns != destination.graph->get(feature).spec.id_columns) {
      throw Error(ErrorCode::SchemaMismatch, "the stores are open with other id columns of " + feature.to_string());
    }
    if (seen.insert(feature).second) out.push_back(feature);
  };
  for (const auto& feature : options.features) {
    if (!find_stored(source, source.graph->get(feature).spec, Reach::FirstStore)) {
      throw Error(ErrorCode::NotFound, "nothing has been written for " + feature.to_string() + " in the source",
                  "there is nothing to copy");
    }
    add(feature);
  }
  if (!options.features.empty()) return out;
  for (const auto& feature : source.graph->topological_order()) {
    if (find_stored(source, source.graph->get(feature).spec, Reach::FirstStore)) add(feature);
  }
  return out;
}

/// The rows of the input that the table lacks.
rel::RelPtr missing_records(const Copied& copied, const std::optional<lineage::Stored>& existing) {
  auto rows = rel::input(copied.input, copied.columns);
  if (!existing) return rows;
  auto columns = rel::keep(copied.columns);
  columns.push_back({kWritten, col(lineage::kUpdatedAt)});
  columns.push_back({kChanged, changed_at()});
  auto read = copied.ids;
  for (auto name : {lineage::kUpdatedAt, lineage::kDeletedAt}) read.emplace_back(name);
  auto known = rel::keep(copied.ids);
  known.push_back({kWritten, col(lineage::kUpdatedAt)});
  known.push_back({kChanged, changed_at()});
  std::vector<std::pair<std::string, std::string>> on = {{kWritten, kWritten}, {kChanged, kChanged}};
  for (const auto& id : copied.ids) on.emplace_back(id, id);
  rows = rel::join(rel::JoinKind::Anti, rel::project(rows, columns),
                   rel::project(rel::scan(existing->table, read), known), on);
  return rel::project(rows, rel::keep(copied.columns));
}

/// What is recorded of versions that the destination does not know, and of those that are current.
std::vector<FieldVersionRow> versions_to_record(Opened& destination, const FeatureKey& feature,
                                                const std::vector<FieldVersionRow>& source, Timestamp now) {
  const auto known = read_field_versions(*destination.session, feature);
  std::vector<FieldVersionRow> out;
  const auto& current = destination.graph->versions(feature);
  bool has_current = known.count(current.feature_version) > 0;
  for (const auto& row : source) {
    if (known.count(row.feature_version)) continue;
    has_current = has_current || row.feature_version == current.feature_version;
    out.push_back(row);
  }
  if (has_current) return out;
  for (auto& row : field_version_rows(destination.graph->get(feature).spec, current, now)) out.push_back(row);
  return out;
}

class Copy {
 public:
  Copy(Opened& source, Opened& destination, const CopyOptions& options)
      : source_(source), destination_(destination), options_(options) {}

  CopyResult run() {
    check_settings(source_, destination_);
    const auto features = features_to_copy(source_, destination_, options_);
    if (options_.records_per_commit > 0) {
      for (const auto& feature : features) copy_in_pieces(feature);
    } else if (!features.empty()) {
      for (const auto& feature : features) read(feature);
      commit(copied_, std::move(inputs_));
    }
    return std::move(result_);
  }

 private:
  void copy_in_pieces(const FeatureKey& feature) try {
    read(feature);
    for (const auto& each : std::exchange(copied_, {})) {
      arrow::Pieces pieces(std::move(inputs_.at(each.input)), options_.records_per_commit);
      while (auto piece = pieces.next()) {
        store::Inputs input;
        input.emplace(each.input, std::move(*piece));
        commit({each}, std::move(input));
      }
    }
    inputs_.clear();
  } catch (Error& error) {
    if (result_.records > 0)
      error.note(fmt::format("{} records were copied before and stay; copying again goes on there", result_.records));
    throw;
  }

  void commit(const std::vector<Copied>& copied, store::Inputs inputs) {
    const auto done = destination_.session->commit([&] { return plan(copied); }, std::move(inputs), options_.watch);
    const FeatureKey* before = nullptr;
    for (const auto& each : copied) {
      if (before && *before == each.feature) continue;  // its table was counted
      before = &each.feature;
      if (result_.features.empty() || result_.features.back().feature != each.feature)
        result_.features.push_back({each.feature, 0});
      const auto records = done.rows_of(each.feature.table_name());
      result_.features.back().records += records;
      result_.records += records;
    }
  }

  void read(const FeatureKey& feature) {
    const auto plan = source_.graph->plan(feature);
    const auto stored = find_stored(source_, plan.feature, Reach::FirstStore);
    for (const auto& part : apart(source_, plan, *stored)) read_records(feature, part);
    for (auto& row : read_field_version_rows(*source_.session, feature)) recorded_[feature].push_back(std::move(row));
    // After the rows began to be read, so that none of them is later.
    if (const auto last = last_time(source_, {stored->table})) latest_ = std::max(latest_.value_or(*last), *last);
  }

  void read_records(const FeatureKey& feature, const lineage::Stored& stored) {
    const auto name = fmt::format("copied_{}", copied_.size());
    const auto rows = records(source_, feature, stored, options_);
    store::Inputs input;
    input.emplace(name, source_.session->run(*rows, {}, options_.watch));
    auto given = destination_.session->describe(*rel::input(name, {}), input);
    if (const auto table = destination_.session->find(stored.table)) check_kinds(feature, given, *table);
    inputs_.merge(input);
    copied_.push_back({feature, name, stored.id_columns, stored.columns, std::move(given)});
  }

  std::vector<store::Mutation> plan(const std::vector<Copied>& copied) {
    std::vector<std::string> tables;
    for (const auto& each : copied) {
      if (destination_.session->find(each.feature.table_name())) tables.push_back(each.feature.table_name());
    }
    // Later writes are later than what is copied, too: nothing that comes after can be of the same time.
    auto time = next_time_for(destination_, tables, latest_);
    auto mutations = std::move(time.remember);
    auto add = [&](std::vector<store::Mutation> more) {
      for (auto& mutation : more) mutations.push_back(std::move(mutation));
    };
    add(agree_on_settings(destination_, time.now));
    std::vector<FieldVersionRow> versions;
    for (const auto& each : copied) {
      for (auto& row : versions_to_record(destination_, each.feature, recorded_[each.feature], time.now)) {
        versions.push_back(std::move(row));
      }
    }
    add(append_field_versions(*destination_.session, versions));
    for (std::size_t i = 0; i < copied.size(); ++i) {
      const auto& each = copied[i];
      const auto existing = find_stored(destination_, destination_.graph->get(each.feature).spec, Reach::FirstStore);
      const bool more = i > 0 && copied[i - 1].feature == each.feature;
      if (!more) mutations.push_back(make_room(each, existing));
      mutations.push_back(store::Append{each.feature.table_name(), missing_records(each, existing)});
    }
    return mutations;
  }

  store::Mutation make_room(const Copied& copied, const std::optional<lineage::Stored>& existing) {
    const auto table = copied.feature.table_name();
    const auto like = rel::input(copied.input, copied.columns);
    if (existing) {
      check_kinds(copied.feature, copied.given, destination_.session->find(table).value());
      return store::Extend{table, like};
    }
    if (destination_.rules.create_tables) {
      return store::Create{table, like, {}, destination_.graph->get(copied.feature).spec.id_columns};
    }
    throw Error(
        ErrorCode::NotFound,
        "there is no table " + quote(table) + " for feature " + copied.feature.to_string() + " in the destination",
        "create it, or set auto_create_tables = true");
  }

  Opened& source_;
  Opened& destination_;
  const CopyOptions& options_;
  std::vector<Copied> copied_;
  store::Inputs inputs_;
  std::map<FeatureKey, std::vector<FieldVersionRow>> recorded_;
  std::optional<Timestamp> latest_;
  CopyResult result_;
};

}  // namespace

CopyResult copy(Opened& source, Opened& destination, const CopyOptions& options) {
  return Copy(source, destination, options).run();
}

}  // namespace metaxy::ops
