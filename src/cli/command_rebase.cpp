// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string feature;
  std::optional<std::string> from;
  std::optional<std::string> to;
  StoreOption store;
  std::string format = "plain";
  bool unverified = false;
  bool dry_run = false;
};

void tell(Context& context, const std::string& feature, const Given& given, const ops::RebaseResult& result) {
  auto say = [&](std::uint64_t samples, const std::string& what) {
    if (samples > 0) context.console().remark(fmt::format("  {} {}", counted(samples, "sample"), what));
  };
  context.console().remark(fmt::format("{}: {} {}rebased from {} to {}", feature, counted(result.rebased, "sample"),
                                       given.dry_run ? "would be " : "", *given.from, result.to));
  say(result.deleted, "deleted before, and still");
  say(result.changed, "left: what they are made from, or how, has changed");
  say(result.waiting, "left: upstream is not yet at the current versions");
  say(result.orphaned, "left: nothing upstream to be made from");
}

Exit rebase(Context& context, const Given& given) {
  if (!given.from) throw UsageError("`mx rebase` needs --from", "name the version whose records are meant");
  const project::Project project = context.project();
  const auto access = given.dry_run ? project::Project::Access::Read : project::Project::Access::Write;
  auto [store, keys] = context.open_for(project, {given.feature}, access, given.store.store);
  const spec::FeatureKey& key = keys.front();
  ops::RebaseOptions options;
  options.from = *given.from;
  options.to = given.to;
  options.unverified = given.unverified;
  options.dry_run = given.dry_run;
  options.watch = context.watch();
  const ops::RebaseResult result = store.rebase(key, options);
  context.finish_progress();
  if (given.format == "plain") {
    tell(context, key.to_string(), given, result);
    return Exit::Done;
  }
  Json out = Json::object();
  out["feature"] = key.to_string();
  out["from"] = *given.from;
  out["to"] = result.to;
  out["dry_run"] = given.dry_run;
  out["rebased"] = result.rebased;
  out["deleted"] = result.deleted;
  out["changed"] = result.changed;
  out["waiting"] = result.waiting;
  out["orphaned"] = result.orphaned;
  context.console().data(dump_compact(out) + "\n");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Required, "Feature whose records are meant");
  options.text("--from", given->from, "V", "Feature version that they have");
  options.text("--to", given->to, "V", "Feature version that they get (default: the current one)");
  options.flag("--unverified", given->unverified,
               "Also samples that cannot be shown to be made from what is there now");
  options.flag("--dry-run", given->dry_run, "Only count");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return rebase(context, *given); };
}

}  // namespace

const Command kRebaseCommand = {
    .name = "rebase",
    .summary = "Bring records of an old feature version over to the current one",
    .details =
        "For changes of the definition after which the results are still right: instead of computing them again, "
        "the latest record of each sample is appended under the new version, with new provenance and the data "
        "versions that it has. Samples whose upstream data changed since are left, and are stale as before. "
        "Deleted samples stay deleted.",
    .examples =
        "mx read video/loudness --feature-history -c id,metaxy_feature_version  # which versions there are\n"
        "mx rebase video/loudness --from 6a2ed2c1df8b2a3a5ab9a2e1d5a6c1f0 --dry-run\n"
        "mx rebase video/loudness --from 6a2ed2c1df8b2a3a5ab9a2e1d5a6c1f0",
    .declare = declare,
    .alias = "metadata rebase",
};

}  // namespace metaxy::cli
