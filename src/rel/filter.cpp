// SPDX-License-Identifier: Apache-2.0
// A Pratt parser: `expression` reads a prefix and then the operators that bind at least as tightly as asked.
#include "rel/filter.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "rel/parser.hpp"

namespace metaxy::rel {

namespace {

constexpr std::size_t kMaxText = std::size_t{1} << 20;

struct Comparison {
  std::string_view symbol;
  BinaryOp op;
};
constexpr Comparison kComparisons[] = {
    {"=", BinaryOp::Eq}, {"==", BinaryOp::Eq}, {"!=", BinaryOp::Ne}, {"<>", BinaryOp::Ne},
    {"<", BinaryOp::Lt}, {"<=", BinaryOp::Le}, {">", BinaryOp::Gt},  {">=", BinaryOp::Ge},
};
constexpr Comparison kArithmetic[] = {
    {"+", BinaryOp::Add},    {"-", BinaryOp::Subtract}, {"*", BinaryOp::Multiply},
    {"/", BinaryOp::Divide}, {"%", BinaryOp::Modulo},   {"||", BinaryOp::Concat},
};

BinaryOp operator_of(std::string_view symbol) {
  for (const auto& [text, op] : kComparisons) {
    if (text == symbol) return op;
  }
  return std::find_if(std::begin(kArithmetic), std::end(kArithmetic), [&](auto& each) { return each.symbol == symbol; })
      ->op;
}

}  // namespace

Level Parser::infix_level() const {
  const Token& token = peek();
  if (token.kind == TokenKind::Symbol) {
    if (token.text == "+" || token.text == "-") return Level::Sum;
    if (token.text == "*" || token.text == "/" || token.text == "%") return Level::Product;
    if (token.text == "||") return Level::Concat;
    bool compares = std::any_of(std::begin(kComparisons), std::end(kComparisons),
                                [&](auto& each) { return each.symbol == token.text; });
    return compares ? Level::Comparison : Level::None;
  }
  if (token.kind != TokenKind::Word) return Level::None;
  if (token.value == "or") return Level::Or;
  if (token.value == "and") return Level::And;
  if (token.value == "is" || token.value == "isnull" || token.value == "notnull") return Level::Is;
  const Token& word = token.value == "not" ? peek(1) : token;
  bool tests = word.kind == TokenKind::Word &&
               (word.value == "in" || word.value == "between" || word.value == "like" || word.value == "ilike");
  return tests ? Level::Test : Level::None;
}

Tree Parser::expression(Level least) {
  Nesting nesting(*this);
  Tree left = prefix(least);
  Level unchained = Level::None;
  for (;;) {
    Level level = infix_level();
    if (level == Level::None || level < least) return left;
    if (level == unchained) {
      fail(peek(), "comparisons cannot be chained, found " + found(peek()), "write a = b AND b = c, or parentheses");
    }
    if (level == Level::Is || level == Level::Comparison || level == Level::Test) unchained = level;
    left = infix(left, level);
  }
}

Tree Parser::infix(const Tree& left, Level level) {
  switch (level) {
    case Level::Or:
    case Level::And: return chain(left, level);
    case Level::Is: return is(left);
    case Level::Test: return test(left);
    default: {
      const Token& op = take();
      Tree right = expression(static_cast<Level>(static_cast<int>(level) + 1));
      int depth = std::max(left.depth, right.depth);
      return tree(binary(operator_of(op.text), left.expr, right.expr), depth, op);
    }
  }
}

/// Counts as one level however long it is; `all_of` and `any_of` balance it.
Tree Parser::chain(const Tree& left, Level level) {
  const Token& op = peek();
  std::vector<ExprPtr> operands{left.expr};
  int depth = left.depth;
  while (infix_level() == level) {
    take();
    Tree next = expression(static_cast<Level>(static_cast<int>(level) + 1));
    operands.push_back(next.expr);
    depth = std::max(depth, next.depth);
  }
  return tree(level == Level::And ? all_of(operands) : any_of(operands), depth, op);
}

Tree Parser::is(const Tree& left) {
  const Token& op = take();
  if (op.value == "isnull") return tree(is_null(left.expr), left.depth, op);
  if (op.value == "notnull") return tree(is_not_null(left.expr), left.depth, op);
  bool negated = take_word("not");
  if (take_word("null") || take_word("unknown")) {
    return tree(negated ? is_not_null(left.expr) : is_null(left.expr), left.depth, op);
  }
  if (take_word("true")) {
    return tree(unary(negated ? UnaryOp::IsNotTrue : UnaryOp::IsTrue, left.expr), left.depth, op);
  }
  if (take_word("false")) {
    return tree(unary(negated ? UnaryOp::IsNotFalse : UnaryOp::IsFalse, left.expr), left.depth, op);
  }
  if (!take_word("distinct")) {
    fail(peek(), "expected NULL, TRUE, FALSE, UNKNOWN or DISTINCT FROM after IS, found " + found(peek()),
         "compare values with =");
  }
  expect_word("from");
  Tree right = expression(Level::Comparison);
  return tree(binary(negated ? BinaryOp::IsNotDistinct : BinaryOp::IsDistinct, left.expr, right.expr),
              std::max(left.depth, right.depth), op);
}

Tree Parser::test(const Tree& left) {
  const Token& op = peek();
  bool negated = take_word("not");
  if (take_word("in")) return in_list(left, negated, op);
  if (take_word("between")) {
    Tree low = expression(Level::Concat);
    expect_word("and");
    Tree high = expression(Level::Concat);
    int depth = std::max({left.depth, low.depth, high.depth});
    return tree(node(Between{left.expr, low.expr, high.expr, negated}), depth, op);
  }
  bool any_case = take().value == "ilike";
  Tree pattern = expression(Level::Concat);
  if (sees_word("escape")) {
    fail(peek(), "ESCAPE is not part of the filter language",
         "use contains, starts_with or ends_with for texts with % or _");
  }
  BinaryOp like = negated ? BinaryOp::NotLike : BinaryOp::Like;
  BinaryOp ilike = negated ? BinaryOp::NotILike : BinaryOp::ILike;
  return tree(binary(any_case ? ilike : like, left.expr, pattern.expr), std::max(left.depth, pattern.depth), op);
}

Tree Parser::in_list(const Tree& left, bool negated, const Token& op) {
  const Token& open = peek();
  if (!take_symbol("(")) {
    fail(open, "expected a list in parentheses after IN, found " + found(open), "write x IN ('a', 'b')");
  }
  refuse_subquery();
  if (sees_symbol(")")) fail(open, "the list after IN is empty", "list at least one value, or write FALSE");
  auto [items, depth] = list(")");
  return tree(node(In{left.expr, std::move(items), negated}), std::max(left.depth, depth), op);
}

ExprPtr parse_filter(std::string_view text) {
  if (text.size() > kMaxText) {
    refuse(text, 0, "the text is longer than 1 MiB", "join with a feature or table instead of listing values");
  }
  Parser parser(text);
  return parser.filter();
}

}  // namespace metaxy::rel
