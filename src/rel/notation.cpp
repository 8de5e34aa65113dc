// SPDX-License-Identifier: Apache-2.0
#include "rel/notation.hpp"

#include <cmath>

namespace metaxy::rel {

namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

bool is_negative(const Literal& literal) {
  if (const auto* value = std::get_if<std::int64_t>(&literal.value)) return *value < 0;
  if (const auto* value = std::get_if<double>(&literal.value)) return std::isfinite(*value) && std::signbit(*value);
  if (const auto* value = std::get_if<TypedText>(&literal.value)) {
    return value->type == Type::Decimal && value->text.starts_with('-');
  }
  return false;
}

bool is_number(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  if (!literal) return false;
  const auto* typed = std::get_if<TypedText>(&literal->value);
  return std::holds_alternative<std::int64_t>(literal->value) || std::holds_alternative<double>(literal->value) ||
         (typed && typed->type == Type::Decimal);
}

Rank rank(UnaryOp op) {
  if (op == UnaryOp::Not) return Rank::Not;
  return op == UnaryOp::Negate ? Rank::Negation : Rank::Predicate;
}

Rank rank(BinaryOp op) {
  switch (op) {
    case BinaryOp::Or: return Rank::Or;
    case BinaryOp::And: return Rank::And;
    case BinaryOp::Concat: return Rank::Concat;
    case BinaryOp::Add:
    case BinaryOp::Subtract: return Rank::Sum;
    case BinaryOp::Multiply:
    case BinaryOp::Divide:
    case BinaryOp::Modulo: return Rank::Product;
    default: return Rank::Predicate;
  }
}

std::string_view words(UnaryOp op) {
  switch (op) {
    case UnaryOp::Not: return "NOT ";
    case UnaryOp::Negate: return "-";
    case UnaryOp::IsNull: return " IS NULL";
    case UnaryOp::IsNotNull: return " IS NOT NULL";
    case UnaryOp::IsTrue: return " IS TRUE";
    case UnaryOp::IsNotTrue: return " IS NOT TRUE";
    case UnaryOp::IsFalse: return " IS FALSE";
    case UnaryOp::IsNotFalse: return " IS NOT FALSE";
  }
  return {};
}

std::string_view words(BinaryOp op) {
  switch (op) {
    case BinaryOp::And: return " AND ";
    case BinaryOp::Or: return " OR ";
    case BinaryOp::Eq: return " = ";
    case BinaryOp::Ne: return " <> ";
    case BinaryOp::Lt: return " < ";
    case BinaryOp::Le: return " <= ";
    case BinaryOp::Gt: return " > ";
    case BinaryOp::Ge: return " >= ";
    case BinaryOp::IsDistinct: return " IS DISTINCT FROM ";
    case BinaryOp::IsNotDistinct: return " IS NOT DISTINCT FROM ";
    case BinaryOp::Add: return " + ";
    case BinaryOp::Subtract: return " - ";
    case BinaryOp::Multiply: return " * ";
    case BinaryOp::Divide: return " / ";
    case BinaryOp::Modulo: return " % ";
    case BinaryOp::Concat: return " || ";
    case BinaryOp::Like: return " LIKE ";
    case BinaryOp::NotLike: return " NOT LIKE ";
    case BinaryOp::ILike: return " ILIKE ";
    case BinaryOp::NotILike: return " NOT ILIKE ";
  }
  return {};
}

struct Operands {
  Rank left;
  Rank right;
};

/// AND and OR are associative, so their trees need no parentheses of their own; the other chains lean to the left.
Operands operands(BinaryOp op) {
  switch (rank(op)) {
    case Rank::Or: return {Rank::Or, Rank::Or};
    case Rank::And: return {Rank::And, Rank::And};
    case Rank::Sum: return {Rank::Sum, Rank::Product};
    case Rank::Product: return {Rank::Product, Rank::Negation};
    case Rank::Concat: return {Rank::Concat, Rank::Negation};
    default: return {Rank::Sum, Rank::Sum};
  }
}

}  // namespace

