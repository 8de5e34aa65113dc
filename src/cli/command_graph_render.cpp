// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/graph_view.hpp"
#include "cli/output_file.hpp"
#include "cli/picture.hpp"

namespace metaxy::cli {

namespace {

using spec::FeatureKey;

struct Given {
  std::string format;
  std::optional<std::string> output;
  std::optional<std::string> feature;
  std::optional<std::uint64_t> up;
  std::optional<std::uint64_t> down;
  std::optional<std::uint64_t> hash_length;
  std::optional<std::string> title;
  bool minimal = false;
  bool verbose = false;
  ViewStyle style;
};

std::string format_of(const Given& given) {
  if (!given.format.empty()) return given.format;
  if (!given.output) return "terminal";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kEndings = {{
      {".svg", "svg"},
      {".png", "png"},
      {".mmd", "mermaid"},
      {".mermaid", "mermaid"},
      {".dot", "graphviz"},
      {".gv", "graphviz"},
      {".txt", "terminal"},
      {"", "terminal"},
  }};
  const std::string ending = to_lower(std::filesystem::path(*given.output).extension().string());
  for (const auto& [known, format] : kEndings)
    if (known == ending) return std::string(format);
  throw UsageError("the ending of " + quote(*given.output) + " tells no format",
                   "add --format, or end it in .svg, .png, .mmd, .dot or .txt");
}

ViewStyle style_of(const Given& given) {
  if (given.minimal && given.verbose) throw UsageError("--minimal and --verbose exclude each other");
  if ((given.up || given.down) && !given.feature) throw UsageError("--up and --down need --feature");
  ViewStyle style = given.style;
  if (given.minimal) {
    style.feature_versions = false;
    style.field_versions = false;
    style.code_versions = false;
    style.project_version = false;
  }
  if (given.verbose) {
    style.code_versions = true;
    style.hash_length = 0;
  }
  if (given.hash_length) style.hash_length = *given.hash_length;
  if (given.title) style.title = *given.title;
  return style;
}

// Features in view and the parents they hang on, or the surroundings of one feature.
std::vector<FeatureKey> select(Context& context, const project::Config& config, const graph::FeatureGraph& graph,
                               const Given& given) {
  if (given.feature) return around(graph, {find_feature(graph, *given.feature), given.up, given.down});
  std::vector<FeatureKey> keys = context.features_in_view(config, graph);
  const std::size_t own = keys.size();
  for (std::size_t i = 0; i < own; ++i)
    for (const spec::FeatureDep& dep : graph.get(keys[i]).spec.deps) keys.push_back(dep.feature);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::string render(const GraphView& view, const ViewStyle& style, const std::string& format) {
  if (format == "terminal") return render_terminal(view, style);
  if (format == "mermaid") return render_mermaid(view, style);
  const std::string graphviz = render_graphviz(view, style);
  return format == "graphviz" ? graphviz : draw(graphviz, format);
}

Exit render_graph(Context& context, const Given& given) {
  const std::string format = format_of(given);
  const ViewStyle style = style_of(given);
  Console& console = context.console();
  if (format == "png" && !given.output && console.data_is_terminal())
    throw UsageError("a PNG picture is nothing for a terminal", "name a file with -o graph.png");
  const project::Project project = context.project();
  const graph::FeatureGraph graph = project.graph();
  const std::vector<FeatureKey> keys = select(context, project.config(), graph, given);
  if (keys.empty()) console.warn("there are no features to draw");
  const GraphView view = make_view(graph, keys, context.project_in_view(project.config()));
  const std::string text = keys.empty() ? "" : render(view, style, format);
  if (!given.output || *given.output == "-") {
    console.data(text);
    return Exit::Done;
  }
  write_file(*given.output, text);
  console.remark("wrote " + quote(*given.output));
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.choice("-f,--format", given->format, {"terminal", "mermaid", "graphviz", "svg", "png"},
                 "How to draw (default: by the file's ending, else terminal)");
  options.text("-o,--output", given->output, "FILE", "Write to a file");
  options.text("--feature", given->feature, "KEY", "Only this feature and those around it");
  options.number("--up", given->up, "Steps upstream of --feature (default: all)");
  options.number("--down", given->down, "Steps downstream of --feature (default: all)");
  options.flag("--minimal", given->minimal, "No versions");
  options.flag("--verbose", given->verbose, "Code versions and whole hashes");
  options.group("Display");
  options.choice("--direction", given->style.direction, {"TB", "LR"}, "Top to bottom or left to right (default: TB)");
  options.toggle("show-fields", given->style.fields, "Fields of features");
  options.toggle("show-feature-versions", given->style.feature_versions, "Versions of features");
  options.toggle("show-field-versions", given->style.field_versions, "Versions of fields");
  options.toggle("show-code-versions", given->style.code_versions, "Code versions");
  options.toggle("show-project-version", given->style.project_version, "Version of the project");
  options.toggle("show-projects", given->style.projects, "Projects of features");
  options.number("--hash-length", given->hash_length, "Characters of a version; 0: all (default: 8)");
  options.text("--title", given->title, "TEXT", "Title of the picture");
  return [given](Context& context) { return render_graph(context, *given); };
}

}  // namespace

const Command kGraphRenderCommand = {
    .name = "graph render",
    .summary = "Draw the feature graph",
    .details =
        "As a tree for the terminal, Mermaid, Graphviz, or (by Graphviz' program `dot`) SVG or PNG.\n"
        "Shows the current project's features and the features they depend on.",
    .examples =
        "mx graph render\nmx graph render -o graph.svg --direction LR\n"
        "mx graph render --feature video/crop --up 1 --down 0 --format mermaid",
    .declare = declare,
};

}  // namespace metaxy::cli
