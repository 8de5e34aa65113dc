// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "cli/console.hpp"
#include "cli/graph_view.hpp"

namespace metaxy::cli {

namespace {

std::string html(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string small(const std::string& text) {
  return fmt::format("<FONT POINT-SIZE=\"9\" COLOR=\"#666666\">{}</FONT>", text);
}

std::string head(const ViewNode& node, const ViewStyle& style) {
  std::string out = fmt::format("<B>{}</B>", html(node.key));
  std::string notes;
  const auto add = [&](const std::string& text) { notes += (notes.empty() ? "" : "  ") + text; };
  if (node.external) add("external");
  if (style.projects && !node.project.empty()) add(html(node.project));
  if (style.feature_versions) add("v: " + html(shown_version(node.version, style)));
  if (style.code_versions) add("cv: " + html(shown_version(node.code_version, style)));
  if (!notes.empty()) out += "<BR/>" + small(notes);
  return fmt::format("<TR><TD BGCOLOR=\"{}\">{}</TD></TR>", node.root ? "#d8ead2" : "#dbe7f5", out);
}

std::string field_row(const ViewField& field, const ViewStyle& style) {
  std::string out = html(field.key);
  if (style.field_versions) out += " " + small("v: " + html(shown_version(field.version, style)));
  if (style.code_versions) out += " " + small("cv: " + html(field.code_version));
  return fmt::format("<TR><TD ALIGN=\"LEFT\">{}</TD></TR>", out);
}

std::string label(const ViewNode& node, const ViewStyle& style) {
  std::string rows = head(node, style);
  if (style.fields)
    for (const ViewField& field : node.fields) rows += field_row(field, style);
  return "<<TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"5\" COLOR=\"#7a8ca0\">" + rows +
         "</TABLE>>";
}

}  // namespace

std::string render_graphviz(const GraphView& view, const ViewStyle& style) {
  std::string title = style.title;
  if (style.project_version && view.project_version)
    title += fmt::format(" (snapshot: {})", shown_version(*view.project_version, style));
  std::string out = "strict digraph {\n";
  out += fmt::format("  rankdir={};\n  label={};\n  labelloc=t;\n  fontsize=14;\n  fontname=helvetica;\n",
                     style.direction, quoted(title));
  out += "  node [shape=plain, fontname=helvetica, fontsize=11];\n  edge [color=\"#7a8ca0\"];\n";
  std::set<std::string> shown;
  for (const ViewNode& node : view.nodes) {
    shown.insert(node.key);
    out += fmt::format("  {} [label={}];\n", quoted(node.key), label(node, style));
  }
  for (const ViewNode& node : view.nodes)
    for (const std::string& dep : node.deps)
      if (shown.count(dep) > 0) out += fmt::format("  {} -> {};\n", quoted(dep), quoted(node.key));
  return out + "}\n";
}

}  // namespace metaxy::cli
