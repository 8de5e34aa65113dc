// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/rows.hpp"

#include <metaxy/error.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/copy.hpp"
#include "arrow/view.hpp"
#include "store/json_text.hpp"
#include "store/whole_values.hpp"

namespace metaxy::stores::adbc {

namespace {

constexpr const char* kRows = "rows";

void done(ArrowErrorCode result) { arrow::check(result, "writing values as JSON"); }

/// The same batches under another schema of the same shape.
arrow::Stream under(arrow::Schema schema, arrow::Stream rows) {
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  return arrow::make_stream(std::move(schema), [stream] { return stream->next(); });
}

arrow::Stream renamed(arrow::Stream rows, const std::vector<arrow::Field>& fields) {
  return under(arrow::make_schema(fields), std::move(rows));
}

/// Arrow's mark of texts that are JSON: drivers put them into columns of such types then.
void mark_as_json(ArrowSchema& column) {
  ArrowBuffer metadata;
  done(ArrowMetadataBuilderInit(&metadata, nullptr));
  done(ArrowMetadataBuilderAppend(&metadata, ArrowCharView("ARROW:extension:name"), ArrowCharView("arrow.json")));
  const auto result = ArrowSchemaSetMetadata(&column, reinterpret_cast<const char*>(metadata.data));
  ArrowBufferReset(&metadata);
  done(result);
}

bool is_nested(const ArrowSchemaView& view) {
  switch (view.type) {
    case NANOARROW_TYPE_STRUCT:
    case NANOARROW_TYPE_MAP:
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_LIST_VIEW:
    case NANOARROW_TYPE_LARGE_LIST_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_LIST: return true;
    default: return false;
  }
}

void json_column(const arrow::TypeNode& type, const ArrowArrayView& view, std::int64_t rows, ArrowArray* out) {
  done(ArrowArrayInitFromType(out, NANOARROW_TYPE_STRING));
  done(ArrowArrayStartAppending(out));
  std::string text;
  for (std::int64_t row = 0; row < rows; ++row) {
    if (ArrowArrayViewIsNull(&view, row) != 0) {
      done(ArrowArrayAppendNull(out, 1));
      continue;
    }
    text.clear();
    store::append_json(text, type, view, row);
    done(ArrowArrayAppendString(out, {text.data(), static_cast<std::int64_t>(text.size())}));
  }
  done(ArrowArrayFinishBuildingDefault(out, nullptr));
}

/// Structs, maps and lists as JSON; the other columns as they are.
arrow::Stream flat_rows(arrow::Stream rows) {
  auto schema = rows.schema();
  struct Source {
    arrow::Stream rows;
    arrow::Schema schema;
    std::unique_ptr<arrow::TypeNode> type;
  };
  auto source = std::make_shared<Source>(Source{std::move(rows), arrow::plain_schema(*schema.get()), nullptr});
  source->type = std::make_unique<arrow::TypeNode>(*source->schema.get());
  auto flat = arrow::copy_schema(*source->schema.get());
  bool any = false;
  for (std::int64_t i = 0; i < flat->n_children; ++i) {
    if (!is_nested(source->type->children[static_cast<std::size_t>(i)].view)) continue;
    any = true;
    auto text = arrow::make_schema({arrow::Field(flat->children[i]->name)});
    flat->children[i]->release(flat->children[i]);
    ArrowSchemaMove(text->children[0], flat->children[i]);
  }
  if (!any) return std::move(source->rows);
  auto given = std::make_shared<arrow::Schema>(std::move(schema));
  return arrow::make_stream(std::move(flat), [source, given]() -> std::optional<arrow::Array> {
    auto batch = source->rows.next();
    if (!batch) return std::nullopt;
    auto plain = arrow::plain_array(*given->get(), *batch->get());
    const arrow::ArrayView view(*source->schema.get(), *plain.get());
    std::vector<arrow::Array> texts;
    for (std::size_t i = 0; i < source->type->children.size(); ++i) {
      texts.emplace_back();
      if (!is_nested(source->type->children[i].view)) continue;
      json_column(source->type->children[i], *view->children[i], plain->length, texts.back().out());
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (!texts[i]) continue;
      plain->children[i]->release(plain->children[i]);
      ArrowArrayMove(texts[i].get(), plain->children[i]);
    }
    return plain;
  });
}

/// A column that is to come out, and Arrow's format of what is there.
struct Wanted {
  arrow::Field field;
  store::ColumnType type;
  std::string format;
};

/// The relation that casts the columns `have` to those that are wanted; null when there is nothing to do.
rel::RelPtr casts(const std::vector<std::string>& have, const std::vector<Wanted>& wanted, const Types& types) {
  std::vector<rel::Named> out;
  bool any = have.size() != wanted.size();
  for (const auto& [field, column, format] : wanted) {
    auto value = rel::column(field.name);
    if (format != field.format) {
      const auto type =
          field.format == arrow::kText ? std::optional(rel::ValueType{rel::Type::Text}) : types.value_type(column);
      if (!type) throw Error(ErrorCode::Internal, "column " + field.name + " has no type to cast to");
      rel::Cast cast{value, type->type};
      if (type->type == rel::Type::Decimal) {
        cast.precision = type->precision;
        cast.scale = type->scale;
      }
      value = std::make_shared<const rel::Expr>(rel::Expr{std::move(cast)});
      any = true;
    }
    out.push_back({field.name, std::move(value)});
  }
  return any ? rel::project(rel::input(kRows, have), std::move(out)) : nullptr;
}

arrow::Stream cast_rows(arrow::Stream rows, const rel::RelPtr& relation, store::Session& engine, const Watch& watch) {
  store::Inputs inputs;
  inputs.emplace(kRows, std::move(rows));
  return engine.run(*relation, std::move(inputs), {watch.stop, {}});
}

}  // namespace

arrow::Stream given_rows(arrow::Stream rows, const store::TableSchema& columns, const Types& types,
                         store::Session& engine, const Watch& watch) {
  const auto have = rows.schema();
  if (have->n_children != static_cast<std::int64_t>(columns.size())) {
    throw Error(ErrorCode::Internal, "a statement gives other columns than were told");
  }
  std::vector<Wanted> wanted;
  std::vector<arrow::Field> fields;
  std::vector<arrow::Field> own;  // as the driver gave them, under our names and without marks of its own
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto& there = *have->children[i];
    if (there.n_children > 0 || there.dictionary) {
      throw Error(ErrorCode::Unsupported, "column " + columns[i].name + " is nested in the database",
                  "metaxy keeps structs, maps and lists as JSON in databases behind ADBC drivers");
    }
    fields.push_back(types.given(columns[i].name, columns[i].type));
    own.emplace_back(columns[i].name, there.format);
    wanted.push_back({fields.back(), columns[i].type, there.format});
  }
  const auto relation = casts(store::column_names(columns), wanted, types);
  if (!relation) return renamed(std::move(rows), fields);
  return cast_rows(renamed(std::move(rows), own), relation, engine, watch);
}

arrow::Stream taken_rows(arrow::Stream rows, const store::TableSchema& columns, const Types& types,
                         store::Session& engine, const Watch& watch) {
  auto flat = flat_rows(store::refuse_lost(std::move(rows), {.nanoseconds = true, .nan = !types.keeps_nan()}));
  const auto have = flat.schema();
  std::vector<Wanted> wanted;
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < have->n_children; ++i) {
    names.emplace_back(have->children[i]->name);
    const auto* column = store::find_column(columns, names.back());
    if (!column) continue;
    wanted.push_back({types.taken(column->name, column->type), column->type, have->children[i]->format});
  }
  const auto relation = casts(names, wanted, types);
  auto out = relation ? cast_rows(std::move(flat), relation, engine, watch) : std::move(flat);
  auto marked = out.schema();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (store::is_nested(wanted[i].type) || wanted[i].type.kind == store::Kind::Json)
      mark_as_json(*marked->children[i]);
  }
  return under(std::move(marked), std::move(out));
}

}  // namespace metaxy::stores::adbc
