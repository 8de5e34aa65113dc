// SPDX-License-Identifier: Apache-2.0
#include "ops/row_types.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "base/json.hpp"
#include "lineage/columns.hpp"

namespace metaxy::ops {

namespace {

using store::ColumnType;
using store::Kind;

std::string text_at(const Json& schema, const char* name) {
  const auto found = schema.find(name);
  return found != schema.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The one alternative of `anyOf` that is not null: how optional values are declared in Python.
const Json* only_value(const Json& schema) {
  const auto any = schema.find("anyOf");
  if (any == schema.end() || !any->is_array()) return &schema;
  const Json* out = nullptr;
  for (const auto& one : *any) {
    if (!one.is_object() || text_at(one, "type") == "null") continue;
    if (out) return nullptr;
    out = &one;
  }
  return out;
}

std::optional<ColumnType> number_type(const std::string& format) {
  if (format == "decimal") return ColumnType{Kind::Decimal, format, {}, {}};
  return ColumnType{Kind::Float, format == "float" ? "float32" : "float64", {}, {}, format == "float" ? 32 : 64};
}

/// A text of an unknown format may stand for anything, but is text.
std::optional<ColumnType> text_type(const std::string& format) {
  if (format == "date") return ColumnType{Kind::Date, format, {}, {}};
  if (format == "time") return ColumnType{Kind::Time, format, {}, {}};
  if (format == "date-time") return ColumnType{Kind::Timestamp, "timestamp", {}, {}};
  if (format == "binary" || format == "uuid" || format == "duration") return std::nullopt;
  return ColumnType{Kind::Text, "text", {}, {}};
}

/// What a column's JSON Schema says; absent when that is not one type.
std::optional<ColumnType> declared_type(const Json& schema) {
  if (!schema.is_object()) return std::nullopt;
  const Json* value = only_value(schema);
  if (!value) return std::nullopt;
  const auto type = text_at(*value, "type");
  const auto format = text_at(*value, "format");
  if (type == "boolean") return ColumnType{Kind::Boolean, "bool", {}, {}};
  if (type == "integer") return ColumnType{Kind::Integer, format.empty() ? "int64" : format, {}, {}};
  if (type == "number") return number_type(format);
  if (type == "string") return text_type(format);
  if (type != "array" || !value->contains("items")) return std::nullopt;
  auto item = declared_type(value->at("items"));
  if (!item) return std::nullopt;
  const auto text = "list<" + item->text + ">";
  return ColumnType{Kind::List, text, {}, {std::move(*item)}};
}

store::TableSchema declared_columns(const spec::FeatureDefinition& definition) {
  store::TableSchema out;
  try {
    const Json schema = parse_json(definition.feature_schema);
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return out;
    for (const auto& [name, column] : properties->items()) {
      if (const auto type = declared_type(column)) out.push_back({name, *type});
    }
  } catch (const Error&) {
    // Schemas of other programs' features may be anything; what they do not say is found in the rows.
  }
  return out;
}

/// Types that these columns have whatever the rows look like.
store::TableSchema system_types() {
  store::TableSchema out;
  for (const auto& name : spec::system_columns()) {
    const bool time = name == lineage::kCreatedAt || name == lineage::kUpdatedAt || name == lineage::kDeletedAt;
    if (name.ends_with("_by_field")) continue;
    out.push_back({name, {time ? Kind::TimestampTz : Kind::Text, time ? "timestamp with time zone" : "text", {}, {}}});
  }
  return out;
}

/// Columns as a dependency calls them, those that it does not hand over left out.
store::TableSchema carried(const graph::PlanDep& dep, const store::TableSchema& stored) {
  const bool grouped = std::holds_alternative<spec::Aggregation>(dep.dep.lineage);
  const auto& keys = grouped ? dep.match_columns : dep.id_columns;
  store::TableSchema out;
  for (auto column : stored) {
    if (spec::is_system_column(column.name)) continue;
    if (dep.dep.rename) {
      const auto renamed = dep.dep.rename->find(column.name);
      if (renamed != dep.dep.rename->end()) column.name = renamed->second;
    }
    const bool key = lineage::contains(keys, column.name);
    // Of a group's members come lists.
    const bool taken = !grouped && (!dep.dep.select || lineage::contains(*dep.dep.select, column.name));
    if (key || taken) out.push_back(std::move(column));
  }
  return out;
}

void add(store::TableSchema& out, const store::TableColumn& column) {
  if (!store::find_column(out, column.name)) out.push_back(column);
}

/// Declarations leave open whether times have a zone and how many digits decimals have.
bool may_be(const ColumnType& declared, const ColumnType& stored) {
  if (declared.kind == Kind::Timestamp) return stored.kind == Kind::Timestamp || stored.kind == Kind::TimestampTz;
  return declared.kind == Kind::Decimal && stored.kind == Kind::Decimal;
}

}  // namespace

RowTypes row_types(Opened& opened, const FeatureKey& feature) {
  const auto& definition = opened.graph->get(feature);
  store::TableSchema upstream;
  for (const auto& dep : opened.graph->plan(feature).deps) {
    const auto stored = find_schema(opened, dep.dep.feature.table_name());
    if (!stored) continue;
    for (const auto& column : carried(dep, *stored)) add(upstream, column);
  }
  RowTypes out;
  if (auto stored = find_schema(opened, feature.table_name())) out.known = std::move(*stored);
  for (const auto& column : system_types()) add(out.known, column);
  for (const auto& column : declared_columns(definition)) {
    const auto* above = store::find_column(upstream, column.name);
    add(out.known, above && may_be(column.type, above->type) ? *above : column);
  }
  for (const auto& column : upstream) {
    const bool id = lineage::contains(definition.spec.id_columns, column.name);
    (id ? out.known : out.likely).push_back(column);
  }
  // Ids of which nothing else is known are names, whatever they look like.
  for (const auto& id : definition.spec.id_columns) add(out.known, {id, {Kind::Text, "text", {}, {}}});
  return out;
}

}  // namespace metaxy::ops
