// SPDX-License-Identifier: Apache-2.0
#include "ops/record_checks.hpp"

#include <algorithm>
#include <set>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/record_versions.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

using store::column_names;
using store::find_column;
using store::Kind;

constexpr std::uint64_t kShown = 3;

void check_names(const std::vector<std::string>& names, Names rule, Faults& faults) {
  std::set<std::string> seen;
  for (const auto& name : names) {
    const auto subject = "column " + quote(name);
    const auto lower = to_lower(name);
    if (name.empty()) faults.add("a column", "has no name");
    if (!seen.insert(lower).second) faults.add(subject, "occurs twice", "names differ in more than case");
    if (lower.rfind(lineage::kInternalPrefix, 0) == 0)
      faults.add(subject, "has a name reserved for metaxy", "rename it");
    const bool ours = spec::is_system_column(name) || name == kIncrementColumn || name == kPreviousColumn ||
                      name == kStaleByFieldColumn;
    if (rule == Names::Own && lower.rfind("metaxy_", 0) == 0 && !ours) {
      const auto near = did_you_mean(name, spec::system_columns());
      faults.add(subject, "starts with metaxy_ and is no system column", near.empty() ? "rename it" : near);
    }
  }
}

void check_ids(const spec::FeatureSpec& spec, const store::TableSchema& given, Faults& faults) {
  for (const auto& id : spec.id_columns) {
    const auto* column = find_column(given, id);
    if (!column) {
      auto near = did_you_mean(id, column_names(given));
      faults.add("id column " + quote(id), "is missing",
                 near.empty() ? "rows have: " + join(column_names(given), ", ") : near);
      continue;
    }
    for (auto kind : {Kind::List, Kind::Struct, Kind::Map, Kind::Json}) {
      if (column->type.kind == kind) {
        faults.add("id column " + quote(id), "is of type " + column->type.text,
                   "ids are scalars: text, numbers, dates");
      }
    }
  }
}

/// By-field columns have one text member per field, no more and no less.
void check_by_field(const spec::FeatureSpec& spec, const store::TableColumn& column, Names rule, Faults& faults) {
  const auto subject = "column " + quote(column.name);
  if (column.type.kind == Kind::Map || column.type.kind == Kind::Null) return;
  if (column.type.kind != Kind::Struct) {
    faults.add(subject, "is of type " + column.type.text, "it is a struct with one text member per field");
    return;
  }
  std::vector<std::string> fields;
  for (const auto& field : spec.fields) fields.push_back(field.key.struct_key());
  for (const auto& field : fields) {
    if (!lineage::contains(column.type.members, field)) {
      faults.add(subject, "lacks member " + quote(field), "give a version for every field of the feature");
    }
  }
  for (std::size_t i = 0; i < column.type.members.size(); ++i) {
    const auto& name = column.type.members[i];
    if (rule == Names::Own && !lineage::contains(fields, name)) {
      auto near = did_you_mean(name, fields);
      faults.add(subject, "has member " + quote(name) + ", which is no field of the feature",
                 near.empty() ? "fields: " + join(fields, ", ") : near);
    }
    const auto& type = column.type.member_types[i];
    if (type.kind != Kind::Text && type.kind != Kind::Null) {
      faults.add(subject, "has member " + quote(name) + " of type " + type.text, "versions are text");
    }
  }
}

void check_provenance(const spec::FeatureSpec& spec, const store::TableSchema& given, Names rule, Faults& faults) {
  const auto* provenance = find_column(given, lineage::kProvenanceByField);
  if (!provenance) {
    faults.add("column " + quote(lineage::kProvenanceByField), "is missing",
               spec.deps.empty() ? "rows of a root feature say by themselves which version each field has"
                                 : "keep the metaxy_ columns of the rows that resolving the feature handed out");
  } else {
    check_by_field(spec, *provenance, rule, faults);
  }
  if (const auto* column = find_column(given, lineage::kDataVersionByField))
    check_by_field(spec, *column, rule, faults);
  for (auto name : {lineage::kProvenance, lineage::kDataVersion}) {
    const auto* column = find_column(given, name);
    if (column && column->type.kind != Kind::Text && column->type.kind != Kind::Null) {
      faults.add("column " + quote(name), "is of type " + column->type.text, "it is text");
    }
  }
}

