// SPDX-License-Identifier: Apache-2.0
#include "cli/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "arrow/copy.hpp"
#include "arrow/read.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/context.hpp"
#include "cli/error_report.hpp"
#include "cli/output_file.hpp"
#include "cli/table.hpp"
#include "store/session.hpp"

namespace metaxy::cli {

namespace {

constexpr const char* kArray = "JSON array";
constexpr std::uint64_t kTableRows = 50;
constexpr std::size_t kWidestCell = 200;
constexpr std::chrono::seconds kCountingTime{1};

std::string format_of(const RowsTarget& target) {
  if (!target.format.empty()) return target.format;
  if (!target.output || *target.output == "-") return "table";
  switch (project::table_format_of(*target.output)) {
    case project::TableFormat::Csv: return "csv";
    case project::TableFormat::Json: return kArray;  // asked for as `json`, rows come with a head
    case project::TableFormat::JsonLines: return "jsonl";
    case project::TableFormat::Parquet: return "parquet";
    case project::TableFormat::Arrow: return "arrow";
  }
  return "table";
}

std::optional<project::TableFormat> file_format(const std::string& format) {
  if (format == "csv") return project::TableFormat::Csv;
  if (format == kArray) return project::TableFormat::Json;
  if (format == "jsonl") return project::TableFormat::JsonLines;
  if (format == "parquet") return project::TableFormat::Parquet;
  if (format == "arrow") return project::TableFormat::Arrow;
  return std::nullopt;
}

// Counts rows, and the words of one column, while batches pass.
class Counter {
 public:
  Counter(arrow::Schema schema, const std::optional<std::string>& tallied)
      : schema_(std::move(schema)), type_(*schema_.get()) {
    for (std::int64_t i = 0; tallied && i < schema_->n_children; ++i)
      if (*tallied == schema_->children[i]->name) column_ = static_cast<std::size_t>(i);
  }

  const ArrowSchema& schema() const { return *schema_.get(); }
  bool tallies() const { return column_.has_value(); }
  Tally& tally() { return tally_; }

  void look_at(const ArrowArray& batch) {
    if (!column_) return;
    const arrow::ArrayView view(*schema_.get(), batch);
    for (std::int64_t row = 0; row < batch.length; ++row) {
      const Json word = arrow::read_value(type_.children[*column_], *view->children[*column_], view->offset + row);
      if (word.is_string()) count(word.get_ref<const std::string&>());
    }
  }

 private:
  // Words come in runs and are few: a map look-up per row would cost more than the rest.
  void count(const std::string& word) {
    if (!last_ || word != last_->first) last_ = &*tally_.words.try_emplace(word, 0).first;
    ++last_->second;
  }

