// SPDX-License-Identifier: Apache-2.0
// Walks over expression trees: the columns read, and columns replaced.
#include <functional>

#include "rel/expr.hpp"

namespace metaxy::rel {

namespace {

using Visit = std::function<ExprPtr(const ExprPtr&)>;

/// Rebuilds a node with its children mapped; null stays null.
struct MapChildren {
  const Visit& visit;

  ExprPtr child(const ExprPtr& expr) const { return expr ? visit(expr) : nullptr; }
  std::vector<ExprPtr> children(const std::vector<ExprPtr>& exprs) const {
    std::vector<ExprPtr> result;
    result.reserve(exprs.size());
    for (const ExprPtr& expr : exprs) result.push_back(child(expr));
    return result;
  }

  Expr operator()(const Literal& node) const { return {node}; }
  Expr operator()(const Column& node) const { return {node}; }
  Expr operator()(const Member& node) const { return {Member{child(node.of), node.name, node.holder}}; }
  Expr operator()(const Unary& node) const { return {Unary{node.op, child(node.arg)}}; }
  Expr operator()(const Binary& node) const { return {Binary{node.op, child(node.left), child(node.right)}}; }
  Expr operator()(const In& node) const { return {In{child(node.arg), children(node.items), node.negated}}; }
  Expr operator()(const Between& node) const {
    return {Between{child(node.arg), child(node.low), child(node.high), node.negated}};
  }
  Expr operator()(const Cast& node) const { return {Cast{child(node.arg), node.type, node.precision, node.scale}}; }
  Expr operator()(const Case& node) const {
    Case result;
    for (const auto& [when, then] : node.branches) result.branches.emplace_back(child(when), child(then));
    result.otherwise = child(node.otherwise);
    return {std::move(result)};
  }
  Expr operator()(const Call& node) const { return {Call{node.function, children(node.args)}}; }
  Expr operator()(const Pack& node) const {
    Pack result;
    for (const auto& [name, expr] : node.members) result.members.emplace_back(name, child(expr));
    return {std::move(result)};
  }
  Expr operator()(const Items& node) const { return {Items{children(node.args)}}; }
  Expr operator()(const Digest& node) const {
    Digest result{node.format, node.algorithm, node.length, {}};
    for (const auto& part : node.parts) {
      if (const auto* expr = std::get_if<ExprPtr>(&part)) {
        result.parts.emplace_back(child(*expr));
      } else if (const auto* written = std::get_if<Written>(&part)) {
        result.parts.emplace_back(Written{child(written->text)});
      } else {
        result.parts.push_back(part);
      }
    }
    return {std::move(result)};
  }
};

void collect(const Expr& expr, std::set<std::string>& names) {
  if (const auto* column = std::get_if<Column>(&expr.node)) {
    names.insert(column->name);
    return;
  }
  Visit visit = [&names](const ExprPtr& child) {
    collect(*child, names);
    return child;
  };
  std::visit(MapChildren{visit}, expr.node);
}

}  // namespace

std::set<std::string> columns_of(const Expr& expr) {
  std::set<std::string> names;
  collect(expr, names);
  return names;
}

ExprPtr replace_columns(const ExprPtr& expr, const std::vector<std::pair<std::string, ExprPtr>>& replacements) {
  if (const auto* column = std::get_if<Column>(&expr->node)) {
    for (const auto& [name, replacement] : replacements) {
      if (name == column->name) return replacement ? replacement : expr;
    }
    return expr;
  }
  if (std::holds_alternative<Literal>(expr->node)) return expr;
  return replace_parts(expr, [&](const ExprPtr& child) { return replace_columns(child, replacements); });
}

ExprPtr replace_parts(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& replacement) {
  return std::make_shared<const Expr>(std::visit(MapChildren{replacement}, expr->node));
}

}  // namespace metaxy::rel
