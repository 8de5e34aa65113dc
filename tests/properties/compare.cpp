// SPDX-License-Identifier: Apache-2.0
// What the store and the oracle are asked, and must answer alike.
#include <algorithm>

#include "arrow/read.hpp"
#include "properties/agree.hpp"
#include "properties/pair.hpp"

namespace metaxy {

using spec::FeatureKey;

namespace {

bool is_user_column(const std::string& name) { return name.rfind("metaxy_", 0) != 0; }

/// User columns; those that only an upstream has which is not there are null.
void expect_user_columns(const Json& row, const Json& wanted, const std::string& what) {
  for (const auto& [name, value] : wanted.items()) agree(row.contains(name), name + " of " + what);
  for (const auto& [name, value] : row.items()) {
    if (is_user_column(name)) agree(value == wanted.value(name, Json()), name + " of " + what);
  }
}

void expect_versions(const Json& row, const char* column, const oracle::Versions& wanted, const std::string& what) {
  for (const auto& [field, version] : wanted) {
    const auto& stored = row.at(column).at(spec::FieldKey::parse(field).struct_key());
    agree(stored == version, std::string(column) + " of " + field + " of " + what);
  }
}

void expect_samples(const std::map<std::string, Json>& rows, const std::map<std::string, oracle::Sample>& wanted,
                    const std::string& what) {
  agree(rows.size() == wanted.size(), "the number of " + what);
  for (const auto& [id, sample] : wanted) {
    agree(rows.count(id) == 1U, what + ": sample " + id);
    const auto& row = rows.at(id);
    for (const auto* column : {"metaxy_provenance", "metaxy_data_version"}) {
      agree(row.at(column) == sample.sample_provenance, column + (" of " + id));
    }
    for (const auto* column : {"metaxy_provenance_by_field", "metaxy_data_version_by_field"}) {
      expect_versions(row, column, sample.provenance, id);
    }
    expect_user_columns(row, sample.user, what + ": sample " + id);
  }
}

}  // namespace

void Pair::compare_increment(const FeatureKey& key, const oracle::Answer& wanted, const ops::ResolveOptions& options) {
  auto& view = view_of(key);
  const auto columns = model_.sample_columns(key);
  const auto& ids = view.graph->get(key).spec.id_columns;
  ops::ResolveOptions asked;
  asked.as_of = options.as_of;
  std::map<std::string, Json> fresh, stale;
  std::set<std::string> orphaned;
  std::size_t rows = 0;
  for (const auto& row : arrow::read_rows(view.store->resolve_update(key, std::move(asked)).rows)) {
    const auto& state = row.at("metaxy_increment");
    if (state == "new") fresh[oracle::id_of(row, columns)] = row;
    if (state == "stale") stale[oracle::id_of(row, columns)] = row;
    if (state == "orphaned") orphaned.insert(oracle::id_of(row.at("metaxy_previous"), ids));
    ++rows;
  }
  agree(rows == fresh.size() + stale.size() + orphaned.size(), "rows of the increment of " + key.to_string());
  expect_samples(fresh, wanted.fresh, "new samples of " + key.to_string());
  expect_samples(stale, wanted.stale, "stale samples of " + key.to_string());
  agree(orphaned == wanted.orphaned, "orphans of " + key.to_string());
}

void Pair::compare_status(const FeatureKey& key, const oracle::Answer& wanted) {
  const auto status = view_of(key).store->status(key);
  const auto feature = key.to_string();
  const auto expect = [&](const std::string& state, std::uint64_t count, std::size_t samples) {
    agree(count == samples, state + " samples of " + feature);
    if (count > 0) ++seen_[feature + " " + state];
  };
  agree(status.rows == model_.latest(key).size(), "the number of records of " + feature);
  expect("new", status.new_samples, wanted.fresh.size());
  expect("stale", status.stale, wanted.stale.size());
  expect("orphaned", status.orphaned, wanted.orphaned_samples.size());
  expect("waiting", status.waiting, wanted.waiting.size());
  expect("current", status.up_to_date, wanted.up_to_date.size());
}

/// Records of the current version.
void Pair::compare_read(const FeatureKey& key, const oracle::Model& model, const ops::ReadOptions& options) {
  auto& view = view_of(key);
  const auto& ids = view.graph->get(key).spec.id_columns;
  auto wanted = model.latest(key);
  std::erase_if(wanted, [&](const auto& each) {
    return each.second.feature_version != view.graph->versions(key).feature_version;
  });
  std::size_t rows = 0;
  for (const auto& row : arrow::read_rows(view.store->read(key, options))) {
    const auto id = oracle::id_of(row, ids);
    const auto what = "record " + id + " of " + key.to_string();
    agree(wanted.count(id) == 1, what);
    const auto& record = wanted.at(id);
    expect_user_columns(row, record.user, what);
    agree(row.at("metaxy_provenance") == record.sample_provenance, "provenance of " + what);
    agree(row.at("metaxy_data_version") == record.sample_data_version, "data version of " + what);
    expect_versions(row, "metaxy_provenance_by_field", record.provenance, what);
    expect_versions(row, "metaxy_data_version_by_field", record.data_version, what);
    ++rows;
  }
  agree(rows == wanted.size(), "records of " + key.to_string());
}

void Pair::compare(const std::string& feature) {
  const auto key = FeatureKey::parse(feature);
  const bool is_root = view_of(key).graph->plan(key).deps.empty();
  if (is_root ? !exists(key) : !is_resolvable(key)) return;
  const auto wanted = model_.resolve(key);
  if (!is_root) compare_increment(key, wanted, {});
  compare_status(key, wanted);
  if (exists(key)) compare_read(key, model_, {});
}

void Pair::compare_then(const std::string& feature, int chosen) {
  const auto key = FeatureKey::parse(feature);
  if (!is_resolvable(key)) return;
  const int time = chosen % (time_ + 1);
  const auto then = model_.as_of(time);
  compare_increment(key, then.resolve(key), {.as_of = time_of(time)});
  if (exists(key)) compare_read(key, then, {.as_of = time_of(time)});
}

void Pair::compare_all() {
  for (const auto& feature : world_.features) compare(feature);
}

void Pair::expect_all_current() {
  for (const auto& feature : world_.derived()) {
    const auto key = FeatureKey::parse(feature);
    const auto status = view_of(key).store->status(key);
    agree(status.up_to_date > 0 && !status.needs_update() && status.waiting == 0, "the end of " + feature);
  }
}

}  // namespace metaxy
