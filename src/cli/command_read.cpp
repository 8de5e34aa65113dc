// SPDX-License-Identifier: Apache-2.0
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
  std::vector<std::string> filters;
  std::vector<std::string> columns;
  std::optional<std::string> feature_version;
  bool history = false;
  bool feature_history = false;
  bool deleted = false;
  std::optional<std::string> as_of;
  RowsTarget target;
};

std::vector<std::string> split_columns(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (const std::string& list : given)
    for (const std::string& name : split(list, ','))
      if (!trim(name).empty()) out.emplace_back(trim(name));
  return out;
}

Exit read_feature(Context& context, const Given& given) {
  check_rows_target(context, given.target);
  const project::Project project = context.project();
  check_no_store(project, given.store.store, given.target);
  auto [store, keys] = context.open_for(project, {given.feature}, project::Project::Access::Read, given.store.store,
                                        fallbacks_of(given.store));
  const spec::FeatureKey& key = keys.front();
  ops::ReadOptions options;
  options.filters = given.filters;
  options.columns = split_columns(given.columns);
  options.sample_history = given.history;
  options.feature_history = given.feature_history || given.feature_version.has_value();
  options.feature_version = given.feature_version;
  options.include_soft_deleted = given.deleted;
  if (given.as_of) options.as_of = ops::parse_time(*given.as_of);
  options.watch = context.watch();
  Json head = Json::object();
  head["feature"] = key.to_string();
  send_rows(context, store.read(key, std::move(options)), given.target, head);
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Required, "Feature to read");
  declare_store(options, given->store);
  declare_fallback(options, given->store);
  options.list("--filter", given->filters, "COND", "SQL condition on stored columns");
  options.list("-c,--columns", given->columns, "A,B", "Only these columns, in this order");
  options.flag("--history", given->history, "Every record of a sample instead of its latest");
  options.flag("--feature-history", given->feature_history, "Records of all versions of the feature");
  options.text("--feature-version", given->feature_version, "V", "Records of this version of the feature only");
  options.text("--as-of", given->as_of, "TIME", "Records as they were then, for example 2026-01-31T12:00Z");
  options.flag("--deleted", given->deleted, "Soft-deleted samples too");
  declare_rows(options, given->target);
  return [given](Context& context) { return read_feature(context, *given); };
}

}  // namespace

const Command kReadCommand = {
    .name = "read",
    .summary = "Read the records of a feature",
    .details = "The latest record of every sample, unless history is asked for. The order of rows is not defined.",
    .examples =
        "mx read video/raw\nmx read video/raw --filter \"size > 1000000\" --columns path,size\n"
        "mx read video/loudness -o loudness.parquet",
    .declare = declare,
};

}  // namespace metaxy::cli
