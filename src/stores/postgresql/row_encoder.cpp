// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/row_encoder.hpp"

#include <bit>
#include <limits>
#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "store/json_text.hpp"
#include "store/whole_values.hpp"
#include "stores/postgresql/numeric.hpp"
#include "stores/postgresql/wire.hpp"

namespace metaxy::stores::postgresql {

namespace {

/// Puts the length of what `write` appends before it.
template <class Write>
void sized(std::string& out, const Write& write) {
  constexpr std::size_t kLength = sizeof(std::int32_t);
  const auto at = out.size();
  out.append(kLength, '\0');
  write();
  const auto length = out.size() - at - kLength;
  if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error(ErrorCode::InvalidArgument, "a value is larger than PostgreSQL keeps", "values have up to 1 GiB");
  }
  put_at(out.data() + at, static_cast<std::int32_t>(length));
}

template <class Number>
void number(std::string& out, Number value) {
  put(out, static_cast<std::int32_t>(sizeof value));
  put(out, value);
}

void append_bytes(std::string& out, const ArrowArrayView& view, std::int64_t row, bool text) {
  const auto bytes = ArrowArrayViewGetBytesUnsafe(&view, row);
  const std::string_view value(bytes.data.as_char, static_cast<std::size_t>(bytes.size_bytes));
  if (text && value.find('\0') != std::string_view::npos) {
    throw Error(ErrorCode::InvalidArgument, "a text contains a NUL byte",
                "databases cannot store NUL in text: remove it");
  }
  sized(out, [&] { out += value; });
}

}  // namespace

ValueEncoder::ValueEncoder(const arrow::TypeNode& type)
    : type_(type), kept_(column_type(type, *type.view.schema)), is_json_(kept_.text == "jsonb") {
  if (!is_json_ && kept_.kind == store::Kind::List) {
    element_ = std::make_unique<ValueEncoder>(type.children[0]);
    element_oid_ = element_->oid();
  }
}

Oid ValueEncoder::oid() const {
  if (kept_.kind == store::Kind::Decimal) return kNumeric;
  return known_type(kept_.text).oid;
}

void ValueEncoder::append(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
  if (ArrowArrayViewIsNull(&view, row) != 0) return put(out, std::int32_t{-1});
  if (is_json_) {
    return sized(out, [&] {
      out += '\1';
      store::append_json(out, type_, view, row);
    });
  }
  if (element_) return sized(out, [&] { append_list(out, view, row); });
  append_scalar(out, view, row);
}

void ValueEncoder::append_list(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
  const auto [begin, end] = arrow::list_range(view, row);
  const auto count = static_cast<std::int32_t>(end - begin);
  put(out, std::int32_t{count > 0 ? 1 : 0});  // dimensions
  put(out, std::int32_t{1});                  // NULLs may follow
  put(out, element_oid_);
  if (count == 0) return;
  put(out, count);
  put(out, std::int32_t{1});
  for (auto i = begin; i < end; ++i) element_->append(out, *view.children[0], i);
}

void ValueEncoder::append_decimal(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
  const auto binary = numeric_from_text(arrow::decimal_text(type_, view, row));
  sized(out, [&] { out += binary; });
}

/// The largest values stand for infinity on both sides.
void ValueEncoder::append_timestamp(std::string& out, std::int64_t units) const {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (units == kMost) return number(out, kMost);
  if (units <= -kMost) return number(out, std::numeric_limits<std::int64_t>::min());
  number(out, store::whole_micros(type_.view, units) - kEpochMicros);
}

void ValueEncoder::append_scalar(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
  const auto integer = [&] { return ArrowArrayViewGetIntUnsafe(&view, row); };
  switch (type_.view.type) {
    case NANOARROW_TYPE_BOOL:
      put(out, std::int32_t{1});
      out += integer() != 0 ? '\1' : '\0';
      return;
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16: return number(out, static_cast<std::int16_t>(integer()));
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32: return number(out, static_cast<std::int32_t>(integer()));
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64: return number(out, integer());
    case NANOARROW_TYPE_UINT64: {
      const auto binary = numeric_from_text(std::to_string(ArrowArrayViewGetUIntUnsafe(&view, row)));
      return sized(out, [&] { out += binary; });
    }
    case NANOARROW_TYPE_HALF_FLOAT:
    case NANOARROW_TYPE_FLOAT:
      return number(out, std::bit_cast<std::int32_t>(static_cast<float>(ArrowArrayViewGetDoubleUnsafe(&view, row))));
    case NANOARROW_TYPE_DOUBLE:
      return number(out, std::bit_cast<std::int64_t>(ArrowArrayViewGetDoubleUnsafe(&view, row)));
    case NANOARROW_TYPE_DATE32: return number(out, static_cast<std::int32_t>(integer() - kEpochDays));
    case NANOARROW_TYPE_DATE64: {
      constexpr std::int64_t kMillis = 86'400'000;
      const auto days = integer() / kMillis - (integer() % kMillis < 0 ? 1 : 0);
      return number(out, static_cast<std::int32_t>(days - kEpochDays));
    }
    case NANOARROW_TYPE_TIME32:
    case NANOARROW_TYPE_TIME64: return number(out, store::whole_micros(type_.view, integer()));
    case NANOARROW_TYPE_TIMESTAMP: return append_timestamp(out, integer());
    case NANOARROW_TYPE_DECIMAL32:
    case NANOARROW_TYPE_DECIMAL64:
    case NANOARROW_TYPE_DECIMAL128:
    case NANOARROW_TYPE_DECIMAL256: return append_decimal(out, view, row);
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING: return append_bytes(out, view, row, true);
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_FIXED_SIZE_BINARY: return append_bytes(out, view, row, false);
    default: {  // as text
      std::string json;
      store::append_json(json, type_, view, row);
      if (json.starts_with('"')) json = json.substr(1, json.size() - 2);
      return sized(out, [&] { out += json; });
    }
  }
}

}  // namespace metaxy::stores::postgresql
