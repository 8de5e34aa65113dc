// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/lake_source.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "stores/duckdb/set_aside.hpp"

namespace metaxy::stores::duckdb {

std::optional<std::chrono::milliseconds> LakeSource::wait_after(int tries) const {
  constexpr double kLongest = 10'000;
  if (tries > retries_.count) return std::nullopt;
  // Two that met must not meet again.
  thread_local std::minstd_rand random{std::random_device{}()};
  const double wait = static_cast<double>(retries_.wait.count()) * std::pow(retries_.backoff, tries - 1);
  const double part = std::uniform_real_distribution<double>(0.5, 1.0)(random);
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(wait, kLongest) * part));
}

std::function<arrow::Stream()> LakeSource::keep(arrow::Stream rows, const Watch& watch) {
  return keep_rows(std::move(rows), watch);
}

}  // namespace metaxy::stores::duckdb
