// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::vector<std::string> features;
  bool all_features = false;
  std::vector<std::string> filters;
  StoreOption store;
  std::string format = "plain";
  bool all = false;
  bool hard = false;
  bool soft = false;
  bool feature_history = false;
  bool cascade = false;
  bool yes = false;
  bool dry_run = false;
};

void check(const Given& given) {
  if (given.features.empty() && !given.all_features)
    throw UsageError("no feature is named", "name features, or add --all-features");
  if (!given.features.empty() && given.all_features) throw UsageError("--all-features and features exclude each other");
  if (given.hard && given.soft) throw UsageError("--hard and --soft exclude each other");
  if (given.filters.empty() && !given.all)
    throw UsageError("without a --filter every sample would be deleted",
                     "add --filter COND, or --all if that is meant");
  if (!given.filters.empty() && given.all) throw UsageError("--all and --filter exclude each other");
  if (given.all && !given.yes && !given.dry_run)
    throw UsageError("deleting every sample must be confirmed", "add --yes, or look first with --dry-run");
}

ops::DeleteOptions options_of(Context& context, const Given& given) {
  ops::DeleteOptions options;
  options.filters = given.filters;
  options.all = given.all;
  options.where_stored = given.all_features;
  options.hard = given.hard;
  options.feature_history = given.feature_history;
  options.cascade = given.cascade;
  options.dry_run = given.dry_run;
  options.watch = context.watch();
  return options;
}

/// Every feature in view, but those that only stand for another project's.
std::vector<spec::FeatureKey> all_features(Context& context, const project::Project& project,
                                           const graph::FeatureGraph& graph) {
  auto keys = context.features_in_view(project.config(), graph);
  std::erase_if(keys, [&](const spec::FeatureKey& key) { return graph.get(key).is_external; });
  return keys;
}

Exit delete_samples(Context& context, const Given& given) {
  check(given);
  const project::Project project = context.project();
  const auto access = given.dry_run ? project::Project::Access::Read : project::Project::Access::Write;
  auto [store, keys] = context.open_for(project, given.features, access, given.store.store);
  if (given.all_features) keys = all_features(context, project, store.graph());
  Json out = Json::object();
  out["mode"] = given.hard ? "hard" : "soft";
  out["dry_run"] = given.dry_run;
  out["cascade"] = given.cascade;
  out["features"] = Json::object();
  const ops::DeleteResult result = store.remove(keys, options_of(context, given));
  context.finish_progress();
  for (const ops::DeletedSamples& each : result.features) {
    out["features"][each.feature.to_string()] = {{"samples", each.samples}};
    const bool named = std::find(keys.begin(), keys.end(), each.feature) != keys.end();
    if (given.format == "plain" && (named || each.samples > 0))
      context.console().remark(fmt::format("{}: {} {}{}", each.feature.to_string(), counted(each.samples, "sample"),
                                           given.dry_run ? "would be " : "",
                                           given.hard ? "deleted for good" : "marked as deleted"));
  }
  if (result.features.empty() && given.format == "plain")
    context.console().remark("nothing to delete: nothing is stored of these features");
  if (given.cascade && given.format == "plain" && result.features.size() > 1)
    context.console().remark(fmt::format("{} in all", counted(result.samples, "sample")));
  if (given.format == "json") context.console().data(dump_compact(out) + "\n");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.arguments("FEATURE", given->features, Need::Optional, "Features whose samples are meant");
  options.flag("--all-features", given->all_features, "Every feature of the project of which anything is stored");
  options.list("--filter", given->filters, "COND", "SQL condition on stored columns; several are joined by AND");
  options.flag("--all", given->all, "Every sample; needs --yes");
  options.flag("--yes", given->yes, "Confirms --all");
  options.flag("--soft", given->soft, "Mark as deleted; history stays (default)");
  options.flag("--hard", given->hard, "Remove records for good");
  options.flag(
      "--with-feature-history", given->feature_history,
      "With --hard: records of every version of the feature (only the compatibility mode leaves them otherwise)");
  options.flag("--cascade", given->cascade, "Downstream too: samples that lose all they were made from");
  options.flag("--dry-run", given->dry_run, "Only count");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return delete_samples(context, *given); };
}

}  // namespace

const Command kDeleteCommand = {
    .name = "delete",
    .summary = "Delete samples of a feature",
    .details =
        "Soft by default: the samples count no longer, their history can still be read with `mx read --deleted`.\n\n"
        "With --cascade also what was made from them downstream: samples of the same ids, children (1:N), and groups "
        "(N:1) that lose their last member. A group that keeps a member is stale, and so is a sample that loses an "
        "optional input; both stay. Everything happens in one commit. With --hard "
        "also what was made from samples that were marked as deleted before.",
    .examples =
        "mx delete video/raw --filter \"path LIKE 'old/%'\" --dry-run\nmx delete video/raw --filter \"size = 0\"\n"
        "mx delete video/raw --cascade --filter \"id = 'v1'\" --dry-run  # what would go, by feature\n"
        "mx delete --all-features --filter \"id = 'v1'\"\nmx delete video/loudness --hard --all --yes",
    .declare = declare,
    .alias = "metadata delete",
};

}  // namespace metaxy::cli
