// SPDX-License-Identifier: Apache-2.0
// The parser of the filter language. Its operators are in filter.cpp, operands in operand.cpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rel/expr.hpp"
#include "rel/lexer.hpp"

namespace metaxy::rel {

/// How tightly operators bind, in SQL's order; `None` is no operator.
enum class Level { None, Or, And, Not, Is, Comparison, Test, Concat, Sum, Product, Sign, Member };

/// An expression and how many operators lie one inside the other in it.
struct Tree {
  ExprPtr expr;
  int depth;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(read_tokens(text)) {}
  ExprPtr filter();

 private:
  /// Bounds the recursion of the parser, and so the stack that it needs.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };

  Tree expression(Level least);
  Level infix_level() const;
  Tree infix(const Tree& left, Level level);
  Tree chain(const Tree& left, Level level);
  Tree is(const Tree& left);
  Tree test(const Tree& left);
  Tree in_list(const Tree& left, bool negated, const Token& op);

  Tree prefix(Level least);
  Tree negation(Level least);
  Tree sign();
  Tree operand();
  Tree primary();
  Tree parentheses();
  Tree word();
  Tree constant_of(const Token& type_word);
  Tree interval(const Token& begin);
  Tree cast_call();
  Tree cast_to(const Tree& arg, const Token& at);
  std::pair<int, int> decimal_digits();
  Tree conditional();
  Tree call();
  ExprPtr number(const Token& token, bool negative) const;
  std::pair<std::vector<ExprPtr>, int> list(std::string_view close);

  /// One operator above operands of `depth`. Refuses at `at` what is too deep.
  Tree tree(ExprPtr expr, int depth, const Token& at) const;
  static ExprPtr node(auto value) { return std::make_shared<const Expr>(Expr{std::move(value)}); }

  const Token& peek(std::size_t ahead = 0) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }
  const Token& take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  bool sees_word(std::string_view word) const { return peek().kind == TokenKind::Word && peek().value == word; }
  bool sees_symbol(std::string_view symbol) const { return peek().kind == TokenKind::Symbol && peek().text == symbol; }
  bool take_word(std::string_view word) { return sees_word(word) && (take(), true); }
  bool take_symbol(std::string_view symbol) { return sees_symbol(symbol) && (take(), true); }
  void expect_word(std::string_view word);
  void expect_symbol(std::string_view symbol);
  void refuse_subquery() const;
  [[noreturn]] void refuse_rest() const;
  static std::string found(const Token& token);
  [[noreturn]] void fail(const Token& at, const std::string& message, std::string hint = {}) const;

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int nesting_ = 0;
};

}  // namespace metaxy::rel
