// SPDX-License-Identifier: Apache-2.0
#include "store/conditions.hpp"

#include <algorithm>
#include <utility>

namespace metaxy::store {

namespace {

std::optional<Kind> kind_of(const rel::Literal& literal) {
  if (std::holds_alternative<bool>(literal.value)) return Kind::Boolean;
  if (std::holds_alternative<std::int64_t>(literal.value)) return Kind::Integer;
  if (std::holds_alternative<std::string>(literal.value)) return Kind::Text;
  if (const auto* typed = std::get_if<rel::TypedText>(&literal.value)) {
    if (typed->type == rel::Type::Date) return Kind::Date;
    if (typed->type == rel::Type::TimestampTz) return Kind::TimestampTz;
  }
  return std::nullopt;
}

std::optional<Comparison> comparison_of(rel::BinaryOp op) {
  switch (op) {
    case rel::BinaryOp::Eq: return Comparison::Equal;
    case rel::BinaryOp::Ne: return Comparison::NotEqual;
    case rel::BinaryOp::Lt: return Comparison::Less;
    case rel::BinaryOp::Le: return Comparison::LessEqual;
    case rel::BinaryOp::Gt: return Comparison::Greater;
    case rel::BinaryOp::Ge: return Comparison::GreaterEqual;
    default: return std::nullopt;
  }
}

Comparison mirrored(Comparison comparison) {
  switch (comparison) {
    case Comparison::Less: return Comparison::Greater;
    case Comparison::LessEqual: return Comparison::GreaterEqual;
    case Comparison::Greater: return Comparison::Less;
    case Comparison::GreaterEqual: return Comparison::LessEqual;
    default: return comparison;
  }
}

class Conditions {
 public:
  explicit Conditions(const TableSchema& schema) : schema_(schema) {}

  void add(const rel::Expr& predicate) {
    if (const auto* binary = std::get_if<rel::Binary>(&predicate.node)) {
      if (binary->op == rel::BinaryOp::And) {
        add(*binary->left);
        add(*binary->right);
      } else if (const auto comparison = comparison_of(binary->op)) {
        compare(*binary->left, *comparison, {binary->right});
        compare(*binary->right, mirrored(*comparison), {binary->left});
      }
    } else if (const auto* in = std::get_if<rel::In>(&predicate.node); in && !in->negated) {
      compare(*in->arg, Comparison::In, in->items);
    } else if (const auto* unary = std::get_if<rel::Unary>(&predicate.node)) {
      if (unary->op == rel::UnaryOp::IsNull) compare(*unary->arg, Comparison::IsNull, {});
      if (unary->op == rel::UnaryOp::IsNotNull) compare(*unary->arg, Comparison::IsNotNull, {});
    }
  }

  std::vector<Condition> take() { return std::move(found_); }

 private:
  void compare(const rel::Expr& of, Comparison comparison, const std::vector<rel::ExprPtr>& with) {
    const auto* column = std::get_if<rel::Column>(&of.node);
    const auto* known = column ? find_column(schema_, column->name) : nullptr;
    if (!known) return;
    Condition out{column->name, comparison, {}};
    for (const auto& value : with) {
      const auto* literal = std::get_if<rel::Literal>(&value->node);
      if (!literal || kind_of(*literal) != known->type.kind) return;
      out.values.push_back(*literal);
    }
    found_.push_back(std::move(out));
  }

  const TableSchema& schema_;
  std::vector<Condition> found_;
};

}  // namespace

std::vector<Condition> conditions_of(const rel::Expr& predicate, const TableSchema& schema) {
  Conditions out(schema);
  out.add(predicate);
  return out.take();
}

}  // namespace metaxy::store