bool fits(const store::ColumnType& given, const store::ColumnType& table) {
  if (given.kind == table.kind || given.kind == Kind::Null || table.kind == Kind::Null) return true;
  if (given.kind == Kind::Integer && (table.kind == Kind::Float || table.kind == Kind::Decimal)) return true;
  return (given.kind == Kind::Text && table.kind == Kind::Json) ||
         (given.kind == Kind::Json && table.kind == Kind::Text);
}

/// Databases do not tell such columns apart.
void check_case(const store::TableSchema& given, const store::TableSchema& table, Faults& faults) {
  for (const auto& column : given) {
    if (find_column(table, column.name)) continue;
    for (const auto& stored : table) {
      if (to_lower(stored.name) != to_lower(column.name)) continue;
      faults.add("column " + quote(column.name), "is called " + quote(stored.name) + " in the table", "rename it");
    }
  }
}

/// What the rows say of when records were created is compared with times.
void check_times(const store::TableSchema& given, Faults& faults) {
  const auto* created = find_column(given, lineage::kCreatedAt);
  if (!created || created->type.kind == Kind::Null) return;
  if (created->type.kind == Kind::Timestamp || created->type.kind == Kind::TimestampTz) return;
  faults.add("column " + quote(lineage::kCreatedAt), "is of type " + created->type.text,
             "give a timestamp, or leave it out");
}

void check_types(const store::TableSchema& given, const store::TableSchema& table, Faults& faults) {
  for (const auto& column : given) {
    if (spec::is_system_column(column.name)) continue;
    const auto* stored = find_column(table, column.name);
    if (!stored || fits(column.type, stored->type)) continue;
    faults.add("column " + quote(column.name), "is " + column.type.text + ", in the table it is " + stored->type.text,
               "cast it before writing");
  }
}

std::string id_text(const spec::FeatureSpec& spec, const Json& row) {
  std::vector<std::string> parts;
  for (const auto& id : spec.id_columns) {
    const auto& value = row.at(id);
    parts.push_back(id + " = " + (value.is_string() ? quote(value.get<std::string>()) : dump_compact(value)));
  }
  return join(parts, ", ");
}

rel::ExprPtr column(std::string_view name) { return rel::column(std::string(name)); }

rel::ExprPtr null_or_empty(const rel::ExprPtr& text) {
  return rel::any_of({rel::is_null(text), rel::equal(text, rel::literal(""))});
}

/// Refuses with `problem` and the ids of some of the `bad` rows.
store::Require refuse(const spec::FeatureSpec& spec, const rel::RelPtr& bad, const std::string& problem,
                      const std::string& hint) {
  return {rel::order(bad, {}, kShown), [spec, problem, hint](arrow::Stream& stream) {
            std::vector<std::string> shown;
            for (const auto& row : arrow::read_rows(stream)) shown.push_back(id_text(spec, row));
            throw Error(ErrorCode::InvalidArgument, problem + ": " + join(shown, "; "), hint);
          }};
}

store::Require refuse_bad_ids(const spec::FeatureSpec& spec, const std::optional<lineage::Expansion>& expansion,
                              const CheckedRows& rows, const store::TableSchema& given) {
  const auto has_child = expansion ? rel::negate(is_childless(*expansion)) : rel::literal(true);
  auto read = spec.id_columns;
  std::vector<rel::ExprPtr> bad;
  for (const auto& id : spec.id_columns) {
    const auto kind = find_column(given, id)->type.kind;
    const bool of_child = expansion && lineage::contains(expansion->children, id);
    const auto none = kind == Kind::Text ? null_or_empty(rel::column(id)) : rel::is_null(rel::column(id));
    bad.push_back(of_child ? rel::all_of({has_child, none}) : none);
    if (kind == Kind::Float)
      bad.push_back(rel::equal(rel::column(id), rel::literal(std::numeric_limits<double>::quiet_NaN())));
  }
  for (const auto& name : expansion ? expansion->parents : std::vector<std::string>{}) {
    if (lineage::contains(read, name)) continue;
    read.push_back(name);
    bad.push_back(rel::all_of({is_childless(*expansion), rel::is_null(rel::column(name))}));
  }
  // NaN has no place in the values that rows are shown as.
  std::vector<rel::Named> shown;
  for (const auto& id : spec.id_columns) {
    const bool number = find_column(given, id)->type.kind == Kind::Float;
    shown.push_back({id, number ? rel::cast(rel::column(id), rel::Type::Text) : rel::column(id)});
  }
  auto bad_rows = rel::project(rel::filter(rows(read), rel::any_of(bad)), shown);
  return refuse(spec, bad_rows, "rows have null, empty or NaN ids", "every sample needs an id");
}

