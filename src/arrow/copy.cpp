// SPDX-License-Identifier: Apache-2.0
#include "arrow/copy.hpp"

#include <cerrno>
#include <cstring>
#include <new>
#include <string_view>
#include <system_error>

#include "arrow/view.hpp"

namespace metaxy::arrow {

void check(ArrowErrorCode result, const std::string& doing, const ArrowError* error, ErrorCode code) {
  if (result == NANOARROW_OK) return;
  if (result == ENOMEM) throw std::bad_alloc();
  std::string message = doing + " failed: ";
  message += error && error->message[0] ? error->message : std::generic_category().message(result);
  throw Error(code, message);
}

Schema copy_schema(const ArrowSchema& schema) {
  Schema copy;
  check(ArrowSchemaDeepCopy(&schema, copy.out()), "copying an Arrow schema");
  return copy;
}

namespace {

/// The format of the type without views; the format itself when there is nothing to change.
std::string_view plain_format(std::string_view format) {
  if (format == "vu") return "u";
  if (format == "vz") return "z";
  if (format == "+vl") return "+l";
  if (format == "+vL") return "+L";
  return format;
}

void make_plain(ArrowSchema& schema) {
  if (schema.dictionary) {
    Schema values(schema.dictionary);  // takes the inner struct over; the shell stays with its parent
    check(ArrowSchemaSetName(values.get(), schema.name), "naming a column");
    check(ArrowSchemaSetMetadata(values.get(), schema.metadata), "copying column metadata");
    values->flags = schema.flags & ~static_cast<std::int64_t>(ARROW_FLAG_DICTIONARY_ORDERED);
    schema.release(&schema);
    schema = *values.get();
    values->release = nullptr;
  }
  const std::string format(plain_format(schema.format));
  if (format != schema.format) check(ArrowSchemaSetFormat(&schema, format.c_str()), "setting a column type");
  for (std::int64_t i = 0; i < schema.n_children; ++i) make_plain(*schema.children[i]);
}

bool is_plain_at(const ArrowSchema& schema, const ArrowArray& array) {
  if (array.offset != 0 || schema.dictionary || plain_format(schema.format) != schema.format) return false;
  const bool is_struct = std::string_view(schema.format) == "+s";
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (is_struct && array.children[i]->length != array.length) return false;
    if (!is_plain_at(*schema.children[i], *array.children[i])) return false;
  }
  return true;
}

void append_row(ArrowArray& out, const TypeNode& type, const ArrowArrayView& view, std::int64_t row);

ArrowErrorCode append_children(ArrowArray& out, const TypeNode& type, const ArrowArrayView& view, Range range) {
  for (std::int64_t i = range.begin; i < range.end; ++i)
    append_row(*out.children[0], type.children[0], *view.children[0], i);
  return ArrowArrayFinishElement(&out);
}

ArrowErrorCode append_nested(ArrowArray& out, const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  if (type.view.storage_type != NANOARROW_TYPE_STRUCT) return append_children(out, type, view, list_range(view, row));
  for (std::size_t i = 0; i < type.children.size(); ++i)
    append_row(*out.children[i], type.children[i], *view.children[i], view.offset + row);
  return ArrowArrayFinishElement(&out);
}

ArrowErrorCode append_leaf(ArrowArray& out, const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  switch (type.view.storage_type) {
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_UINT64: return ArrowArrayAppendUInt(&out, ArrowArrayViewGetUIntUnsafe(&view, row));
    case NANOARROW_TYPE_BOOL:
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64: return ArrowArrayAppendInt(&out, ArrowArrayViewGetIntUnsafe(&view, row));
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
    case NANOARROW_TYPE_DOUBLE: return ArrowArrayAppendDouble(&out, ArrowArrayViewGetDoubleUnsafe(&view, row));
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: {
      ArrowDecimal decimal;
      ArrowDecimalInit(&decimal, type.view.decimal_bitwidth, type.view.decimal_precision, type.view.decimal_scale);
      ArrowArrayViewGetDecimalUnsafe(&view, row, &decimal);
      return ArrowArrayAppendDecimal(&out, &decimal);
    }
    case NANOARROW_TYPE_INTERVAL_MONTHS:
    case NANOARROW_TYPE_INTERVAL_DAY_TIME:
    case NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO: {
      ArrowInterval interval;
      ArrowIntervalInit(&interval, type.view.storage_type);
      ArrowArrayViewGetIntervalUnsafe(&view, row, &interval);
      return ArrowArrayAppendInterval(&out, &interval);
    }
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return ArrowArrayAppendBytes(&out, ArrowArrayViewGetBytesUnsafe(&view, row));
    default: return ENOTSUP;
  }
}

void append_row(ArrowArray& out, const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  ArrowErrorCode result;
  if (ArrowArrayViewIsNull(&view, row)) {
    result = ArrowArrayAppendNull(&out, 1);
  } else if (type.dictionary) {
    append_row(out, *type.dictionary, *view.dictionary, ArrowArrayViewGetIntUnsafe(&view, row));
    return;
  } else if (type.children.empty() && type.view.storage_type != NANOARROW_TYPE_STRUCT) {
    result = append_leaf(out, type, view, row);
  } else {
    result = append_nested(out, type, view, row);
  }
  if (result == EOVERFLOW) throw Error(ErrorCode::Unsupported, "a batch holds more than 2 GiB of one column's values");
  check(result, "copying a column of type " + std::string(type.view.schema->format), nullptr, ErrorCode::Unsupported);
}

}  // namespace

Schema plain_schema(const ArrowSchema& schema) {
  Schema plain = copy_schema(schema);
  make_plain(*plain.get());
  return plain;
}

bool is_plain(const ArrowSchema& schema, const ArrowArray& array) { return is_plain_at(schema, array); }

Array plain_array(const ArrowSchema& schema, const ArrowArray& array) {
  const TypeNode type(schema);
  const ArrayView view(schema, array);
  const Schema plain = plain_schema(schema);
  Array out;
  ArrowError error{};
  check(ArrowArrayInitFromSchema(out.out(), plain.get(), &error), "copying a batch", &error);
  check(ArrowArrayStartAppending(out.get()), "copying a batch");
  for (std::int64_t row = 0; row < array.length; ++row) append_row(*out.get(), type, *view.get(), row);
  check(ArrowArrayFinishBuildingDefault(out.get(), &error), "copying a batch", &error);
  return out;
}

}  // namespace metaxy::arrow
