// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/graph_view.hpp"

namespace metaxy::cli {

namespace {

// Mermaid reads `#name;` where HTML has `&name;`.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '#': out += "#35;"; break;
      case '&': out += "#amp;"; break;
      case '<': out += "#lt;"; break;
      case '>': out += "#gt;"; break;
      case '"': out += "#quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string plain_id(const std::string& key) {
  std::string out = to_lower(key);
  for (char& c : out)
    if (c == '/' || c == '-') c = '_';
  return out;
}

// `a-b` and `a_b` may not become one node.
std::map<std::string, std::string> node_ids(const GraphView& view) {
  std::map<std::string, std::string> ids;
  std::set<std::string> taken;
  for (const ViewNode& node : view.nodes) {
    std::string id = plain_id(node.key);
    if (id == "end") id = "end_";  // a word of Mermaid
    while (!taken.insert(id).second) id += "_";
    ids[node.key] = id;
  }
  return ids;
}

std::string label(const ViewNode& node, const ViewStyle& style) {
  std::string out = fmt::format("<b>{}</b>", escaped(node.key));
  if (node.external) out += " <small>(external)</small>";
  if (style.projects && !node.project.empty())
    out += fmt::format("<br/><small>(project: {})</small>", escaped(node.project));
  if (style.feature_versions) out += fmt::format("<br/><small>(v: {})</small>", shown_version(node.version, style));
  if (style.code_versions) out += fmt::format("<br/><small>(cv: {})</small>", shown_version(node.code_version, style));
  if (style.fields && !node.fields.empty()) out += "<br/>---";
  if (style.fields) {
    for (const ViewField& field : node.fields) {
      out += "<br/>• " + escaped(field.key);
      if (style.field_versions) out += fmt::format(" <small>(v: {})</small>", shown_version(field.version, style));
      if (style.code_versions) out += fmt::format(" <small>(cv: {})</small>", escaped(field.code_version));
    }
  }
  return "<div style='text-align:left'>" + out + "</div>";
}

}  // namespace

std::string render_mermaid(const GraphView& view, const ViewStyle& style) {
  const auto ids = node_ids(view);
  std::string out =
      fmt::format("---\ntitle: {}\n---\nflowchart {}\n", dump_compact(printable(style.title)), style.direction);
  if (style.project_version && view.project_version)
    out += fmt::format("    %% Snapshot version: {}\n", shown_version(*view.project_version, style));
  out +=
      "    %%{init: {'flowchart': {'htmlLabels': true, 'curve': 'basis'}, 'themeVariables': {'fontSize': '14px'}}}%%\n";
  for (const ViewNode& node : view.nodes) out += fmt::format("    {}[\"{}\"]\n", ids.at(node.key), label(node, style));
  for (const ViewNode& node : view.nodes)
    for (const std::string& dep : node.deps)
      if (ids.count(dep) > 0) out += fmt::format("    {} --> {}\n", ids.at(dep), ids.at(node.key));
  return out;
}

}  // namespace metaxy::cli
