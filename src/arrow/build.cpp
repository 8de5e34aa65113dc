// SPDX-License-Identifier: Apache-2.0
#include "arrow/build.hpp"

#include <metaxy/error.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include "arrow/append.hpp"
#include "arrow/copy.hpp"
#include "base/text.hpp"

namespace metaxy::arrow {

namespace {

void fill_schema(ArrowSchema& schema, const Field& field, bool nullable) {
  ArrowSchemaInit(&schema);
  check(ArrowSchemaSetFormat(&schema, field.format.c_str()), "making a column type");
  check(ArrowSchemaSetName(&schema, field.name.c_str()), "naming a column");
  schema.flags = nullable ? ARROW_FLAG_NULLABLE : 0;
  if (field.children.empty()) return;
  check(ArrowSchemaAllocateChildren(&schema, static_cast<std::int64_t>(field.children.size())), "making a column type");
  for (std::size_t i = 0; i < field.children.size(); ++i) {
    // The entries of a map and their keys are never null.
    const bool in_map = field.format == kMap || (field.name == "entries" && i == 0 && field.format == kStruct);
    fill_schema(*schema.children[i], field.children[i], field.children[i].nullable && !in_map);
  }
}

}  // namespace

Field struct_of_text(std::string name, const std::vector<std::string>& members) {
  std::vector<Field> children;
  for (const std::string& member : members) children.emplace_back(member);
  return {std::move(name), kStruct, std::move(children)};
}

Field list_of_text(std::string name) { return {std::move(name), kList, {{"item"}}}; }

Field map_of_text(std::string name) { return {std::move(name), kMap, {{"entries", kStruct, {{"key"}, {"value"}}}}}; }

Schema make_schema(const std::vector<Field>& columns) {
  Schema schema;
  fill_schema(*schema.out(), Field("", kStruct, columns), false);
  return schema;
}

Builder::Builder(Schema schema) : schema_(std::move(schema)) { start(); }

void Builder::start() {
  ArrowError error{};
  check(ArrowArrayInitFromSchema(array_.out(), schema_.get(), &error), "starting a batch", &error,
        ErrorCode::Unsupported);
  check(ArrowArrayStartAppending(array_.get()), "starting a batch");
}

Schema Builder::schema() const { return copy_schema(*schema_.get()); }

std::int64_t Builder::rows() const { return columns() == 0 ? 0 : array_->children[0]->length; }

ArrowArray& Builder::at(std::size_t column) {
  if (column >= columns()) throw Error(ErrorCode::Internal, "a batch has no column " + std::to_string(column));
  return *array_->children[column];
}

void Builder::refuse(std::size_t column, const std::string& what) const {
  const ArrowSchema& schema = *schema_->children[column];
  throw Error(ErrorCode::SchemaMismatch,
              "column " + quote(schema.name) + " of Arrow type " + quote(schema.format) + " cannot hold " + what);
}

void Builder::null(std::size_t column) { check(ArrowArrayAppendNull(&at(column), 1), "appending a null"); }

void Builder::boolean(std::size_t column, bool value) {
  if (ArrowArrayAppendInt(&at(column), value) != NANOARROW_OK) refuse(column, "a boolean");
}

void Builder::int64(std::size_t column, std::int64_t value) {
  if (ArrowArrayAppendInt(&at(column), value) != NANOARROW_OK) refuse(column, "the number " + std::to_string(value));
}

void Builder::float64(std::size_t column, double value) {
  if (ArrowArrayAppendDouble(&at(column), value) != NANOARROW_OK) refuse(column, "a float");
}

void Builder::text(std::size_t column, std::optional<std::string_view> value) {
  if (!value) return null(column);
  if (!append_text(at(column), *value)) refuse(column, "text");
}

void Builder::timestamp(std::size_t column, Timestamp value) { int64(column, value.time_since_epoch().count()); }

void Builder::value(std::size_t column, const Json& value) {
  append_value(at(column), TypeNode(*schema_->children[column]), value);
}

void Builder::row(const Json& object) {
  if (!object.is_object()) throw Error(ErrorCode::SchemaMismatch, "a row must be an object of columns");
  std::size_t used = 0;
  for (std::size_t i = 0; i < columns(); ++i) {
    const auto found = object.find(schema_->children[i]->name);
    used += found != object.end();
    found == object.end() ? null(i) : value(i, *found);
  }
  if (used == object.size()) return;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < columns(); ++i) known.emplace_back(schema_->children[i]->name);
  for (const auto& [name, ignored] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Error(ErrorCode::SchemaMismatch, "there is no column " + quote(name), did_you_mean(name, known));
}

Array Builder::finish() {
  for (std::size_t i = 0; i < columns(); ++i)
    if (array_->children[i]->length != rows())
      throw Error(ErrorCode::Internal, "columns " + quote(schema_->children[0]->name) + " and " +
                                           quote(schema_->children[i]->name) + " of a batch differ in length");
  array_->length = rows();
  array_->null_count = 0;
  ArrowError error{};
  check(ArrowArrayFinishBuildingDefault(array_.get(), &error), "finishing a batch", &error);
  Array out = std::move(array_);
  start();
  return out;
}

Array make_batch(const std::vector<Field>& columns, const std::vector<Json>& rows) {
  Builder builder(columns);
  for (const Json& row : rows) builder.row(row);
  return builder.finish();
}

Stream make_stream(const std::vector<Field>& columns, const std::vector<Json>& rows, std::size_t rows_per_batch) {
  if (rows_per_batch == 0) throw Error(ErrorCode::InvalidArgument, "a batch needs at least one row");
  Builder builder(columns);
  std::vector<Array> batches;
  for (const Json& row : rows) {
    builder.row(row);
    if (builder.rows() == static_cast<std::int64_t>(rows_per_batch)) batches.push_back(builder.finish());
  }
  if (builder.rows() > 0) batches.push_back(builder.finish());
  return make_stream(builder.schema(), std::move(batches));
}

Stream make_stream(Schema schema, std::vector<Array> batches) {
  // std::function wants something to copy, and batches are not.
  auto shared = std::make_shared<std::vector<Array>>(std::move(batches));
  return make_stream(std::move(schema), [shared, at = std::size_t{0}]() mutable -> std::optional<Array> {
    if (at == shared->size()) return std::nullopt;
    return std::move((*shared)[at++]);
  });
}

}  // namespace metaxy::arrow
