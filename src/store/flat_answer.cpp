// SPDX-License-Identifier: Apache-2.0
// Answers of databases without structs as Arrow: members become structs again, JSON becomes maps and lists.
#include <metaxy/error.hpp>

#include <cstring>
#include <memory>

#include "arrow/append.hpp"
#include "arrow/build.hpp"
#include "arrow/copy.hpp"
#include "store/flat_structs.hpp"

namespace metaxy::store {

namespace {

constexpr const char* kDoing = "putting structs together";

arrow::Field field_of(const std::string& name, const ColumnType& type) {
  switch (type.kind) {
    case Kind::Integer: return {name, arrow::kInt64};
    case Kind::Float: return {name, arrow::kDouble};
    case Kind::Boolean: return {name, arrow::kBool};
    case Kind::Date: return {name, arrow::kDate};
    case Kind::Timestamp: return {name, arrow::kLocalTimestamp};
    case Kind::TimestampTz: return {name, arrow::kTimestamp};
    case Kind::List: return {name, arrow::kList, {field_of("item", type.member_types.at(0))}};
    case Kind::Map: {
      auto key = field_of("key", type.member_types.at(0));
      key.nullable = false;
      arrow::Field entries("entries", arrow::kStruct, {std::move(key), field_of("value", type.member_types.at(1))});
      entries.nullable = false;
      return {name, arrow::kMap, {std::move(entries)}};
    }
    case Kind::Struct: {
      std::vector<arrow::Field> members;
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        members.push_back(field_of(type.members[i], type.member_types[i]));
      }
      return {name, arrow::kStruct, std::move(members)};
    }
    default: return {name};
  }
}

/// How one column comes out of the columns of a batch, which are taken in order.
class Answer {
 public:
  Answer(const FlatColumn& column, const ArrowSchema& flat, std::int64_t& next, const std::string& name)
      : source_(next++), is_struct_(column.is_struct) {
    if (source_ >= flat.n_children) throw Error(ErrorCode::Internal, "a statement gives too few columns");
    for (const auto& [member, part] : column.members)
      members_.push_back(std::make_unique<Answer>(part, flat, next, member));
    if (is_struct_) {
      ArrowSchemaInit(schema_.out());
      arrow::check(ArrowSchemaSetTypeStruct(schema_.get(), static_cast<std::int64_t>(members_.size())), kDoing);
      for (std::size_t i = 0; i < members_.size(); ++i) {
        schema_->children[i]->release(schema_->children[i]);
        ArrowSchemaMove(members_[i]->schema_copy().get(), schema_->children[i]);
      }
    } else if (column.kept) {
      auto row = arrow::make_schema({field_of(name, *column.kept)});
      ArrowSchemaMove(row->children[0], schema_.out());
      type_ = std::make_unique<arrow::TypeNode>(*schema_.get());
    } else {
      schema_ = arrow::copy_schema(*flat.children[source_]);
    }
    arrow::check(ArrowSchemaSetName(schema_.get(), name.c_str()), kDoing);
  }

  arrow::Schema schema_copy() const { return arrow::copy_schema(*schema_.get()); }

  /// Takes its columns out of the batch.
  void take(ArrowArray& batch, ArrowArray* out) const {
    ArrowArray& source = *batch.children[source_];
    if (is_struct_) return take_struct(batch, source, out);
    if (type_) return read_json(*batch.children[source_], out);
    ArrowArrayMove(&source, out);
  }

 private:
  void take_struct(ArrowArray& batch, const ArrowArray& there, ArrowArray* out) const {
    arrow::Array made;
    arrow::check(ArrowArrayInitFromType(made.out(), NANOARROW_TYPE_STRUCT), kDoing);
    arrow::check(ArrowArrayAllocateChildren(made.get(), static_cast<std::int64_t>(members_.size())), kDoing);
    auto* bits = ArrowArrayValidityBitmap(made.get());
    const auto* validity = static_cast<const std::uint8_t*>(there.buffers[0]);
    std::int64_t nulls = 0;
    if (validity) {
      arrow::check(ArrowBitmapReserve(bits, there.length), kDoing);
      for (std::int64_t i = 0; i < there.length; ++i) {
        const auto is = ArrowBitGet(validity, there.offset + i);
        ArrowBitmapAppendUnsafe(bits, static_cast<std::uint8_t>(is), 1);
        nulls += is ? 0 : 1;
      }
    }
    for (std::size_t i = 0; i < members_.size(); ++i) members_[i]->take(batch, made->children[i]);
    made->length = there.length;
    made->null_count = nulls;
    // The children are whole already: only the validity has to be handed to consumers.
    arrow::check(ArrowArrayFinishBuilding(made.get(), NANOARROW_VALIDATION_LEVEL_NONE, nullptr), kDoing);
    ArrowArrayMove(made.get(), out);
  }

  void read_json(const ArrowArray& texts, ArrowArray* out) const {
    const auto text_schema = arrow::make_schema({arrow::Field("text")});
    const arrow::ArrayView view(*text_schema->children[0], texts);
    arrow::Array made;
    arrow::check(ArrowArrayInitFromSchema(made.out(), schema_.get(), nullptr), kDoing);
    arrow::check(ArrowArrayStartAppending(made.get()), kDoing);
    for (std::int64_t i = 0; i < texts.length; ++i) {
      if (ArrowArrayViewIsNull(view.get(), i) != 0) {
        arrow::check(ArrowArrayAppendNull(made.get(), 1), kDoing);
        continue;
      }
      const auto text = ArrowArrayViewGetStringUnsafe(view.get(), i);
      const auto json = parse_json({text.data, static_cast<std::size_t>(text.size_bytes)}, "a stored value");
      arrow::append_value(*made.get(), *type_, json);
    }
    arrow::check(ArrowArrayFinishBuildingDefault(made.get(), nullptr), kDoing);
    ArrowArrayMove(made.get(), out);
  }

  std::int64_t source_;
  bool is_struct_;
  arrow::Schema schema_;
  std::unique_ptr<arrow::TypeNode> type_;
  std::vector<std::unique_ptr<Answer>> members_;
};

}  // namespace

arrow::Stream put_together(arrow::Stream rows, const FlatColumns& columns) {
  const auto flat = rows.schema();
  auto answers = std::make_shared<std::vector<Answer>>();
  answers->reserve(columns.size());
  std::int64_t next = 0;
  for (const auto& [name, column] : columns) answers->emplace_back(column, *flat.get(), next, name);
  arrow::Schema schema;
  ArrowSchemaInit(schema.out());
  arrow::check(ArrowSchemaSetTypeStruct(schema.get(), static_cast<std::int64_t>(answers->size())), kDoing);
  for (std::size_t i = 0; i < answers->size(); ++i) {
    schema->children[i]->release(schema->children[i]);
    ArrowSchemaMove((*answers)[i].schema_copy().get(), schema->children[i]);
  }
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  return arrow::make_stream(std::move(schema), [stream, answers]() -> std::optional<arrow::Array> {
    auto batch = stream->next();
    if (!batch) return std::nullopt;
    arrow::Array out;
    arrow::check(ArrowArrayInitFromType(out.out(), NANOARROW_TYPE_STRUCT), kDoing);
    arrow::check(ArrowArrayAllocateChildren(out.get(), static_cast<std::int64_t>(answers->size())), kDoing);
    out->length = batch->get()->length;
    out->null_count = 0;
    for (std::size_t i = 0; i < answers->size(); ++i) (*answers)[i].take(*batch->get(), out->children[i]);
    return out;
  });
}

}  // namespace metaxy::store
