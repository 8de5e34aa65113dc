// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::vector<std::string> features;
  StoreOption store;
  std::string format = "plain";
  bool yes = false;
  bool dry_run = false;
};

Exit drop_features(Context& context, const Given& given) {
  if (!given.yes && !given.dry_run)
    throw UsageError("dropping " + join(given.features, ", ") + " must be confirmed",
                     "add --yes, or look first with --dry-run");
  const project::Project project = context.project();
  std::vector<spec::FeatureKey> keys;
  for (const std::string& text : given.features) keys.push_back(feature_key(text));
  const auto access = given.dry_run ? project::Project::Access::Read : project::Project::Access::Write;
  ops::MetadataStore store = context.open(project, access, given.store.store);
  const ops::DropResult result = store.drop(keys, {.dry_run = given.dry_run, .watch = context.watch()});
  context.finish_progress();
  Json out = Json::object();
  out["dry_run"] = given.dry_run;
  out["features"] = Json::object();
  for (const ops::DroppedFeature& each : result.features) {
    out["features"][each.feature.to_string()] = {{"records", each.records}};
    if (given.format == "plain")
      context.console().remark(fmt::format("{}: {} {}dropped", each.feature.to_string(),
                                           counted(each.records, "record"), given.dry_run ? "would be " : ""));
  }
  if (given.format == "json") context.console().data(dump_compact(out) + "\n");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.arguments("FEATURE", given->features, Need::Required, "Features to drop, also such that are defined no more");
  options.flag("--yes", given->yes, "Confirms it");
  options.flag("--dry-run", given->dry_run, "Only count");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return drop_features(context, *given); };
}

}  // namespace

const Command kDropCommand = {
    .name = "drop",
    .summary = "Drop all that is stored of a feature",
    .details =
        "Its table with all history, and what the store remembers of its versions, are gone for good. Features "
        "downstream keep their records.",
    .examples = "mx drop video/loudness --dry-run\nmx drop video/loudness video/crop --yes",
    .declare = declare,
    .alias = "metadata drop",
};

}  // namespace metaxy::cli
