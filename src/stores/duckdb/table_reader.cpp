// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "arrow/copy.hpp"
#include "arrow/ipc.hpp"
#include "base/system_remedy.hpp"
#include "base/text.hpp"
#include "store/nested_types.hpp"
#include "stores/duckdb/column_names.hpp"
#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/local_engine.hpp"
#include "stores/duckdb/query_watch.hpp"
#include "stores/duckdb/scratch_file.hpp"
#include "stores/duckdb/table_file.hpp"
#include "stores/duckdb/text_fault.hpp"
#include "stores/duckdb/text_types.hpp"
#include "stores/duckdb/watched_input.hpp"

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;
using store::ColumnType;
using store::Kind;

namespace {

constexpr std::uintmax_t kLeastRow = 16U << 20U;
constexpr std::uintmax_t kGreatestRow = 256U << 20U;
constexpr const char* kStandardInput = "standard input";
/// What DuckDB calls the one column of JSON values that are no objects, and of none at all.
constexpr const char* kNoRecords = "json";
constexpr std::size_t kCopySize = 1U << 16U;

/// A file name as DuckDB's readers take it, which otherwise expand patterns.
std::string literal_path(const std::string& path) {
  std::string escaped;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      escaped += {'[', c, ']'};
    } else {
      escaped += c;
    }
  }
  return quote_text(escaped);
}

void check_readable(const std::string& path) {
  std::error_code failure;
  const auto status = fs::status(path, failure);
  if (status.type() == fs::file_type::not_found) {
    throw Error(ErrorCode::NotFound, fmt::format("there is no file {}", quote(path)));
  }
  if (fs::is_directory(status)) throw Error(ErrorCode::Io, fmt::format("{} is a folder, not a file", quote(path)));
  if (::access(path.c_str(), R_OK) != 0) {
    throw Error(ErrorCode::Io, fmt::format("cannot read {}: {}", quote(path), std::strerror(errno)),
                system_remedy(errno));
  }
}

/// Copies what can be read only once, because types are found in a first reading and rows in a second.
std::shared_ptr<ScratchFile> spool(WatchedInput& input, const std::string& name) {
  auto spooled = std::make_shared<ScratchFile>(ScratchFile::temporary());
  std::array<char, kCopySize> buffer;
  const auto fail = [&] {
    throw Error(ErrorCode::Io, fmt::format("cannot keep {} in {}: {}", name, spooled->path(), std::strerror(errno)),
                "free space there, or name another folder in TMPDIR");
  };
  while (const std::size_t size = input.read(buffer.data(), buffer.size())) {
    if (std::fwrite(buffer.data(), 1, size, spooled->file()) != size) fail();
  }
  if (std::fflush(spooled->file()) != 0) fail();
  return spooled;
}

/// What a type of CSV or JSON becomes: times and the like stay the text they are in the file.
std::string untyped(const ColumnType& type) {
  switch (type.kind) {
    case Kind::Integer:
    case Kind::Float:
    case Kind::Decimal:
    case Kind::Boolean:
    case Kind::Json:
    case Kind::Map: return type.text;
    case Kind::List: return untyped(type.member_types.front()) + "[]";
    case Kind::Struct: {
      std::string text;
      for (std::size_t i = 0; i < type.members.size(); ++i) {
        text +=
            fmt::format("{}{} {}", i ? ", " : "STRUCT(", quote_name(type.members[i]), untyped(type.member_types[i]));
      }
      return text + ")";
    }
    default: return "VARCHAR";
  }
}

bool is_by_field(const std::string& name) { return name.starts_with("metaxy_") && name.ends_with("_by_field"); }

/// A text file being understood: what its columns are, then the query that reads it.
class TextFile {
 public:
  TextFile(DuckDbConnection& engine, const std::string& path, FileFormat format, const FileTypes& types)
      : engine_(engine), path_(path), format_(format), types_(types) {
    std::error_code failure;
    const auto size = fs::file_size(path, failure);
    row_limit_ = std::clamp(failure ? kLeastRow : size, kLeastRow, kGreatestRow);
  }

  /// Columns of which nothing but their nulls is known; filled by `query`.
  const std::vector<std::size_t>& unknown() const { return unknown_; }

  /// Empty for a file without columns.
  std::string query() {
    std::error_code failure;
    if (fs::file_size(path_, failure) == 0 && !failure) return {};
    auto sniffed = engine_.describe("FROM " + call(sniffing()));
    if (!is_csv() && sniffed.size() == 1 && sniffed.front().name == kNoRecords) {
      if (query_texts(engine_, fmt::format("SELECT 'x' FROM {} LIMIT 1", call(sniffing()))).empty()) return {};
      sniffed = engine_.describe("FROM " + call(sniffing() + ", records = true"));
    }
    check_column_names(engine_, literal_path(path_), format_, store::column_names(sniffed));
    std::string types;
    std::string columns;
    for (std::size_t i = 0; i < sniffed.size(); ++i) {
      const Read read = read_column(sniffed[i], i);
      const std::string_view comma = types.empty() ? "" : ", ";
      types += fmt::format("{}{}: {}", comma, quote_text(sniffed[i].name), quote_text(read.type));
      columns += fmt::format("{}{} AS {}", comma, read.value, quote_name(sniffed[i].name));
    }
    return fmt::format("SELECT {} FROM {}", columns, call(fmt::format("columns = {{{}}}", types)));
  }

