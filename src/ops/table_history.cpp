// SPDX-License-Identifier: Apache-2.0
#include "ops/table_history.hpp"

#include "arrow/read.hpp"
#include "lineage/columns.hpp"
#include "ops/store_settings.hpp"

namespace metaxy::ops {

namespace {

rel::ExprPtr written_at(std::int64_t micros) {
  const auto time = timestamp_literal(Timestamp(std::chrono::microseconds(micros)));
  return rel::equal(rel::column(std::string(lineage::kUpdatedAt)), time);
}

/// About how many samples a table has; within a few percent.
std::uint64_t estimate_samples(store::Session& session, const lineage::Stored& stored) {
  // One id column may repeat its values while the whole id does not.
  rel::ExprPtr id = rel::column(stored.id_columns.front());
  if (stored.id_columns.size() > 1) {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (const auto& name : stored.id_columns) members.emplace_back(name, rel::column(name));
    id = rel::pack(members);
  }
  auto samples = rel::aggregate(rel::scan(stored.table, stored.id_columns), {},
                                {{"samples", rel::AggregateFunction::ApproximateCountDistinct, id}});
  return arrow::read_rows(session.run(*samples)).front()["samples"].get<std::uint64_t>();
}

/// Whether every sample has a record of the last write.
bool last_has_all(store::Session& session, const lineage::Stored& stored, const rel::ExprPtr& last) {
  auto columns = stored.id_columns;
  columns.emplace_back(lineage::kUpdatedAt);
  std::vector<rel::Named> named;
  std::vector<std::pair<std::string, std::string>> on;
  for (const auto& id : stored.id_columns) {
    named.push_back({"__mx_last_" + id, rel::column(id)});
    on.emplace_back(id, named.back().name);
  }
  const auto of_last = rel::filter(rel::scan(stored.table, columns), last);
  const auto before =
      rel::filter(rel::scan(stored.table, columns), rel::negate(rel::unary(rel::UnaryOp::IsTrue, last)));
  auto others = rel::join(rel::JoinKind::Anti, before, rel::project(of_last, named), on);
  return arrow::read_rows(session.run(*rel::order(others, {}, 1))).empty();
}

/// A large table may hold samples several times; worth a glance at all ids. Most often they were all written again:
/// finding that out takes half the time of looking for the latest records in general.
void look_at_large(store::Session& session, const lineage::Stored& stored, const Times& times, bool ours,
                   lineage::Part& part) {
  constexpr std::uint64_t kSmall = 100'000;
  if (times.records < kSmall || times.first_written == times.last_written) return;
  const auto samples = estimate_samples(session, stored);
  if (samples >= times.records / 5 * 4) return;
  part.superseded = rel::Superseded::Many;
  if (!ours || times.last_deleted) return;
  const auto last = written_at(*times.last_written);
  const auto here = count_rows(session, rel::filter(rel::scan(stored.table, {std::string(lineage::kUpdatedAt)}), last));
  if (here >= samples / 10 * 9 && last_has_all(session, stored, last)) part.last_write = last;
}

}  // namespace

void look_at_history(store::Session& session, Timestamp ours_since, const lineage::Stored& stored,
                     lineage::Part& part) {
  const auto times = read_times(session, stored.table);
  const bool ours = times.first_written && *times.first_written >= ours_since.time_since_epoch().count();
  if (ours && times.first_written == times.last_written && !times.last_deleted) {
    // A write that comes in between is left out by the condition, so the statement sees the table as of now.
    part.only_write = written_at(*times.first_written);
  } else {
    look_at_large(session, stored, times, ours, part);
  }
}

}  // namespace metaxy::ops
