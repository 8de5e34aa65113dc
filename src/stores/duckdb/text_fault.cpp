// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/text_fault.hpp"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <regex>

#include "base/text.hpp"
#include "stores/duckdb/text_types.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct BrokenByte {
  std::size_t line;
  std::size_t byte;
};

std::optional<BrokenByte> find_broken_byte(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (const auto at = find_invalid_utf8(line)) return BrokenByte{number, *at + 1};
  }
  return std::nullopt;
}

bool has_byte_order_mark(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(kByteOrderMark.size(), '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  return head == kByteOrderMark;
}

/// DuckDB counts lines of JSON from two, and names a copy of standard input by its path.
std::string json_message(const std::string& message) {
  static const std::regex place(R"(^DuckDB: Malformed JSON in file "[^]*", at byte (\d+) in line (\d+): ([^]*)$)");
  std::smatch match;
  if (!std::regex_match(message, match, place)) return message;
  return fmt::format("malformed JSON at byte {} of line {}: {}", match[1].str(), std::stoull(match[2].str()) - 1,
                     match[3].str());
}

std::string json_hint(FileFormat format) {
  return format == FileFormat::Json ? "write an array of JSON objects, or one object per line"
                                    : "write one JSON object per line";
}

}  // namespace

Error file_fault(const std::string& path, const std::string& shown, FileFormat format, const Error& error) {
  const std::string begin = fmt::format("cannot read {}: ", shown);
  if (format == FileFormat::Parquet || format == FileFormat::Arrow) {
    const bool no_text = error.message().find("is not valid UTF8") != std::string::npos;
    return Error(error.code(), begin + error.message(),
                 no_text ? "store the column as binary, or write its texts as UTF-8" : error.hint());
  }
  if (const auto at = error.message().find(kRefusedValue); at != std::string::npos) {
    const std::string what = error.message().substr(at + kRefusedValue.size());
    return Error(ErrorCode::InvalidArgument, begin + what,
                 what.ends_with(kNotSingle) ? "give text, a number or a date"
                                            : "mend the value; that is the column's type in the table, in the "
                                              "feature's `columns` or upstream");
  }
  if (const auto broken = find_broken_byte(path)) {
    return Error(ErrorCode::InvalidArgument,
                 begin + fmt::format("line {} is not valid UTF-8 (byte {})", broken->line, broken->byte),
                 "save the file as UTF-8");
  }
  if (format == FileFormat::Csv) {
    return Error(error.code(), begin + error.message(),
                 error.hint().empty() ? "rows of CSV have as many values as the first line has columns, separated by "
                                        "commas, in quotes when they hold commas themselves"
                                      : error.hint());
  }
  static const std::regex twice(R"re(in line (\d+): Object [^]* has duplicate key "([^"]*)")re");
  std::smatch match;
  const std::string& message = error.message();
  if (std::regex_search(message, match, twice)) {
    return Error(ErrorCode::InvalidArgument,
                 begin + fmt::format("the object in line {} has {} twice", match[1].str(), quote(match[2].str())),
                 "leave one of them out");
  }
  if (has_byte_order_mark(path)) {
    return Error(ErrorCode::InvalidArgument, begin + "it begins with a byte order mark",
                 "save the file as UTF-8 without one");
  }
  if (error.message().find("expected records") != std::string::npos) {
    return Error(ErrorCode::InvalidArgument, begin + "it has values that are no objects", json_hint(format));
  }
  return Error(error.code(), begin + json_message(error.message()),
               error.hint().empty() ? json_hint(format) : error.hint());
}

}  // namespace metaxy::stores::duckdb
