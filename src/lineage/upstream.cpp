// SPDX-License-Identifier: Apache-2.0
#include "lineage/upstream.hpp"

#include <algorithm>
#include <set>

#include <metaxy/error.hpp>

#include "base/pointer.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/placed.hpp"
#include "rel/filter.hpp"

namespace metaxy::lineage {

namespace {

std::string name_of(const graph::FeaturePlan& plan, const graph::PlanDep& dep) {
  return "dependency " + dep.dep.feature.to_string() + " of feature " + plan.feature.key.to_string();
}

/// What a dependency does with a column, and where that was written.
struct Use {
  std::string does;
  std::string part;
};

[[noreturn]] void unknown_column(const graph::FeaturePlan& plan, std::size_t dep, const Use& use,
                                 const std::string& name, const std::vector<std::string>& known) {
  auto near = did_you_mean(name, known);
  Error error(ErrorCode::SchemaMismatch,
              name_of(plan, plan.deps[dep]) + " " + use.does + " " + quote(name) + ", which the stored upstream lacks",
              near.empty() ? "it has: " + join(known, ", ") : near);
  throw placed(std::move(error), plan, dep, use.part);
}

struct Renamed {
  std::string stored;
  std::string name;
};

/// Stored user columns with the names that this dependency gives them.
std::vector<Renamed> rename(const graph::FeaturePlan& plan, std::size_t index, const Stored& stored) {
  const auto& dep = plan.deps[index];
  std::vector<Renamed> out;
  const auto names = user_columns(stored.columns);
  for (const auto& name : names) {
    auto to = name;
    if (dep.dep.rename) {
      auto found = dep.dep.rename->find(name);
      if (found != dep.dep.rename->end()) to = found->second;
    }
    out.push_back({name, to});
  }
  if (dep.dep.rename) {
    for (const auto& [from, to] : *dep.dep.rename) {
      if (!contains(names, from)) unknown_column(plan, index, {"renames", pointer("/rename", from)}, from, names);
    }
  }
  std::set<std::string> seen;
  for (const auto& column : out) {
    if (seen.insert(column.name).second) continue;
    Error error(ErrorCode::SchemaMismatch,
                name_of(plan, dep) + " has two columns called " + quote(column.name) + " after renaming",
                "rename the stored column " + quote(column.name) + " too");
    throw placed(std::move(error), plan, index, pointer("/rename", stored_name(dep.dep, column.name)));
  }
  return out;
}

std::vector<std::string> names_of(const std::vector<Renamed>& columns) {
  std::vector<std::string> out;
  for (const auto& column : columns) out.push_back(column.name);
  return out;
}

/// What stands for the dependency's names in an expression on stored columns.
std::vector<std::pair<std::string, rel::ExprPtr>> stored_names(const std::vector<Renamed>& columns) {
  std::vector<std::pair<std::string, rel::ExprPtr>> out;
  for (const auto& column : columns) out.emplace_back(column.name, rel::column(column.stored));
  return out;
}

bool is_aggregation(const graph::PlanDep& dep) { return std::holds_alternative<spec::Aggregation>(dep.dep.lineage); }

/// Selected user columns in the order of `select`, then the id columns (of N:1 only what it aggregates by); all without
/// a selection.
std::vector<std::string> selected(const graph::FeaturePlan& plan, std::size_t index,
                                  const std::vector<std::string>& names) {
  const auto& dep = plan.deps[index];
  if (!dep.dep.select) return names;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < dep.dep.select->size(); ++i) {
    const auto& name = (*dep.dep.select)[i];
    if (spec::is_system_column(name)) continue;
    if (!contains(names, name)) unknown_column(plan, index, {"selects", pointer("/select", i)}, name, names);
    if (!contains(out, name)) out.push_back(name);
  }
  for (const auto& name : is_aggregation(dep) ? dep.match_columns : dep.id_columns) {
    if (!contains(out, name)) out.push_back(name);
  }
  return out;
}

/// TRUE for records that do not count yet and, of N:1, are in a group: what they belong to waits for them. Null where
/// no record waits.
rel::ExprPtr waiting(const graph::PlanDep& dep, const Counting& counting) {
  if (counting.any || counting.only_these) return nullptr;
  std::vector<rel::ExprPtr> conditions = {rel::negate(counts(counting))};
  for (const auto& name : dep.match_columns) {
    if (is_aggregation(dep)) conditions.push_back(rel::is_not_null(rel::column(stored_name(dep.dep, name))));
  }
  return rel::all_of(conditions);
}

rel::ExprPtr parsed_filter(const std::string& text, const std::string& where) {
  try {
    return rel::parse_filter(text);
  } catch (Error& error) {
    error.note("in a filter of " + where);
    throw;
  }
}

rel::ExprPtr static_filter(const graph::FeaturePlan& plan, std::size_t dep, std::size_t filter,
                           const std::vector<std::string>& columns) {
  const std::string where = name_of(plan, plan.deps[dep]);
  try {
    auto parsed = parsed_filter(plan.deps[dep].dep.sql_filters->at(filter), where);
    check_filter(*parsed, columns, "a filter of " + where);
    return parsed;
  } catch (Error& error) {
    throw placed(std::move(error), plan, dep, pointer("/sql_filters", filter));
  }
}

/// The dependency's filters, on stored columns. What a record that waits has in other columns than its ids is not known
/// until it is made again, so it passes filters on these.
std::vector<rel::ExprPtr> static_filters(const graph::FeaturePlan& plan, std::size_t index, const Counting& counting,
                                         const std::vector<Renamed>& columns) {
  const auto& dep = plan.deps[index];
  const auto names = names_of(columns);
  const auto waits = waiting(dep, counting);
  std::vector<rel::ExprPtr> out;
  const auto texts = dep.dep.sql_filters.value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto parsed = static_filter(plan, index, i, names);
    const auto read = rel::columns_of(*parsed);
    const bool of_ids = std::ranges::all_of(read, [&](const auto& name) { return contains(dep.id_columns, name); });
    auto filter = rel::replace_columns(parsed, stored_names(columns));
    out.push_back(of_ids || !waits ? filter : rel::any_of({filter, waits}));
  }
  return out;
}

}  // namespace

