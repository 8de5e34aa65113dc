// SPDX-License-Identifier: Apache-2.0
#include "ops/opened.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/store_settings.hpp"
#include "rel/filter.hpp"

namespace metaxy::ops {

namespace {

/// When a table's records were written and deleted, in microseconds; absent for an empty table.
struct Times {
  std::optional<std::int64_t> first_written;
  std::optional<std::int64_t> last_written;
  std::optional<std::int64_t> last_deleted;
  std::uint64_t records = 0;
};

/// Databases answer this from statistics, without reading the records.
Times read_times(Opened& opened, const std::string& table) {
  const std::string updated(lineage::kUpdatedAt);
  const std::string deleted(lineage::kDeletedAt);
  auto times = rel::aggregate(rel::scan(table, {updated, deleted}), {},
                              {{"first_written", rel::AggregateFunction::Min, rel::column(updated)},
                               {"last_written", rel::AggregateFunction::Max, rel::column(updated)},
                               {"last_deleted", rel::AggregateFunction::Max, rel::column(deleted)},
                               {"records", rel::AggregateFunction::Count, nullptr}});
  std::vector<rel::Named> micros = rel::keep({"records"});
  for (const auto* name : {"first_written", "last_written", "last_deleted"}) {
    micros.push_back({name, rel::call(rel::Function::EpochMicros, {rel::column(name)})});
  }
  const auto row = arrow::read_rows(opened.session->run(*rel::project(times, micros))).front();
  auto value = [&](const char* name) -> std::optional<std::int64_t> {
    if (row[name].is_null()) return std::nullopt;
    return row[name].get<std::int64_t>();
  };
  return {value("first_written"), value("last_written"), value("last_deleted"), row["records"].get<std::uint64_t>()};
}

rel::ExprPtr written_at(std::int64_t micros) {
  const auto time = timestamp_literal(Timestamp(std::chrono::microseconds(micros)));
  return rel::equal(rel::column(std::string(lineage::kUpdatedAt)), time);
}

std::uint64_t count(Opened& opened, rel::RelPtr rows) {
  auto counted = rel::aggregate(std::move(rows), {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  return arrow::read_rows(opened.session->run(*counted)).front()["n"].get<std::uint64_t>();
}

/// About how many samples a table has; within a few percent.
std::uint64_t estimate_samples(Opened& opened, const lineage::Stored& stored) {
  // One id column may repeat its values while the whole id does not.
  rel::ExprPtr id = rel::column(stored.id_columns.front());
  if (stored.id_columns.size() > 1) {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (const auto& name : stored.id_columns) members.emplace_back(name, rel::column(name));
    id = rel::pack(members);
  }
  auto samples = rel::aggregate(rel::scan(stored.table, stored.id_columns), {},
                                {{"samples", rel::AggregateFunction::ApproximateCountDistinct, id}});
  return arrow::read_rows(opened.session->run(*samples)).front()["samples"].get<std::uint64_t>();
}

/// Whether every sample has a record of the last write.
bool last_has_all(Opened& opened, const lineage::Stored& stored, const rel::ExprPtr& last) {
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
  return arrow::read_rows(opened.session->run(*rel::order(others, {}, 1))).empty();
}

/// Looks how a large table holds samples several times; worth a glance at all ids. Most often they were all written
/// again: finding that out takes half the time of looking for the latest records in general.
void look_at_history(Opened& opened, lineage::Stored& stored, const Times& times, bool ours) {
  constexpr std::uint64_t kSmall = 100'000;
  if (times.records < kSmall || times.first_written == times.last_written) return;
  const auto samples = estimate_samples(opened, stored);
  if (samples >= times.records / 5 * 4) return;
  stored.superseded = rel::Superseded::Many;
  if (!ours || times.last_deleted) return;
  const auto last = written_at(*times.last_written);
  const auto here = count(opened, rel::filter(rel::scan(stored.table, {std::string(lineage::kUpdatedAt)}), last));
  if (here >= samples / 10 * 9 && last_has_all(opened, stored, last)) stored.last_write = last;
}

bool has_column(const store::TableSchema& schema, std::string_view name) {
  return std::any_of(schema.begin(), schema.end(), [&](const auto& column) { return column.name == name; });
}

Timestamp after(std::optional<std::int64_t> micros) {
  return Timestamp(std::chrono::microseconds(micros ? *micros + 1 : 0));
}

}  // namespace

std::optional<lineage::Stored> find_stored(Opened& opened, const spec::FeatureSpec& spec) {
  const auto table = spec.key.table_name();
  const auto schema = opened.session->find(table);
  if (!schema) return std::nullopt;
  lineage::Stored out{.table = table, .columns = {}, .id_columns = spec.id_columns, .only_write = nullptr};
  for (const auto& column : *schema) {
    out.columns.push_back(column.name);
    if (column.name == lineage::kDataVersionByField && column.type.kind == store::Kind::Struct) {
      out.members = column.type.members;
    }
  }
  auto require = [&](std::string_view name) {
    if (lineage::contains(out.columns, name)) return;
    throw Error(ErrorCode::SchemaMismatch,
                "table " + quote(table) + " is not a feature table of metaxy: it lacks column " + quote(name),
                "use another store or table, or give feature " + spec.key.to_string() + " another key");
  };
  for (const auto& id : spec.id_columns) require(id);
  for (auto name : {lineage::kProvenanceByField, lineage::kProvenance, lineage::kDataVersionByField,
                    lineage::kDataVersion, lineage::kFeatureVersion, lineage::kUpdatedAt, lineage::kDeletedAt}) {
    require(name);
  }
  if (!opened.ours_since) opened.ours_since = read_remembered_since(*opened.session);
  if (!opened.ours_since) return out;
  const auto times = read_times(opened, table);
  const bool ours = times.first_written && *times.first_written >= opened.ours_since->time_since_epoch().count();
  if (ours && times.first_written == times.last_written && !times.last_deleted) {
    // A write that comes in between is left out by the condition, so the statement sees the table as of now.
    out.only_write = written_at(*times.first_written);
  } else {
    look_at_history(opened, out, times, ours);
  }
  return out;
}

lineage::Counting counting(Opened& opened, const FeatureKey& feature, const std::set<spec::FieldKey>& needed) {
  auto out = counting_current(opened, feature);
  if (opened.rules.compat) return out;
  out.any = needed.empty();
  const auto& versions = opened.graph->versions(feature);
  for (const auto& [version, fields] : read_field_versions(*opened.session, feature)) {
    if (version == versions.feature_version) continue;
    const bool current = std::all_of(versions.fields.begin(), versions.fields.end(), [&](const auto& field) {
      if (!needed.count(field.key)) return true;
      auto recorded = fields.find(field.key.to_string());
      return recorded != fields.end() && recorded->second.version == field.version;
    });
    if (current) out.versions.push_back(version);
  }
  return out;
}

lineage::Counting counting_current(Opened& opened, const FeatureKey& feature) {
  lineage::Counting out;
  out.versions = {opened.graph->versions(feature).feature_version};
  out.only_these = opened.rules.compat;
  return out;
}

lineage::Counting counting_visible(Opened& opened, const FeatureKey& feature) {
  if (opened.rules.compat) return counting_current(opened, feature);
  lineage::Counting out;
  out.any = true;
  return out;
}

std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const std::string& where) {
  std::vector<rel::ExprPtr> out;
  for (const auto& text : filters) {
    try {
      out.push_back(rel::parse_filter(text));
    } catch (Error& error) {
      error.note("in " + where + " " + quote(text));
      throw;
    }
  }
  return out;
}

std::vector<rel::ExprPtr> parse_filters(const Filters& filters, const lineage::Stored& stored,
                                        const std::string& where) {
  auto out = parse_filters(filters, where);
  for (const auto& expr : out) lineage::check_filter(*expr, stored.columns, where);
  return out;
}

WriteTime next_time(Opened& opened, const std::optional<lineage::Stored>& stored) {
  return next_time_for(opened, stored ? std::vector<std::string>{stored->table} : std::vector<std::string>{});
}

std::optional<Timestamp> last_time(Opened& opened, const std::vector<std::string>& tables) {
  std::optional<std::int64_t> out;
  for (const auto& table : tables) {
    const auto times = read_times(opened, table);
    out = std::max({out, times.last_written, times.last_deleted});
  }
  if (!out) return std::nullopt;
  return Timestamp(std::chrono::microseconds(*out));
}

WriteTime next_time_for(Opened& opened, const std::vector<std::string>& tables, std::optional<Timestamp> known) {
  auto out = std::chrono::floor<std::chrono::microseconds>(opened.rules.clock());
  if (known) out = std::max(out, *known + std::chrono::microseconds(1));
  auto pass = [&](const std::string& table) {
    const auto times = read_times(opened, table);
    out = std::max({out, after(times.last_written), after(times.last_deleted)});
  };
  for (const auto& table : tables) pass(table);
  const auto before = read_write_times(*opened.session);
  if (before.last) {
    out = std::max(out, *before.last + std::chrono::microseconds(1));
    return {out, remember_time(before, out)};
  }
  // Somebody wrote who does not remember times: once, every table is asked.
  for (const auto& table : opened.session->tables()) {
    const auto schema = opened.session->find(table);
    if (schema && has_column(*schema, lineage::kUpdatedAt) && has_column(*schema, lineage::kDeletedAt)) pass(table);
  }
  return {out, remember_time(before, out)};
}

rel::ExprPtr reads_as(const std::string& column, const std::string& text) {
  return rel::equal(rel::cast(rel::column(column), rel::Type::Text), rel::literal(text));
}

}  // namespace metaxy::ops