Rank rank(const Expr& expr) {
  return std::visit(Overloaded{
                        [](const Literal& node) { return is_negative(node) ? Rank::Negation : Rank::Primary; },
                        [](const Unary& node) { return rank(node.op); },
                        [](const Binary& node) { return rank(node.op); },
                        [](const In& node) { return node.items.empty() ? Rank::Primary : Rank::Predicate; },
                        [](const Between&) { return Rank::Predicate; },
                        [](const auto&) { return Rank::Primary; },
                    },
                    expr.node);
}

void Notation::write(const Expr& expr) {
  std::visit(Overloaded{
                 [this](const Literal& node) { put_literal(node); },
                 [this](const Column& node) { put_column(node); },
                 [this](const Member& node) { put_member(node); },
                 [this](const Unary& node) { write_unary(node); },
                 [this](const Binary& node) { write_binary(node); },
                 [this](const In& node) { write_in(node); },
                 [this](const Between& node) { write_between(node); },
                 [this](const Cast& node) {
                   put("CAST(");
                   write(*node.arg);
                   put(" AS ");
                   put_type(node);
                   put(")");
                 },
                 [this](const Case& node) { write_case(node); },
                 [this](const Call& node) { put_call(node); },
                 [this](const Pack& node) { put_pack(node); },
                 [this](const Items& node) { put_items(node); },
                 [this](const Digest& node) { put_digest(node); },
             },
             expr.node);
}

void Notation::write_operand(const Expr& expr, Rank least) {
  bool bare = rank(expr) >= least;
  if (!bare) put("(");
  write(expr);
  if (!bare) put(")");
}

void Notation::write_term(const Expr& expr, Rank least) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  const auto* value = literal ? std::get_if<std::int64_t>(&literal->value) : nullptr;
  if (value) {
    put_term(*value);
  } else {
    write_operand(expr, least);
  }
}

void Notation::write_unary(const Unary& node) {
  if (node.op == UnaryOp::Not) {
    put(words(node.op));
    write_operand(*node.arg, Rank::Primary);
  } else if (node.op == UnaryOp::Negate) {
    put(words(node.op));
    // A bare number would be read as a negative literal, which is another tree.
    bool bare = rank(*node.arg) == Rank::Primary && !is_number(*node.arg);
    if (!bare) put("(");
    write_term(*node.arg, Rank::Or);
    if (!bare) put(")");
  } else {
    write_operand(*node.arg, Rank::Negation);
    put(words(node.op));
  }
}

void Notation::write_binary(const Binary& node) {
  if (put_binary(node)) return;
  auto [left, right] = operands(node.op);
  if (rank(node.op) == Rank::Concat && rank(*node.left) != Rank::Concat) left = Rank::Negation;
  bool arithmetic = rank(node.op) == Rank::Sum || rank(node.op) == Rank::Product;
  arithmetic ? write_term(*node.left, left) : write_operand(*node.left, left);
  put(words(node.op));
  arithmetic ? write_term(*node.right, right) : write_operand(*node.right, right);
}

void Notation::write_in(const In& node) {
  if (node.items.empty()) return put(node.negated ? "TRUE" : "FALSE");
  write_operand(*node.arg, Rank::Sum);
  put(node.negated ? " NOT IN (" : " IN (");
  bool first = true;
  for (const ExprPtr& item : node.items) {
    if (!std::exchange(first, false)) put(", ");
    write(*item);
  }
  put(")");
}

void Notation::write_between(const Between& node) {
  write_operand(*node.arg, Rank::Sum);
  put(node.negated ? " NOT BETWEEN " : " BETWEEN ");
  write_operand(*node.low, Rank::Sum);
  put(" AND ");
  write_operand(*node.high, Rank::Sum);
}

void Notation::write_case(const Case& node) {
  put("CASE");
  for (const auto& [when, then] : node.branches) {
    put(" WHEN ");
    write(*when);
    put(" THEN ");
    write(*then);
  }
  if (node.otherwise) {
    put(" ELSE ");
    write(*node.otherwise);
  }
  put(" END");
}

}  // namespace metaxy::rel
