// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/console.hpp"
#include "cli/graph_view.hpp"

namespace metaxy::cli {

namespace {

struct Branch {
  std::string text;
  std::vector<Branch> children;
};

std::string node_text(const ViewNode& node, const ViewStyle& style) {
  std::string out = node.key;
  if (node.external) out += " (external)";
  if (style.projects && !node.project.empty()) out += fmt::format(" (project: {})", node.project);
  if (style.feature_versions) out += fmt::format(" (v: {})", shown_version(node.version, style));
  if (style.code_versions) out += fmt::format(" (cv: {})", shown_version(node.code_version, style));
  return out;
}

Branch fields_branch(const ViewNode& node, const ViewStyle& style) {
  Branch out{"🔧 fields", {}};
  for (const ViewField& field : node.fields) {
    std::string text = field.key;
    if (style.field_versions) text += fmt::format(" (v: {})", shown_version(field.version, style));
    if (style.code_versions) text += fmt::format(" (cv: {})", printable(field.code_version));
    out.children.push_back({std::move(text), {}});
  }
  return out;
}

void append(std::string& out, const Branch& branch, const std::string& indent) {
  for (std::size_t i = 0; i < branch.children.size(); ++i) {
    const bool last = i + 1 == branch.children.size();
    out += indent + (last ? "└── " : "├── ") + branch.children[i].text + "\n";
    append(out, branch.children[i], indent + (last ? "    " : "│   "));
  }
}

}  // namespace

std::string render_terminal(const GraphView& view, const ViewStyle& style) {
  Branch tree{"📊 Graph", {}};
  if (style.project_version && view.project_version)
    tree.text += fmt::format(" (snapshot: {})", shown_version(*view.project_version, style));
  for (const ViewNode& node : view.nodes) {
    Branch branch{node_text(node, style), {}};
    if (style.fields && !node.fields.empty()) branch.children.push_back(fields_branch(node, style));
    if (!node.deps.empty()) {
      Branch deps{"⬅️  depends on", {}};
      for (const std::string& dep : node.deps) deps.children.push_back({dep, {}});
      branch.children.push_back(std::move(deps));
    }
    tree.children.push_back(std::move(branch));
  }
  std::string out = tree.text + "\n";
  append(out, tree, "");
  return out;
}

}  // namespace metaxy::cli
