// SPDX-License-Identifier: Apache-2.0
#include <metaxy/project.hpp>

#include "ops/row_types.hpp"
#include "stores/table_file.hpp"

namespace metaxy::project {
namespace {

using stores::FileFormat;

FileFormat file_format(TableFormat format) {
  switch (format) {
    case TableFormat::Csv: return FileFormat::Csv;
    case TableFormat::Json: return FileFormat::Json;
    case TableFormat::JsonLines: return FileFormat::JsonLines;
    case TableFormat::Parquet: return FileFormat::Parquet;
    case TableFormat::Arrow: return FileFormat::Arrow;
  }
  throw Error(ErrorCode::Internal, "unknown table format");
}

}  // namespace

arrow::Stream read_table(const std::string& file, TableFormat format, const std::vector<std::string>& text_columns,
                         const Watch& watch) {
  stores::FileTypes types;
  for (const auto& name : text_columns) types.known.push_back({name, {store::Kind::Text, "text", {}, {}}});
  return stores::read_table_file(file, file_format(format), types, watch);
}

arrow::Stream read_rows(const std::string& file, TableFormat format, ops::MetadataStore& store,
                        const spec::FeatureKey& feature, const Watch& watch) {
  auto types = store.row_types(feature);
  return stores::read_table_file(file, file_format(format), {std::move(types.known), std::move(types.likely)}, watch);
}

std::uint64_t write_table(arrow::Stream rows, const std::string& file, TableFormat format, const Watch& watch) {
  return stores::write_table_file(std::move(rows), file, file_format(format), watch);
}

}  // namespace metaxy::project
