// SPDX-License-Identifier: Apache-2.0
#include "ops/store_settings.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "base/text.hpp"

namespace metaxy::ops {

namespace {

const std::vector<std::string> kSettingsColumns = {"hash_format", "hash_algorithm", "hash_length", "created_at"};
const std::string kWrittenAt = "written_at";
/// How many times are kept at most.
constexpr std::int64_t kTimes = 1000;
const std::vector<std::string> kFieldVersionColumns = {
    "feature_key", "metaxy_feature_version", "field_key", "field_version", "recorded_at", "code_version"};

std::vector<Json> read_table(store::Session& session, std::string_view table, const std::vector<std::string>& columns,
                             rel::ExprPtr filter) {
  if (!session.find(std::string(table))) return {};
  return arrow::read_rows(session.run(*rel::filter(rel::scan(std::string(table), columns), std::move(filter))));
}

bool has_feature_tables(store::Session& session) {
  const auto tables = session.tables();
  return std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
    auto schema = session.find(table);
    return schema && std::any_of(schema->begin(), schema->end(), [](const store::TableColumn& column) {
             return column.name == "metaxy_provenance_by_field";
           });
  });
}

hash::Settings complete(const store::Info& info, const RequestedSettings& requested, hash::Format format) {
  hash::Settings out;
  out.format = format;
  const bool v0 = format == hash::Format::V0;
  out.algorithm =
      requested.algorithm.value_or(hash::parse_algorithm(v0 ? info.reference_algorithm : info.default_algorithm));
  out.length = v0 ? requested.length.value_or(hash::kDefaultLengthV0) : hash::kLengthV1;
  return out;
}

Error other_settings(const std::string& store, const hash::Settings& remembered, const hash::Settings& wanted) {
  return Error(ErrorCode::Conflict,
               store + " was first written with " + describe(remembered) + "; asked for is " + describe(wanted),
               "digests of different settings cannot be compared: use the store's settings or a new store");
}

}  // namespace

std::string describe(const hash::Settings& settings) {
  return fmt::format("hash format {}, {}, {} characters", static_cast<int>(settings.format),
                     hash::to_string(settings.algorithm), settings.length);
}

std::vector<store::Mutation> append_constants(store::Session& session, std::string_view table, rel::RelPtr rows) {
  std::vector<store::Mutation> out;
  if (!session.find(std::string(table))) out.push_back(store::Create{std::string(table), rows, {}});
  if (out.empty()) out.push_back(store::Extend{std::string(table), rows});
  out.push_back(store::Append{std::string(table), std::move(rows)});
  return out;
}

rel::ExprPtr timestamp_literal(Timestamp time) {
  const auto micros = time.time_since_epoch().count();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto text = fmt::format("{:%Y-%m-%d %H:%M:%S}.{:06}+00", fmt::gmtime(seconds.time_since_epoch().count()),
                                micros - std::chrono::microseconds(seconds.time_since_epoch()).count());
  return rel::literal(rel::TypedText{rel::Type::TimestampTz, text});
}

std::optional<hash::Settings> read_store_settings(store::Session& session) {
  auto rows = read_table(session, kSettingsTable, kSettingsColumns, rel::literal(true));
  if (rows.empty()) return std::nullopt;
  const auto format = rows.front()["hash_format"].get<std::int64_t>();
  if (format != 0 && format != 1) {
    throw Error(ErrorCode::Unsupported,
                fmt::format("the store has hash format {}, which this metaxy does not know", format),
                "use a newer metaxy");
  }
  return hash::Settings{static_cast<hash::Format>(format),
                        hash::parse_algorithm(rows.front()["hash_algorithm"].get<std::string>()),
                        rows.front()["hash_length"].get<std::size_t>()};
}

std::optional<Timestamp> read_remembered_since(store::Session& session) {
  const std::string table(kSettingsTable);
  if (!session.find(table)) return std::nullopt;
  auto micros = rel::call(rel::Function::EpochMicros, {rel::column("created_at")});
  auto rows = arrow::read_rows(session.run(*rel::project(rel::scan(table, {"created_at"}), {{"created_at", micros}})));
  if (rows.empty() || rows.front()["created_at"].is_null()) return std::nullopt;
  return Timestamp(std::chrono::microseconds(rows.front()["created_at"].get<std::int64_t>()));
}

