// SPDX-License-Identifier: Apache-2.0
#include "sql/parts.hpp"

#include <utility>

namespace metaxy::sql {

bool is_text(const rel::Expr& expr) {
  if (const auto* literal = std::get_if<rel::Literal>(&expr.node)) {
    return std::holds_alternative<std::string>(literal->value);
  }
  if (const auto* cast = std::get_if<rel::Cast>(&expr.node)) return cast->type == rel::Type::Text;
  return std::holds_alternative<rel::Digest>(expr.node);
}

bool is_condition(const rel::Expr& expr) {
  if (const auto* unary = std::get_if<rel::Unary>(&expr.node)) return unary->op != rel::UnaryOp::Negate;
  if (std::holds_alternative<rel::In>(expr.node) || std::holds_alternative<rel::Between>(expr.node)) return true;
  const auto* binary = std::get_if<rel::Binary>(&expr.node);
  if (!binary) return false;
  switch (binary->op) {
    case rel::BinaryOp::Add:
    case rel::BinaryOp::Subtract:
    case rel::BinaryOp::Multiply:
    case rel::BinaryOp::Divide:
    case rel::BinaryOp::Modulo:
    case rel::BinaryOp::Concat: return false;
    default: return true;
  }
}

void write_names(Writer& out, const std::vector<std::string>& columns) {
  bool first = true;
  for (const std::string& name : columns) {
    if (!std::exchange(first, false)) out.sql(", ");
    out << Ident{name};
  }
}

void write_list(Writer& out, const std::vector<rel::ExprPtr>& exprs, const WriteExpr& write) {
  bool first = true;
  for (const auto& expr : exprs) {
    if (!std::exchange(first, false)) out.sql(", ");
    write(*expr);
  }
}

}  // namespace metaxy::sql
