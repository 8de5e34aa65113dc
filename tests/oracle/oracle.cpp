// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.hpp"

#include <algorithm>
#include <optional>

namespace metaxy::oracle {

namespace {

std::string item(const std::optional<std::string>& value) {
  if (!value) return "~,";
  return std::to_string(value->size()) + ":" + *value + ",";
}

std::string struct_key(std::string key) {
  std::replace(key.begin(), key.end(), '/', '_');
  return key;
}

struct Parent {
  std::string feature;
  std::string field;
  std::optional<std::string> value;
  bool optional;
};

/// docs/format.md, written out a second time.
std::optional<std::string> field_provenance(const hash::Settings& settings, const std::string& field,
                                            const std::string& code_version, std::vector<Parent> parents) {
  if (settings.format == hash::Format::V0) {
    std::sort(parents.begin(), parents.end(),
              [](const Parent& a, const Parent& b) { return a.feature + "." + a.field < b.feature + "." + b.field; });
    std::string text = field + "|" + code_version;
    for (const auto& parent : parents) {
      if (!parent.value && !parent.optional) return std::nullopt;
      text += "|" + parent.feature + "." + parent.field + "|" + parent.value.value_or("");
    }
    return hash::digest(settings, text);
  }
  std::sort(parents.begin(), parents.end(), [](const Parent& a, const Parent& b) {
    return std::pair(a.feature, a.field) < std::pair(b.feature, b.field);
  });
  std::string text = "metaxy-preimage/1 field-provenance;" + item(field) + item(code_version);
  for (const auto& parent : parents) text += item(parent.feature) + item(parent.field) + item(parent.value);
  return hash::digest(settings, text);
}

bool is_null_id(const Json& row, const std::vector<std::string>& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return row.at(column).is_null(); });
}

std::optional<std::string> value_of(const Record& record, const std::string& field) {
  auto found = record.data_version.find(field);
  return found == record.data_version.end() ? std::nullopt : std::optional(found->second);
}

Json renamed(const Json& user, const spec::FeatureDep& dep) {
  Json out = Json::object();
  for (const auto& [name, value] : user.items()) {
    auto to = name;
    if (dep.rename && dep.rename->count(name)) to = dep.rename->at(name);
    out[to] = value;
  }
  return out;
}