hash::Settings choose_settings(store::Session& session, const store::Info& info, const RequestedSettings& requested,
                               bool compat) {
  auto remembered = read_store_settings(session);
  auto format = requested.format.value_or(compat ? hash::Format::V0 : hash::Format::V1);
  // Another process may have made the store between the two looks; settings come with the first table, or before it.
  if (!remembered && has_feature_tables(session) && !(remembered = read_store_settings(session))) {
    if (requested.format == hash::Format::V1) {
      throw Error(ErrorCode::Conflict,
                  "store " + info.location + " was written with hash format 0, format 1 is asked for",
                  "remove hash_format from the configuration, or use a new store");
    }
    format = hash::Format::V0;
  }
  if (format == hash::Format::V1 && requested.length && *requested.length != hash::kLengthV1) {
    throw Error(
        ErrorCode::InvalidArgument,
        fmt::format("hash_truncation_length = {} cannot be had with hash format 1, whose digests have {} characters",
                    *requested.length, hash::kLengthV1),
        "remove hash_truncation_length, or set hash_format = 0 for a new store");
  }
  if (!remembered) return complete(info, requested, format);
  RequestedSettings wanted = requested;
  if (!wanted.algorithm) wanted.algorithm = remembered->algorithm;
  if (!wanted.length) wanted.length = remembered->length;
  auto settings = complete(info, wanted, requested.format.value_or(remembered->format));
  if (settings == *remembered) return settings;
  throw other_settings("store " + info.location, *remembered, settings);
}

bool is_new(store::Session& session) { return !read_store_settings(session) && !has_feature_tables(session); }

void adopt(RequestedSettings& requested, const hash::Settings& settings) {
  if (!requested.format) requested.format = settings.format;
  if (!requested.algorithm) requested.algorithm = settings.algorithm;
  if (!requested.length && settings.format == hash::Format::V0) requested.length = settings.length;
}

void refuse_other_settings(const NamedSettings& one, const NamedSettings& other) {
  if (one.settings == other.settings) return;
  throw Error(ErrorCode::Conflict,
              "stores " + quote(one.store) + " and " + quote(other.store) +
                  " cannot be read as one: " + quote(one.store) + " has " + describe(one.settings) + "; " +
                  quote(other.store) + " has " + describe(other.settings),
              "digests of different settings cannot be compared: take " + quote(other.store) +
                  " out of fallback_stores, or use a new store with its settings");
}

std::vector<store::Mutation> remember_settings(store::Session& session, const hash::Settings& settings, Timestamp now) {
  if (const auto remembered = read_store_settings(session)) {
    if (*remembered != settings) throw other_settings("the store", *remembered, settings);
    return {};
  }
  return append_constants(
      session, kSettingsTable,
      rel::values(kSettingsColumns,
                  {{rel::literal(static_cast<std::int64_t>(settings.format)),
                    rel::literal(std::string(hash::to_string(settings.algorithm))),
                    rel::literal(static_cast<std::int64_t>(settings.length)), timestamp_literal(now)}}));
}

WriteTimes read_write_times(store::Session& session) {
  const std::string table(kTimesTable);
  if (!session.find(table)) return {};
  auto times = rel::aggregate(
      rel::scan(table, {kWrittenAt}), {},
      {{"n", rel::AggregateFunction::Count, nullptr}, {"last", rel::AggregateFunction::Max, rel::column(kWrittenAt)}});
  auto shown = rel::project(
      times, {{"n", rel::column("n")}, {"last", rel::call(rel::Function::EpochMicros, {rel::column("last")})}});
  const auto row = arrow::read_rows(session.run(*shown)).front();
  WriteTimes out{true, row["n"].get<std::int64_t>(), {}};
  if (!row["last"].is_null()) out.last = Timestamp(std::chrono::microseconds(row["last"].get<std::int64_t>()));
  return out;
}

