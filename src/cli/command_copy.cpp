// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"
#include "store/session.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::vector<std::string> features;
  bool all_features = false;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::vector<std::string> filters;
  std::vector<std::string> feature_filters;
  bool feature_history = true;
  bool sample_history = false;
  std::optional<std::uint64_t> records_per_commit;
  std::string format = "plain";
};

void check(const Given& given) {
  if (!given.from || !given.to) throw UsageError("`mx copy` needs --from and --to", "name two configured stores");
  if (given.features.empty() && !given.all_features)
    throw UsageError("no feature is named", "name features, or add --all-features");
  if (!given.features.empty() && given.all_features) throw UsageError("--all-features and features exclude each other");
  if (given.records_per_commit == 0)
    throw UsageError("--records-per-commit is 0", "leave it out to copy everything in one commit");
}

/// Copying a store onto itself would wait for itself.
void check_stores(const project::Project& project, const Given& given) {
  const bool same = *given.from == *given.to ||
                    (project.store(given.from)->info().location == project.store(given.to)->info().location &&
                     project.store(given.to)->info().location != ":memory:");
  if (same) throw UsageError("--from and --to are the same store", "name two stores");
}

ops::CopyOptions options_of(Context& context, const graph::FeatureGraph& graph, const Given& given) {
  ops::CopyOptions options;
  options.global_filters = given.filters;
  for (const std::string& text : given.feature_filters)
    add_feature_filter(graph, "--feature-filter", text, options.filters);
  options.feature_history = given.feature_history;
  options.sample_history = given.sample_history;
  options.records_per_commit = given.records_per_commit.value_or(0);
  options.watch = context.watch();
  return options;
}

Exit copy(Context& context, const Given& given) {
  check(given);
  const project::Project project = context.project();
  check_stores(project, given);
  using Access = project::Project::Access;
  auto [source, keys] = context.open_for(project, given.features, Access::Read, given.from);
  ops::CopyOptions options = options_of(context, source.graph(), given);
  options.features = std::move(keys);
  ops::MetadataStore destination = context.open(project, Access::Write, given.to);
  const ops::CopyResult result = destination.copy_from(source, options);
  context.finish_progress();
  Json out = Json::object();
  out["from"] = *given.from;
  out["to"] = *given.to;
  out["records"] = result.records;
  out["features"] = Json::object();
  for (const ops::CopiedFeature& each : result.features) {
    out["features"][each.feature.to_string()] = {{"records", each.records}};
    if (given.format == "plain")
      context.console().remark(fmt::format("{}: {} copied", each.feature.to_string(), counted(each.records, "record")));
  }
  if (given.format == "json") context.console().data(dump_compact(out) + "\n");
  if (given.format == "plain" && result.features.empty())
    context.console().remark("nothing to copy: store " + *given.from + " has no records of these features");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.arguments("FEATURE", given->features, Need::Optional, "Features to copy");
  options.flag("--all-features", given->all_features, "Every feature that the source has records of");
  options.text("--from", given->from, "STORE", "Store to read");
  options.text("--to", given->to, "STORE", "Store to write");
  options.list("--filter", given->filters, "COND", "SQL condition on stored columns of every feature");
  options.list("--feature-filter", given->feature_filters, "KEY=COND", "SQL condition on one feature's stored columns");
  options.toggle("with-feature-history", given->feature_history,
                 "The latest record of a sample of every version of its feature, not only of the current one");
  options.toggle("with-sample-history", given->sample_history, "Every record of a sample instead of its latest");
  options.number("--records-per-commit", given->records_per_commit,
                 "Commit after so many records of a feature, not once at the end");
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return copy(context, *given); };
}

}  // namespace

const Command kCopyCommand = {
    .name = "copy",
    .summary = "Copy records from one store to another",
    .details =
        "Records arrive as they are: times, versions, materialization and deletions included. A record is known "
        "by its sample and its times, so that copying again brings only what is new. The stores must have the same "
        "hash settings. Everything happens in one commit. With --records-per-commit a copy that is stopped goes on "
        "where it was when it is run again; until then the destination has a part of the records.",
    .examples =
        "mx copy --all-features --from prod --to dev\n"
        "mx copy video/raw video/loudness --from prod --to dev --filter \"id LIKE 'a%'\"\n"
        "mx copy --all-features --from prod --to archive --with-sample-history --records-per-commit 1000000",
    .declare = declare,
    .alias = "metadata copy",
};

}  // namespace metaxy::cli
