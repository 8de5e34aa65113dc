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

std::vector<std::string> tables_with_times(store::Session& session) {
  std::vector<std::string> out;
  for (const auto& table : session.tables()) {
    const auto schema = session.find(table);
    const bool timed =
        schema && store::find_column(*schema, lineage::kUpdatedAt) && store::find_column(*schema, lineage::kDeletedAt);
    if (timed) out.push_back(table);
  }
  return out;
}

/// A text and, of a time as rows show it (2020-01-01T00:00:00.500Z), what databases make of it.
std::vector<std::string> spellings(const std::string& text) {
  constexpr std::size_t kDate = 10;
  constexpr std::size_t kSeconds = 19;
  if (text.size() < kSeconds || text[kDate] != 'T' || text[4] != '-') return {text};
  std::string time = text;
  time[kDate] = ' ';
  const bool zoned = time.ends_with('Z');
  if (zoned) time.pop_back();
  while (time.size() > kSeconds && (time.ends_with('0') || time.ends_with('.'))) time.pop_back();
  return {text, zoned ? time + "+00" : time};
}

}  // namespace

std::uint64_t count_rows(store::Session& session, rel::RelPtr rows, const Watch& watch) {
  auto counted = rel::aggregate(std::move(rows), {}, {{"n", rel::AggregateFunction::Count, nullptr}});
  return arrow::read_rows(session.run(*counted, {}, watch)).front()["n"].get<std::uint64_t>();
}

std::size_t store_count(const Opened& opened) { return opened.overlay ? opened.overlay->size() : 1; }

std::string store_name(const Opened& opened, std::size_t store) {
  return opened.overlay ? opened.overlay->name(store) : std::string();
}

Times read_times(store::Session& session, const std::string& table) {
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
  const auto row = arrow::read_rows(session.run(*rel::project(times, micros))).front();
  auto value = [&](const char* name) -> std::optional<std::int64_t> {
    if (row[name].is_null()) return std::nullopt;
    return row[name].get<std::int64_t>();
  };
  return {value("first_written"), value("last_written"), value("last_deleted"), row["records"].get<std::uint64_t>()};
}

lineage::Counting counting(Opened& opened, const FeatureKey& feature, const std::set<spec::FieldKey>& needed) {
  auto out = counting_current(opened, feature);
  if (opened.rules.compat) return out;
  out.any = needed.empty();
  const auto& versions = opened.graph->versions(feature);
  for (const auto& [version, fields] : find_field_versions(opened, feature)) {
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

lineage::Counting counting_every_field(Opened& opened, const FeatureKey& feature) {
  std::set<spec::FieldKey> every;
  for (const auto& field : opened.graph->versions(feature).fields) every.insert(field.key);
  return counting(opened, feature, every);
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
  return next_time_for(opened,
                       stored && stored->own() ? std::vector<std::string>{stored->table} : std::vector<std::string>{});
}

std::optional<Timestamp> last_time(Opened& opened, const std::vector<std::string>& tables) {
  std::optional<std::int64_t> out;
  for (const auto& table : tables) {
    const auto times = read_times(*opened.session, table);
    out = std::max({out, times.last_written, times.last_deleted});
  }
  if (!out) return std::nullopt;
  return Timestamp(std::chrono::microseconds(*out));
}

WriteTime next_time_for(Opened& opened, const std::vector<std::string>& tables, std::optional<Timestamp> known) {
  auto out = std::chrono::floor<std::chrono::microseconds>(opened.rules.clock());
  auto pass = [&](std::optional<Timestamp> time) {
    if (time) out = std::max(out, *time + std::chrono::microseconds(1));
  };
  pass(known);
  pass(last_time(opened, tables));
  const auto before = read_write_times(*opened.session);
  // Somebody may have written who does not remember times: once, every table is asked.
  pass(before.last ? before.last : last_time(opened, tables_with_times(*opened.session)));
  return {out, remember_time(before, out)};
}

rel::ExprPtr reads_as(const std::string& column, const std::string& text) {
  const auto read = rel::cast(rel::column(column), rel::Type::Text);
  std::vector<rel::ExprPtr> out;
  for (const auto& spelling : spellings(text)) out.push_back(rel::equal(read, rel::literal(spelling)));
  return rel::any_of(out);
}

}  // namespace metaxy::ops
