// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string feature;
  std::string file;
  std::string format;
  std::optional<std::string> materialization;
  StoreOption store;
  bool carry_over = false;
  bool keep_children = false;
  bool json = false;
};

project::TableFormat format_of(const Given& given) {
  if (given.format == "csv") return project::TableFormat::Csv;
  if (given.format == "json") return project::TableFormat::Json;
  if (given.format == "jsonl") return project::TableFormat::JsonLines;
  if (given.format == "parquet") return project::TableFormat::Parquet;
  if (given.format == "arrow") return project::TableFormat::Arrow;
  if (given.file == "-") throw UsageError("the format of standard input is not known", "add --format");
  return project::table_format_of(given.file);
}

ops::WriteOptions options_of(Context& context, const Given& given, project::TableFormat format) {
  ops::WriteOptions options;
  options.materialization_id = given.materialization;
  options.coerce = format != project::TableFormat::Parquet && format != project::TableFormat::Arrow;
  options.carry_over = given.carry_over;
  if (given.keep_children) options.retire_children = false;
  options.watch = context.watch();
  return options;
}

Exit write_feature(Context& context, const Given& given) {
  const project::TableFormat format = format_of(given);
  const project::Project project = context.project();
  auto [store, keys] = context.open_for(project, {given.feature}, project::Project::Access::Write, given.store.store);
  const spec::FeatureKey& key = keys.front();
  arrow::Stream rows = project::read_rows(given.file, format, store, key, context.watch());
  ops::WriteResult result;
  // A text file without rows has no columns either; it is what remains when there was nothing to do.
  if (rows.schema()->n_children > 0) {
    result = store.write(key, std::move(rows), options_of(context, given, format));
    context.finish_progress();
  }
  Console& console = context.console();
  if (given.json) {
    Json out = Json::object();
    out["feature"] = key.to_string();
    out["rows"] = result.rows;
    out["retired"] = result.retired;
    out["childless"] = result.childless;
    out["table_created"] = result.table_created;
    console.data(dump_compact(out) + "\n");
  } else {
    console.remark("wrote " + counted(result.rows, "record") + " of " + key.to_string());
    if (result.retired > 0) {
      console.remark("retired " + counted(result.retired, "record") + " that their parents no longer expand to");
    }
    if (result.childless > 0) console.remark("noted " + counted(result.childless, "parent") + " without children");
  }
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Required, "Feature that the rows belong to");
  options.argument("FILE", given->file, Need::Required, "File with the rows, or - for standard input");
  options.choice("-f,--format", given->format, {"jsonl", "json", "csv", "parquet", "arrow"},
                 "Format of the file (default: by its ending)");
  declare_store(options, given->store);
  options.text("--materialization-id", given->materialization, "ID",
               "Stamped on the records, for example a run's name");
  options.flag("--carry-over", given->carry_over,
               "The file holds partial results: columns that it lacks are taken over from the previous records");
  options.flag("--keep-children", given->keep_children,
               "1:N: keep stored children of the written parents that the file lacks, to write them in parts");
  options.flag("--json", given->json, "Print the result (and errors) as JSON");
  return [given](Context& context) { return write_feature(context, *given); };
}

}  // namespace

const Command kWriteCommand = {
    .name = "write",
    .summary = "Store results of a feature",
    .details =
        "The rows are those of `mx resolve` with the results added; the provenance handed out travels in their "
        "metaxy_\n"
        "columns, and rows without it are refused. All rows are stored or none. Of a feature that expands (1:N), a "
        "row\n"
        "without any id of a child says that its parent has no children.",
    .examples =
        "mx write video/loudness done.jsonl\nmx write video/loudness done.parquet --materialization-id run-7\n"
        "mx resolve video/loudness --only new,stale --format jsonl | ./measure.py | mx write video/loudness - --format "
        "jsonl",
    .declare = declare,
};

}  // namespace metaxy::cli