std::vector<store::Mutation> remember_time(const WriteTimes& before, Timestamp now) {
  const std::string table(kTimesTable);
  const auto row = rel::values({kWrittenAt}, {{timestamp_literal(now)}});
  std::vector<store::Mutation> out;
  if (!before.kept) out.push_back(store::Create{table, row, {}});
  out.push_back(store::Append{table, row});
  if (before.count >= kTimes) {
    const auto earlier = rel::negate(rel::equal(rel::column(kWrittenAt), timestamp_literal(now)));
    out.push_back(store::Erase{table, rel::filter(rel::scan(table, {kWrittenAt}), earlier), {kWrittenAt}});
  }
  return out;
}

RecordedVersions read_field_versions(store::Session& session, const spec::FeatureKey& feature) {
  RecordedVersions out;
  auto mine = rel::equal(rel::column("feature_key"), rel::literal(feature.to_string()));
  for (const auto& row : read_table(session, kFieldVersionsTable, kFieldVersionColumns, mine)) {
    out[row["metaxy_feature_version"].get<std::string>()][row["field_key"].get<std::string>()] = {
        row["field_version"].get<std::string>(), row["code_version"].get<std::string>()};
  }
  return out;
}

std::vector<FieldVersionRow> read_field_version_rows(store::Session& session, const spec::FeatureKey& feature) {
  const std::string table(kFieldVersionsTable);
  if (!session.find(table)) return {};
  auto rows = rel::filter(rel::scan(table, kFieldVersionColumns),
                          rel::equal(rel::column("feature_key"), rel::literal(feature.to_string())));
  auto columns = rel::keep({"metaxy_feature_version", "field_key", "field_version", "code_version"});
  columns.push_back({"at", rel::call(rel::Function::EpochMicros, {rel::column("recorded_at")})});
  std::vector<FieldVersionRow> out;
  for (const auto& row : arrow::read_rows(session.run(*rel::project(rows, columns)))) {
    out.push_back({feature.to_string(),
                   row["metaxy_feature_version"].get<std::string>(),
                   row["field_key"].get<std::string>(),
                   {row["field_version"].get<std::string>(), row["code_version"].get<std::string>()},
                   Timestamp(std::chrono::microseconds(row["at"].get<std::int64_t>()))});
  }
  return out;
}

std::vector<FieldVersionRow> field_version_rows(const spec::FeatureSpec& spec, const graph::FeatureVersions& versions,
                                                Timestamp now) {
  std::vector<FieldVersionRow> out;
  for (std::size_t i = 0; i < versions.fields.size(); ++i) {
    const auto& field = versions.fields[i];
    out.push_back({spec.key.to_string(),
                   versions.feature_version,
                   field.key.to_string(),
                   {field.version, spec.fields[i].code_version},
                   now});
  }
  return out;
}

std::vector<store::Mutation> append_field_versions(store::Session& session, const std::vector<FieldVersionRow>& rows) {
  if (rows.empty()) return {};
  std::vector<std::vector<rel::ExprPtr>> constants;
  for (const auto& row : rows) {
    constants.push_back({rel::literal(row.feature), rel::literal(row.feature_version), rel::literal(row.field),
                         rel::literal(row.recorded.version), timestamp_literal(row.at),
                         rel::literal(row.recorded.code_version)});
  }
  return append_constants(session, kFieldVersionsTable, rel::values(kFieldVersionColumns, std::move(constants)));
}

std::vector<store::Mutation> forget_field_versions(store::Session& session,
                                                   const std::vector<spec::FeatureKey>& features) {
  const std::string table(kFieldVersionsTable);
  if (!session.find(table)) return {};
  std::vector<std::vector<rel::ExprPtr>> keys;
  for (const auto& feature : features) keys.push_back({rel::literal(feature.to_string())});
  return {store::Erase{table, rel::values({"feature_key"}, std::move(keys)), {"feature_key"}}};
}

std::vector<store::Mutation> record_field_versions(store::Session& session, const spec::FeatureSpec& spec,
                                                   const graph::FeatureVersions& versions, Timestamp now) {
  if (read_field_versions(session, spec.key).count(versions.feature_version)) return {};
  return append_field_versions(session, field_version_rows(spec, versions, now));
}

}  // namespace metaxy::ops
