// SPDX-License-Identifier: Apache-2.0
// Arrow batches as PostgreSQL's COPY (FORMAT binary).
#include "stores/postgresql/copy_in.hpp"

#include <bit>
#include <metaxy/error.hpp>

#include "arrow/copy.hpp"
#include "arrow/read.hpp"
#include "store/json_text.hpp"
#include "stores/postgresql/numeric.hpp"
#include "stores/postgresql/types.hpp"
#include "stores/postgresql/wire.hpp"

namespace metaxy::stores::postgresql {

namespace {

constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::size_t kSendEvery = std::size_t{1} << 18U;

/// Writes the values of one type, each behind its length.
class Encoder {
 public:
  explicit Encoder(const arrow::TypeNode& type)
      : type_(type), kept_(column_type(type, *type.view.schema)), is_json_(kept_.text == "jsonb") {
    if (!is_json_ && kept_.kind == store::Kind::List) {
      element_ = std::make_unique<Encoder>(type.children[0]);
      element_oid_ = element_->oid();
    }
  }

  void append(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
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

 private:
  template <class Write>
  static void sized(std::string& out, Write write) {
    const auto at = out.size();
    out.append(4, '\0');
    write();
    const auto length = out.size() - at - 4;
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
      throw Error(ErrorCode::InvalidArgument, "a value is larger than PostgreSQL keeps", "values have up to 1 GiB");
    }
    std::string size;
    put(size, static_cast<std::int32_t>(length));
    out.replace(at, 4, size);
  }

  Oid oid() const {
    if (kept_.kind == store::Kind::Decimal) return kNumeric;
    return known_type(kept_.text).oid;
  }

  template <class Number>
  static void number(std::string& out, Number value) {
    put(out, static_cast<std::int32_t>(sizeof value));
    put(out, value);
  }

  void append_list(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
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

  static void append_bytes(std::string& out, const ArrowArrayView& view, std::int64_t row, bool text) {
    const auto bytes = ArrowArrayViewGetBytesUnsafe(&view, row);
    const std::string_view value(bytes.data.as_char, static_cast<std::size_t>(bytes.size_bytes));
    if (text && value.find('\0') != std::string_view::npos) {
      throw Error(ErrorCode::InvalidArgument, "a text contains a NUL byte",
                  "databases cannot store NUL in text: remove it");
    }
    sized(out, [&] { out += value; });
  }

  /// Units of a time as microseconds, whose remainder is cut.
  std::int64_t micros(std::int64_t units) const {
    constexpr std::int64_t kMicros = 1'000'000;
    const auto per_second = arrow::units_per_second(type_.view.time_unit);
    if (per_second > kMicros) return units / (per_second / kMicros) - (units % (per_second / kMicros) < 0 ? 1 : 0);
    std::int64_t out = 0;
    if (__builtin_mul_overflow(units, kMicros / per_second, &out)) {
      throw Error(ErrorCode::InvalidArgument, "a time is out of the range of PostgreSQL");
    }
    return out;
  }

  void append_decimal(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
    const auto binary = numeric_from_text(arrow::decimal_text(type_, view, row));
    sized(out, [&] { out += binary; });
  }

  void append_scalar(std::string& out, const ArrowArrayView& view, std::int64_t row) const {
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
      case NANOARROW_TYPE_TIME64: return number(out, micros(integer()));
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

  /// The largest values stand for infinity on both sides.
  void append_timestamp(std::string& out, std::int64_t units) const {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    if (units == kMost) return number(out, kMost);
    if (units <= -kMost) return number(out, std::numeric_limits<std::int64_t>::min());
    number(out, micros(units) - kEpochMicros);
  }

  const arrow::TypeNode& type_;
  store::ColumnType kept_;
  bool is_json_;
  std::unique_ptr<Encoder> element_;
  Oid element_oid_ = 0;
};

class Copying {
 public:
  Copying(Link& link, arrow::Stream& rows, const Watch& watch)
      : link_(link),
        rows_(rows),
        watch_(watch),
        given_(rows.schema()),
        plain_(arrow::plain_schema(*given_.get())),
        type_(*plain_.get()) {
    for (const auto& column : type_.children) encoders_.emplace_back(column);
    buffer_ = kHeader;
  }

  std::uint64_t run() {
    while (auto batch = rows_.next()) {
      watch_.throw_if_stopped();
      add(arrow::is_plain(*given_.get(), *batch->get()) ? *std::move(batch)
                                                        : arrow::plain_array(*given_.get(), *batch->get()));
      watch_.report({"sending rows to PostgreSQL", count_, std::nullopt});
    }
    put(buffer_, std::int16_t{-1});
    send();
    return count_;
  }

 private:
  void add(const arrow::Array& batch) {
    const arrow::ArrayView view(*plain_.get(), *batch.get());
    const auto fields = static_cast<std::int16_t>(encoders_.size());
    for (std::int64_t row = 0; row < batch->length; ++row) {
      put(buffer_, fields);
      for (std::size_t i = 0; i < encoders_.size(); ++i) encoders_[i].append(buffer_, *view->children[i], row);
      if (buffer_.size() >= kSendEvery) send();
    }
    count_ += static_cast<std::uint64_t>(batch->length);
  }

  void send() {
    const auto size = static_cast<int>(buffer_.size());
    if (PQputCopyData(link_.get(), buffer_.data(), size) != 1) link_.fail(nullptr, {}, watch_);
    buffer_.clear();
  }

  Link& link_;
  arrow::Stream& rows_;
  const Watch& watch_;
  arrow::Schema given_;
  arrow::Schema plain_;
  arrow::TypeNode type_;
  std::vector<Encoder> encoders_;
  std::string buffer_;
  std::uint64_t count_ = 0;
};

/// Ends what was begun by COPY; the server's error when it has one.
void finish(Link& link, const char* given_up, const std::string& sql, const Watch& watch) {
  if (PQputCopyEnd(link.get(), given_up) != 1) link.fail(nullptr, sql, watch);
  Result failed;
  while (Result result = link.next_result(watch)) {
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failed) failed = std::move(result);
  }
  if (failed && !given_up) link.fail(failed.get(), sql, watch);
}

}  // namespace

std::uint64_t copy_in(Link& link, const std::string& table, arrow::Stream& rows, const Watch& watch) {
  const auto sql = "COPY " + table + " FROM STDIN (FORMAT binary)";
  if (PQsendQuery(link.get(), sql.c_str()) == 0) link.fail(nullptr, sql, watch);
  {
    const Result begun = link.next_result(watch);
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) {
      link.abandon();
      link.fail(begun.get(), sql, watch);
    }
  }
  std::uint64_t count = 0;
  try {
    count = Copying(link, rows, watch).run();
  } catch (...) {
    if (!link.is_broken()) finish(link, "the producer failed", sql, {});
    throw;
  }
  finish(link, nullptr, sql, watch);
  return count;
}

}  // namespace metaxy::stores::postgresql
