// SPDX-License-Identifier: Apache-2.0
#include "store/whole_values.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <metaxy/error.hpp>
#include <vector>

#include "base/text.hpp"

namespace metaxy::store {

namespace {

constexpr std::int64_t kMicros = 1'000'000;

std::string subject(const ArrowSchemaView& column) {
  return "column " + quote(column.schema->name ? column.schema->name : "");
}

bool is_finer_than_micros(const ArrowSchemaView& column) {
  const bool time = column.type == NANOARROW_TYPE_TIMESTAMP || column.type == NANOARROW_TYPE_TIME64;
  return time && column.time_unit == NANOARROW_TIME_UNIT_NANO;
}

bool is_real(const ArrowSchemaView& column) {
  return column.type == NANOARROW_TYPE_DOUBLE || column.type == NANOARROW_TYPE_FLOAT ||
         column.type == NANOARROW_TYPE_HALF_FLOAT;
}

std::int64_t first_day_of(std::int64_t year) {
  const std::chrono::sys_days day = std::chrono::year(static_cast<int>(year)) / std::chrono::January / 1;
  return day.time_since_epoch().count();
}

/// The columns of a stream that may hold what is lost.
struct Looking {
  arrow::Stream rows;
  arrow::Schema schema;
  arrow::TypeNode type;
  Lost lost;
  std::vector<std::size_t> columns;

  Looking(arrow::Stream given, Lost what)
      : rows(std::move(given)), schema(rows.schema()), type(*schema.get()), lost(what) {
    for (std::size_t i = 0; i < type.children.size(); ++i) {
      const auto& view = type.children[i].view;
      if ((lost.nanoseconds && is_finer_than_micros(view)) || (lost.nan && is_real(view)) ||
          (lost.years && view.type == NANOARROW_TYPE_DATE32))
        columns.push_back(i);
    }
  }

  void look_at(const ArrowArray& batch) const {
    for (const auto i : columns) {
      const arrow::ArrayView view(*schema->children[i], *batch.children[i]);
      for (auto row = batch.offset; row < batch.offset + batch.length; ++row) {
        if (ArrowArrayViewIsNull(view.get(), row) == 0) look_at(type.children[i].view, *view.get(), row);
      }
    }
  }

  void look_at(const ArrowSchemaView& column, const ArrowArrayView& view, std::int64_t row) const {
    if (column.type == NANOARROW_TYPE_DATE32) {
      const auto day = ArrowArrayViewGetIntUnsafe(&view, row);
      if (day >= first_day_of(lost.years->first) && day < first_day_of(lost.years->second + 1)) return;
      throw Error(
          ErrorCode::InvalidArgument, subject(column) + " has a date that is out of the database's range",
          fmt::format("it keeps the years from {} to {}: write others as text", lost.years->first, lost.years->second));
    }
    if (is_finer_than_micros(column)) {
      whole_micros(column, ArrowArrayViewGetIntUnsafe(&view, row));
    } else if (std::isnan(ArrowArrayViewGetDoubleUnsafe(&view, row))) {
      throw Error(ErrorCode::InvalidArgument, subject(column) + " has NaN, which the database may not keep",
                  "write NULL instead, or keep the numbers as text");
    }
  }
};

}  // namespace

std::int64_t whole_micros(const ArrowSchemaView& column, std::int64_t units) {
  const auto per_second = arrow::units_per_second(column.time_unit);
  if (per_second > kMicros) {
    if (units % (per_second / kMicros) != 0) {
      throw Error(ErrorCode::InvalidArgument,
                  subject(column) +
                      " has a time between two microseconds, which are the "
                      "smallest that the database keeps",
                  "round it to microseconds, or write nanoseconds as an integer");
    }
    return units / (per_second / kMicros);
  }
  std::int64_t out = 0;
  if (__builtin_mul_overflow(units, kMicros / per_second, &out)) {
    throw Error(ErrorCode::InvalidArgument, subject(column) + " has a time that is out of the database's range",
                "they hold the years from -290000 to 294000");
  }
  return out;
}

arrow::Stream refuse_lost(arrow::Stream rows, Lost lost) {
  auto looking = std::make_shared<Looking>(std::move(rows), lost);
  if (looking->columns.empty()) return std::move(looking->rows);
  return arrow::make_stream(looking->rows.schema(), [looking]() -> std::optional<arrow::Array> {
    auto batch = looking->rows.next();
    if (batch) looking->look_at(*batch->get());
    return batch;
  });
}

}  // namespace metaxy::store
