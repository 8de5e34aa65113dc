// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <fmt/format.h>

#include <metaxy/project.hpp>

#include "base/text.hpp"

namespace metaxy::project {

TableFormat table_format_of(const std::filesystem::path& file) {
  constexpr std::array<std::pair<std::string_view, TableFormat>, 8> kEndings = {{
      {".csv", TableFormat::Csv},
      {".jsonl", TableFormat::JsonLines},
      {".ndjson", TableFormat::JsonLines},
      {".json", TableFormat::Json},
      {".parquet", TableFormat::Parquet},
      {".arrow", TableFormat::Arrow},
      {".arrows", TableFormat::Arrow},
      {".ipc", TableFormat::Arrow},
  }};
  const std::string ending = to_lower(file.extension().string());
  for (const auto& [known, format] : kEndings)
    if (ending == known) return format;
  throw Error(ErrorCode::InvalidArgument,
              fmt::format("the format of {} cannot be told from its ending", quote(file.string())),
              "known endings are .csv, .jsonl, .ndjson, .json, .parquet, .arrow, .arrows, .ipc");
}

}  // namespace metaxy::project