bool meets(const Json& user, const std::string& filter) {
  const auto at = filter.find(" <> '");
  const auto& value = user.at(filter.substr(0, at));
  return value.is_string() && "'" + value.get<std::string>() + "'" != filter.substr(at + 4);
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string id_of(const Json& row, const std::vector<std::string>& columns) {
  Json id = Json::array();
  for (const auto& column : columns) id.push_back(row.at(column));
  return id.dump();
}

std::string Model::sample_version(const Versions& by_field) const {
  if (settings_.format == hash::Format::V1) {
    if (by_field.size() == 1) return by_field.begin()->second;
    std::string text = "metaxy-preimage/1 sample-provenance;";
    for (const auto& [field, value] : by_field) text += item(value);
    return hash::digest(settings_, text);
  }
  std::map<std::string, std::string> sorted;
  for (const auto& [field, value] : by_field) sorted[struct_key(field)] = value;
  std::string text;
  for (const auto& [field, value] : sorted) text += (text.empty() ? "" : "|") + value;
  return hash::digest(settings_, text);
}

void Model::retire_children(const spec::FeatureKey& feature, const std::vector<Json>& rows) {
  const auto plan = graph_->plan(feature);
  const bool expands = std::any_of(plan.deps.begin(), plan.deps.end(), [](const auto& dep) {
    return std::holds_alternative<spec::Expansion>(dep.dep.lineage);
  });
  if (!expands) return;
  std::set<std::string> parents;
  for (const auto& row : rows) parents.insert(id_of(row, plan.join_columns));
  remove(feature, [&](const Json& user) { return parents.count(id_of(user, plan.join_columns)) > 0; });
}

Model Model::as_of(int time) const {
  Model out = *this;
  for (auto& [feature, records] : out.records_) {
    std::erase_if(records, [&](const Record& record) { return record.time > time; });
  }
  return out;
}

void Model::write(const spec::FeatureKey& feature, const std::vector<Json>& rows) {
  retire_children(feature, rows);
  const auto& versions = graph_->versions(feature);
  for (const auto& row : rows) {
    Record record;
    record.user = Json::object();
    for (const auto& [name, value] : row.items()) {
      if (name.rfind("metaxy_", 0) != 0) record.user[name] = value;
    }
    for (const auto& field : versions.fields) {
      const auto key = field.key.to_string();
      record.provenance[key] = row.at("metaxy_provenance_by_field").at(struct_key(key)).get<std::string>();
      record.data_version[key] = record.provenance[key];
      if (row.contains("metaxy_data_version_by_field")) {
        record.data_version[key] = row.at("metaxy_data_version_by_field").at(struct_key(key)).get<std::string>();
      }
      record.field_versions[key] = field.version;
    }
    record.sample_provenance = sample_version(record.provenance);
    record.feature_version = versions.feature_version;
    record.time = time_;
    records_[feature].push_back(std::move(record));
  }
}

void Model::remove(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate) {
  for (auto& [id, record] : latest(graph_->get(feature).spec)) {
    if (!predicate(record.user)) continue;
    record.deleted = true;
    record.time = time_;
    records_[feature].push_back(record);
  }
}

std::map<std::string, Record> Model::latest(const spec::FeatureSpec& spec) const {
  std::map<std::string, Record> out;
  auto found = records_.find(spec.key);
  if (found == records_.end()) return out;
  for (const auto& record : found->second) out[id_of(record.user, spec.id_columns)] = record;
  for (auto it = out.begin(); it != out.end();) it = it->second.deleted ? out.erase(it) : std::next(it);
  return out;
}

std::map<std::string, Record> Model::read(const spec::FeatureKey& feature) const {
  auto out = latest(graph_->get(feature).spec);
  const auto& current = graph_->versions(feature).feature_version;
  for (auto it = out.begin(); it != out.end();) {
    it = it->second.feature_version != current ? out.erase(it) : std::next(it);
  }
  return out;
}

/// A field that the feature reads has yet to be made again.
bool Model::waits(const graph::FeaturePlan& plan, const graph::PlanDep& dep, const Record& record) const {
  for (const auto& field : plan.fields) {
    for (const auto& parent : field.parents) {
      if (parent.feature == dep.dep.feature && !is_current(parent, record)) return true;
    }
  }
  return false;
}

/// Groups that members were in which wait, and which tell nothing of the members' ids.
std::set<std::string> Model::groups_left(const graph::FeaturePlan& plan) const {
  std::set<std::string> out;
  for (const auto& dep : plan.deps) {
    if (!std::holds_alternative<spec::Aggregation>(dep.dep.lineage)) continue;
    if (std::ranges::all_of(dep.match_columns, [&](const auto& name) { return has(dep.id_columns, name); })) continue;
    const auto now = latest(dep.upstream);
    const auto found = records_.find(dep.upstream.key);
    if (found == records_.end()) continue;
    for (const auto& record : found->second) {
      const auto member = now.find(id_of(record.user, dep.upstream.id_columns));
      if (member == now.end() || !waits(plan, dep, member->second)) continue;
      out.insert(id_of(renamed(record.user, dep.dep), dep.match_columns));
    }
  }
  return out;
}

std::map<std::string, Part> Model::parts_of(const graph::FeaturePlan& plan, const graph::PlanDep& dep) const {
  std::map<std::string, std::vector<Record>> groups;
  for (auto& [id, record] : latest(dep.upstream)) {
    auto copy = record;
    copy.user = renamed(record.user, dep.dep);
    const auto filters = dep.dep.sql_filters.value_or(std::vector<std::string>{});
    const bool kept = std::ranges::all_of(filters, [&](const auto& filter) { return meets(copy.user, filter); });
    if (!kept && !waits(plan, dep, record)) continue;
    if (!is_null_id(copy.user, dep.match_columns)) groups[id_of(copy.user, dep.match_columns)].push_back(copy);
  }
  std::map<std::string, Part> out;
  for (auto& [id, members] : groups) {
    Part part{members.front().user, {}, {}};
    for (const auto& field : graph_->versions(dep.upstream.key).fields) {
      const auto key = field.key.to_string();
      part.current[key] = std::all_of(members.begin(), members.end(), [&](const Record& member) {
        return is_current({dep.upstream.key, field.key}, member);
      });
      part.value[key] = std::holds_alternative<spec::Aggregation>(dep.dep.lineage)
                            ? group_value(members, dep.id_columns, key)
                            : value_of(members.front(), key);
    }
    out.emplace(id, std::move(part));
  }
  return out;
}

/// docs/format.md, `group`, written out a second time.
std::optional<std::string> Model::group_value(const std::vector<Record>& members, const std::vector<std::string>& ids,
                                              const std::string& field) const {
  std::map<std::string, std::optional<std::string>> by_member;
  for (const auto& member : members) {
    std::string order;
    for (const auto& id : ids) {
      const auto text =
          member.user.at(id).is_string() ? member.user.at(id).get<std::string>() : member.user.at(id).dump();
      order += settings_.format == hash::Format::V1 ? item(text) : text + "\n";
    }
    by_member[order] = value_of(member, field);
  }
  std::string text = settings_.format == hash::Format::V1 ? "metaxy-preimage/1 group;" : "";
  bool any = false;
  for (const auto& [order, value] : by_member) {
    if (settings_.format == hash::Format::V1) {
      text += order + item(value);
    } else if (value) {
      text += (any ? "|" : "") + *value;
      any = true;
    }
  }
  return hash::digest(settings_, text);
}

std::map<std::string, Sample> Model::expected(const spec::FeatureKey& feature) const {
  const auto plan = graph_->plan(feature);
  std::vector<std::map<std::string, Part>> upstream;
  std::set<std::string> ids;
  for (const auto& dep : plan.deps) {
    upstream.push_back(parts_of(plan, dep));
    for (const auto& [id, part] : upstream.back()) ids.insert(id);
  }
  std::map<std::string, Sample> out;
  for (const auto& id : ids) {
    std::vector<const Part*> behind;
    bool complete = true;
    for (std::size_t i = 0; i < plan.deps.size(); ++i) {
      auto found = upstream[i].find(id);
      behind.push_back(found == upstream[i].end() ? nullptr : &found->second);
      complete = complete && (behind.back() || plan.deps[i].dep.optional);
    }
    if (complete) out.emplace(id, sample_of(plan, behind));
  }
  return out;
}

Sample Model::sample_of(const graph::FeaturePlan& plan, const std::vector<const Part*>& behind) const {
  Sample out{Json::object(), {}, {}, true};
  for (const auto* part : behind) {
    if (part) out.user.update(part->user);
  }
  for (const auto& field : plan.fields) {
    std::vector<Parent> parents;
    for (const auto& parent : field.parents) {
      for (std::size_t i = 0; i < plan.deps.size(); ++i) {
        if (!(plan.deps[i].dep.feature == parent.feature)) continue;
        const auto key = parent.field.to_string();
        parents.push_back({parent.feature.to_string(), key, {}, plan.deps[i].dep.optional});
        if (!behind[i]) continue;
        parents.back().value = behind[i]->value.at(key);
        out.ready = out.ready && behind[i]->current.at(key);
      }
    }
    auto digest = field_provenance(settings_, field.key.to_string(), field.code_version, parents);
    if (digest) out.provenance[field.key.to_string()] = *digest;
  }
  if (out.provenance.size() == plan.fields.size()) out.sample_provenance = sample_version(out.provenance);
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

void Model::erase(const spec::FeatureKey& feature, const std::function<bool(const Json&)>& predicate) {
  std::erase_if(records_[feature], [&](const Record& record) { return predicate(record.user); });
}

Answer Model::resolve(const spec::FeatureKey& feature) const {
  const auto plan = graph_->plan(feature);
  const auto should = expected(feature);
  std::map<std::string, std::vector<Record>> own;  // several: children of one parent
  for (auto& [id, record] : latest(plan.feature)) own[id_of(record.user, plan.join_columns)].push_back(record);
  Answer out;
  for (const auto& [id, sample] : should) {
    auto stored = own.find(id);
    if (!sample.ready) {
      out.waiting.insert(id);
    } else if (stored == own.end()) {
      out.fresh.emplace(id, sample);
    } else if (std::any_of(stored->second.begin(), stored->second.end(), [&](const Record& record) {
                 return record.sample_provenance != sample.sample_provenance ||
                        record.feature_version != graph_->versions(feature).feature_version;
               })) {
      out.stale.emplace(id, sample);
    } else {
      out.up_to_date.insert(id);
    }
  }
  const auto left = groups_left(plan);
  for (const auto& [id, children] : own) {
    if (should.count(id)) continue;
    if (left.count(id)) out.waiting.insert(id);
    if (left.count(id)) continue;
    for (const auto& record : children) out.orphaned.insert(id_of(record.user, plan.feature.id_columns));
  }
  return out;
}

}  // namespace metaxy::oracle
