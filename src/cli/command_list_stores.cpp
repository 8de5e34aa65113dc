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
#include "cli/table.hpp"
#include "store/session.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string format = "plain";
};

struct Row {
  std::string name;
  bool is_default = false;
  std::string info;
  std::vector<std::string> fallbacks;
};

// A store that cannot even be described is listed with the reason: the others are still of interest.
std::string info_of(const project::Project& project, const std::string& name) {
  try {
    const auto store = project.store(name);
    const store::Info& info = store->info();
    return info.kind + "(" + info.location + ")";
  } catch (const Error& error) {
    return "error: " + error.message();
  }
}

std::vector<Row> rows_of(const project::Project& project) {
  std::vector<Row> rows;
  for (const auto& [name, store] : project.config().stores)
    rows.push_back({name, name == project.config().store, info_of(project, name), store.fallbacks});
  std::stable_partition(rows.begin(), rows.end(), [](const Row& row) { return row.is_default; });
  return rows;
}

Exit list_stores(Context& context, const Given& given) {
  const project::Project project(context.config(), {});
  const std::vector<Row> rows = rows_of(project);
  Console& console = context.console();
  if (given.format == "json") {
    Json out = Json::object();
    out["default_store"] = project.config().store;
    out["store_count"] = rows.size();
    out["stores"] = Json::array();
    for (const Row& row : rows) {
      Json store = Json::object();
      store["name"] = row.name;
      store["is_default"] = row.is_default;
      store["info"] = row.info;
      store["fallbacks"] = row.fallbacks;
      out["stores"].push_back(std::move(store));
    }
    console.data(out.dump(2) + "\n");
    return Exit::Done;
  }
  if (rows.empty()) {
    console.data("No stores configured.\n");
    return Exit::Done;
  }
  Table table{{{"Name"}, {"Info"}, {"Fallbacks"}}, {}};
  for (const Row& row : rows)
    table.rows.push_back({{row.is_default ? row.name + " (default)" : row.name},
                          {row.info},
                          {row.fallbacks.empty() ? "-" : join(row.fallbacks, ", ")}});
  console.data(render_table(table, console.data_width(), console.data_has_colour()).text);
  console.data(fmt::format("\nTotal: {} store(s)\n", rows.size()));
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return list_stores(context, *given); };
}

}  // namespace

const Command kListStoresCommand = {
    .name = "list stores",
    .summary = "List the configured stores",
    .details = "The default store comes first. Nothing is opened.",
    .examples = "mx list stores\nmx list stores --format json",
    .declare = declare,
    .alias = "list store",
};

}  // namespace metaxy::cli