 private:
  bool is_csv() const { return format_ == FileFormat::Csv; }

  std::string sniffing() const {
    return is_csv() ? "sample_size = -1, auto_type_candidates = ['BOOLEAN', 'BIGINT', 'DOUBLE', 'VARCHAR']"
                    : "sample_size = -1, map_inference_threshold = -1";
  }

  std::string call(const std::string& options) const {
    if (is_csv()) {
      return fmt::format(
          "read_csv({}, header = true, delim = ',', quote = '\"', escape = '\"', allow_quoted_nulls = false, "
          "hive_partitioning = false, max_line_size = {}, buffer_size = {}, {})",
          literal_path(path_), row_limit_, 2 * row_limit_, options);
    }
    return fmt::format("read_json({}, format = '{}', hive_partitioning = false, maximum_object_size = {}, {})",
                       literal_path(path_), format_ == FileFormat::Json ? "auto" : "newline_delimited", row_limit_,
                       options);
  }

  /// As what a column is read, and what is made of that.
  struct Read {
    std::string type;
    std::string value;
  };

  Read read_column(const store::TableColumn& column, std::size_t index) {
    const std::string name = quote_name(column.name);
    if (is_csv() && is_by_field(column.name)) return {"VARCHAR", packed_members(column, index)};
    if (const auto* told = told_type(column)) return read_told(column, *told);
    if (const auto list = told_list(column)) return {untyped(column.type), fmt::format("CAST({} AS {})", name, *list)};
    // JSON's null alone says nothing about a type.
    if (column.type.kind == Kind::Json && !has_value(name)) unknown_.push_back(index);
    return {is_csv() && has_padded_numbers(column) ? "VARCHAR" : untyped(column.type), name};
  }

  Read read_told(const store::TableColumn& column, const store::TableColumn& told) const {
    const std::string name = quote_name(column.name);
    const std::string type = *engine_type(told.type);
    if (column.type.text == type) return {type, name};
    if (column.type.kind != Kind::Json) return {"VARCHAR", checked_value(name, told)};
    return {"JSON", checked_value(fmt::format("({})", checked_scalar(name, column.name)), told)};
  }

  /// What the column is known to be. Who reads the rows refuses nested values in the place of scalars.
  const store::TableColumn* told_type(const store::TableColumn& column) const {
    if (store::is_nested(column.type)) return nullptr;
    const auto* told = store::find_column(types_.known, column.name);
    if (told) return engine_type(told->type) ? told : nullptr;
    told = store::find_column(types_.likely, column.name);
    return told && engine_type(told->type) && column.type.kind != Kind::Json && all_are(*told) ? told : nullptr;
  }

  /// The type of a list whose values become those of the list that the column is known to be, and lose nothing.
  std::optional<std::string> told_list(const store::TableColumn& column) const {
    const auto* told = store::find_column(types_.known, column.name);
    if (!told || told->type.kind != Kind::List || column.type.kind != Kind::List) return std::nullopt;
    const Kind from = column.type.member_types.front().kind;
    const Kind to = told->type.member_types.front().kind;
    const bool times = untyped(column.type) == "VARCHAR[]" &&
                       (to == Kind::Date || to == Kind::Time || to == Kind::Timestamp || to == Kind::TimestampTz);
    if (!times && from != Kind::Json && !(from == Kind::Integer && to == Kind::Float)) return std::nullopt;
    const auto member = engine_type(told->type.member_types.front());
    return member ? std::optional(*member + "[]") : std::nullopt;
  }

  bool all_are(const store::TableColumn& told) const {
    const std::string name = quote_name(told.name);
    const std::string texts =
        is_csv() ? "all_varchar = true" : fmt::format("columns = {{{}: 'VARCHAR'}}", quote_text(told.name));
    return query_texts(engine_, fmt::format("SELECT 'x' FROM {} WHERE {} IS NOT NULL AND {} IS NULL LIMIT 1",
                                            call(texts), name, value_of(name, told.type)))
        .empty();
  }

  /// Numbers such as 007 are names of something, and a number would lose their zeros.
  bool has_padded_numbers(const store::TableColumn& column) const {
    if (column.type.kind != Kind::Integer && column.type.kind != Kind::Float) return false;
    return !query_texts(engine_, fmt::format("SELECT 'x' FROM {} WHERE regexp_matches({}, '^[+-]?0[0-9]') LIMIT 1",
                                             call("all_varchar = true"), quote_name(column.name)))
                .empty();
  }

