// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <metaxy/error.hpp>

#include "arrow/ipc.hpp"
#include "base/system_remedy.hpp"
#include "base/text.hpp"
#include "store/nested_types.hpp"
#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/local_engine.hpp"
#include "stores/duckdb/scratch_file.hpp"
#include "stores/duckdb/table_file.hpp"

namespace metaxy::stores::duckdb {

using store::Kind;

namespace {

constexpr const char* kStandardOutput = "standard output";
constexpr std::size_t kCopySize = 1U << 16U;

/// Appends to an open file; what fails names the target.
class Output {
 public:
  Output(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}
  void write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) fail();
  }
  void flush() {
    if (std::fflush(file_) != 0) fail();
  }
  std::FILE* file() const { return file_; }
  const std::string& name() const { return name_; }

 private:
  [[noreturn]] void fail() const {
    throw Error(
        ErrorCode::Io,
        fmt::format("cannot write {}: {}", name_ == kStandardOutput ? name_ : quote(name_), std::strerror(errno)),
        system_remedy(errno));
  }

  std::FILE* file_;
  std::string name_;
};

/// Texts of one column of a batch, straight from Arrow's layout.
class TextView {
 public:
  explicit TextView(const ArrowArray& array)
      : array_(array),
        offsets_(static_cast<const std::int32_t*>(array.buffers[1])),
        data_(static_cast<const char*>(array.buffers[2])) {}
  bool is_null(std::int64_t row) const {
    const auto* bits = static_cast<const std::uint8_t*>(array_.buffers[0]);
    const std::int64_t at = row + array_.offset;
    return array_.null_count != 0 && bits && (bits[at / 8] >> (at % 8) & 1) == 0;
  }
  std::string_view at(std::int64_t row) const {
    const std::int64_t i = row + array_.offset;
    return {data_ + offsets_[i], static_cast<std::size_t>(offsets_[i + 1] - offsets_[i])};
  }

 private:
  const ArrowArray& array_;
  const std::int32_t* offsets_;
  const char* data_;
};

