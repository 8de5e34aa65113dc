// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/explanation_report.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

using Id = std::vector<std::pair<std::string, std::string>>;

struct Given {
  std::string feature;
  std::vector<std::string> id;
  StoreOption store;
  std::string format = "plain";
  std::vector<std::string> stale_if;
  bool sql = false;
};

// `column=value` where the column is one of the id's; every other text is a value.
std::optional<std::string> named_column(const std::string& text, const std::vector<std::string>& columns) {
  const std::string name = text.substr(0, text.find('='));
  if (name.size() == text.size() || std::find(columns.begin(), columns.end(), name) == columns.end())
    return std::nullopt;
  return name;
}

// The first `needed` of the columns tell the sample, the others one of its children.
Id id_of(const std::vector<std::string>& given, const std::vector<std::string>& columns, std::size_t needed) {
  std::vector<std::optional<std::string>> values(columns.size());
  const std::vector<std::string> first(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(needed));
  const std::string wanted = "give one value each for: " + join(first, ", ");
  for (const std::string& text : given) {
    const auto name = named_column(text, columns);
    const auto at = name ? std::find(columns.begin(), columns.end(), *name) - columns.begin()
                         : std::find(values.begin(), values.end(), std::nullopt) - values.begin();
    const auto slot = static_cast<std::size_t>(at);
    if (slot == columns.size())
      throw UsageError(fmt::format("{} for {}", counted(given.size(), "value"), counted(columns.size(), "id column")),
                       wanted);
    if (values[slot]) throw UsageError("id column " + quote(columns[slot]) + " is given twice", wanted);
    values[slot] = name ? text.substr(name->size() + 1) : text;
  }
  Id id;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!values[i] && i < needed) throw UsageError("id column " + quote(columns[i]) + " has no value", wanted);
    if (values[i]) id.emplace_back(columns[i], *values[i]);
  }
  return id;
}

Exit explain(Context& context, const Given& given) {
  const project::Project project = context.project();
  auto [store, keys] = context.open_for(project, {given.feature}, project::Project::Access::Read, given.store.store,
                                        fallbacks_of(given.store));
  const spec::FeatureKey& key = keys.front();
  Console& console = context.console();
  if (given.sql) {
    const std::string sql =
        store.explain_resolve(key, {.staleness_predicates = given.stale_if, .watch = context.watch()});
    Json out = Json::object();
    out["feature"] = key.to_string();
    out["sql"] = sql;
    console.data((given.format == "json" ? dump_compact(out) : sql) + "\n");
    return Exit::Done;
  }
  std::vector<std::string> columns = store.sample_columns(key);
  const std::size_t needed = columns.size();
  for (const std::string& name : store.graph().get(key).spec.id_columns)
    if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
  const Id id = id_of(given.id, columns, needed);
  const ops::Explanation explanation = store.explain(key, id, {given.stale_if, context.watch()});
  if (given.format == "json")
    console.data(dump_compact(explanation_json(explanation)) + "\n");
  else
    console.data(explanation_text(explanation, console.data_has_colour()));
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("FEATURE", given->feature, Need::Required, "Feature of the sample");
  options.arguments("ID", given->id, Need::Optional,
                    "Values of the id columns in their order, or COLUMN=VALUE; of 1:N the parent's are enough");
  declare_store(options, given->store);
  declare_fallback(options, given->store);
  declare_stale_if(options, given->stale_if);
  options.flag("--sql,--plan", given->sql, "Show the statement that finds the feature's increment instead");
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  return [given](Context& context) { return explain(context, *given); };
}

}  // namespace

const Command kExplainCommand = {
    .name = "explain",
    .summary = "Tell why a sample is or is not to be computed again",
    .details =
        "For every field: its versions, the bytes that its provenance is the digest of (items with their lengths), "
        "and\n"
        "the upstream records behind it.",
    .examples =
        "mx explain video/loudness clips/a.mp4\nmx explain video/crop path=clips/a.mp4 frame=12 --format json\n"
        "mx explain video/loudness --sql",
    .declare = declare,
};

}  // namespace metaxy::cli
