// SPDX-License-Identifier: Apache-2.0
// Arrow batches as bound values of one prepared INSERT.
#include "stores/sqlite/rows_in.hpp"

#include <cmath>
#include <limits>
#include <metaxy/error.hpp>

#include "arrow/copy.hpp"
#include "arrow/read.hpp"
#include "store/json_text.hpp"
#include "store/nested_types.hpp"
#include "store/whole_values.hpp"
#include "stores/sqlite/number_text.hpp"
#include "stores/sqlite/types.hpp"

namespace metaxy::stores::sqlite {

namespace {

constexpr std::int64_t kMicrosOfDay = 86'400'000'000;

/// Binds the values of one column.
class Binder {
 public:
  Binder(const arrow::TypeNode& type, int place)
      : type_(type), place_(place), is_json_(store::is_nested(column_type(type, *type.view.schema))) {}

  void bind(sqlite3_stmt* statement, const ArrowArrayView& view, std::int64_t row) {
    if (ArrowArrayViewIsNull(&view, row) != 0) return done(sqlite3_bind_null(statement, place_));
    if (is_json_) return bind_json(statement, view, row);
    const auto integer = [&](std::int64_t value) { done(sqlite3_bind_int64(statement, place_, value)); };
    switch (type_.view.type) {
      case NANOARROW_TYPE_BOOL:
      case NANOARROW_TYPE_INT8:
      case NANOARROW_TYPE_UINT8:
      case NANOARROW_TYPE_INT16:
      case NANOARROW_TYPE_UINT16:
      case NANOARROW_TYPE_INT32:
      case NANOARROW_TYPE_UINT32:
      case NANOARROW_TYPE_INT64: return integer(ArrowArrayViewGetIntUnsafe(&view, row));
      case NANOARROW_TYPE_UINT64: return bind_text(statement, std::to_string(ArrowArrayViewGetUIntUnsafe(&view, row)));
      case NANOARROW_TYPE_HALF_FLOAT:
      case NANOARROW_TYPE_FLOAT:
      case NANOARROW_TYPE_DOUBLE: {
        const double value = ArrowArrayViewGetDoubleUnsafe(&view, row);
        if (std::isnan(value)) return bind_text(statement, std::string(kNaN));
        return done(sqlite3_bind_double(statement, place_, value));
      }
      case NANOARROW_TYPE_DATE32: return integer(scaled(ArrowArrayViewGetIntUnsafe(&view, row), kMicrosOfDay));
      case NANOARROW_TYPE_DATE64: {
        const auto millis = ArrowArrayViewGetIntUnsafe(&view, row);
        constexpr std::int64_t kMillisOfDay = 86'400'000;
        const auto days = millis / kMillisOfDay - (millis % kMillisOfDay < 0 ? 1 : 0);
        return integer(scaled(days, kMicrosOfDay));
      }
      case NANOARROW_TYPE_TIME32:
      case NANOARROW_TYPE_TIME64:
      case NANOARROW_TYPE_TIMESTAMP: return integer(micros(ArrowArrayViewGetIntUnsafe(&view, row)));
      case NANOARROW_TYPE_DECIMAL32:
      case NANOARROW_TYPE_DECIMAL64:
      case NANOARROW_TYPE_DECIMAL128: return bind_decimal(statement, view, row);
      case NANOARROW_TYPE_STRING:
      case NANOARROW_TYPE_LARGE_STRING: {
        const auto text = ArrowArrayViewGetBytesUnsafe(&view, row);
        return done(sqlite3_bind_text64(statement, place_, text.data.as_char ? text.data.as_char : "",
                                        static_cast<sqlite3_uint64>(text.size_bytes), SQLITE_STATIC, SQLITE_UTF8));
      }
      case NANOARROW_TYPE_BINARY:
      case NANOARROW_TYPE_LARGE_BINARY:
      case NANOARROW_TYPE_FIXED_SIZE_BINARY: {
        const auto bytes = ArrowArrayViewGetBytesUnsafe(&view, row);
        return done(sqlite3_bind_blob64(statement, place_, bytes.data.as_char ? bytes.data.as_char : "",
                                        static_cast<sqlite3_uint64>(bytes.size_bytes), SQLITE_STATIC));
      }
      default: return bind_json(statement, view, row);
    }
  }

 private:
  static void done(int result) {
    if (result == SQLITE_TOOBIG) {
      throw Error(ErrorCode::InvalidArgument, "a value is larger than SQLite keeps", "values have up to 1 GB");
    }
    if (result == SQLITE_NOMEM) throw std::bad_alloc();
    if (result != SQLITE_OK) throw Error(ErrorCode::Internal, "SQLite takes no value for a column");
  }

  static std::int64_t scaled(std::int64_t value, std::int64_t factor) {
    std::int64_t out = 0;
    if (__builtin_mul_overflow(value, factor, &out)) {
      throw Error(ErrorCode::InvalidArgument, "a date or time is out of the range of SQLite stores",
                  "they hold the years from -290000 to 294000");
    }
    return out;
  }

  /// The largest values stand for infinity.
  std::int64_t micros(std::int64_t units) const {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    return units == kMost || units <= -kMost ? units : store::whole_micros(type_.view, units);
  }

  void bind_text(sqlite3_stmt* statement, std::string text) {
    buffer_ = std::move(text);
    done(sqlite3_bind_text64(statement, place_, buffer_.data(), buffer_.size(), SQLITE_STATIC, SQLITE_UTF8));
  }

  void bind_json(sqlite3_stmt* statement, const ArrowArrayView& view, std::int64_t row) {
    std::string json;
    store::append_json(json, type_, view, row);
    if (!is_json_ && json.starts_with('"')) json = json.substr(1, json.size() - 2);
    bind_text(statement, std::move(json));
  }

  void bind_decimal(sqlite3_stmt* statement, const ArrowArrayView& view, std::int64_t row) {
    bind_text(statement, arrow::decimal_text(type_, view, row));
  }

  const arrow::TypeNode& type_;
  int place_;
  bool is_json_;
  std::string buffer_;
};

}  // namespace

std::uint64_t insert_rows(Database& database, const std::string& table, arrow::Stream& rows, const Watch& watch) {
  const auto given = rows.schema();
  const auto plain = arrow::plain_schema(*given.get());
  const arrow::TypeNode type(*plain.get());
  std::vector<Binder> binders;
  std::string places;
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    binders.emplace_back(type.children[i], static_cast<int>(i + 1));
    places += i == 0 ? "?" : ", ?";
  }
  const std::string sql = "INSERT INTO " + table + " VALUES (" + places + ")";
  const auto statement = database.prepare(sql, watch);
  std::uint64_t count = 0;
  while (auto batch = rows.next()) {
    watch.throw_if_stopped();
    const auto array = arrow::is_plain(*given.get(), *batch->get()) ? *std::move(batch)
                                                                    : arrow::plain_array(*given.get(), *batch->get());
    const arrow::ArrayView view(*plain.get(), *array.get());
    for (std::int64_t row = 0; row < array->length; ++row) {
      for (std::size_t i = 0; i < binders.size(); ++i) binders[i].bind(statement.get(), *view->children[i], row);
      if (sqlite3_step(statement.get()) != SQLITE_DONE) database.fail(sql, watch);
      sqlite3_reset(statement.get());
    }
    count += static_cast<std::uint64_t>(array->length);
    watch.report({"taking rows into SQLite", count, std::nullopt});
  }
  return count;
}

}  // namespace metaxy::stores::sqlite
