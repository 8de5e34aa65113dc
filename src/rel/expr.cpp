// SPDX-License-Identifier: Apache-2.0
#include "rel/expr.hpp"

#include <span>

namespace metaxy::rel {

namespace {

ExprPtr make(auto node) { return std::make_shared<const Expr>(Expr{std::move(node)}); }

/// Balanced, so that thousands of predicates make a tree that recursion can walk.
ExprPtr balanced(BinaryOp op, std::span<const ExprPtr> predicates) {
  if (predicates.size() == 1) return predicates.front();
  std::size_t half = predicates.size() / 2;
  return binary(op, balanced(op, predicates.first(half)), balanced(op, predicates.subspan(half)));
}

}  // namespace

ExprPtr null() { return make(Literal{}); }
ExprPtr literal(bool value) { return make(Literal{value}); }
ExprPtr literal(std::int64_t value) { return make(Literal{value}); }
ExprPtr literal(double value) { return make(Literal{value}); }
ExprPtr literal(std::string value) { return make(Literal{std::move(value)}); }
ExprPtr literal(const char* value) { return literal(std::string(value)); }
ExprPtr literal(TypedText value) { return make(Literal{std::move(value)}); }
ExprPtr column(std::string name) { return make(Column{std::move(name)}); }
ExprPtr member(ExprPtr of, std::string name) { return make(Member{std::move(of), std::move(name)}); }
ExprPtr unary(UnaryOp op, ExprPtr arg) { return make(Unary{op, std::move(arg)}); }
ExprPtr binary(BinaryOp op, ExprPtr left, ExprPtr right) { return make(Binary{op, std::move(left), std::move(right)}); }
ExprPtr equal(ExprPtr left, ExprPtr right) { return binary(BinaryOp::Eq, std::move(left), std::move(right)); }
ExprPtr is_null(ExprPtr arg) { return unary(UnaryOp::IsNull, std::move(arg)); }
ExprPtr is_not_null(ExprPtr arg) { return unary(UnaryOp::IsNotNull, std::move(arg)); }
ExprPtr negate(ExprPtr predicate) { return unary(UnaryOp::Not, std::move(predicate)); }

ExprPtr all_of(const std::vector<ExprPtr>& predicates) {
  return predicates.empty() ? literal(true) : balanced(BinaryOp::And, predicates);
}

ExprPtr any_of(const std::vector<ExprPtr>& predicates) {
  return predicates.empty() ? literal(false) : balanced(BinaryOp::Or, predicates);
}

ExprPtr in(ExprPtr arg, const std::vector<std::string>& items) {
  if (items.empty()) return literal(false);
  In node{std::move(arg), {}, false};
  for (const std::string& item : items) node.items.push_back(literal(item));
  return make(std::move(node));
}

ExprPtr call(Function function, std::vector<ExprPtr> args) { return make(Call{function, std::move(args)}); }
ExprPtr coalesce(std::vector<ExprPtr> args) { return call(Function::Coalesce, std::move(args)); }

ExprPtr case_when(std::vector<std::pair<ExprPtr, ExprPtr>> branches, ExprPtr otherwise) {
  if (branches.empty()) return otherwise ? otherwise : null();
  return make(Case{std::move(branches), std::move(otherwise)});
}

ExprPtr cast(ExprPtr arg, Type type) { return make(Cast{std::move(arg), type}); }
ExprPtr pack(std::vector<std::pair<std::string, ExprPtr>> members) { return make(Pack{std::move(members)}); }
ExprPtr items(std::vector<ExprPtr> args) { return make(Items{std::move(args)}); }
ExprPtr digest(Digest digest) { return make(std::move(digest)); }

}  // namespace metaxy::rel
