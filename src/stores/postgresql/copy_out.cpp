// SPDX-License-Identifier: Apache-2.0
// Rows of PostgreSQL's COPY (FORMAT binary) as Arrow batches. COPY gives twice as many rows a second as results do.
#include "stores/postgresql/copy_out.hpp"

#include <fmt/format.h>

#include <bit>
#include <metaxy/error.hpp>
#include <optional>
#include <vector>

#include "arrow/copy.hpp"
#include "sql/dialect_postgresql.hpp"
#include "stores/postgresql/numeric.hpp"
#include "stores/postgresql/types.hpp"
#include "stores/postgresql/wire.hpp"

namespace metaxy::stores::postgresql {

namespace {

constexpr std::int64_t kRowsOfBatch = 8192;
constexpr std::size_t kBytesOfBatch = std::size_t{8} << 20U;
constexpr std::size_t kHeader = 19;

struct Column {
  Oid oid;
  int scale;
  const KnownType* element;  ///< of arrays
};

void done(ArrowErrorCode result) { arrow::check(result, "reading rows of PostgreSQL"); }

/// Appends a value in its binary form.
void append(ArrowArray* array, const Column& column, const char* at, std::int32_t length) {
  const std::string_view bytes(at, static_cast<std::size_t>(length));
  const ArrowBufferView view{{at}, length};
  switch (column.oid) {
    case 16: return done(ArrowArrayAppendInt(array, *at));
    case 21: return done(ArrowArrayAppendInt(array, get<std::int16_t>(at)));
    case 23: return done(ArrowArrayAppendInt(array, get<std::int32_t>(at)));
    case 26: return done(ArrowArrayAppendUInt(array, get<std::uint32_t>(at)));
    case 20: return done(ArrowArrayAppendInt(array, get<std::int64_t>(at)));
    case 700: return done(ArrowArrayAppendDouble(array, std::bit_cast<float>(get<std::uint32_t>(at))));
    case 701: return done(ArrowArrayAppendDouble(array, std::bit_cast<double>(get<std::uint64_t>(at))));
    case 1082: return done(ArrowArrayAppendInt(array, get<std::int32_t>(at) + kEpochDays));
    case 1083: return done(ArrowArrayAppendInt(array, get<std::int64_t>(at)));
    case 1114:
    case 1184: {
      const auto micros = get<std::int64_t>(at);
      constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
      const bool infinite = micros == kMost || micros == std::numeric_limits<std::int64_t>::min();
      return done(ArrowArrayAppendInt(array, !infinite ? micros + kEpochMicros : micros > 0 ? kMost : -kMost));
    }
    case kJsonb: return done(ArrowArrayAppendString(array, {at + 1, length - 1}));
    case kNumeric: {
      ArrowDecimal decimal;
      ArrowDecimalInit(&decimal, 128, 38, column.scale);
      auto digits = numeric_to_text(bytes, column.scale);
      std::erase(digits, '.');
      done(ArrowDecimalSetDigits(&decimal, ArrowCharView(digits.c_str())));
      return done(ArrowArrayAppendDecimal(array, &decimal));
    }
    case 17: return done(ArrowArrayAppendBytes(array, view));
    default: return done(ArrowArrayAppendString(array, {at, length}));
  }
}

/// Arrays of one dimension become lists.
void append_list(ArrowArray* array, const Column& column, const char* at) {
  const auto dimensions = get<std::int32_t>(at);
  if (dimensions > 1) {
    throw Error(ErrorCode::Unsupported, "an array of several dimensions cannot be read", "keep lists of one dimension");
  }
  const auto count = dimensions == 0 ? 0 : get<std::int32_t>(at + 12);
  const char* next = at + 20;
  const Column element{column.element->oid, column.scale, nullptr};
  for (std::int32_t i = 0; i < count; ++i) {
    const auto length = get<std::int32_t>(next);
    next += 4;
    if (length < 0) {
      done(ArrowArrayAppendNull(array->children[0], 1));
      continue;
    }
    append(array->children[0], element, next, length);
    next += length;
  }
  done(ArrowArrayFinishElement(array));
}

struct Described {
  arrow::Schema schema;
  std::vector<Column> columns;
  std::string sql;
};

/// What a statement gives, and the statement that gives it in forms that are known here.
Described describe(Link& link, const std::string& sql, const Watch& watch) {
  const Result described = link.describe(sql, watch);
  Described out;
  std::vector<arrow::Field> fields;
  std::string names;
  bool all_known = true;
  for (int i = 0; i < PQnfields(described.get()); ++i) {
    const auto oid = PQftype(described.get(), i);
    const int modifier = PQfmod(described.get(), i);
    const std::string name = PQfname(described.get(), i);
    auto field = arrow_field(name, oid, modifier);
    all_known = all_known && field;
    names += fmt::format("{}c{}{}", i ? ", " : "", i, field ? "" : "::text");
    const int scale = oid == kNumeric || oid == 1231 ? column_type(kNumeric, modifier, {}).scale : 0;
    out.columns.push_back(field ? Column{oid, scale, find_element(oid)} : Column{25, 0, nullptr});
    fields.push_back(field ? *std::move(field) : arrow::Field(name));
  }
  out.schema = arrow::make_schema(fields);
  out.sql = sql;
  if (!all_known) {
    std::string aliases;
    for (std::size_t i = 0; i < fields.size(); ++i) aliases += fmt::format("{}c{}", i ? ", " : "", i);
    out.sql = fmt::format("SELECT {} FROM ({}) AS given({})", names, sql, aliases);
  }
  return out;
}

class Rows {
 public:
  Rows(std::shared_ptr<Link> link, const std::string& sql, const Watch& watch)
      : link_(std::move(link)), watch_(watch), described_(describe(*link_, sql, watch)) {
    sql_ = "COPY (" + described_.sql + ") TO STDOUT (FORMAT binary)";
    if (PQsendQuery(link_->get(), sql_.c_str()) == 0) link_->fail(nullptr, sql_, watch_);
    const Result begun = link_->next_result(sql_, watch_);
    if (PQresultStatus(begun.get()) != PGRES_COPY_OUT) {
      link_->abandon();
      link_->fail(begun.get(), sql_, watch_);
    }
    busy_ = true;
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() {
    if (!busy_) return;
    link_->cancel();
    char* row = nullptr;
    while (PQgetCopyData(link_->get(), &row, 0) > 0) PQfreemem(row);
    link_->abandon();
  }

  arrow::Schema schema() const { return arrow::copy_schema(*described_.schema.get()); }

  std::optional<arrow::Array> next() {
    if (!busy_) return std::nullopt;
    arrow::Array out;
    done(ArrowArrayInitFromSchema(out.out(), described_.schema.get(), nullptr));
    done(ArrowArrayStartAppending(out.get()));
    std::size_t bytes = 0;
    while (out->length < kRowsOfBatch && bytes < kBytesOfBatch) {
      const auto length = add_row(*out.get());
      if (length == 0) break;
      bytes += length;
    }
    if (out->length == 0) return std::nullopt;
    done(ArrowArrayFinishBuildingDefault(out.get(), nullptr));
    count_ += static_cast<std::uint64_t>(out->length);
    watch_.report({"reading rows of PostgreSQL", count_, std::nullopt});
    return out;
  }

 private:
  struct Free {
    void operator()(char* memory) const { PQfreemem(memory); }
  };

  /// The size of the row that was added; 0 at the end.
  std::size_t add_row(ArrowArray& batch) {
    while (true) {
      char* data = nullptr;
      const int length = PQgetCopyData(link_->get(), &data, 1);
      const std::unique_ptr<char, Free> row(data);
      if (length == 0) {
        link_->wait_readable(sql_, watch_);
        continue;
      }
      if (length < 0) return finish();
      watch_.throw_if_stopped();
      const char* at = row.get();
      if (!begun_) at += kHeader;
      begun_ = true;
      if (at - row.get() >= length || get<std::int16_t>(at) < 0) continue;  // the trailer
      take(batch, at + 2);
      return static_cast<std::size_t>(length);
    }
  }

  void take(ArrowArray& batch, const char* at) {
    for (std::size_t i = 0; i < described_.columns.size(); ++i) {
      const auto& column = described_.columns[i];
      const auto length = get<std::int32_t>(at);
      at += 4;
      if (length < 0) {
        done(ArrowArrayAppendNull(batch.children[i], 1));
        continue;
      }
      column.element ? append_list(batch.children[i], column, at) : append(batch.children[i], column, at, length);
      at += length;
    }
    done(ArrowArrayFinishElement(&batch));
  }

  std::size_t finish() {
    busy_ = false;
    Result failed;
    while (Result result = link_->next_result(sql_, watch_)) {
      if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failed) failed = std::move(result);
    }
    if (failed || link_->is_broken()) link_->fail(failed.get(), sql_, watch_);
    return 0;
  }

  std::shared_ptr<Link> link_;
  Watch watch_;
  Described described_;
  std::string sql_;
  bool busy_ = false;
  bool begun_ = false;
  std::uint64_t count_ = 0;
};

}  // namespace

arrow::Stream copy_out(std::shared_ptr<Link> link, const std::string& sql, const Watch& watch) {
  auto rows = std::make_shared<Rows>(std::move(link), sql, watch);
  auto schema = rows->schema();
  return arrow::make_stream(std::move(schema), [rows] { return rows->next(); });
}

}  // namespace metaxy::stores::postgresql
