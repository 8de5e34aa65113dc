// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/carry_over.hpp"
#include "ops/childless.hpp"
#include "ops/opened.hpp"
#include "ops/record_checks.hpp"
#include "ops/record_versions.hpp"
#include "ops/store_settings.hpp"
#include "ops/tables.hpp"
#include "ops/tombstones.hpp"

namespace metaxy::ops {

namespace {

constexpr const char* kRows = "rows";

rel::ExprPtr col(std::string_view name) { return rel::column(std::string(name)); }
rel::ExprPtr text_or_null(const std::optional<std::string>& text) {
  return text ? rel::literal(*text) : rel::cast(rel::null(), rel::Type::Text);
}
rel::ExprPtr no_time() { return rel::cast(rel::null(), rel::Type::TimestampTz); }

/// One write: the feature, what was given and what is stamped on every record.
struct Writing {
  Opened& opened;
  const spec::FeatureSpec& spec;
  store::TableSchema given;
  Timestamp now;
  std::optional<std::string> materialization_id;
  bool keep_versions;
  std::optional<lineage::Expansion> expansion;

  bool has(std::string_view name) const { return store::find_column(given, name) != nullptr; }
};

/// The records that are appended: user columns as given, then the system columns; nobody can forge these.
rel::RelPtr records(const Writing& writing, rel::RelPtr rows) {
  using namespace lineage;
  std::vector<rel::Named> columns;
  for (const auto& column : writing.given) {
    if (spec::is_system_column(column.name) || column.name == kIncrementColumn || column.name == kPreviousColumn ||
        column.name == kStaleByFieldColumn)
      continue;
    columns.push_back({column.name, rel::column(column.name)});
  }
  for (auto& column : version_columns(writing.spec, writing.given, writing.opened.rules))
    columns.push_back(std::move(column));
  const auto& opened = writing.opened;
  auto now = timestamp_literal(writing.now);
  auto created =
      writing.has(kCreatedAt) ? rel::coalesce({rel::call(rel::Function::Least, {col(kCreatedAt), now}), now}) : now;
  const bool kept = writing.keep_versions && writing.has(kFeatureVersion) && writing.has(kProjectVersion);
  auto stamp = [&](std::string_view name, const std::string& current) {
    columns.push_back({std::string(name), kept ? col(name) : rel::literal(current)});
  };
  stamp(kFeatureVersion, opened.graph->versions(writing.spec.key).feature_version);
  stamp(kProjectVersion, opened.graph->project_version(opened.rules.project));
  columns.push_back({std::string(kCreatedAt), created});
  columns.push_back({std::string(kUpdatedAt), now});
  auto deleted = writing.expansion ? rel::case_when({{is_childless(*writing.expansion), now}}, no_time()) : no_time();
  columns.push_back({std::string(kDeletedAt), deleted});
  columns.push_back({std::string(kMaterializationId), text_or_null(writing.materialization_id)});
  return rel::project(std::move(rows), columns);
}

/// Whether a write retires children that it lacks.
bool retires(const Opened& opened, const std::optional<lineage::Expansion>& expansion,
             const std::optional<lineage::Stored>& stored, const WriteOptions& options) {
  if (!expansion || !stored || !options.retire_children.value_or(!opened.rules.compat)) return false;
  return std::ranges::all_of(expansion->parents,
                             [&](const auto& name) { return lineage::contains(stored->columns, name); });
}

/// What one write does to the store as it is now.
struct WritePlan {
  std::vector<store::Mutation> mutations;
  Timestamp now;
  bool creates = false;
  std::optional<lineage::Expansion> expansion;  ///< present: may retire children and know parents without any
};

/// What the rows must be, asked when they are in the table.
std::vector<store::Require> checks(const Writing& writing, const std::shared_ptr<FirstLook>& look,
                                   const PartialRows& source, const std::optional<lineage::Stored>& stored) {
  auto& opened = writing.opened;
  const auto& spec = writing.spec;
  const auto rows = written_rows(spec.key.table_name(), writing.now);
  auto out = check_rows(spec, writing.expansion, rows, writing.given, look);
  if (!source.taken_over.empty()) {
    const auto previous = previous_ids(opened, spec, *stored, writing.now);
    out.push_back(refuse_without_previous(spec, rows, previous, source.taken_over));
  }
  if (opened.rules.compat) return out;
  for (auto& check : refuse_contradictions(spec, rows, writing.given, opened.rules.hash, look)) {
    out.push_back(std::move(check));
  }
  return out;
}

/// Requires: nobody else writes until the plan is carried out.
WritePlan plan_write(Opened& opened, const spec::FeatureSpec& spec, const store::TableSchema& given,
                     const std::shared_ptr<FirstLook>& look, const WriteOptions& options) {
  const auto stored = find_stored(opened, spec);
  const auto plan = opened.graph->plan(spec.key);
  const auto samples = lineage::match_upstreams(plan, opened.rules.compat).samples;
  auto expansion = lineage::expansion_of(plan, samples);
  auto time = next_time(opened, stored);
  Writing writing{opened,
                  spec,
                  given,
                  time.now,
                  options.materialization_id ? options.materialization_id : opened.rules.materialization_id,
                  options.keep_versions,
                  opened.rules.compat ? std::nullopt : expansion};
  const auto table = spec.key.table_name();
  check_columns(spec, given, find_schema(opened, table), options.coerce ? TypeRule::Coerce : TypeRule::Strict,
                taken_names(opened.rules));
  if (const auto existing = opened.session->find(table)) look->stored_in(*existing);

  PartialRows source{rel::input(kRows, store::column_names(given)), given};
  if (options.carry_over && stored) {
    source = carry_over(opened, spec, *stored, source);
    look->carried_over();
  }
  writing.given = source.columns;
  if (writing.expansion && !(stored && stored->own())) check_child_types(spec, *writing.expansion, writing.given);
  check_matching(plan, samples, writing.given);
  const auto appended = records(writing, source.rows);
  auto mutations = std::move(time.remember);
  for (auto& mutation : agree_on_settings(opened, time.now)) mutations.push_back(std::move(mutation));
  for (auto& mutation : record_field_versions(*opened.session, spec, opened.graph->versions(spec.key), writing.now)) {
    mutations.push_back(std::move(mutation));
  }
  mutations.push_back(make_room(opened, spec, stored, appended));
  mutations.push_back(store::Append{table, appended});
  for (auto& check : checks(writing, look, source, stored)) mutations.push_back(std::move(check));
  if (retires(opened, expansion, stored, options)) {
    const auto retired = retired_children(*stored, expansion->parents, writing.now);
    if (opened.overlay) mutations.push_back(store::Extend{table, retired});
    mutations.push_back(store::Append{table, retired});
  }
  return {std::move(mutations), writing.now, !(stored && stored->own()), std::move(expansion)};
}

std::vector<std::string> names_of(const ArrowSchema& schema) {
  std::vector<std::string> out;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    out.emplace_back(schema.children[i]->name ? schema.children[i]->name : "");
  }
  return out;
}

/// Whether there are any rows; needed of a stream that is right only without them.
bool has_rows(arrow::Stream& rows) {
  while (const auto batch = rows.next()) {
    if ((*batch)->length > 0) return true;
  }
  return false;
}

/// What a write has appended without it being there.
void count_deleted(Opened& opened, const std::string& table, const WritePlan& planned, WriteResult& out) {
  auto columns = planned.expansion->children;
  columns.emplace_back(lineage::kDeletedAt);
  const auto now = rel::equal(col(lineage::kDeletedAt), timestamp_literal(planned.now));
  auto count = [&](const rel::ExprPtr& which) {
    return count_rows(*opened.session, rel::filter(rel::scan(table, columns), rel::all_of({now, which})));
  };
  const auto deleted = count(rel::literal(true));
  if (deleted > 0) out.childless = count(is_childless(*planned.expansion));
  out.retired = deleted - out.childless;
}

}  // namespace