store::Require refuse_duplicates(const spec::FeatureSpec& spec, const std::optional<lineage::Expansion>& expansion,
                                 const CheckedRows& rows) {
  auto samples = rows(spec.id_columns);
  if (expansion) samples = rel::filter(samples, rel::negate(is_childless(*expansion)));
  auto groups = rel::aggregate(samples, spec.id_columns, {{"__mx_n", rel::AggregateFunction::Count, nullptr}});
  auto several = rel::binary(rel::BinaryOp::Gt, rel::column("__mx_n"), rel::literal(std::int64_t{1}));
  return refuse(spec, rel::filter(groups, several), "ids occur more than once in one write",
                "keep one row per sample, or write the versions one after the other");
}

/// Rows without a child's id that are not the only one of their parent.
store::Require refuse_other_rows(const spec::FeatureSpec& spec, const lineage::Expansion& expansion,
                                 const CheckedRows& rows) {
  constexpr const char* kRows = "__mx_rows";
  constexpr const char* kChildless = "__mx_childless";
  auto read = expansion.parents;
  read.insert(read.end(), expansion.children.begin(), expansion.children.end());
  auto columns = rel::keep(expansion.parents);
  columns.push_back({kChildless, rel::case_when({{is_childless(expansion), rel::literal(std::int64_t{1})}}, nullptr)});
  const auto parents = rel::aggregate(rel::project(rows(read), columns), expansion.parents,
                                      {{kRows, rel::AggregateFunction::Count, nullptr},
                                       {kChildless, rel::AggregateFunction::Count, rel::column(kChildless)}});
  const auto more = [](const char* name, std::int64_t than) {
    return rel::binary(rel::BinaryOp::Gt, rel::column(name), rel::literal(than));
  };
  auto of_parents = spec;
  of_parents.id_columns = expansion.parents;
  return refuse(of_parents, rel::filter(parents, rel::all_of({more(kChildless, 0), more(kRows, 1)})),
                "rows without ids of children, which stand for parents without children, have other rows beside them",
                "give a child its ids, or write such a parent in one row");
}

store::Require refuse_bad_provenance(const spec::FeatureSpec& spec, const CheckedRows& rows) {
  std::vector<rel::ExprPtr> bad = {null_or_empty(column(lineage::kProvenance)),
                                   null_or_empty(column(lineage::kDataVersion))};
  for (const auto& field : spec.fields) {
    for (auto name : {lineage::kProvenanceByField, lineage::kDataVersionByField}) {
      bad.push_back(null_or_empty(rel::member(column(name), field.key.struct_key())));
    }
  }
  auto columns = spec.id_columns;
  for (auto name :
       {lineage::kProvenance, lineage::kDataVersion, lineage::kProvenanceByField, lineage::kDataVersionByField}) {
    columns.emplace_back(name);
  }
  return refuse(
      spec, rel::filter(rows(columns), rel::any_of(bad)), "rows have null or empty provenance or data versions",
      "keep the metaxy_ columns as resolving the feature handed them out, and leave out rows marked orphaned");
}

std::string misfit(const spec::FeatureSpec& spec) { return "the rows do not fit feature " + spec.key.to_string(); }

}  // namespace

Names taken_names(const Rules& rules) { return rules.compat ? Names::Any : Names::Own; }

void check_names(const spec::FeatureSpec& spec, const std::vector<std::string>& names, Names rule) {
  Faults faults;
  check_names(names, rule, faults);
  faults.throw_if_any(ErrorCode::SchemaMismatch, misfit(spec));
}

std::vector<std::string> columns_of_nulls(const spec::FeatureSpec& spec,
                                          const std::optional<lineage::Expansion>& expansion,
                                          const store::TableSchema& given) {
  auto names = spec.id_columns;
  for (auto name : {lineage::kProvenanceByField, lineage::kDataVersionByField}) names.emplace_back(name);
  std::vector<std::string> out;
  for (const auto& name : names) {
    if (expansion && lineage::contains(expansion->children, name)) continue;
    const auto* column = find_column(given, name);
    if (column && column->type.kind == Kind::Null) out.push_back(name);
  }
  return out;
}