std::string stored_name(const spec::FeatureDep& dep, const std::string& name) {
  if (!dep.rename) return name;
  for (const auto& [from, to] : *dep.rename) {
    if (to == name) return from;
  }
  return name;
}

std::string value_name(std::size_t dep, const spec::FieldKey& field) {
  return std::string(kInternalPrefix) + "v" + std::to_string(dep) + "_" + field.struct_key();
}
std::string ready_name(std::size_t dep) { return std::string(kReady) + std::to_string(dep); }
std::string key_name(std::size_t dep, const std::string& column) {
  return std::string(kInternalPrefix) + "k" + std::to_string(dep) + "_" + column;
}

std::string member_name(std::size_t dep, std::size_t i) {
  return std::string(kInternalPrefix) + "m" + std::to_string(dep) + "_" + std::to_string(i);
}

Prepared prepare_upstream(const graph::FeaturePlan& plan, std::size_t index, const Upstream& upstream,
                          const std::vector<std::string>& keys) {
  const auto& dep = plan.deps[index];
  const auto& stored = *upstream.stored;
  const auto columns = rename(plan, index, stored);
  const auto names = names_of(columns);
  const auto wanted = selected(plan, index, names);

  auto stored_as = [&](const std::string& name) {
    for (const auto& column : columns) {
      if (column.name == name) return rel::column(column.stored);
    }
    const auto on = std::ranges::find(dep.match_columns, name) - dep.match_columns.begin();
    unknown_column(
        plan, index,
        {is_aggregation(dep) ? "aggregates by" : "is joined by", pointer("/lineage/on", static_cast<std::size_t>(on))},
        name, names);
  };
  if (is_aggregation(dep)) std::for_each(dep.match_columns.begin(), dep.match_columns.end(), stored_as);

  Prepared out{nullptr, keys, {}};
  Wanted given{{}, static_filters(plan, index, upstream.counting, columns)};
  given.filters.insert(given.filters.begin(), upstream.filters.begin(), upstream.filters.end());
  for (const auto& name : keys) given.columns.push_back({key_name(index, name), stored_as(name)});
  for (const auto& name : wanted) {
    if (contains(keys, name)) continue;
    out.user_columns.push_back(name);
    given.columns.push_back({name, stored_as(name)});
    if (contains(stored.texts, stored_name(dep.dep, name))) out.texts.push_back(name);
  }
  for (std::size_t i = 0; is_aggregation(dep) && i < dep.id_columns.size(); ++i) {
    given.columns.push_back({member_name(index, i), stored_as(dep.id_columns[i])});
  }
  for (const auto& field : dep.upstream.fields) {
    auto value = field_value(stored, rel::column(std::string(kDataVersionByField)), field.key);
    given.columns.push_back({value_name(index, field.key), value});
  }
  given.columns.push_back(
      {ready_name(index), upstream.counting.only_these ? rel::literal(true) : counts(upstream.counting)});
  out.rows = live_records(stored, upstream.counting, given);
  return out;
}

rel::RelPtr upstream_records(const graph::FeaturePlan& plan, std::size_t index, const Upstream& upstream) {
  const auto& stored = *upstream.stored;
  const auto columns = rename(plan, index, stored);
  Wanted wanted{rel::keep(user_columns(stored.columns)), upstream.filters};
  for (const auto& name : stored.columns) {
    if (spec::is_system_column(name)) wanted.columns.push_back({name, rel::column(name)});
  }
  for (auto& filter : static_filters(plan, index, upstream.counting, columns))
    wanted.filters.push_back(std::move(filter));
  return live_records(stored, upstream.counting, wanted);
}

}  // namespace metaxy::lineage
