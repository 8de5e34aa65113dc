// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/store_options.hpp"
#include "store/session.hpp"

namespace metaxy::cli {

namespace {

constexpr std::uint64_t kDays = 7;
constexpr std::uint64_t kMostDays = 36'500;

struct Given {
  StoreOption store;
  std::optional<std::uint64_t> keep_days;
  bool dry_run = false;
  std::string format = "plain";
};

Exit maintain(Context& context, const Given& given) {
  const auto days = given.keep_days.value_or(kDays);
  if (days > kMostDays) throw UsageError("--keep-days must be at most " + std::to_string(kMostDays));
  const project::Project project(context.config(), {});
  const auto store = project.store(given.store.store);
  const auto watch = context.watch();
  const auto session = store->open(given.dry_run ? store::Mode::Read : store::Mode::Write, watch);
  const auto statements = session->maintain({.keep = std::chrono::days(days), .dry_run = given.dry_run}, watch);
  context.finish_progress();
  Console& console = context.console();
  if (given.format == "json") {
    Json out = Json::object();
    out["dry_run"] = given.dry_run;
    out["statements"] = statements;
    console.data(out.dump(2) + "\n");
    return Exit::Done;
  }
  for (const auto& statement : statements) console.data(statement + "\n");
  if (statements.empty()) console.remark("there is nothing to maintain in this store");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  declare_store(options, given->store);
  options.number("--keep-days", given->keep_days,
                 "How old a snapshot that a lake keeps by itself must be to be forgotten (default: 7)");
  options.flag("--dry-run", given->dry_run, "Only show the statements");
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return maintain(context, *given); };
}

}  // namespace

const Command kStoreMaintainCommand = {
    .name = "store maintain",
    .summary = "Merge files, forget old snapshots, make statistics anew",
    .details =
        "What keeps a store small and fast: a DuckLake's small files are merged and its old snapshots and their files "
        "removed, a DuckDB file takes its log in, PostgreSQL's tables are vacuumed and analysed, ClickHouse's parts "
        "merged. No record is lost, also none of the history. The statements are shown.",
    .examples = "mx store maintain --dry-run\nmx store maintain --store lake --keep-days 30",
    .declare = declare,
};

}  // namespace metaxy::cli
