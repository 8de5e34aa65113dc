// SPDX-License-Identifier: Apache-2.0
#include "ingest/feature_samples.hpp"

#include <algorithm>
#include <utility>

#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/read.hpp"
#include "base/text.hpp"

namespace metaxy::ingest {
namespace {

constexpr const char* kByFieldColumn = "metaxy_provenance_by_field";
/// Ids in one condition.
constexpr std::size_t kIdsPerDelete = 500;

void check_feature(const spec::FeatureSpec& feature) {
  Faults faults;
  const auto subject = "feature " + feature.key.to_string();
  if (!feature.deps.empty())
    faults.add(subject,
               "depends on " + feature.deps.front().feature.to_string() +
                   ": files can only be samples of a feature without dependencies",
               "declare a feature for the files and let this one depend on it");
  if (feature.id_columns.size() != 1) {
    faults.add(subject,
               "has " + std::to_string(feature.id_columns.size()) + " id columns (" + join(feature.id_columns, ", ") +
                   "), a file has one id: its path",
               "declare one id column");
  } else {
    const auto& id = feature.id_columns.front();
    for (const auto own : {kSizeColumn, kModifiedColumn, kMediaTypeColumn, kVersionedByColumn})
      if (to_lower(id) == own)
        faults.add(subject, "its id column is called " + quote(id) + " like a column that ingest writes",
                   "give the id column another name");
  }
  faults.throw_if_any(ErrorCode::InvalidArgument,
                      "feature " + quote(feature.key.to_string()) + " cannot hold the files of a folder");
}

/// An SQL literal: quotes doubled, everything else as it is.
std::string in_quotes(const std::string& text, char mark) {
  std::string out(1, mark);
  for (const char letter : text) {
    if (letter == mark) out += mark;
    out += letter;
  }
  return out + mark;
}

/// Where the columns of known samples lie in what was read; stores may hold records that ingest did not write.
struct Places {
  std::optional<std::size_t> id, location, size, modified, versioned_by, by_field;
};

std::optional<Timestamp> timestamp_at(const arrow::Reader& reader, std::size_t column, std::int64_t row) {
  const auto value = reader.int64(column, row);
  const std::string_view format = reader.schema().children[column]->format;
  if (!value || !format.starts_with("ts") || format.size() < 4) return {};
  switch (format[2]) {
    case 's': return Timestamp(std::chrono::seconds(*value));
    case 'm': return Timestamp(std::chrono::milliseconds(*value));
    case 'u': return Timestamp(std::chrono::microseconds(*value));
    default: return Timestamp(std::chrono::floor<std::chrono::microseconds>(std::chrono::nanoseconds(*value)));
  }
}

std::vector<std::string> versions_at(const arrow::Reader& reader, std::size_t column, std::int64_t row,
                                     const std::vector<FieldSource>& fields) {
  const auto members = reader.value(column, row);
  std::vector<std::string> versions;
  for (const auto& field : fields) {
    const auto member = members.is_object() ? members.find(field.field) : members.end();
    if (!members.is_object() || member == members.end() || !member->is_string()) return {};
    versions.push_back(member->get<std::string>());
  }
  return versions;
}

Known known_at(const arrow::Reader& reader, const Places& places, std::int64_t row,
               const std::vector<FieldSource>& fields) {
  Known known;
  known.stamp.size = -1;
  if (places.location) known.location = reader.text(*places.location, row).value_or("");
  if (places.versioned_by) known.versioned_by = reader.text(*places.versioned_by, row).value_or("");
  if (places.size) known.stamp.size = reader.int64(*places.size, row).value_or(-1);
  if (places.modified) known.stamp.modified = timestamp_at(reader, *places.modified, row).value_or(Timestamp{});
  if (places.by_field) known.versions = versions_at(reader, *places.by_field, row, fields);
  return known;
}

}  // namespace

FeatureSamples::FeatureSamples(ops::MetadataStore& store, const spec::FeatureSpec& feature,
                               std::vector<FieldSource> fields)
    : store_(store), feature_(feature.key), fields_(std::move(fields)) {
  check_feature(feature);
  id_column_ = feature.id_columns.front();
  location_column_ = to_lower(id_column_) == "path" ? "absolute_path" : "path";
}

arrow::Stream FeatureSamples::read_known() {
  ops::ReadOptions options;
  options.columns = {id_column_,
                     location_column_,
                     std::string(kSizeColumn),
                     std::string(kModifiedColumn),
                     std::string(kVersionedByColumn),
                     kByFieldColumn};
  try {
    return store_.read(feature_, std::move(options));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::NotFound) return {};
    if (error.code() != ErrorCode::InvalidArgument) throw;
  }
  // The table lacks one of the columns: somebody else wrote it.
  return store_.read(feature_, {});
}

KnownSamples FeatureSamples::known() {
  auto stream = read_known();
  if (!stream) return {};
  arrow::Reader reader(stream.schema());
  const Places places{reader.find(id_column_),      reader.find(location_column_),   reader.find(kSizeColumn),
                      reader.find(kModifiedColumn), reader.find(kVersionedByColumn), reader.find(kByFieldColumn)};
  if (!places.id)
    throw Error(ErrorCode::SchemaMismatch,
                "the records of " + feature_.to_string() + " have no column " + quote(id_column_));
  KnownSamples known;
  while (auto batch = stream.next()) {
    reader.set(std::move(*batch));
    for (std::int64_t row = 0; row < reader.rows(); ++row)
      if (const auto id = reader.text(*places.id, row)) known.emplace(*id, known_at(reader, places, row, fields_));
  }
  return known;
}

void FeatureSamples::write(std::span<const Sample> samples) {
  std::vector<std::string> members;
  for (const auto& field : fields_) members.push_back(field.field);
  arrow::Builder rows({{id_column_},
                       {location_column_},
                       {std::string(kSizeColumn), arrow::kInt64},
                       {std::string(kModifiedColumn), arrow::kTimestamp},
                       {std::string(kMediaTypeColumn)},
                       {std::string(kVersionedByColumn)},
                       arrow::struct_of_text(kByFieldColumn, members)});
  for (const auto& sample : samples) {
    rows.text(0, sample.id);
    rows.text(1, sample.known.location);
    rows.int64(2, sample.known.stamp.size);
    rows.timestamp(3, sample.known.stamp.modified);
    rows.text(4, sample.media_type);
    rows.text(5, sample.known.versioned_by);
    Json by_field = Json::object();
    for (std::size_t i = 0; i < members.size(); ++i) by_field[members[i]] = sample.known.versions[i];
    rows.value(6, by_field);
  }
  auto schema = rows.schema();
  std::vector<arrow::Array> batches;
  batches.push_back(rows.finish());
  store_.write(feature_, arrow::make_stream(std::move(schema), std::move(batches)));
}

std::uint64_t FeatureSamples::remove(std::span<const std::string> ids) {
  std::uint64_t removed = 0;
  for (std::size_t begin = 0; begin < ids.size(); begin += kIdsPerDelete) {
    std::string filter = in_quotes(id_column_, '"') + " IN (";
    const auto chunk = ids.subspan(begin, std::min(kIdsPerDelete, ids.size() - begin));
    for (const auto& id : chunk) filter += (&id == chunk.data() ? "" : ", ") + in_quotes(id, '\'');
    ops::DeleteOptions options;
    options.filters = {filter + ")"};
    removed += store_.remove(feature_, std::move(options)).samples;
  }
  return removed;
}

}  // namespace metaxy::ingest
