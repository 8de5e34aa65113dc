// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"
#include "ingest/ingest.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string folder;
  std::string feature;
  StoreOption store;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::optional<std::uint64_t> jobs;
  std::string format = "plain";
  bool hidden = false;
  bool rehash = false;
  bool streams = false;
  bool prune = false;
};

Json report_json(const spec::FeatureKey& key, const ingest::Report& report, const Given& given) {
  Json out = Json::object();
  out["feature"] = key.to_string();
  out["added"] = report.added;
  out["changed"] = report.changed;
  out["touched"] = report.touched;
  out["unchanged"] = report.unchanged;
  out["vanished"] = report.vanished;
  out["pruned"] = given.prune ? Json(report.pruned) : Json(nullptr);
  out["unreadable"] = Json::array();
  for (const ingest::Unreadable& file : report.unreadable) {
    Json item = Json::object();
    item["path"] = file.path;
    item["reason"] = file.reason;
    out["unreadable"].push_back(std::move(item));
  }
  out["fields"] = Json::object();
  for (const ingest::FieldSource& field : report.fields) out["fields"][field.field] = ingest::describe(field);
  return out;
}

void print_report(Console& console, const spec::FeatureKey& key, const ingest::Report& report, const Given& given) {
  constexpr std::size_t kNamed = 20;
  for (const ingest::FieldSource& field : report.fields)
    console.remark(fmt::format("field {} is versioned by: {}", field.field, ingest::describe(field)));
  for (std::size_t i = 0; i < report.vanished.size() && i < kNamed; ++i)
    console.remark("vanished: " + printable(report.vanished[i]));
  if (report.vanished.size() > kNamed)
    console.remark(fmt::format("vanished: {} more", report.vanished.size() - kNamed));
  for (const ingest::Unreadable& file : report.unreadable)
    console.complain(console.on_remark("unreadable:", Style::Red) + " " + printable(file.path) + ": " +
                     printable(file.reason));
  std::string line = fmt::format("{}: {} added, {} changed, {} unchanged", key.to_string(), report.added,
                                 report.changed, report.unchanged + report.touched);
  if (!report.vanished.empty())
    line += fmt::format(", {} vanished{}", report.vanished.size(),
                        given.prune ? " and deleted" : " (--prune deletes them)");
  if (!report.unreadable.empty()) line += fmt::format(", {} unreadable", report.unreadable.size());
  console.remark(line);
}

Exit ingest_folder(Context& context, const Given& given) {
  const project::Project project = context.project();
  auto [store, keys] = context.open_for(project, {given.feature}, project::Project::Access::Write, given.store.store);
  const spec::FeatureKey& key = keys.front();
  ingest::Options options;
  options.rehash = given.rehash;
  options.streams = given.streams;
  options.prune = given.prune;
  options.jobs = static_cast<unsigned>(std::min<std::uint64_t>(given.jobs.value_or(0), 1024));
  options.selection.include = given.include;
  options.selection.exclude = given.exclude;
  options.selection.hidden = given.hidden;
  options.watch = context.watch();
  const ingest::Report report = ingest::ingest(store, key, given.folder, options);
  context.finish_progress();
  Console& console = context.console();
  if (given.format == "json")
    console.data(dump_compact(report_json(key, report, given)) + "\n");
  else
    print_report(console, key, report, given);
  return report.unreadable.empty() ? Exit::Done : Exit::Failed;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FOLDER", given->folder, Need::Required, "Folder with the files");
  options.argument("FEATURE", given->feature, Need::Required, "Feature without dependencies whose samples they become");
  declare_store(options, given->store);
  options.flag("--rehash", given->rehash, "Read every file, also when size and time are as known");
  options.flag("--streams", given->streams,
               "Fields named audio, frames, … are versioned by that stream of audio and video files");
  options.flag("--prune", given->prune, "Soft-delete the samples of files that vanished");
  options.list("--include", given->include, "GLOB", "Only files whose path matches");
  options.list("--exclude", given->exclude, "GLOB", "Not files and folders whose path matches");
  options.flag("--hidden", given->hidden, "Names that begin with a dot too");
  options.number("-j,--jobs", given->jobs, "Files read at once (default: one per core)");
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return ingest_folder(context, *given); };
}

}  // namespace

const Command kIngestCommand = {
    .name = "ingest",
    .summary = "Make the files of a folder samples of a feature",
    .details =
        "The id is the path below the folder. Files whose size and time are as known are not read again; an\n"
        "interrupted run is continued by the next one. Unreadable files are listed at the end (exit code 1).",
    .examples =
        "mx ingest videos video/raw\nmx ingest videos video/raw --streams --include \"*.mp4\"\n"
        "mx ingest videos video/raw --prune  # forget files that are gone",
    .declare = declare,
};

}  // namespace metaxy::cli
