// SPDX-License-Identifier: Apache-2.0
#include "ops/opened.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "arrow/read.hpp"
#include "ops/store_settings.hpp"
#include "rel/filter.hpp"

namespace metaxy::ops {

std::optional<lineage::Stored> find_stored(Opened& opened, const spec::FeatureSpec& spec) {
  const auto table = spec.key.table_name();
  const auto schema = opened.session->find(table);
  if (!schema) return std::nullopt;
  lineage::Stored out{table, {}, spec.id_columns};
  for (const auto& column : *schema) out.columns.push_back(column.name);
  auto require = [&](std::string_view name) {
    if (lineage::contains(out.columns, name)) return;
    throw Error(ErrorCode::SchemaMismatch,
                "table " + quote(table) + " is not a feature table of metaxy: it lacks column " + quote(name),
                "use another store or table, or give feature " + spec.key.to_string() + " another key");
  };
  for (const auto& id : spec.id_columns) require(id);
  for (auto name : {lineage::kProvenanceByField, lineage::kProvenance, lineage::kDataVersionByField,
                    lineage::kDataVersion, lineage::kFeatureVersion, lineage::kUpdatedAt, lineage::kDeletedAt}) {
    require(name);
  }
  return out;
}

lineage::Counting counting(Opened& opened, const FeatureKey& feature, const std::set<spec::FieldKey>& needed) {
  auto out = counting_current(opened, feature);
  if (opened.rules.compat) return out;
  out.any = needed.empty();
  const auto& versions = opened.graph->versions(feature);
  for (const auto& [version, fields] : read_field_versions(*opened.session, feature)) {
    if (version == versions.feature_version) continue;
    const bool current = std::all_of(versions.fields.begin(), versions.fields.end(), [&](const auto& field) {
      if (!needed.count(field.key)) return true;
      auto recorded = fields.find(field.key.to_string());
      return recorded != fields.end() && recorded->second == field.version;
    });
    if (current) out.versions.push_back(version);
  }
  return out;
}

lineage::Counting counting_current(Opened& opened, const FeatureKey& feature) {
  lineage::Counting out;
  out.versions = {opened.graph->versions(feature).feature_version};
  out.only_these = opened.rules.compat;
  return out;
}

std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const std::string& where) {
  std::vector<rel::ExprPtr> out;
  for (const auto& text : filters) {
    try {
      out.push_back(rel::parse_filter(text));
    } catch (Error& error) {
      error.note("in " + where + " " + quote(text));
      throw;
    }
  }
  return out;
}

std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const lineage::Stored& stored,
                                        const std::string& where) {
  auto out = parse_filters(filters, where);
  for (const auto& expr : out) lineage::check_filter(*expr, stored.columns, where);
  return out;
}

Timestamp next_timestamp(Opened& opened, const std::optional<lineage::Stored>& stored) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(opened.rules.clock());
  if (!stored) return now;
  auto scan = rel::scan(stored->table, {std::string(lineage::kUpdatedAt), std::string(lineage::kDeletedAt)});
  auto micros = [](std::string_view column) {
    return rel::call(rel::Function::EpochMicros, {rel::column(std::string(column))});
  };
  auto times = rel::project(scan, {{"updated", micros(lineage::kUpdatedAt)}, {"deleted", micros(lineage::kDeletedAt)}});
  auto latest = rel::aggregate(times, {}, {{"updated", rel::AggregateFunction::Max, rel::column("updated")},
                                           {"deleted", rel::AggregateFunction::Max, rel::column("deleted")}});
  auto out = now;
  for (const auto& row : arrow::read_rows(opened.session->run(*latest))) {
    for (const auto& value : row) {
      if (!value.is_null()) out = std::max(out, Timestamp(std::chrono::microseconds(value.get<std::int64_t>() + 1)));
    }
  }
  return out;
}

rel::ExprPtr reads_as(const std::string& column, const std::string& text) {
  return rel::equal(rel::cast(rel::column(column), rel::Type::Text), rel::literal(text));
}

}  // namespace metaxy::ops
