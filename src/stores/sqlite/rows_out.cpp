// SPDX-License-Identifier: Apache-2.0
// Rows of SQLite as Arrow batches.
#include "stores/sqlite/rows_out.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <optional>
#include <vector>

#include "arrow/build.hpp"
#include "arrow/copy.hpp"
#include "arrow/temporal.hpp"
#include "store/nested_types.hpp"
#include "stores/sqlite/decimal.hpp"
#include "stores/sqlite/number_text.hpp"
#include "stores/sqlite/types.hpp"

namespace metaxy::stores::sqlite {

using store::Kind;

namespace {

constexpr std::int64_t kRowsOfBatch = 8192;
constexpr std::size_t kBytesOfBatch = std::size_t{8} << 20U;
constexpr std::int64_t kMicrosOfDay = 86'400'000'000;

void done(ArrowErrorCode result) { arrow::check(result, "reading rows of SQLite"); }

std::string_view text_at(sqlite3_stmt* statement, int column) {
  const auto* text = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return {text ? text : "", static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

/// Appends the values of one column.
class Appender {
 public:
  explicit Appender(store::TableColumn column) : column_(std::move(column)) {}

  /// The bytes of the value, more or less.
  std::size_t append(ArrowArray* array, sqlite3_stmt* statement, int at) const {
    const int stored = sqlite3_column_type(statement, at);
    if (stored == SQLITE_NULL) return done(ArrowArrayAppendNull(array, 1)), 1;
    switch (store::is_nested(column_.type) ? Kind::Json : column_.type.kind) {
      case Kind::Boolean:
      case Kind::Integer: return append_integer(array, statement, at, stored, 1);
      case Kind::Time:
      case Kind::Timestamp:
      case Kind::TimestampTz: return append_time(array, statement, at, stored, 1);
      case Kind::Date: return append_time(array, statement, at, stored, kMicrosOfDay);
      case Kind::Float: return append_real(array, statement, at, stored);
      case Kind::Decimal: return append_decimal(array, statement, at, stored);
      case Kind::Binary: {
        const auto bytes = text_at(statement, at);
        done(ArrowArrayAppendBytes(array, {{bytes.data()}, static_cast<std::int64_t>(bytes.size())}));
        return bytes.size();
      }
      default: return append_text(array, statement, at, stored);
    }
  }

 private:
  [[noreturn]] void refuse(sqlite3_stmt* statement, int at) const {
    throw Error(ErrorCode::Backend,
                fmt::format("column {} holds {}, which is no {}", column_.name, quote(text_at(statement, at)),
                            column_.type.text),
                "another program wrote it: mend the value, or declare the column as what it is");
  }

  std::size_t append_integer(ArrowArray* array, sqlite3_stmt* statement, int at, int stored, std::int64_t unit) const {
    if (stored != SQLITE_INTEGER) refuse(statement, at);
    const auto value = sqlite3_column_int64(statement, at);
    const auto counted = value / unit - (value % unit < 0 ? 1 : 0);
    if (ArrowArrayAppendInt(array, counted) != NANOARROW_OK) refuse(statement, at);
    return 8;
  }

  /// Others write texts.
  std::size_t append_time(ArrowArray* array, sqlite3_stmt* statement, int at, int stored, std::int64_t unit) const {
    if (stored != SQLITE_TEXT) return append_integer(array, statement, at, stored, unit);
    const bool time = column_.type.kind == Kind::Time;
    const auto text = (time ? "1970-01-01 " : "") + std::string(text_at(statement, at));
    const auto parsed = arrow::parse_timestamp(text, 1'000'000);
    if (!parsed) refuse(statement, at);
    done(ArrowArrayAppendInt(array, parsed->units / unit - (parsed->units % unit < 0 ? 1 : 0)));
    return 8;
  }

  std::size_t append_real(ArrowArray* array, sqlite3_stmt* statement, int at, int stored) const {
    if (stored == SQLITE_TEXT) {
      const auto value = parse_real(text_at(statement, at));
      if (!value) refuse(statement, at);
      done(ArrowArrayAppendDouble(array, *value));
    } else if (stored == SQLITE_BLOB) {
      refuse(statement, at);
    } else {
      done(ArrowArrayAppendDouble(array, sqlite3_column_double(statement, at)));
    }
    return 8;
  }

  std::size_t append_decimal(ArrowArray* array, sqlite3_stmt* statement, int at, int stored) const {
    auto value = stored == SQLITE_FLOAT
                     ? from_double(sqlite3_column_double(statement, at))
                     : parse_decimal({reinterpret_cast<const char*>(sqlite3_column_text(statement, at)),
                                      static_cast<std::size_t>(sqlite3_column_bytes(statement, at))});
    if (!value) refuse(statement, at);
    const auto text = to_text({rescaled(*value, column_.type.scale).digits, 0});
    ArrowDecimal decimal;
    ArrowDecimalInit(&decimal, 128, kMostDigits, column_.type.scale);
    done(ArrowDecimalSetDigits(&decimal, {text.data(), static_cast<std::int64_t>(text.size())}));
    done(ArrowArrayAppendDecimal(array, &decimal));
    return 16;
  }

  static std::size_t append_text(ArrowArray* array, sqlite3_stmt* statement, int at, int stored) {
    if (stored == SQLITE_FLOAT) {
      const auto text = real_text(sqlite3_column_double(statement, at));
      done(ArrowArrayAppendString(array, {text.data(), static_cast<std::int64_t>(text.size())}));
      return text.size();
    }
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
    const auto size = sqlite3_column_bytes(statement, at);
    done(ArrowArrayAppendString(array, {text ? text : "", size}));
    return static_cast<std::size_t>(size);
  }

  store::TableColumn column_;
};

class Rows {
 public:
  Rows(std::shared_ptr<Database> database, const std::string& sql, const store::TableSchema& columns,
       const Watch& watch)
      : database_(std::move(database)), sql_(sql), watch_(watch), statement_(database_->prepare(sql, watch_)) {
    if (sqlite3_column_count(statement_.get()) != static_cast<int>(columns.size())) {
      throw Error(ErrorCode::Internal, "a statement gives other columns than were told: " + sql);
    }
    std::vector<arrow::Field> fields;
    for (const auto& column : columns) {
      fields.push_back(arrow_field(column.name, column.type));
      appenders_.emplace_back(column);
    }
    schema_ = arrow::make_schema(fields);
  }

  arrow::Schema schema() const { return arrow::copy_schema(*schema_.get()); }

  std::optional<arrow::Array> next() {
    if (!statement_) return std::nullopt;
    arrow::Array out;
    done(ArrowArrayInitFromSchema(out.out(), schema_.get(), nullptr));
    done(ArrowArrayStartAppending(out.get()));
    std::size_t bytes = 0;
    const Watching watching(*database_, watch_);
    while (out->length < kRowsOfBatch && bytes < kBytesOfBatch) {
      const int step = sqlite3_step(statement_.get());
      if (step == SQLITE_DONE) {
        statement_.reset();
        break;
      }
      if (step != SQLITE_ROW) database_->fail(sql_, watch_);
      for (std::size_t i = 0; i < appenders_.size(); ++i) {
        bytes += appenders_[i].append(out->children[i], statement_.get(), static_cast<int>(i));
      }
      done(ArrowArrayFinishElement(out.get()));
    }
    if (out->length == 0) return std::nullopt;
    done(ArrowArrayFinishBuildingDefault(out.get(), nullptr));
    count_ += static_cast<std::uint64_t>(out->length);
    watch_.report({"reading rows of SQLite", count_, std::nullopt});
    return out;
  }

 private:
  std::shared_ptr<Database> database_;
  std::string sql_;
  Watch watch_;
  Statement statement_;
  std::vector<Appender> appenders_;
  arrow::Schema schema_;
  std::uint64_t count_ = 0;
};

}  // namespace

arrow::Stream read_rows(std::shared_ptr<Database> database, const std::string& sql, const store::TableSchema& columns,
                        const Watch& watch) {
  auto rows = std::make_shared<Rows>(std::move(database), sql, columns, watch);
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [rows] { return rows->next(); });
}

}  // namespace metaxy::stores::sqlite