  std::string packed_members(const store::TableColumn& column, std::size_t index) {
    std::string name = quote_name(column.name);
    const auto keys =
        query_texts(engine_, fmt::format("SELECT DISTINCT unnest(json_keys({})) AS key FROM {} ORDER BY key", name,
                                         call("all_varchar = true")));
    if (keys.empty()) {
      unknown_.push_back(index);
      return name;
    }
    std::string members;
    for (const auto& key : keys) {
      members += fmt::format("{}{} := {} ->> {}", members.empty() ? "" : ", ", quote_name(key), name,
                             quote_text("$." + quote_name(key)));
    }
    return fmt::format("CASE WHEN {0} IS NULL THEN NULL ELSE struct_pack({1}) END", name, members);
  }

  bool has_value(const std::string& name) const {
    return !query_texts(engine_, fmt::format("SELECT 'x' FROM {} WHERE {} IS NOT NULL LIMIT 1", call(sniffing()), name))
                .empty();
  }

  DuckDbConnection& engine_;
  std::string path_;
  FileFormat format_;
  const FileTypes& types_;
  std::uintmax_t row_limit_ = 0;
  std::vector<std::size_t> unknown_;
};

/// Gives columns that hold only nulls Arrow's type for that; DuckDB has no such type in results.
arrow::Stream without_type(arrow::Stream stream, const std::vector<std::size_t>& columns) {
  if (columns.empty()) return stream;
  auto source = std::make_shared<arrow::Stream>(std::move(stream));
  arrow::Schema schema = arrow::copy_schema(*source->schema().get());
  for (const std::size_t column : columns) {
    ArrowSchema* child = schema->children[column];
    arrow::check(ArrowSchemaSetFormat(child, arrow::kNull.data()), "typing a column of nulls");
    arrow::check(ArrowSchemaSetMetadata(child, nullptr), "typing a column of nulls");
  }
  return arrow::make_stream(std::move(schema), [source, columns]() -> std::optional<arrow::Array> {
    auto batch = source->next();
    if (!batch) return std::nullopt;
    for (const std::size_t column : columns) {
      ArrowArray& nulls = *(*batch)->children[column];
      nulls.n_buffers = 0;
      nulls.null_count = nulls.length;
    }
    return batch;
  });
}

arrow::Stream read_parquet(DuckDbConnection& engine, const std::string& path, const Watch& watch) {
  const std::string query = fmt::format("FROM read_parquet({}, hive_partitioning = false)", path);
  const auto names = store::column_names(engine.describe(query));
  check_column_names(engine, path, FileFormat::Parquet, names);
  // To DuckDB columns of nulls are integers.
  const auto untyped =
      query_texts(engine, fmt::format("SELECT name FROM parquet_schema({}) WHERE logical_type = 'NullType()'", path));
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::ranges::find(untyped, names[i]) != untyped.end()) unknown.push_back(i);
  }
  return without_type(engine.query(query, watch), unknown);
}

arrow::Stream read_file(const std::string& path, FileFormat format, const FileTypes& types, const Watch& watch) {
  if (format == FileFormat::Arrow) return arrow::read_ipc(path);
  const auto engine = local_engine();
  if (format == FileFormat::Parquet) return read_parquet(*engine, literal_path(path), watch);
  TextFile file(*engine, path, format, types);
  const std::string query = [&] {
    const QueryWatch sniffing(engine->get(), watch);
    return file.query();
  }();
  if (!query.empty()) return without_type(engine->query(query, watch), file.unknown());
  return arrow::make_stream(arrow::make_schema({}), std::vector<arrow::Array>());
}

}  // namespace

arrow::Stream read_table_file(const std::string& path, FileFormat format, const FileTypes& types, const Watch& watch) {
  const bool standard = path == kStandardStream;
  const std::string shown = standard ? kStandardInput : quote(path);
  if (!standard) check_readable(path);
  std::shared_ptr<ScratchFile> spooled;
  if (standard || !fs::is_regular_file(path)) {
    auto input = std::make_shared<WatchedInput>(standard ? WatchedInput::standard(watch) : WatchedInput(path, watch));
    if (format == FileFormat::Arrow && standard && input->is_file()) return arrow::read_ipc(stdin, kStandardInput);
    if (format == FileFormat::Arrow) {
      return arrow::read_ipc([input](char* out, std::size_t size) { return input->read(out, size); },
                             standard ? kStandardInput : path);
    }
    spooled = spool(*input, shown);
  }
  const std::string real = spooled ? spooled->path() : path;
  const auto named = [real, shown, format]<class Body>(const Body& body) {
    try {
      return body();
    } catch (const Error& error) {
      // The statement that metaxy reads the file with says nothing to whoever gave the file.
      const bool about_rows = error.code() == ErrorCode::InvalidArgument && format != FileFormat::Arrow;
      if (error.notes().empty() && !about_rows) throw;
      throw file_fault(real, shown, format, error);
    }
  };
  auto stream = std::make_shared<arrow::Stream>(named([&] { return read_file(real, format, types, watch); }));
  arrow::Schema schema = stream->schema();
  return arrow::make_stream(std::move(schema),
                            [stream, spooled, named] { return named([&] { return stream->next(); }); });
}

}  // namespace metaxy::stores::duckdb