void check_columns(const spec::FeatureSpec& spec, const store::TableSchema& given,
                   const std::optional<store::TableSchema>& table, TypeRule rule, Names names) {
  Faults faults;
  check_names(column_names(given), names, faults);
  check_ids(spec, given, faults);
  check_provenance(spec, given, names, faults);
  check_times(given, faults);
  if (table) check_case(given, *table, faults);
  if (table && rule == TypeRule::Strict) check_types(given, *table, faults);
  faults.throw_if_any(ErrorCode::SchemaMismatch, misfit(spec));
}

void check_kinds(const spec::FeatureKey& feature, const store::TableSchema& given, const store::TableSchema& table) {
  Faults faults;
  check_types(given, table, faults);
  faults.throw_if_any(ErrorCode::SchemaMismatch, "the rows do not fit feature " + feature.to_string());
}

CheckedRows written_rows(const std::string& table, Timestamp written) {
  return [table, written](std::vector<std::string> columns) {
    columns.emplace_back(lineage::kUpdatedAt);
    return rel::filter(rel::scan(table, columns), rel::equal(column(lineage::kUpdatedAt), timestamp_literal(written)));
  };
}

std::vector<store::Require> check_rows(const spec::FeatureSpec& spec,
                                       const std::optional<lineage::Expansion>& expansion, const CheckedRows& rows,
                                       const store::TableSchema& given, const std::shared_ptr<const FirstLook>& look) {
  auto ids = refuse_bad_ids(spec, expansion, rows, given);
  ids.known = [look] { return look->ids_are_sound(); };
  auto duplicates = refuse_duplicates(spec, expansion, rows);
  duplicates.known = [look] { return look->ids_differ(); };
  auto provenance = refuse_bad_provenance(spec, rows);
  provenance.known = [look] { return look->versions_are_sound(); };
  std::vector<store::Require> out = {ids, duplicates, provenance};
  if (!expansion) return out;
  out.push_back(refuse_other_rows(spec, *expansion, rows));
  out.back().known = ids.known;  // every row has all ids
  return out;
}

void check_matching(const graph::FeaturePlan& plan, const std::vector<std::string>& samples,
                    const store::TableSchema& given) {
  Faults faults;
  for (const auto& name : samples) {
    if (plan.deps.empty() || find_column(given, name)) continue;
    auto with = plan.deps.front().dep.feature;
    for (const auto& dep : plan.deps) {
      if (!lineage::contains(dep.match_columns, name)) continue;
      with = dep.dep.feature;
      break;
    }
    const auto near = did_you_mean(name, column_names(given));
    faults.add("column " + quote(name), "is missing, by which samples are matched with those of " + with.to_string(),
               near.empty() ? "keep this column of the rows that resolving the feature handed out" : near);
  }
  faults.throw_if_any(ErrorCode::SchemaMismatch, "the rows do not fit feature " + plan.feature.key.to_string());
}

store::Require refuse_without_previous(const spec::FeatureSpec& spec, const CheckedRows& rows,
                                       const rel::RelPtr& previous, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const auto& name : columns) names.push_back(quote(name));
  auto alone = rel::join(rel::JoinKind::Anti, rows(spec.id_columns), previous, lineage::same_names(spec.id_columns));
  return refuse(spec, alone, "rows lack " + join(names, ", ") + " and there is no previous record to take over from",
                "give rows of such samples every column");
}

std::vector<store::Require> refuse_contradictions(const spec::FeatureSpec& spec, const CheckedRows& rows,
                                                  const store::TableSchema& given, const hash::Settings& settings,
                                                  const std::shared_ptr<const FirstLook>& look) {
  std::vector<store::Require> out;
  auto refuse_where = [&](const rel::ExprPtr& contradicts, const std::vector<std::string_view>& read,
                          const char* problem) {
    auto columns = spec.id_columns;
    columns.insert(columns.end(), read.begin(), read.end());
    out.push_back(
        refuse(spec, rel::filter(rows(columns), contradicts), problem, "give one of them; the other is made of it"));
  };
  using namespace lineage;
  if (find_column(given, kProvenance)) {
    refuse_where(contradicts_provenance(spec, settings), {kProvenance, kProvenanceByField},
                 "metaxy_provenance contradicts metaxy_provenance_by_field");
    out.back().known = [look] { return look->provenance_agrees(); };
  }
  if (find_column(given, kDataVersion)) {
    refuse_where(contradicts_fields(spec, settings), {kProvenance, kDataVersion, kDataVersionByField},
                 "metaxy_data_version contradicts metaxy_data_version_by_field");
    out.back().known = [look] { return look->data_version_agrees(); };
  }
  return out;
}

}  // namespace metaxy::ops
