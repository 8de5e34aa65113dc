// SPDX-License-Identifier: Apache-2.0
#include "lineage/increment.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "lineage/stale_fields.hpp"

namespace metaxy::lineage {

namespace {

constexpr std::string_view kIncrement = "metaxy_increment";
constexpr std::string_view kPrevious = "metaxy_previous";
constexpr std::string_view kStaleByField = "metaxy_stale_by_field";
constexpr std::string_view kState = "__mx_state";
constexpr std::string_view kExpectedHere = "__mx_expected";
constexpr std::string_view kStoredHere = "__mx_stored";
constexpr std::string_view kStoredProvenance = "__mx_provenance";
constexpr std::string_view kOutdated = "__mx_outdated";
constexpr std::string_view kStoredRow = "__mx_row";
constexpr std::string_view kWithChildren = "__mx_with_children";

rel::ExprPtr col(std::string_view name) { return rel::column(std::string(name)); }
std::string stored_key(const std::string& name) { return "__mx_s_" + name; }

/// Several stored records may be children of one expected sample (1:N).
bool has_children(const Own& own, const std::vector<std::string>& join_columns) {
  return !std::all_of(own.stored.id_columns.begin(), own.stored.id_columns.end(),
                      [&](const auto& name) { return contains(join_columns, name); });
}

/// One row per parent: its provenance when all children have the same, else NULL, which is stale.
rel::RelPtr children_together(rel::RelPtr rows, const std::vector<std::string>& keys) {
  auto columns = rel::keep(keys);
  columns.push_back({std::string(kStoredProvenance), col(kStoredProvenance)});
  columns.push_back({std::string(kOutdated),
                     rel::case_when({{col(kOutdated), rel::literal(std::int64_t{1})}}, rel::literal(std::int64_t{0}))});
  using rel::AggregateFunction;
  rows = rel::aggregate(rel::project(std::move(rows), columns), keys,
                        {{"__mx_least", AggregateFunction::Min, col(kStoredProvenance)},
                         {"__mx_greatest", AggregateFunction::Max, col(kStoredProvenance)},
                         {"__mx_children", AggregateFunction::Count, nullptr},
                         {"__mx_known", AggregateFunction::Count, col(kStoredProvenance)},
                         {std::string(kOutdated), AggregateFunction::Max, col(kOutdated)}});
  auto all_alike = rel::all_of(
      {rel::equal(col("__mx_least"), col("__mx_greatest")), rel::equal(col("__mx_children"), col("__mx_known"))});
  auto out = rel::keep(keys);
  out.push_back({std::string(kStoredHere), rel::literal(true)});
  out.push_back({std::string(kStoredProvenance), rel::case_when({{all_alike, col("__mx_least")}}, nullptr)});
  out.push_back({std::string(kOutdated), rel::equal(col(kOutdated), rel::literal(std::int64_t{1}))});
  return rel::project(std::move(rows), out);
}

std::vector<std::string> stored_keys(const std::vector<std::string>& join_columns) {
  std::vector<std::string> out;
  for (const auto& name : join_columns) out.push_back(stored_key(name));
  return out;
}

/// Stored records reduced to what the comparison needs, under names that no expected column has.
rel::RelPtr comparable_records(const Own& own, const Stored& stored, const std::vector<std::string>& join_columns,
                               bool with_row) {
  std::vector<std::string> read;
  auto need = [&](const std::string& name) {
    if (!contains(read, name)) read.push_back(name);
  };
  for (const auto& name : join_columns) {
    if (!contains(stored.columns, name)) {
      throw Error(ErrorCode::SchemaMismatch,
                  "table " + quote(stored.table) + " lacks column " + quote(name) + ", which samples are matched by",
                  "write the feature with that column, or drop the table");
    }
    need(name);
  }
  need(std::string(kProvenance));
  if (with_row) std::for_each(stored.columns.begin(), stored.columns.end(), need);
  Wanted wanted{rel::keep(read), own.filters};
  auto outdated = own.staleness;
  if (!own.counting.only_these) outdated.push_back(rel::negate(counts(own.counting)));
  wanted.columns.push_back({std::string(kOutdated), rel::unary(rel::UnaryOp::IsTrue, rel::any_of(outdated))});
  auto rows = live_records(stored, own.counting, wanted);

  std::vector<rel::Named> columns;
  for (const auto& name : join_columns) columns.push_back({stored_key(name), rel::column(name)});
  columns.push_back({std::string(kStoredHere), rel::literal(true)});
  columns.push_back({std::string(kStoredProvenance), col(kProvenance)});
  columns.push_back({std::string(kOutdated), col(kOutdated)});
  if (with_row) {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (const auto& name : stored.columns) members.emplace_back(name, rel::column(name));
    columns.push_back({std::string(kStoredRow), rel::pack(members)});
  }
  return rel::project(rows, columns);
}

/// Adds parents that have no children. What was once said of one does not count while it has children.
rel::RelPtr add_childless(rel::RelPtr parents, const Own& own, const std::vector<std::string>& join_columns) {
  auto prefixed = [](std::string_view name) { return "__mx_c" + std::string(name); };
  std::vector<rel::Named> columns;
  std::vector<std::pair<std::string, std::string>> on;
  const auto childless = comparable_records(own, *own.childless, join_columns, false);
  for (const auto& name : rel::output_columns(*childless)) columns.push_back({prefixed(name), rel::column(name)});
  for (const auto& name : stored_keys(join_columns)) on.emplace_back(name, prefixed(name));
  auto rows = rel::join(rel::JoinKind::Full, std::move(parents), rel::project(childless, columns), on);

  std::vector<rel::Named> out;
  for (const auto& name : stored_keys(join_columns)) {
    out.push_back({name, rel::coalesce({rel::column(name), rel::column(prefixed(name))})});
  }
  const auto with_children = rel::is_not_null(col(kStoredHere));
  for (auto name : {kStoredProvenance, kOutdated}) {
    out.push_back({std::string(name), rel::case_when({{with_children, col(name)}}, rel::column(prefixed(name)))});
  }
  out.push_back({std::string(kStoredHere), rel::literal(true)});
  out.push_back({std::string(kWithChildren), with_children});
  return rel::project(std::move(rows), out);
}

/// The stored side of the comparison; of 1:N the parents.
rel::RelPtr comparable(const Own& own, const std::vector<std::string>& join_columns) {
  auto rows = comparable_records(own, own.stored, join_columns, false);
  if (!has_children(own, join_columns)) return rows;
  rows = children_together(std::move(rows), stored_keys(join_columns));
  return own.childless ? add_childless(std::move(rows), own, join_columns) : rows;
}

/// Adds the stored rows of orphans, and of orphans' children, each of which gets a row of its own. They are looked for
/// late, because rows that went through the comparison would fill its memory.
rel::RelPtr add_orphans(rel::RelPtr compared, const Own& own, const std::vector<std::string>& join_columns) {
  auto late_key = [](const std::string& name) { return "__mx_l_" + name; };
  auto names = rel::output_columns(*compared);
  auto left = rel::keep(names);
  std::vector<std::pair<std::string, std::string>> on;
  const auto orphaned = rel::equal(col(kState), rel::literal(std::string(kStateOrphaned)));
  for (const auto& name : join_columns) {
    // NULL matches nothing, so that samples in other states find no children.
    left.push_back({late_key(name), rel::case_when({{orphaned, rel::column(name)}}, nullptr)});
    on.emplace_back(late_key(name), stored_key(name));
  }
  auto children = rel::keep(stored_keys(join_columns));
  children.push_back({std::string(kStoredRow), col(kStoredRow)});
  auto rows =
      rel::join(rel::JoinKind::Left, rel::project(std::move(compared), left),
                rel::project(comparable_records(own, own.stored, join_columns, true), children), on, rel::Matches::Few);
  names.emplace_back(kStoredRow);
  return rel::project(std::move(rows), rel::keep(names));
}

std::string unsettled_name(std::size_t i) { return "__mx_unsettled" + std::to_string(i); }

/// Adds `unsettled_name(i)`: TRUE beside stored samples that wait although nothing expects them.
rel::RelPtr add_unsettled(rel::RelPtr rows, const std::vector<Unsettled>& unsettled) {
  for (std::size_t i = 0; i < unsettled.size(); ++i) {
    std::vector<rel::Named> columns = {{unsettled_name(i), rel::literal(true)}};
    std::vector<std::pair<std::string, std::string>> on;
    for (const auto& [name, theirs] : unsettled[i].on) {
      columns.push_back({theirs, rel::column(theirs)});
      on.emplace_back(stored_key(name), theirs);
    }
    rows = rel::join(rel::JoinKind::Left, std::move(rows), rel::project(unsettled[i].rows, columns), on);
  }
  return rows;
}

/// NULL provenance is stale when stored, and unknown (not stale) when expected: the reference's rule.
rel::ExprPtr state(std::size_t unsettled) {
  auto text = [](std::string_view name) { return rel::literal(std::string(name)); };
  auto differs = rel::binary(rel::BinaryOp::Ne, col(kStoredProvenance), col(kProvenance));
  auto stale = rel::any_of({rel::is_null(col(kStoredProvenance)), differs, col(kOutdated)});
  const auto unexpected = rel::is_null(col(kExpectedHere));
  std::vector<std::pair<rel::ExprPtr, rel::ExprPtr>> states;
  for (std::size_t i = 0; i < unsettled; ++i) {
    const auto waits = rel::is_not_null(rel::column(unsettled_name(i)));
    states.emplace_back(rel::all_of({unexpected, waits}), text(kStateWaiting));
  }
  states.emplace_back(unexpected, text(kStateOrphaned));
  states.emplace_back(rel::negate(col(kReady)), text(kStateWaiting));
  states.emplace_back(rel::is_null(col(kStoredHere)), text(kStateNew));
  states.emplace_back(rel::unary(rel::UnaryOp::IsTrue, stale), text(kStateStale));
  return rel::case_when(states, text(kStateUpToDate));
}

/// Expected and stored samples side by side: columns of `expected` (those in `carried` and the join columns, merged
/// from both sides), kState, and kStoredRow when asked for.
rel::RelPtr compare(const Expected& expected, const Own& own, const std::vector<std::string>& carried, bool with_row) {
  auto left_columns = expected.join_columns;
  left_columns.insert(left_columns.end(), carried.begin(), carried.end());
  for (auto name : {kProvenance, kReady}) {
    if (!contains(left_columns, name)) left_columns.emplace_back(name);
  }
  auto left_named = rel::keep(left_columns);
  left_named.push_back({std::string(kExpectedHere), rel::literal(true)});
  std::vector<std::pair<std::string, std::string>> on;
  for (const auto& name : expected.join_columns) on.emplace_back(name, stored_key(name));
  auto rows = rel::join(rel::JoinKind::Full, rel::project(expected.rows, left_named),
                        with_row ? comparable_records(own, own.stored, expected.join_columns, true)
                                 : comparable(own, expected.join_columns),
                        on);
  // A parent that is gone and had no children leaves nothing behind.
  if (own.childless) rows = rel::filter(rows, rel::any_of({rel::is_not_null(col(kExpectedHere)), col(kWithChildren)}));
  rows = add_unsettled(std::move(rows), expected.unsettled);

  std::vector<rel::Named> columns = {{std::string(kState), state(expected.unsettled.size())}};
  for (const auto& name : expected.join_columns) {
    columns.push_back({name, rel::coalesce({rel::column(name), rel::column(stored_key(name))})});
  }
  for (const auto& name : carried) columns.push_back({name, rel::column(name)});
  if (with_row) columns.push_back({std::string(kStoredRow), col(kStoredRow)});
  return rel::project(rows, columns);
}

std::vector<std::string> increment_columns(const Expected& expected) {
  auto out = expected.user_columns;
  for (auto name : {kProvenanceByField, kProvenance}) out.emplace_back(name);
  for (auto name : {kDataVersionByField, kDataVersion}) {
    if (expected.own_versions) out.emplace_back(name);
  }
  return out;
}

}  // namespace

rel::RelPtr everything_new(const Expected& expected, Previous previous) {
  auto rows = rel::filter(expected.rows, col(kReady));
  std::vector<rel::Named> columns = {{std::string(kIncrement), rel::literal(std::string(kStateNew))}};
  for (const auto& name : expected.join_columns) columns.push_back({name, rel::column(name)});
  for (const auto& name : increment_columns(expected)) columns.push_back({name, rel::column(name)});
  columns.push_back({std::string(kPrevious), rel::null()});
  if (previous == Previous::All) columns.push_back({std::string(kStaleByField), no_stale_fields(expected.fields)});
  return rel::project(rows, columns);
}

rel::RelPtr increment(const Expected& expected, const std::optional<Own>& own, Previous previous) {
  if (!own) return everything_new(expected, previous);
  const bool late = previous == Previous::Orphaned || has_children(*own, expected.join_columns);
  auto rows = compare(expected, *own, increment_columns(expected), !late);
  rows = rel::filter(
      rows, rel::in(col(kState), {std::string(kStateNew), std::string(kStateStale), std::string(kStateOrphaned)}));
  if (late) rows = add_orphans(rows, *own, expected.join_columns);
  std::vector<rel::Named> columns = {{std::string(kIncrement), col(kState)}};
  for (const auto& name : expected.join_columns) columns.push_back({name, rel::column(name)});
  for (const auto& name : increment_columns(expected)) columns.push_back({name, rel::column(name)});
  columns.push_back({std::string(kPrevious), col(kStoredRow)});
  if (previous == Previous::All) {
    auto stale = rel::equal(col(kState), rel::literal(std::string(kStateStale)));
    auto reasons = rel::case_when({{stale, stale_fields(*own, std::string(kStoredRow))}}, nullptr);
    columns.push_back({std::string(kStaleByField), reasons});
  }
  return rel::project(rows, columns);
}

rel::RelPtr sample_states(const Expected& expected, const std::optional<Own>& own) {
  rel::RelPtr rows = expected.rows;
  rel::ExprPtr state;
  if (own) {
    rows = compare(expected, *own, {std::string(kProvenance)}, false);
    state = col(kState);
  } else {
    auto text = [](std::string_view name) { return rel::literal(std::string(name)); };
    state = rel::case_when({{col(kReady), text(kStateNew)}}, text(kStateWaiting));
  }
  std::vector<rel::Named> columns = {{"state", state}};
  for (const auto& name : expected.join_columns) columns.push_back({name, rel::column(name)});
  columns.push_back({std::string(kProvenance), col(kProvenance)});
  return rel::project(rows, columns);
}

rel::RelPtr state_counts(const Expected& expected, const std::optional<Own>& own) {
  auto states = rel::project(sample_states(expected, own), rel::keep({"state"}));
  return rel::aggregate(states, {"state"}, {{"samples", rel::AggregateFunction::Count, nullptr}});
}

}  // namespace metaxy::lineage