WriteResult write(Opened& opened, const FeatureKey& feature, arrow::Stream rows, const WriteOptions& options) {
  const auto& spec = opened.graph->get(feature).spec;
  const auto schema = rows.schema();
  if (schema->n_children == 0)
    throw Error(ErrorCode::SchemaMismatch, "the rows have no columns", "give id and data columns");
  // Now, because a database that describes them may rename what occurs twice.
  check_names(spec, names_of(*schema.get()), taken_names(opened.rules));
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  const auto given = opened.session->describe(*rel::input(kRows, {}), inputs);
  // Again in the plan, because the table can change until then; now, because it may take long until the rows come.
  check_columns(spec, given, find_schema(opened, spec.key.table_name()),
                options.coerce ? TypeRule::Coerce : TypeRule::Strict, taken_names(opened.rules));
  const auto expansion = expansion_of(opened, opened.graph->plan(feature));
  if (const auto nulls = columns_of_nulls(spec, expansion, given); !nulls.empty()) {
    if (!has_rows(inputs.at(kRows))) return {};
    throw Error(ErrorCode::InvalidArgument, "rows have nothing but nulls in column " + quote(join(nulls, ", ")),
                "every sample needs ids, and a version for each field");
  }
  const auto look = std::make_shared<FirstLook>(spec, opened.rules.hash, given);
  inputs.at(kRows) = FirstLook::watch(look, std::move(inputs.at(kRows)));
  WritePlan planned;
  const auto plan = [&] {
    planned = plan_write(opened, spec, given, look, options);
    return std::move(planned.mutations);
  };
  WriteResult out;
  const auto table = spec.key.table_name();
  const auto appended = opened.session->commit(plan, std::move(inputs), options.watch).rows_of(table);
  if (planned.expansion) count_deleted(opened, table, planned, out);
  out.rows = appended - out.retired - out.childless;
  out.table_created = planned.creates;
  return out;
}

}  // namespace metaxy::ops
