// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  StoreOption store;
  std::string format = "plain";
};

Exit preview_sql(Context& context, const Given& given) {
  const project::Project project(context.config(), {});
  const auto statements = project.setup_statements(given.store.store);
  Console& console = context.console();
  if (given.format == "json") {
    Json out = Json::object();
    out["statements"] = statements;
    console.data(out.dump(2) + "\n");
    return Exit::Done;
  }
  for (const auto& statement : statements) console.data(statement + "\n");
  if (statements.empty()) console.remark("this store needs no statements to be set up");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  declare_store(options, given->store);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return preview_sql(context, *given); };
}

}  // namespace

const Command kStorePreviewSqlCommand = {
    .name = "store preview-sql",
    .summary = "Show the statements that set a store up",
    .details =
        "They are run whenever the store is opened: a DuckLake's secrets, its ATTACH and USE. Secrets are shown as "
        "***. Nothing is opened.",
    .examples = "mx store preview-sql\nmx store preview-sql --store lake --format json",
    .declare = declare,
};

}  // namespace metaxy::cli
