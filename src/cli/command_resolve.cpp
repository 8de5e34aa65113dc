// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/rows.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string feature;
  StoreOption store;
  FilterOptions filters;
  std::vector<std::string> upstream_filters;
  std::vector<std::string> only;
  std::optional<std::string> samples;
  std::string samples_format;
  std::optional<std::string> as_of;
  bool row_per_member = false;
  bool skip_comparison = false;
  bool with_previous = false;
  bool sql = false;
  bool exit_code = false;
  RowsTarget target;
};

std::vector<std::string> states_of(const std::vector<std::string>& given) {
  const std::vector<std::string> known = {"new", "stale", "orphaned"};
  std::vector<std::string> out;
  for (const std::string& list : given) {
    for (const std::string& part : split(list, ',')) {
      const std::string state(trim(part));
      if (std::find(known.begin(), known.end(), state) == known.end())
        throw UsageError("--only " + quote(state) + " is none of " + join(known, ", "), did_you_mean(state, known));
      out.push_back(state);
    }
  }
  return out;
}

project::TableFormat samples_format(const Given& given) {
  if (given.samples_format == "csv") return project::TableFormat::Csv;
  if (given.samples_format == "json") return project::TableFormat::Json;
  if (given.samples_format == "jsonl") return project::TableFormat::JsonLines;
  if (given.samples_format == "parquet") return project::TableFormat::Parquet;
  if (given.samples_format == "arrow") return project::TableFormat::Arrow;
  if (*given.samples == "-") throw UsageError("the format of standard input is not known", "add --samples-format");
  return project::table_format_of(*given.samples);
}

ops::ResolveOptions options_of(Context& context, ops::MetadataStore& store, const spec::FeatureKey& key,
                               const Given& given) {
  ops::ResolveOptions options;
  options.target_filters = given.filters.target;
  options.global_filters = given.filters.global;
  for (const std::string& filter : given.upstream_filters)
    add_feature_filter(store.graph(), "--upstream-filter", filter, options.filters);
  options.staleness_predicates = given.filters.stale_if;
  if (given.as_of) options.as_of = ops::parse_time(*given.as_of);
  if (given.row_per_member) options.row_per_member = true;
  options.skip_comparison = given.skip_comparison;
  options.with_previous = given.with_previous;
  options.only = states_of(given.only);
  options.watch = context.watch();
  if (given.samples)
    options.samples = project::read_rows(*given.samples, samples_format(given), store, key, options.watch);
  return options;
}

// `3 new, 0 stale, 1 orphaned`, without the states that were not asked for, and how many wait, if any.
std::string summary(const Tally& tally, const std::vector<std::string>& only, std::uint64_t waiting) {
  std::vector<std::string> parts;
  for (const std::string state : {"new", "stale", "orphaned"}) {
    if (!only.empty() && std::find(only.begin(), only.end(), state) == only.end()) continue;
    const auto found = tally.words.find(state);
    parts.push_back(fmt::format("{} {}", found == tally.words.end() ? 0 : found->second, state));
  }
  if (waiting > 0) parts.push_back(fmt::format("{} waiting for an upstream", waiting));
  return join(parts, ", ");
}

Exit resolve(Context& context, const Given& given) {
  check_rows_target(context, given.target);
  const project::Project project = context.project();
  check_no_store(project, given.store.store, given.target);
  auto [store, keys] = context.open_for(project, {given.feature}, project::Project::Access::Read, given.store.store,
                                        fallbacks_of(given.store));
  const spec::FeatureKey& key = keys.front();
  ops::ResolveOptions options = options_of(context, store, key, given);
  Console& console = context.console();
  if (given.sql) {
    console.data(store.explain_resolve(key, std::move(options)) + "\n");
    return Exit::Done;
  }
  Json head = Json::object();
  head["feature"] = key.to_string();
  options.count_waiting = given.only.empty() && !given.skip_comparison;
  ops::Increment increment = store.resolve_update(key, std::move(options));
  const Tally tally =
      send_rows(context, std::move(increment.rows), given.target, head, std::string(ops::kIncrementColumn));
  console.flush();
  const std::string cut = tally.complete || !given.target.limit
                              ? ""
                              : fmt::format(" (--limit {}: more were not looked for)", *given.target.limit);
  console.remark(key.to_string() + ": " + summary(tally, states_of(given.only), increment.waiting.value_or(0)) + cut);
  return given.exit_code && tally.all > 0 ? Exit::Pending : Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Required, "Feature to resolve");
  declare_store(options, given->store);
  declare_fallback(options, given->store);
  options.list("--only", given->only, "new,stale", "Only rows in these states: new, stale, orphaned");
  declare_filters(options, given->filters);
  options.list("--upstream-filter", given->upstream_filters, "KEY=COND",
               "SQL condition on one feature's stored columns");
  options.text("--as-of", given->as_of, "TIME", "From the records as they were then, for example 2026-01-31T12:00Z");
  options.flag("--row-per-member", given->row_per_member,
               "N:1: a row for each member instead of one per group with the members' columns as lists");
  options.flag("--skip-comparison", given->skip_comparison, "Everything is new, whatever is stored");
  options.flag("--with-previous", given->with_previous, "The stored record of stale samples too, in metaxy_previous");
  options.text("--samples", given->samples, "FILE",
               "What should exist, with its data versions, instead of asking upstreams");
  options.choice("--samples-format", given->samples_format, {"jsonl", "json", "csv", "parquet", "arrow"},
                 "Format of --samples (default: by the file's ending)");
  options.flag("--sql", given->sql, "Show the statement instead of running it");
  options.flag("--exit-code", given->exit_code, "Exit with 3 when there are rows");
  declare_rows(options, given->target);
  return [given](Context& context) { return resolve(context, *given); };
}

}  // namespace

const Command kResolveCommand = {
    .name = "resolve",
    .summary = "Find the samples of a feature that must be computed, again, or dropped",
    .details =
        "The column metaxy_increment says new, stale or orphaned. Keep the metaxy_ columns of the rows you process:\n"
        "`mx write` needs the provenance in them.",
    .examples =
        "mx resolve video/loudness\nmx resolve video/loudness --only new,stale -o todo.jsonl\n"
        "mx resolve video/loudness --upstream-filter \"video/raw=size < 1000000\" --format csv",
    .declare = declare,
};

}  // namespace metaxy::cli
