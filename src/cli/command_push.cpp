// SPDX-License-Identifier: Apache-2.0
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
  std::vector<std::string> tags;
  StoreOption store;
  std::string format = "plain";
};

std::map<std::string, std::string> parse_tags(const std::vector<std::string>& given) {
  std::map<std::string, std::string> out;
  for (const std::string& tag : given) {
    const auto at = tag.find('=');
    if (at == std::string::npos || at == 0) throw UsageError(quote(tag) + " is no tag", "write NAME=VALUE");
    out[tag.substr(0, at)] = tag.substr(at + 1);
  }
  return out;
}

Exit push_definitions(Context& context, const Given& given) {
  ops::PushOptions options;
  options.tags = parse_tags(given.tags);
  const project::Project project = context.project();
  if (context.globals().project || context.globals().all_projects || !project.config().project) {
    throw Error(ErrorCode::InvalidArgument, "definitions are pushed for the project of the configuration",
                project.config().project ? "leave --project and --all-projects out" : "set project in metaxy.toml");
  }
  ops::MetadataStore store = context.open(project, project::Project::Access::Write, given.store.store);
  options.watch = context.watch();
  const ops::PushResult result = store.push(options);
  context.finish_progress();
  std::vector<std::string> updated;
  for (const auto& key : result.updated) updated.push_back(key.to_string());
  Console& console = context.console();
  if (given.format == "json") {
    Json out = Json::object();
    out["project"] = *project.config().project;
    out["project_version"] = result.project_version;
    out["already_pushed"] = result.already_pushed;
    out["updated_features"] = updated;
    console.data(dump_compact(out) + "\n");
    return Exit::Done;
  }
  console.data(result.project_version + "\n");
  if (!result.already_pushed) {
    console.remark("recorded the features of project " + *project.config().project);
  } else if (updated.empty()) {
    console.remark("already recorded, nothing changed");
  } else {
    console.remark("recorded again: " + join(updated, ", "));
  }
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.list("-t,--tag", given->tags, "NAME=VALUE", "Kept with the definitions, for example a commit");
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return push_definitions(context, *given); };
}

}  // namespace

const Command kPushCommand = {
    .name = "push",
    .summary = "Record the project's definitions in a store",
    .details =
        "Prints the project's version. Other projects that declare a feature of this one as external take the "
        "definition from there.",
    .examples = "mx push\nmx push --store prod --tag commit=$(git rev-parse HEAD)",
    .declare = declare,
};

}  // namespace metaxy::cli
