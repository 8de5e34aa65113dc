// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <set>
#include <string>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/error_report.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string format = "plain";
};

struct Report {
  std::vector<Fault> faults;
  std::vector<graph::LintWarning> warnings;
  std::size_t features = 0;
};

// Stores that no command could open. What their options are may depend on the machine.
void check_stores(const project::Project& project, Report& report) {
  const project::Config& config = project.config();
  std::set<std::string> names;
  // A project that only declares features needs no store.
  if (!config.stores.empty()) names.insert(config.store);
  for (const auto& [name, store] : config.stores) names.insert(name);
  for (const auto& name : names) {
    try {
      project.store(name);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound) continue;
      const auto known = config.stores.find(name);
      report.faults.push_back({.subject = known == config.stores.end() ? "" : "store " + quote(name),
                               .message = error.message(),
                               .hint = error.hint(),
                               .place = known == config.stores.end() ? std::nullopt : known->second.place});
    }
  }
}

// Definitions that are wrong end the building of the graph; what they are is the linter's result, not its failure.
Report check(Context& context) {
  Report report;
  try {
    const project::Project project = context.project();
    check_stores(project, report);
    const graph::FeatureGraph graph = project.graph();
    report.features = graph.size();
    report.warnings = graph::lint(graph);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::InvalidSpec) throw;
    report.faults.insert(report.faults.end(), error.faults().begin(), error.faults().end());
    if (error.faults().empty()) {
      std::string message = error.message();
      for (const std::string& note : error.notes()) message += "\n  " + note;
      report.faults.push_back({.subject = "", .message = std::move(message), .hint = error.hint(), .place = {}});
    }
  }
  return report;
}

std::string line_of(const std::string& subject, const std::string& message, const std::optional<Place>& place) {
  std::string out;
  if (place && !to_string(*place).empty()) out += to_string(*place) + ": ";
  if (!subject.empty()) out += subject + ": ";
  return out + message;
}

Json warning_json(const graph::LintWarning& warning) {
  return fault_json({.subject = warning.subject, .message = warning.message, .hint = "", .place = warning.place});
}

void print_plain(Console& console, const Report& report) {
  for (const Fault& fault : report.faults) {
    console.data(console.on_data("fault", Style::Red) + "    " + line_of(fault.subject, fault.message, fault.place) +
                 "\n");
    if (!fault.hint.empty()) console.data("         hint: " + fault.hint + "\n");
  }
  for (const graph::LintWarning& warning : report.warnings)
    console.data(console.on_data("warning", Style::Yellow) + "  " +
                 line_of(warning.subject, warning.message, warning.place) + "\n");
  if (report.faults.empty())
    console.remark(counted(report.features, "feature") + ", " + counted(report.warnings.size(), "warning"));
  else
    console.remark(counted(report.faults.size(), "fault"));
}

Exit lint_project(Context& context, const Given& given) {
  const Report report = check(context);
  const Exit exit = report.faults.empty() ? Exit::Done : Exit::Failed;
  if (given.format == "plain") {
    print_plain(context.console(), report);
    return exit;
  }
  Json out = Json::object();
  out["ok"] = report.faults.empty();
  out["feature_count"] = report.faults.empty() ? Json(report.features) : Json(nullptr);
  out["faults"] = Json::array();
  for (const Fault& fault : report.faults) out["faults"].push_back(fault_json(fault));
  out["warnings"] = Json::array();
  for (const graph::LintWarning& warning : report.warnings) out["warnings"].push_back(warning_json(warning));
  context.console().data(dump_compact(out) + "\n");
  return exit;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return lint_project(context, *given); };
}

}  // namespace

const Command kLintCommand = {
    .name = "lint",
    .summary = "Check configuration and features without a store",
    .details =
        "Prints every fault with its file, line and column, and remarks on what is legal but likely wrong.\n"
        "Exit code 1 when there are faults; warnings alone are no failure.",
    .examples = "mx lint\nmx lint --format json | jq '.faults[].message'",
    .declare = declare,
};

}  // namespace metaxy::cli
