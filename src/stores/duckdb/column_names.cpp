// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/column_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <metaxy/error.hpp>
#include <regex>
#include <set>

#include "base/text.hpp"
#include "stores/duckdb/local_engine.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// x_1 for a second x; column3 and C2 for columns without a name.
bool may_be_given(const std::string& name) {
  static const std::regex given(R"(^([^]*_\d+|column\d+|C\d+)$)");
  return std::regex_match(name, given);
}

/// Parquet lists columns and their members in depth first order, behind a root; here as `name|number of members`.
std::vector<std::string> parquet_names(DuckDbConnection& engine, const std::string& path) {
  const auto all =
      query_texts(engine, fmt::format("SELECT name || '|' || coalesce(num_children, 0) FROM parquet_schema({})", path));
  std::vector<std::string> out;
  std::int64_t inner = 0;  // members that are still to come before the next column
  for (std::size_t i = 1; i < all.size(); ++i) {
    const auto bar = all[i].rfind('|');
    if (inner == 0) out.push_back(all[i].substr(0, bar));
    inner += (inner == 0 ? 0 : -1) + std::stoll(all[i].substr(bar + 1));
  }
  return out;
}

/// The names as the file has them.
std::vector<std::string> names_of(DuckDbConnection& engine, const std::string& path, FileFormat format) {
  if (format == FileFormat::Parquet) return parquet_names(engine, path);
  if (format == FileFormat::Csv) {
    return query_texts(engine, fmt::format("SELECT unnest([*COLUMNS(*)]) FROM (FROM read_csv({}, header = false, "
                                           "all_varchar = true, delim = ',', quote = '\"', escape = '\"', "
                                           "hive_partitioning = false) LIMIT 1)",
                                           path));
  }
  return query_texts(engine, fmt::format("SELECT DISTINCT unnest(json_keys(json)) FROM read_json_objects({}, format = "
                                         "'{}')",
                                         path, format == FileFormat::Json ? "auto" : "newline_delimited"));
}

}  // namespace

void check_column_names(DuckDbConnection& engine, const std::string& path, FileFormat format,
                        const std::vector<std::string>& seen) {
  if (std::none_of(seen.begin(), seen.end(), may_be_given)) return;
  std::set<std::string> known;
  for (const auto& name : names_of(engine, path, format)) {
    if (name.empty())
      throw Error(ErrorCode::InvalidArgument, "a column has no name", "name every column, or leave it out");
    if (!known.insert(to_lower(name)).second)
      throw Error(ErrorCode::InvalidArgument, fmt::format("column {} occurs twice", quote(name)),
                  "names of columns differ in more than case: rename one of them");
  }
}

}  // namespace metaxy::stores::duckdb
