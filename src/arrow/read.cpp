// SPDX-License-Identifier: Apache-2.0
#include "arrow/read.hpp"

#include <metaxy/error.hpp>

#include <limits>
#include <set>
#include <utility>

#include "arrow/copy.hpp"
#include "arrow/temporal.hpp"
#include "base/text.hpp"

namespace metaxy::arrow {

namespace {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string_view bytes_at(const ArrowArrayView& view, std::int64_t row) {
  const ArrowStringView bytes = ArrowArrayViewGetStringUnsafe(&view, row);
  return {bytes.data, static_cast<std::size_t>(bytes.size_bytes)};
}

std::string interval_text(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  ArrowInterval interval;
  ArrowIntervalInit(&interval, type.view.type);
  ArrowArrayViewGetIntervalUnsafe(&view, row, &interval);
  if (type.view.type == NANOARROW_TYPE_INTERVAL_DAY_TIME) return render_duration(0, interval.days, interval.ms, 1000);
  return render_duration(interval.months, interval.days, interval.ns, 1000000000);
}

Json temporal_value(const TypeNode& type, std::int64_t raw) {
  const std::int64_t unit = units_per_second(type.view.time_unit);
  switch (type.view.type) {
    case NANOARROW_TYPE_DATE32: return render_date(raw);
    case NANOARROW_TYPE_DATE64: return render_date(raw / 86400000 - (raw % 86400000 < 0));
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: return raw < 0 ? Json(raw) : Json(render_time(raw, unit));
    case NANOARROW_TYPE_DURATION: return render_duration(0, 0, raw, unit);
    default: break;
  }
  // The largest values stand for infinity in databases.
  if (raw >= std::numeric_limits<std::int64_t>::max()) return "infinity";
  if (raw <= -std::numeric_limits<std::int64_t>::max()) return "-infinity";
  std::string text = render_timestamp(raw, unit);
  if (type.view.timezone && *type.view.timezone) text += 'Z';
  return text;
}

Json map_value(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  const Range range = list_range(view, row);
  const TypeNode& entries = type.children.at(0);
  const ArrowArrayView& entry_view = *view.children[0];
  Json object = Json::object();
  Json list = Json::array();
  bool as_object = true;
  std::set<std::string> seen;
  for (std::int64_t i = range.begin; i < range.end; ++i) {
    Json key = read_value(entries.children.at(0), *entry_view.children[0], entry_view.offset + i);
    Json value = read_value(entries.children.at(1), *entry_view.children[1], entry_view.offset + i);
    as_object = as_object && key.is_string() && seen.insert(key.get<std::string>()).second;
    if (as_object) object.push_back({key.get<std::string>(), value});
    list.push_back({{"key", std::move(key)}, {"value", std::move(value)}});
  }
  return as_object ? object : list;
}

Json list_value(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  const Range range = list_range(view, row);
  Json list = Json::array();
  for (std::int64_t i = range.begin; i < range.end; ++i)
    list.push_back(read_value(type.children.at(0), *view.children[0], i));
  return list;
}

Json struct_value(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  Json object = Json::object();
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const char* name = type.children[i].view.schema->name;
    object[name ? name : ""] = read_value(type.children[i], *view.children[i], view.offset + row);
  }
  return object;
}

}  // namespace

std::string decimal_text(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  ArrowDecimal decimal;
  ArrowDecimalInit(&decimal, type.view.decimal_bitwidth, type.view.decimal_precision, type.view.decimal_scale);
  ArrowArrayViewGetDecimalUnsafe(&view, row, &decimal);
  ArrowBuffer buffer;
  ArrowBufferInit(&buffer);
  const ArrowErrorCode result = ArrowDecimalAppendStringToBuffer(&decimal, &buffer);
  std::string out;
  if (result == NANOARROW_OK)
    out.assign(reinterpret_cast<const char*>(buffer.data), static_cast<std::size_t>(buffer.size_bytes));
  ArrowBufferReset(&buffer);
  check(result, "writing a decimal");
  return out;
}

