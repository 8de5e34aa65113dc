// SPDX-License-Identifier: Apache-2.0
// Which samples a feature should have, and their provenance.
#include <algorithm>
#include <stdexcept>

#include "oracle/columns.hpp"
#include "oracle/oracle.hpp"

namespace metaxy::oracle {

namespace {

std::string item(const std::optional<std::string>& value) {
  if (!value) return "~,";
  return std::to_string(value->size()) + ":" + *value + ",";
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

std::optional<std::string> value_of(const Record& record, const std::string& field) {
  auto found = record.data_version.find(field);
  return found == record.data_version.end() ? std::nullopt : std::optional(found->second);
}

/// An id as it is hashed.
std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// Upstreams' parts of one sample.
struct Joined {
  Json key;
  std::vector<const Part*> behind;
};

/// Whether they have the same values of all columns that both have.
bool fits(const Json& one, const Json& other) {
  return std::ranges::all_of(
      other.items(), [&](const auto& each) { return !one.contains(each.key()) || one.at(each.key()) == each.value(); });
}

/// Every combination of parts that fit each other; where all upstreams are optional, for everything that one has.
std::vector<Joined> join(const std::vector<graph::PlanDep>& deps, const std::vector<std::vector<Part>>& parts) {
  const std::vector<const Part*> none(deps.size(), nullptr);
  std::vector<Joined> out;
  if (std::ranges::all_of(deps, [](const auto& dep) { return dep.dep.optional; })) {
    std::map<std::string, Json> keys;
    for (const auto& upstream : parts) {
      for (const auto& part : upstream) keys[part.key.dump()] = part.key;
    }
    for (const auto& [id, key] : keys) out.push_back({key, none});
  } else {
    out.push_back({Json::object(), none});
  }
  for (bool optional : {false, true}) {
    for (std::size_t i = 0; i < deps.size(); ++i) {
      if (deps[i].dep.optional != optional) continue;
      std::vector<Joined> next;
      for (const auto& row : out) {
        const auto before = next.size();
        for (const auto& part : parts[i]) {
          if (!fits(row.key, part.key)) continue;
          next.push_back(row);
          next.back().key.update(part.key);
          next.back().behind[i] = &part;
        }
        if (optional && next.size() == before) next.push_back(row);
      }
      out = std::move(next);
    }
  }
  return out;
}

}  // namespace

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

/// A field that the feature reads has yet to be made again.
bool Model::waits(const Plan& plan, const graph::PlanDep& dep, const Record& record) const {
  for (const auto& field : plan.fields) {
    for (const auto& parent : field.parents) {
      if (parent.feature == dep.dep.feature && !is_current(parent, record)) return true;
    }
  }
  return false;
}

/// Filters; what a record that waits has in other columns than its ids is not known yet.
bool Model::passes(const Plan& plan, const graph::PlanDep& dep, const Record& record, const Json& row) const {
  const auto ids = renamed(dep.upstream.id_columns, dep.dep);
  for (const auto& filter : dep.dep.sql_filters.value_or(Names{})) {
    const auto at = filter.find(" <> '");
    const auto column = filter.substr(0, at);
    const auto& value = row.at(column);
    const bool met = value.is_string() && "'" + value.get<std::string>() + "'" != filter.substr(at + 4);
    if (!met && (has(ids, column) || !waits(plan, dep, record))) return false;
  }
  return true;
}

/// Whether a sample may come back to be expected: one that ever was in its group waits, and has not said where it is.
bool Model::was_left(const Plan& plan, const Json& stored) const {
  for (const auto& dep : plan.deps) {
    const auto matched = match_columns(plan.feature, dep);
    const auto ids = renamed(dep.upstream.id_columns, dep.dep);
    const auto found = records_.find(dep.upstream.key);
    if (!std::holds_alternative<spec::Aggregation>(dep.dep.lineage) || found == records_.end()) continue;
    if (std::ranges::all_of(matched, [&](const auto& name) { return has(ids, name); })) continue;
    const auto now = latest(dep.upstream.key);
    for (const auto& record : found->second) {
      const auto member = now.find(id_of(record.user, dep.upstream.id_columns));
      if (member == now.end() || !waits(plan, dep, member->second)) continue;
      if (fits(stored, only(renamed(record.user, dep.dep), matched))) return true;
    }
  }
  return false;
}

std::vector<Part> Model::parts_of(const Plan& plan, const graph::PlanDep& dep) const {
  const auto matched = match_columns(plan.feature, dep);
  const bool aggregates = std::holds_alternative<spec::Aggregation>(dep.dep.lineage);
  std::map<std::string, std::vector<Record>> groups;
  for (auto& [id, record] : latest(dep.upstream.key)) {
    const auto row = renamed(record.user, dep.dep);
    if (!passes(plan, dep, record, row)) continue;
    auto& members = groups[id_of(row, matched)];
    if (!members.empty() && !aggregates) throw std::logic_error("two records for one sample: " + id);
    members.push_back(record);
  }
  std::vector<Part> out;
  for (const auto& [id, members] : groups) out.push_back(part_of(plan, dep, members));
  return out;
}

/// `members` are in the order of their ids.
Part Model::part_of(const Plan& plan, const graph::PlanDep& dep, const std::vector<Record>& members) const {
  const bool aggregates = std::holds_alternative<spec::Aggregation>(dep.dep.lineage);
  const auto first = renamed(members.front().user, dep.dep);
  Part out{only(first, match_columns(plan.feature, dep)), Json::object(), {}, {}};
  for (const auto& name : brought_columns(first, plan.feature, dep)) {
    if (!aggregates) out.user[name] = first.at(name);
    for (const auto& member : members) {
      if (aggregates) out.user[name].push_back(renamed(member.user, dep.dep).at(name));
    }
  }
  for (const auto& field : graph_->versions(dep.upstream.key).fields) {
    const auto key = field.key.to_string();
    out.current[key] = std::ranges::all_of(members, [&](const Record& member) {
      return is_current({dep.upstream.key, field.key}, member);
    });
    out.value[key] = aggregates ? group_value(members, dep.upstream.id_columns, key) : value_of(members.front(), key);
  }
  return out;
}

/// docs/format.md, `group`, written out a second time.
std::optional<std::string> Model::group_value(const std::vector<Record>& members, const Names& ids,
                                              const std::string& field) const {
  std::map<std::string, std::optional<std::string>> by_member;
  for (const auto& member : members) {
    std::string order;
    for (const auto& id : ids) {
      const auto text = text_of(member.user.at(id));
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
  if (settings_.format == hash::Format::V0 && !any) return std::nullopt;
  return hash::digest(settings_, text);
}

std::map<std::string, Sample> Model::expected(const Plan& plan) const {
  std::vector<std::vector<Part>> parts;
  for (const auto& dep : plan.deps) parts.push_back(parts_of(plan, dep));
  std::map<std::string, Sample> out;
  const auto columns = sample_columns(plan.feature.key);
  for (const auto& [key, behind] : join(plan.deps, parts)) {
    const auto id = id_of(key, columns);
    auto sample = sample_of(plan, behind);
    sample.user.update(key);
    if (!out.emplace(id, std::move(sample)).second) throw std::logic_error("a sample is expected twice: " + id);
  }
  return out;
}

Sample Model::sample_of(const Plan& plan, const std::vector<const Part*>& behind) const {
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

}  // namespace metaxy::oracle
