// SPDX-License-Identifier: Apache-2.0
// SQL's logic written out as plainly as possible, and random expressions to compare it with a database.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "rel/expr.hpp"

namespace metaxy::testing_support {

using Value = std::variant<std::monostate, bool, std::int64_t, std::string>;
using Record = std::map<std::string, Value>;

inline bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }
inline bool is(const Value& value, bool flag) {
  return std::holds_alternative<bool>(value) && std::get<bool>(value) == flag;
}

inline rel::ExprPtr constant(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return rel::literal(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return rel::literal(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return rel::literal(*text);
  return rel::null();
}

/// As a database's answer shows it; absent for NULL.
inline std::optional<std::string> shown(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return std::nullopt;
}

/// Combinations of values and NULLs in columns i, j (numbers), s, u (texts), b, c (booleans).
inline std::vector<Record> sample_table() {
  const std::vector<Value> numbers{{}, std::int64_t{-2}, std::int64_t{0}, std::int64_t{1}, std::int64_t{7}};
  const std::vector<Value> texts{{}, std::string(), std::string("a"), std::string("A%b"), std::string("it's _")};
  const std::vector<Value> flags{{}, false, true};
  std::vector<Record> rows;
  for (std::size_t n = 0; n < 75; ++n) {
    rows.push_back({{"i", numbers[n % 5]},
                    {"j", numbers[n / 5 % 5]},
                    {"s", texts[n / 3 % 5]},
                    {"u", texts[n * 2 / 7 % 5]},
                    {"b", flags[n % 3]},
                    {"c", flags[n / 3 % 3]}});
  }
  return rows;
}

inline Value both(const Value& left, const Value& right) {
  if (is(left, false) || is(right, false)) return false;
  return is_null(left) || is_null(right) ? Value() : Value(true);
}
inline Value inverse(const Value& value) { return is_null(value) ? Value() : Value(!std::get<bool>(value)); }
inline Value either(const Value& left, const Value& right) { return inverse(both(inverse(left), inverse(right))); }

inline Value compare(rel::BinaryOp op, const Value& left, const Value& right) {
  if (is_null(left) || is_null(right)) return {};
  switch (op) {
    case rel::BinaryOp::Eq: return left == right;
    case rel::BinaryOp::Ne: return left != right;
    case rel::BinaryOp::Lt: return left < right;
    case rel::BinaryOp::Le: return left <= right;
    case rel::BinaryOp::Gt: return left > right;
    default: return left >= right;
  }
}

inline bool matches(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    return matches(text, pattern.substr(1)) || (!text.empty() && matches(text.substr(1), pattern));
  }
  return !text.empty() && (pattern[0] == '_' || pattern[0] == text[0]) && matches(text.substr(1), pattern.substr(1));
}

inline Value arithmetic(rel::BinaryOp op, const Value& left, const Value& right) {
  if (is_null(left) || is_null(right)) return {};
  std::int64_t a = std::get<std::int64_t>(left);
  std::int64_t b = std::get<std::int64_t>(right);
  switch (op) {
    case rel::BinaryOp::Add: return a + b;
    case rel::BinaryOp::Subtract: return a - b;
    case rel::BinaryOp::Multiply: return a * b;
    default: return b == 0 ? Value() : Value(a % b);
  }
}

Value evaluate(const rel::Expr& expr, const Record& record);

struct Evaluator {
  const Record& record;
  Value at(const rel::ExprPtr& expr) const { return evaluate(*expr, record); }

  Value operator()(const rel::Literal& node) const {
    if (const auto* flag = std::get_if<bool>(&node.value)) return *flag;
    if (const auto* number = std::get_if<std::int64_t>(&node.value)) return *number;
    if (const auto* text = std::get_if<std::string>(&node.value)) return *text;
    return {};
  }
  Value operator()(const rel::Column& node) const { return record.at(node.name); }
  Value operator()(const rel::Unary& node) const {
    Value value = at(node.arg);
    switch (node.op) {
      case rel::UnaryOp::Not: return inverse(value);
      case rel::UnaryOp::Negate: return is_null(value) ? Value() : Value(-std::get<std::int64_t>(value));
      case rel::UnaryOp::IsNull: return is_null(value);
      case rel::UnaryOp::IsNotNull: return !is_null(value);
      case rel::UnaryOp::IsTrue: return is(value, true);
      case rel::UnaryOp::IsNotTrue: return !is(value, true);
      case rel::UnaryOp::IsFalse: return is(value, false);
      case rel::UnaryOp::IsNotFalse: return !is(value, false);
    }
    return {};
  }
  Value operator()(const rel::Binary& node) const {
    Value left = at(node.left);
    Value right = at(node.right);
    bool unknown = is_null(left) || is_null(right);
    using Op = rel::BinaryOp;
    switch (node.op) {
      case Op::And: return both(left, right);
      case Op::Or: return either(left, right);
      case Op::IsDistinct: return left != right;
      case Op::IsNotDistinct: return left == right;
      case Op::Concat: return unknown ? Value() : Value(std::get<std::string>(left) + std::get<std::string>(right));
      case Op::Like:
        return unknown ? Value() : Value(matches(std::get<std::string>(left), std::get<std::string>(right)));
      case Op::NotLike:
        return unknown ? Value() : Value(!matches(std::get<std::string>(left), std::get<std::string>(right)));
      case Op::Add:
      case Op::Subtract:
      case Op::Multiply:
      case Op::Modulo: return arithmetic(node.op, left, right);
      default: return compare(node.op, left, right);
    }
  }
  Value operator()(const rel::In& node) const {
    Value result = false;
    for (const rel::ExprPtr& item : node.items)
      result = either(result, compare(rel::BinaryOp::Eq, at(node.arg), at(item)));
    return node.negated ? inverse(result) : result;
  }
  Value operator()(const rel::Between& node) const {
    Value result = both(compare(rel::BinaryOp::Ge, at(node.arg), at(node.low)),
                        compare(rel::BinaryOp::Le, at(node.arg), at(node.high)));
    return node.negated ? inverse(result) : result;
  }
  Value operator()(const rel::Case& node) const {
    for (const auto& [when, then] : node.branches) {
      if (is(at(when), true)) return at(then);
    }
    return node.otherwise ? at(node.otherwise) : Value();
  }
  Value operator()(const rel::Call& node) const {
    if (node.function != rel::Function::Coalesce) throw std::logic_error("not evaluated");
    for (const rel::ExprPtr& arg : node.args) {
      if (Value value = at(arg); !is_null(value)) return value;
    }
    return {};
  }
  Value operator()(const rel::Cast& node) const { return at(node.arg); }  // only of NULL
  Value operator()(const auto&) const { throw std::logic_error("not evaluated"); }
};

inline Value evaluate(const rel::Expr& expr, const Record& record) { return std::visit(Evaluator{record}, expr.node); }

enum class Sort { Number, Text, Flag };

rc::Gen<rel::ExprPtr> random_value(Sort sort, int depth);

inline rel::ExprPtr draw(Sort sort, int depth) { return *random_value(sort, depth); }
inline int pick(int count) { return *rc::gen::inRange(0, count); }

inline rel::ExprPtr random_leaf(Sort sort) {
  if (pick(8) == 0)
    return rel::cast(rel::null(), sort == Sort::Number ? rel::Type::Int64
                                  : sort == Sort::Text ? rel::Type::Text
                                                       : rel::Type::Boolean);
  bool is_column = pick(2) == 0;
  switch (sort) {
    case Sort::Number: return is_column ? rel::column(pick(2) ? "i" : "j") : rel::literal(std::int64_t{pick(13) - 5});
    case Sort::Text: {
      static const std::vector<std::string> kTexts{"", "a", "A%b", "%", "_%_", "it's _", "b\"c"};
      return is_column ? rel::column(pick(2) ? "s" : "u") : rel::literal(kTexts[static_cast<std::size_t>(pick(7))]);
    }
    default: return is_column ? rel::column(pick(2) ? "b" : "c") : rel::literal(pick(2) == 0);
  }
}

inline rel::ExprPtr random_test(int depth) {
  Sort sort = static_cast<Sort>(pick(3));
  auto operand = [&] { return draw(sort, depth - 1); };
  switch (pick(5)) {
    case 0: {
      rel::In in{operand(), {}, pick(2) == 0};
      for (int count = 1 + pick(3); count > 0; --count) in.items.push_back(operand());
      return std::make_shared<const rel::Expr>(rel::Expr{std::move(in)});
    }
    case 1:
      return std::make_shared<const rel::Expr>(rel::Expr{rel::Between{operand(), operand(), operand(), pick(2) == 0}});
    case 2: return rel::unary(pick(2) ? rel::UnaryOp::IsNull : rel::UnaryOp::IsNotNull, operand());
    case 3:
      return rel::binary(pick(2) ? rel::BinaryOp::Like : rel::BinaryOp::NotLike, draw(Sort::Text, depth - 1),
                         draw(Sort::Text, depth - 1));
    default: {
      int first = static_cast<int>(rel::BinaryOp::Eq);
      int last = static_cast<int>(rel::BinaryOp::IsNotDistinct);
      return rel::binary(static_cast<rel::BinaryOp>(first + pick(last - first + 1)), operand(), operand());
    }
  }
}

inline rel::ExprPtr random_flag(int depth) {
  auto flag = [&] { return draw(Sort::Flag, depth - 1); };
  switch (pick(6)) {
    case 0: return rel::binary(rel::BinaryOp::And, flag(), flag());
    case 1: return rel::binary(rel::BinaryOp::Or, flag(), flag());
    case 2: return rel::negate(flag());
    case 3: {
      int first = static_cast<int>(rel::UnaryOp::IsTrue);
      return rel::unary(static_cast<rel::UnaryOp>(first + pick(4)), flag());
    }
    default: return random_test(depth);
  }
}

inline rel::ExprPtr random_expression(Sort sort, int depth) {
  if (depth <= 0) return random_leaf(sort);
  int shape = pick(8);
  if (shape == 0) return random_leaf(sort);
  if (shape == 1) return rel::coalesce({draw(sort, depth - 1), draw(sort, depth - 1)});
  if (shape == 2) {
    return rel::case_when({{draw(Sort::Flag, depth - 1), draw(sort, depth - 1)}},
                          pick(2) ? draw(sort, depth - 1) : nullptr);
  }
  if (sort == Sort::Flag) return random_flag(depth);
  if (sort == Sort::Text) return rel::binary(rel::BinaryOp::Concat, draw(sort, depth - 1), draw(sort, depth - 1));
  if (shape == 3) return rel::unary(rel::UnaryOp::Negate, draw(sort, depth - 1));
  static constexpr rel::BinaryOp kOps[] = {rel::BinaryOp::Add, rel::BinaryOp::Subtract, rel::BinaryOp::Multiply,
                                           rel::BinaryOp::Modulo};
  return rel::binary(kOps[pick(4)], draw(sort, depth - 1), draw(sort, depth - 1));
}

inline rc::Gen<rel::ExprPtr> random_value(Sort sort, int depth) {
  return rc::gen::exec([=] { return random_expression(sort, depth); });
}

}  // namespace metaxy::testing_support
