// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "stores/duckdb/connection.hpp"

namespace metaxy::stores::duckdb {

/// Connections to a lake, which programs without metaxy's locks may write, too: other clients of DuckLake, compaction.
class LakeSource final : public DuckDbSource, public store::TriesAgain {
 public:
  /// Throws: as DatabasePlace::lease does.
  LakeSource(const std::shared_ptr<DatabasePlace>& place, const Caller& caller, const Watch& watch)
      : DuckDbSource(place, caller, watch), retries_(place->lake()->retries) {}

  std::optional<std::chrono::milliseconds> wait_after(int tries) const override;
  std::function<arrow::Stream()> keep(arrow::Stream rows, const Watch& watch) override;

 private:
  LakeRetries retries_;
};

}  // namespace metaxy::stores::duckdb