Json read_value(const TypeNode& type, const ArrowArrayView& view, std::int64_t row) {
  if (ArrowArrayViewIsNull(&view, row)) return nullptr;
  if (type.dictionary) return read_value(*type.dictionary, *view.dictionary, ArrowArrayViewGetIntUnsafe(&view, row));
  switch (type.view.type) {
    case NANOARROW_TYPE_NA: return nullptr;
    case NANOARROW_TYPE_BOOL: return ArrowArrayViewGetIntUnsafe(&view, row) != 0;
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64: return ArrowArrayViewGetIntUnsafe(&view, row);
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_UINT64: return ArrowArrayViewGetUIntUnsafe(&view, row);
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
    case NANOARROW_TYPE_DOUBLE: return ArrowArrayViewGetDoubleUnsafe(&view, row);
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW: return std::string(bytes_at(view, row));
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return base64(bytes_at(view, row));
    case NANOARROW_TYPE_DATE32:
    case NANOARROW_TYPE_DATE64:
    case NANOARROW_TYPE_TIMESTAMP:
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64:
    case NANOARROW_TYPE_DURATION: return temporal_value(type, ArrowArrayViewGetIntUnsafe(&view, row));
    case NANOARROW_TYPE_INTERVAL_MONTHS:
    case NANOARROW_TYPE_INTERVAL_DAY_TIME:
    case NANOARROW_TYPE_INTERVAL_MONTH_DAY_NANO: return interval_text(type, view, row);
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: return decimal_text(type, view, row);
    case NANOARROW_TYPE_STRUCT: return struct_value(type, view, row);
    case NANOARROW_TYPE_MAP: return map_value(type, view, row);
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST:
    case NANOARROW_TYPE_LIST_VIEW:
    case NANOARROW_TYPE_LARGE_LIST_VIEW: return list_value(type, view, row);
    default:
      throw Error(ErrorCode::Unsupported,
                  "columns of the Arrow type " + quote(type.view.schema->format) + " cannot be shown");
  }
}

Json read_value(const ArrowSchema& schema, const ArrowArrayView& view, std::int64_t row) {
  return read_value(TypeNode(schema), view, row);
}

Reader::Reader(Schema schema) : schema_(std::move(schema)), type_(*schema_.get()) {
  if (type_.view.type != NANOARROW_TYPE_STRUCT)
    throw Error(ErrorCode::SchemaMismatch, "an Arrow stream must carry record batches",
                "give a table, not a single column");
  for (std::int64_t i = 0; i < schema_->n_children; ++i) {
    const char* name = schema_->children[i]->name;
    names_.emplace_back(name ? name : "");
  }
}

std::optional<std::size_t> Reader::find(std::string_view name) const {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] != name) continue;
    if (found) return std::nullopt;
    found = i;
  }
  return found;
}

void Reader::set(Array batch) {
  auto view = std::make_unique<ArrayView>(*schema_.get(), *batch.get());
  view_ = std::move(view);
  batch_ = std::move(batch);
  rows_ = batch_->length;
}

namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& wanted) {
  throw Error(ErrorCode::SchemaMismatch, "column " + quote(name) + " does not hold " + wanted);
}

}  // namespace

bool Reader::is_null(std::size_t column, std::int64_t row) const {
  return ArrowArrayViewIsNull((*view_)->children[column], (*view_)->offset + row);
}

Json Reader::value(std::size_t column, std::int64_t row) const {
  return read_value(type_.children[column], *(*view_)->children[column], (*view_)->offset + row);
}

std::optional<std::string_view> Reader::text(std::size_t column, std::int64_t row) const {
  const TypeNode* type = &type_.children[column];
  const ArrowArrayView* view = (*view_)->children[column];
  row += (*view_)->offset;
  while (true) {
    if (ArrowArrayViewIsNull(view, row)) return std::nullopt;
    if (!type->dictionary) break;
    row = ArrowArrayViewGetIntUnsafe(view, row);
    type = type->dictionary.get();
    view = view->dictionary;
  }
  switch (type->view.type) {
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_BINARY_VIEW: return bytes_at(*view, row);
    case NANOARROW_TYPE_NA: return std::nullopt;
    default: refuse(names_[column], "text");
  }
}

std::optional<std::int64_t> Reader::int64(std::size_t column, std::int64_t row) const {
  const ArrowArrayView* view = (*view_)->children[column];
  row += (*view_)->offset;
  if (ArrowArrayViewIsNull(view, row)) return std::nullopt;
  if (type_.children[column].dictionary) refuse(names_[column], "integers");
  switch (view->storage_type) {
    case NANOARROW_TYPE_UINT64: {
      const std::uint64_t value = ArrowArrayViewGetUIntUnsafe(view, row);
      if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        refuse(names_[column], "integers that 64 bits hold with a sign");
      return static_cast<std::int64_t>(value);
    }
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_INT64:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_UINT32: return ArrowArrayViewGetIntUnsafe(view, row);
    default: refuse(names_[column], "integers");
  }
}

Json Reader::row(std::int64_t row) const {
  Json object = Json::object();
  for (std::size_t i = 0; i < names_.size(); ++i) object[names_[i]] = value(i, row);
  return object;
}

std::vector<Json> read_rows(Stream& stream) {
  Reader reader(stream.schema());
  std::vector<Json> rows;
  while (auto batch = stream.next()) {
    reader.set(std::move(*batch));
    for (std::int64_t i = 0; i < reader.rows(); ++i) rows.push_back(reader.row(i));
  }
  return rows;
}

std::vector<Json> read_rows(Stream&& stream) { return read_rows(stream); }

}  // namespace metaxy::arrow
