// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/arrow_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <metaxy/error.hpp>
#include <set>
#include <string>

#include "arrow/copy.hpp"
#include "stores/duckdb/arrow_text.hpp"
#include "stores/duckdb/errors.hpp"

namespace metaxy::stores::duckdb {

namespace {

void keep(ArrowArray* array) { array->release = nullptr; }
void keep_schema(ArrowSchema* schema) { schema->release = nullptr; }

std::string name_of(const ArrowSchema& schema) { return schema.name ? schema.name : ""; }

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Why DuckDB cannot read a type; empty when it can.
std::string refusal(const ArrowSchema& schema) {
  const std::string_view format = schema.format;
  if (format == "e") return "16-bit floats";
  if (format.starts_with("d:") && format.ends_with(",256")) return "decimals of 256 bits";
  if (format == "+s" && schema.n_children == 0) return "structs without members";
  if (format == "+r" && schema.n_children > 0 && std::string_view(schema.children[0]->format) == "l") {
    return "run-end encoding with 64-bit ends";
  }
  return {};
}

void check_type(const std::string& path, const ArrowSchema& schema, Faults& faults) {
  if (const std::string reason = refusal(schema); !reason.empty()) {
    faults.add("column " + path, "DuckDB cannot read " + reason + " (Arrow format " + schema.format + ")",
               "cast the column to another type");
    return;
  }
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    check_type(path + "." + name_of(*schema.children[i]), *schema.children[i], faults);
  }
  if (schema.dictionary) check_type(path, *schema.dictionary, faults);
}

/// Levels of nesting below a column; the entries of a map are none of their own.
int depth(const ArrowSchema& schema) {
  int deepest = 0;
  const bool map = std::string_view(schema.format) == "+m";
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    deepest = std::max(deepest, depth(*schema.children[i]) + (map ? 0 : 1));
  }
  return deepest;
}

bool has_dictionary_below(const ArrowSchema& schema) {
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i]->dictionary || has_dictionary_below(*schema.children[i])) return true;
  }
  return false;
}

/// DuckDB 1.4 loses the offset of a struct inside a nested column, and corrupts its heap over nested dictionaries.
bool must_be_copied(const ArrowSchema& schema) { return depth(schema) > 1 || has_dictionary_below(schema); }

/// Zero rows of a schema: the only way the C API offers to learn the DuckDB types of a converted schema.
class EmptyBatch {
 public:
  explicit EmptyBatch(const ArrowSchema& schema) {
    array_.n_buffers = std::string_view(schema.format) == "+s" ? 1 : 3;
    array_.buffers = buffers_.data();
    array_.release = keep;
    for (std::int64_t i = 0; i < schema.n_children; ++i) {
      children_.push_back(std::make_unique<EmptyBatch>(*schema.children[i]));
      pointers_.push_back(&children_.back()->array_);
    }
    array_.n_children = schema.n_children;
    array_.children = pointers_.data();
    if (schema.dictionary) {
      dictionary_ = std::make_unique<EmptyBatch>(*schema.dictionary);
      array_.dictionary = &dictionary_->array_;
    }
  }
  EmptyBatch(const EmptyBatch&) = delete;
  EmptyBatch& operator=(const EmptyBatch&) = delete;
  ArrowArray* get() { return &array_; }

 private:
  static constexpr std::array<std::uint64_t, 16> kZeros{};
  std::array<const void*, 4> buffers_{nullptr, kZeros.data(), kZeros.data(), kZeros.data()};
  std::vector<std::unique_ptr<EmptyBatch>> children_;
  std::vector<ArrowArray*> pointers_;
  std::unique_ptr<EmptyBatch> dictionary_;
  ArrowArray array_{};
};

}  // namespace

void check_importable(const ArrowSchema& schema) {
  std::set<std::string> names;
  Faults twice;
  Faults faults;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& column = *schema.children[i];
    if (!names.insert(lower(name_of(column))).second) {
      twice.add("column " + name_of(column), "the name occurs twice (upper and lower case count as the same)",
                "rename one of the columns");
    }
    check_type(name_of(column), column, faults);
  }
  twice.throw_if_any(ErrorCode::SchemaMismatch, "columns cannot be told apart");
  faults.throw_if_any(ErrorCode::Unsupported, "columns cannot be stored");
}

ArrowRows::ArrowRows(duckdb_connection connection, const ArrowSchema& schema, std::vector<std::size_t> columns)
    : connection_(connection), columns_(std::move(columns)) {
  for (const std::size_t column : columns_) children_.push_back(schema.children[column]);
  schema_ = schema;
  schema_.n_children = static_cast<std::int64_t>(children_.size());
  schema_.children = children_.data();
  schema_.release = keep_schema;
  if (children_.empty()) return;
  copied_ = std::any_of(children_.begin(), children_.end(), [](const auto* child) { return must_be_copied(*child); });
  if (copied_) plain_ = arrow::plain_schema(schema_);
  check(duckdb_schema_from_arrow(connection_, copied_ ? plain_.get() : &schema_, converted_.out()));
}

std::vector<LogicalType> ArrowRows::types() const {
  std::vector<LogicalType> types;
  if (children_.empty()) return types;
  EmptyBatch empty(copied_ ? *plain_.get() : schema_);
  Chunk chunk;
  check(duckdb_data_chunk_from_arrow(connection_, empty.get(), converted_.get(), chunk.out()));
  for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(chunk.get()); ++i) {
    types.emplace_back(duckdb_vector_get_column_type(duckdb_data_chunk_get_vector(chunk.get(), i)));
  }
  return types;
}

void ArrowRows::check_text(const ArrowArray& batch) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    check_utf8(name_of(*children_[i]), *children_[i], *batch.children[columns_[i]], batch.offset, batch.length);
  }
}

ConvertedRows ArrowRows::rows(const ArrowArray& batch, std::int64_t from, std::int64_t count) const {
  std::vector<ArrowArray> columns(columns_.size());
  std::vector<ArrowArray*> pointers(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    ArrowArray& column = columns[i];
    column = *batch.children[columns_[i]];
    const bool nulls = column.null_count != 0 && column.n_buffers > 0 && column.buffers[0];
    column.offset += batch.offset + from;
    column.length = count;
    // An unknown null count of a dictionary column would turn its nulls into values.
    column.null_count = nulls ? (copied_ ? -1 : 1) : 0;
    column.release = keep;
    pointers[i] = &column;
  }
  ArrowArray view = batch;
  view.offset = 0;
  view.length = count;
  view.n_children = static_cast<std::int64_t>(columns.size());
  view.children = pointers.data();
  view.release = keep;
  ConvertedRows rows;
  if (copied_) {
    rows.copy = arrow::plain_array(schema_, view);
    view = *rows.copy.get();
    view.release = keep;
  }
  check(duckdb_data_chunk_from_arrow(connection_, &view, converted_.get(), rows.chunk.out()));
  return rows;
}

}  // namespace metaxy::stores::duckdb