/// Null is nothing, empty text is quoted, so that both come back.
void append_csv(std::string& line, std::string_view text) {
  if (!text.empty() && text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

std::uint64_t write_csv(DuckDbConnection& engine, const store::TableSchema& schema, Output& out, const Watch& watch) {
  std::string line;
  std::string columns;
  for (const auto& column : schema) {
    if (!line.empty()) line += ',';
    append_csv(line, column.name);
    const std::string name = quote_name(column.name);
    columns += fmt::format("{}CAST({} AS VARCHAR) AS {}", columns.empty() ? "" : ", ",
                           store::is_nested(column.type) ? "to_json(" + name + ")" : name, name);
  }
  out.write(line + "\n");
  arrow::Stream texts = engine.query(fmt::format("SELECT {} FROM metaxy_input('rows')", columns), watch);
  std::uint64_t rows = 0;
  while (auto batch = texts.next()) {
    std::vector<TextView> views;
    for (std::int64_t i = 0; i < batch->get()->n_children; ++i) views.emplace_back(*batch->get()->children[i]);
    line.clear();
    for (std::int64_t row = 0; row < batch->get()->length; ++row) {
      for (std::size_t i = 0; i < views.size(); ++i) {
        if (i > 0) line += ',';
        if (!views[i].is_null(row)) append_csv(line, views[i].at(row));
      }
      line += '\n';
      ++rows;
    }
    out.write(line);
  }
  return rows;
}

/// What stands around and between objects.
struct JsonFrame {
  std::string_view begin;
  std::string_view first;  ///< before the first one
  std::string_view between;
  std::string_view end;
  std::string_view end_of_none;  ///< instead of `end` when there was no object
};
constexpr JsonFrame kArray{"[", "\n", ",\n", "\n]\n", "]\n"};
constexpr JsonFrame kLines{"", "", "\n", "\n", ""};

std::uint64_t write_json(DuckDbConnection& engine, const store::TableSchema& schema, const JsonFrame& frame,
                         Output& out, const Watch& watch) {
  std::string members;
  for (const auto& column : schema) {
    const std::string name = quote_name(column.name);
    members +=
        fmt::format("{}{}, {}", members.empty() ? "" : ", ", quote_text(column.name),
                    column.type.kind == Kind::Float ? fmt::format("CASE WHEN isfinite({0}) THEN {0} END", name) : name);
  }
  arrow::Stream texts =
      engine.query(fmt::format("SELECT CAST(json_object({}) AS VARCHAR) FROM metaxy_input('rows')", members), watch);
  std::uint64_t rows = 0;
  std::string lines(frame.begin);
  while (auto batch = texts.next()) {
    const TextView view(*batch->get()->children[0]);
    for (std::int64_t row = 0; row < batch->get()->length; ++row, ++rows) {
      lines += rows == 0 ? frame.first : frame.between;
      lines += view.at(row);
    }
    out.write(lines);
    lines.clear();
  }
  out.write(lines);
  out.write(rows > 0 ? frame.end : frame.end_of_none);
  return rows;
}

void copy(const ScratchFile& from, Output& to) {
  const OpenFile file(std::fopen(from.path().c_str(), "rb"));
  if (!file) throw Error(ErrorCode::Io, fmt::format("cannot read {}: {}", from.path(), std::strerror(errno)));
  std::array<char, kCopySize> buffer;
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    to.write({buffer.data(), size});
  }
}

std::uint64_t write_parquet(DuckDbConnection& engine, const std::string& path, const Watch& watch) {
  return engine.execute(
      fmt::format("COPY (FROM metaxy_input('rows')) TO {} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)",
                  quote_text(path)),
      watch);
}

std::uint64_t write_text(arrow::Stream rows, FileFormat format, Output& out, const Watch& watch) {
  const auto engine = local_engine();
  engine->bind("rows", std::move(rows));
  const auto schema = engine->describe("FROM metaxy_input('rows')");
  if (format == FileFormat::Csv) return write_csv(*engine, schema, out, watch);
  return write_json(*engine, schema, format == FileFormat::Json ? kArray : kLines, out, watch);
}

std::uint64_t write_to(arrow::Stream rows, FileFormat format, Output& out, const Watch& watch) {
  std::uint64_t count = 0;
  if (format == FileFormat::Arrow) {
    count = static_cast<std::uint64_t>(arrow::write_ipc(rows, out.file(), out.name(), arrow::IpcFormat::Stream));
  } else if (format == FileFormat::Parquet) {
    // Parquet's writer wants a file of its own.
    const ScratchFile scratch = ScratchFile::temporary();
    const auto engine = local_engine();
    engine->bind("rows", std::move(rows));
    count = write_parquet(*engine, scratch.path(), watch);
    copy(scratch, out);
  } else {
    count = write_text(std::move(rows), format, out, watch);
  }
  out.flush();
  return count;
}

}  // namespace

std::uint64_t write_table_file(arrow::Stream rows, const std::string& path, FileFormat format, const Watch& watch) {
  try {
    if (path == kStandardStream) {
      Output out(stdout, kStandardOutput);
      return write_to(std::move(rows), format, out, watch);
    }
    ScratchFile scratch = ScratchFile::beside(path);
    std::uint64_t count = 0;
    if (format == FileFormat::Parquet) {
      const auto engine = local_engine();
      engine->bind("rows", std::move(rows));
      count = write_parquet(*engine, scratch.path(), watch);
    } else {
      Output out(scratch.file(), path);
      count = write_to(std::move(rows), format, out, watch);
    }
    scratch.keep_as(path);
    return count;
  } catch (Error& error) {
    throw error.note("while writing " + (path == kStandardStream ? kStandardOutput : quote(path)));
  }
}

}  // namespace metaxy::stores::duckdb
