// SPDX-License-Identifier: Apache-2.0
// Writes an expression tree as SQL-shaped text with the parentheses it needs. What differs between texts (quoting,
// types, functions) is for subclasses: the filter language here, the dialects in room `sql`.
#pragma once

#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::rel {

/// How tightly an expression's outermost operator binds. Operators whose ranks differ between databases (|| above
/// all) never stand bare beside each other.
enum class Rank { Or = 1, And, Not, Predicate, Concat, Sum, Product, Negation, Primary };
Rank rank(const Expr& expr);

class Notation {
 public:
  virtual ~Notation() = default;
  void write(const Expr& expr);
  /// In parentheses when it binds less tightly than `least`.
  void write_operand(const Expr& expr, Rank least);

 protected:
  /// SQL's own words.
  virtual void put(std::string_view words) = 0;
  virtual void put_literal(const Literal& literal) = 0;
  /// An integer that takes part in arithmetic, which is done with 64 bits.
  virtual void put_term(std::int64_t value) = 0;
  virtual void put_column(const Column& column) = 0;
  virtual void put_member(const Member& member) = 0;
  virtual void put_type(const Cast& cast) = 0;
  /// Writes an operator in words of its own; false: it has none.
  virtual bool put_binary(const Binary&) { return false; }
  virtual void put_call(const Call& call) = 0;
  virtual void put_pack(const Pack& pack) = 0;
  virtual void put_items(const Items& items) = 0;
  virtual void put_digest(const Digest& digest) = 0;

 private:
  void write_unary(const Unary& node);
  void write_binary(const Binary& node);
  void write_term(const Expr& expr, Rank least);
  void write_in(const In& node);
  void write_between(const Between& node);
  void write_case(const Case& node);
};

}  // namespace metaxy::rel
