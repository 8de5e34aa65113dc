// SPDX-License-Identifier: Apache-2.0
// Looking back: the records of a store as they were.
#include <metaxy/error.hpp>

#include "arrow/temporal.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

Timestamp parse_time(std::string_view text) {
  if (const auto parsed = arrow::parse_timestamp(text, 1'000'000)) {
    return Timestamp(std::chrono::microseconds(parsed->units));
  }
  throw Error(ErrorCode::InvalidArgument, quote(std::string(text)) + " is no point in time",
              "write it like 2026-01-31, 2026-01-31T12:00 or 2026-01-31T12:00:00.5+01:00; UTC without an offset");
}

namespace {

/// A clock may have jumped back since something was written.
bool has_come(Opened& opened, Timestamp time) {
  if (time <= opened.rules.clock()) return true;
  for (std::size_t i = 0; i < store_count(opened); ++i) {
    const auto last = in_store(opened, i, [](store::Session& session) { return read_write_times(session).last; });
    if (last && time <= *last) return true;
  }
  return false;
}

}  // namespace

void leave_until(lineage::Stored& stored, Timestamp time) {
  for (auto& part : stored.parts) part.only_write = part.last_write = nullptr;
  const auto changed =
      rel::coalesce({rel::column(std::string(lineage::kDeletedAt)), rel::column(std::string(lineage::kUpdatedAt))});
  stored.visible = rel::binary(rel::BinaryOp::Le, changed, timestamp_literal(time));
}

void look_back(Opened& opened, lineage::Stored& stored, Timestamp as_of) {
  if (!has_come(opened, as_of)) {
    throw Error(ErrorCode::InvalidArgument, "the time to look back to has not come yet", "give a time in the past");
  }
  leave_until(stored, as_of);
}

}  // namespace metaxy::ops