  arrow::Schema schema_;
  arrow::TypeNode type_;
  std::optional<std::size_t> column_;
  Tally tally_;
  std::pair<const std::string, std::uint64_t>* last_ = nullptr;
};

std::string cell_text(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  return dump_compact(value);
}

Style word_style(const std::string& word) {
  if (word == "new") return Style::Green;
  if (word == "stale") return Style::Yellow;
  if (word == "orphaned") return Style::Red;
  return Style::Plain;
}

/// What happens to rows beyond a limit: one that was asked for ends the work; of a table that was only to fit the
/// screen they are counted, all when words are tallied, else for a moment.
enum class Rest { Leave, Count };

// The stream cut after `limit` rows and counted on the way.
arrow::Stream cut(arrow::Stream stream, const std::shared_ptr<Counter>& counter, std::uint64_t limit, Rest rest) {
  auto source = std::make_shared<arrow::Stream>(std::move(stream));
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const auto next = [source, counter, limit, rest, deadline]() mutable -> std::optional<arrow::Array> {
    Tally& tally = counter->tally();
    while (true) {
      const std::uint64_t room = limit - std::min(limit, tally.rows);
      if (room == 0) {
        const auto now = std::chrono::steady_clock::now();
        if (!deadline) deadline = now + kCountingTime;
        if (rest == Rest::Leave || (now > *deadline && !counter->tallies())) {
          tally.complete = false;
          return std::nullopt;
        }
      }
      auto batch = source->next();
      if (!batch) return std::nullopt;
      tally.all += static_cast<std::uint64_t>((*batch)->length);
      const auto kept = std::min(static_cast<std::uint64_t>((*batch)->length), room);
      if (rest == Rest::Leave) (*batch)->length = static_cast<std::int64_t>(kept);
      counter->look_at(*batch->get());
      if (room == 0) continue;
      tally.rows += kept;
      (*batch)->length = static_cast<std::int64_t>(kept);
      return batch;
    }
  };
  return arrow::make_stream(arrow::copy_schema(counter->schema()), next);
}

Table read_table_rows(arrow::Stream& stream) {
  arrow::Reader reader(stream.schema());
  Table table;
  for (const std::string& name : reader.names()) table.headings.push_back({name});
  while (auto batch = stream.next()) {
    reader.set(std::move(*batch));
    for (std::int64_t row = 0; row < reader.rows(); ++row) {
      table.rows.emplace_back();
      for (std::size_t i = 0; i < reader.columns(); ++i) {
        const std::string text = fit(printable(cell_text(reader.value(i, row))), kWidestCell);
        table.rows.back().push_back({text, i == 0 ? word_style(text) : Style::Plain});
      }
    }
  }
  return table;
}

std::string table_text(Context& context, arrow::Stream stream, Counter& counter) {
  Console& console = context.console();
  const Table table = read_table_rows(stream);
  const Rendered rendered = render_table(table, console.data_width(), console.data_has_colour());
  context.finish_progress();
  if (rendered.columns_left_out > 0)
    console.remark(counted(rendered.columns_left_out, "column") + " more did not fit; other formats have them all");
  const Tally& tally = counter.tally();
  if (tally.all > tally.rows)
    console.remark((tally.complete ? "" : "at least ") + counted(tally.all - tally.rows, "row") +
                   " more; --limit 0 shows all");
  return rendered.text;
}

// Rows one by one to `out`, so that no more than a batch is held.
template <class Out>
void json_rows(arrow::Stream& stream, Out out) {
  arrow::Reader reader(stream.schema());
  std::string_view comma = "\n";
  while (auto batch = stream.next()) {
    reader.set(std::move(*batch));
    for (std::int64_t row = 0; row < reader.rows(); ++row) {
      out(std::string(comma) + dump_compact(reader.row(row)));
      comma = ",\n";
    }
  }
}

template <class Out>
void json_text(arrow::Stream stream, Counter& counter, const Json& head, Out out) {
  std::string begin = dump_compact(head);
  begin.back() = ',';
  out((head.empty() ? "{" : begin) + "\"rows\":[");
  json_rows(stream, out);
  std::string end = "]";
  if (counter.tallies()) {
    Json counts = Json::object();
    for (const char* word : {"new", "stale", "orphaned"}) counts[word] = 0;
    for (const auto& [word, count] : counter.tally().words) counts[word] = count;
    end += ",\"counts\":" + dump_compact(counts);
  }
  out(end + "}\n");
}

// Rows that went out cannot be taken back; the document is ended, with the error's members behind the rows.
void json_to_console(arrow::Stream stream, Counter& counter, const Json& head, Console& console) {
  try {
    json_text(std::move(stream), counter, head, [&](const std::string& text) { console.data(text); });
  } catch (const Error& error) {
    if (console.has_begun()) console.data("]," + dump_compact(error_json(error)).substr(1) + "\n");
    throw;
  }
}

}  // namespace

void declare_rows(Options& options, RowsTarget& target) {
  options.choice("-f,--format", target.format, {"table", "jsonl", "json", "csv", "parquet", "arrow"},
                 "How to write the rows (default: by the file's ending, else table)");
  options.text("-o,--output", target.output, "FILE", "Write to a file, whole or not at all");
  options.number("-n,--limit", target.limit, "Stop after so many rows; 0: all (default: 50 for table, else all)");
}

void check_rows_target(Context& context, const RowsTarget& target) {
  const std::string format = format_of(target);
  const bool to_terminal = (!target.output || *target.output == "-") && context.console().data_is_terminal();
  if (to_terminal && (format == "parquet" || format == "arrow"))
    throw UsageError("a binary format is nothing for a terminal", "name a file with -o FILE, or redirect the output");
  if (!target.output || *target.output == "-") return;
  const std::filesystem::path folder = std::filesystem::path(*target.output).parent_path();
  std::error_code ignored;
  if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
    throw Error(ErrorCode::Io,
                "cannot write " + quote(*target.output) + ": there is no folder " + quote(folder.string()));
}

void check_no_store(const project::Project& project, const std::optional<std::string>& store,
                    const RowsTarget& target) {
  if (!target.output || *target.output == "-") return;
  std::vector<std::string> names = {store.value_or(project.config().store)};
  for (const auto& [name, config] : project.config().stores) names.push_back(name);
  for (const std::string& name : names) {
    std::error_code not_there;
    try {
      if (!std::filesystem::equivalent(*target.output, project.store(name)->info().location, not_there)) continue;
    } catch (const Error&) {
      continue;  // a store that cannot be used is not in the way
    }
    throw Error(ErrorCode::InvalidArgument, quote(*target.output) + " is the file of store " + quote(name),
                "name another file");
  }
}

Tally send_rows(Context& context, arrow::Stream rows, const RowsTarget& target, const Json& head,
                const std::optional<std::string>& tallied) {
  const std::string format = format_of(target);
  const std::uint64_t standard = format == "table" ? kTableRows : 0;
  const std::uint64_t asked = target.limit.value_or(standard);
  const std::uint64_t limit = asked > 0 ? asked : UINT64_MAX;
  const auto counter = std::make_shared<Counter>(rows.schema(), tallied);
  arrow::Stream passing = cut(std::move(rows), counter, limit, target.limit ? Rest::Leave : Rest::Count);
  const bool to_file = target.output && *target.output != "-";
  Console& console = context.console();
  if (const auto file = file_format(format)) {
    console.flush();
    project::write_table(std::move(passing), to_file ? *target.output : "-", *file);
  } else if (format == "json" && !to_file) {
    json_to_console(std::move(passing), *counter, head, console);
  } else {
    std::string text;
    if (format == "json")
      json_text(std::move(passing), *counter, head, [&](const std::string& part) { text += part; });
    else
      text = table_text(context, std::move(passing), *counter);
    if (to_file) write_file(*target.output, text);
    if (!to_file) console.data(text);
  }
  context.finish_progress();
  return counter->tally();
}

}  // namespace metaxy::cli
