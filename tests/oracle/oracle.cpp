// SPDX-License-Identifier: Apache-2.0
// What is stored, and how samples stand.
#include "oracle/oracle.hpp"

#include <algorithm>

#include "oracle/columns.hpp"

namespace metaxy::oracle {

namespace {

constexpr const char* kProvenance = "metaxy_provenance_by_field";
constexpr const char* kDataVersion = "metaxy_data_version";
constexpr const char* kDataVersions = "metaxy_data_version_by_field";

/// A field's member of a by-field column; nothing where it is null or not there.
std::optional<std::string> member(const Json& row, const char* column, const std::string& field) {
  if (!row.contains(column) || !row.at(column).contains(struct_key(field))) return std::nullopt;
  const auto& value = row.at(column).at(struct_key(field));
  return value.is_null() ? std::nullopt : std::optional(value.get<std::string>());
}

/// Versions of the plan's fields only.
Versions of_fields(const graph::FeaturePlan& plan, const Versions& by_field) {
  Versions out;
  for (const auto& field : plan.fields) out[field.key.to_string()] = by_field.at(field.key.to_string());
  return out;
}

}  // namespace

Model Model::as_of(int time) const {
  Model out = *this;
  for (auto& [feature, records] : out.records_) {
    std::erase_if(records, [&](const Record& record) { return record.time > time; });
  }
  return out;
}

void Model::append(const spec::FeatureKey& feature, Record record) {
  auto& records = records_[feature];
  const auto later = [](int time, const Record& other) { return time < other.time; };
  records.insert(std::upper_bound(records.begin(), records.end(), record.time, later), std::move(record));
}

/// The versions of now.
void Model::stamp(const spec::FeatureKey& feature, Record& record) const {
  record.feature_version = graph_->versions(feature).feature_version;
  record.field_versions.clear();
  record.code_versions.clear();
  for (const auto& field : graph_->versions(feature).fields)
    record.field_versions[field.key.to_string()] = field.version;
  for (const auto& field : graph_->plan(feature).fields)
    record.code_versions[field.key.to_string()] = field.code_version;
}

void Model::retire_children(const spec::FeatureKey& feature, const std::vector<Json>& rows) {
  const auto columns = sample_columns(feature);
  const auto plan = graph_->plan(feature);
  const bool expands = std::ranges::any_of(
      plan.deps, [](const auto& dep) { return std::holds_alternative<spec::Expansion>(dep.dep.lineage); });
  if (!expands) return;
  std::set<std::string> parents, children;
  for (const auto& row : rows) {
    parents.insert(id_of(row, columns));
    children.insert(id_of(row, plan.feature.id_columns));
  }
  remove(feature, [&](const Json& user) {
    return parents.count(id_of(user, columns)) > 0 && !children.count(id_of(user, plan.feature.id_columns));
  });
}

void Model::write(const spec::FeatureKey& feature, const std::vector<Json>& rows) {
  retire_children(feature, rows);
  for (const auto& row : rows) {
    Record record;
    record.user = Json::object();
    for (const auto& [name, value] : row.items()) {
      if (name.rfind("metaxy_", 0) == 0) continue;
      record.user[name] = value;
      columns_[feature].insert(name);
    }
    const auto whole = row.contains(kDataVersion) ? row.at(kDataVersion) : Json();
    for (const auto& field : graph_->get(feature).spec.fields) {
      const auto key = field.key.to_string();
      record.provenance[key] = *member(row, kProvenance, key);
      record.data_version[key] = whole.is_string() ? whole.get<std::string>()
                                                   : member(row, kDataVersions, key).value_or(record.provenance[key]);
    }
    record.sample_provenance = sample_version(record.provenance);
    record.sample_data_version = whole.is_string() ? whole.get<std::string>() : sample_version(record.data_version);
    stamp(feature, record);
    record.time = time_;
    append(feature, std::move(record));
  }
}

bool Model::carry_over(const spec::FeatureKey& feature, std::vector<Json> rows) {
  const auto stored = latest(feature);
  const auto& spec = graph_->get(feature).spec;
  for (auto& row : rows) {
    const auto found = stored.find(id_of(row, spec.id_columns));
    const auto* before = found == stored.end() ? nullptr : &found->second;
    for (const auto& name : columns_[feature]) {
      if (row.contains(name)) continue;
      if (!before) return false;
      row[name] = before->user.at(name);
    }
    for (const auto& field : spec.fields) {
      const auto key = field.key.to_string();
      const auto now = *member(row, kProvenance, key);
      const bool given = member(row, kDataVersions, key).value_or(now) != now;
      if (given || !before || !before->provenance.count(key) || before->provenance.at(key) != now) continue;
      row[kDataVersions][struct_key(key)] = before->data_version.at(key);
    }
  }
  write(feature, rows);
  return true;
}

void Model::remove(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate) {
  for (auto& [id, record] : latest(feature)) {
    if (!predicate(record.user)) continue;
    record.deleted = true;
    record.time = time_;
    append(feature, record);
  }
}

void Model::erase(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate) {
  std::erase_if(records_[feature], [&](const Record& record) { return predicate(record.user); });
}

std::map<std::string, Record> Model::latest(const spec::FeatureKey& feature) const {
  std::map<std::string, Record> out;
  const auto found = records_.find(feature);
  if (found == records_.end()) return out;
  const auto& ids = graph_->get(feature).spec.id_columns;
  for (const auto& record : found->second) out[id_of(record.user, ids)] = record;
  std::erase_if(out, [](const auto& each) { return each.second.deleted; });
  return out;
}

std::set<std::string> Model::versions(const spec::FeatureKey& feature) const {
  std::set<std::string> out;
  const auto found = records_.find(feature);
  if (found == records_.end()) return out;
  for (const auto& record : found->second) out.insert(record.feature_version);
  return out;
}

bool Model::is_current(const graph::FieldRef& field, const Record& record) const {
  const auto then = record.field_versions.find(field.field.to_string());
  if (then == record.field_versions.end()) return false;
  for (const auto& now : graph_->versions(field.feature).fields) {
    if (now.key == field.field) return now.version == then->second;
  }
  return false;
}

bool Model::is_current(const spec::FeatureKey& feature, const Record& record) const {
  const auto& fields = graph_->versions(feature).fields;
  return std::ranges::all_of(fields, [&](const auto& field) { return is_current({feature, field.key}, record); });
}

/// How a sample of an older version stands: what it was made from is there, and gives by the code of then what it gave.
std::string Model::rebase_case(const Plan& plan, const Record& record, const std::map<std::string, Sample>& now) const {
  if (record.deleted) return "deleted";
  if (plan.deps.empty()) return "rebased";
  const auto id = id_of(record.user, sample_columns(plan.feature.key));
  const auto found = now.find(id);
  if (found == now.end()) return was_left(plan, record.user) ? "waiting" : "orphaned";
  if (!found->second.ready) return "waiting";
  auto before = plan;
  for (auto& field : before.fields) field.code_version = record.code_versions.at(field.key.to_string());
  return expected(before).at(id).provenance == of_fields(plan, record.provenance) ? "rebased" : "changed";
}

std::optional<Rebased> Model::rebase(const spec::FeatureKey& feature, const std::string& from) {
  const auto plan = graph_->plan(feature);
  std::map<std::string, Record> old, last;
  std::map<std::string, int> brought;
  for (const auto& record : records_[feature]) {
    const auto id = id_of(record.user, plan.feature.id_columns);
    last[id] = record;
    if (record.feature_version == from) old[id] = record;
    if (record.feature_version == graph_->versions(feature).feature_version) brought[id] = record.time;
  }
  for (const auto& field : plan.fields) {
    if (!old.begin()->second.code_versions.count(field.key.to_string())) return std::nullopt;
  }
  const auto now = plan.deps.empty() ? std::map<std::string, Sample>{} : expected(plan);
  Rebased out;
  std::vector<Record> appended;
  for (auto& [id, record] : old) {
    // Written or deleted since, or a deletion that was brought over before.
    if (last.at(id).time > record.time || (brought.count(id) && brought.at(id) == record.time)) continue;
    const auto what = rebase_case(plan, record, now);
    ++out[what];
    if (what != "rebased" && what != "deleted") continue;
    const bool same_fields = record.provenance.size() == plan.fields.size();
    record.provenance = of_fields(plan, record.provenance);
    record.data_version = of_fields(plan, record.data_version);
    if (what == "rebased" && !plan.deps.empty()) {
      record.provenance = now.at(id_of(record.user, sample_columns(feature))).provenance;
    }
    record.sample_provenance = sample_version(record.provenance);
    if (!same_fields) record.sample_data_version = sample_version(record.data_version);
    stamp(feature, record);
    if (what == "rebased") record.time = time_;
    appended.push_back(record);
  }
  for (auto& record : appended) append(feature, std::move(record));
  return out;
}

Answer Model::resolve(const spec::FeatureKey& feature) const {
  const auto plan = graph_->plan(feature);
  const auto columns = sample_columns(feature);
  std::map<std::string, std::vector<Record>> own;  // several: children of one parent
  for (auto& [id, record] : latest(feature)) own[id_of(record.user, columns)].push_back(record);
  Answer out;
  if (plan.deps.empty()) {
    for (const auto& [id, records] : own) {
      (is_current(feature, records.front()) ? out.up_to_date : out.waiting).insert(id);
    }
    return out;
  }
  const auto should = expected(plan);
  for (const auto& [id, sample] : should) {
    const auto stored = own.find(id);
    const auto outdated = [&, made = &sample](const Record& record) {
      return record.sample_provenance != made->sample_provenance ||
             record.feature_version != graph_->versions(feature).feature_version;
    };
    if (!sample.ready) {
      out.waiting.insert(id);
    } else if (stored == own.end()) {
      out.fresh.emplace(id, sample);
    } else if (std::ranges::any_of(stored->second, outdated)) {
      out.stale.emplace(id, sample);
    } else {
      out.up_to_date.insert(id);
    }
  }
  for (const auto& [id, children] : own) {
    if (should.count(id)) continue;
    const bool left = was_left(plan, children.front().user);
    (left ? out.waiting : out.orphaned_samples).insert(id);
    for (const auto& record : children) {
      if (!left) out.orphaned.insert(id_of(record.user, plan.feature.id_columns));
    }
  }
  return out;
}

}  // namespace metaxy::oracle
