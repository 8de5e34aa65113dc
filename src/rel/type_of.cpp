// SPDX-License-Identifier: Apache-2.0
#include "rel/type_of.hpp"

#include <algorithm>

namespace metaxy::rel {

namespace {

using Known = std::optional<ValueType>;

constexpr int kMostDigits = 38;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

Known of(Type type) { return ValueType{type}; }

ValueType json() { return {Type::Text, 0, 0, true}; }

ValueType decimal(int scale) { return {Type::Decimal, kMostDigits, std::min(scale, kMostDigits)}; }

bool is_real(const Known& type) { return is_type(type, Type::Double) || is_type(type, Type::Float); }

int digits_of(const ValueType& type) {
  switch (type.type) {
    case Type::Int16: return 5;
    case Type::Int32: return 10;
    case Type::Int64: return 19;
    default: return type.precision - type.scale;
  }
}

Known type_of_literal(const Literal& literal) {
  if (std::holds_alternative<bool>(literal.value)) return of(Type::Boolean);
  if (std::holds_alternative<std::int64_t>(literal.value)) return of(Type::Int64);
  if (std::holds_alternative<double>(literal.value)) return of(Type::Double);
  if (std::holds_alternative<std::string>(literal.value)) return of(Type::Text);
  const auto* typed = std::get_if<TypedText>(&literal.value);
  if (!typed) return std::nullopt;
  return typed->type == Type::Decimal ? type_of_decimal(typed->text) : ValueType{typed->type};
}

Known type_of_arithmetic(BinaryOp op, const Known& left, const Known& right) {
  const bool shifts = is_type(left, Type::Interval) != is_type(right, Type::Interval);
  const auto& moment = is_type(left, Type::Interval) ? right : left;
  if (shifts && moment) return is_type(moment, Type::Date) ? of(Type::Timestamp) : moment;
  const bool moments = left && right && !is_integer(left) && left->type == right->type;
  if (op == BinaryOp::Subtract && moments && (is_type(left, Type::Timestamp) || is_type(left, Type::TimestampTz))) {
    return of(Type::Interval);
  }
  if (is_real(left) || is_real(right)) return of(Type::Double);
  if (is_type(left, Type::Decimal) || is_type(right, Type::Decimal)) {
    const int first = left ? left->scale : 0;
    const int second = right ? right->scale : 0;
    return decimal(op == BinaryOp::Multiply ? first + second : std::max(first, second));
  }
  return left && !is_integer(left) ? left : of(Type::Int64);
}

Known type_of_binary(const Binary& node) {
  switch (node.op) {
    case BinaryOp::Add:
    case BinaryOp::Subtract:
    case BinaryOp::Multiply:
    case BinaryOp::Modulo: return type_of_arithmetic(node.op, type_of(*node.left), type_of(*node.right));
    case BinaryOp::Divide: return of(Type::Double);
    case BinaryOp::Concat: return of(Type::Text);
    default: return of(Type::Boolean);
  }
}

Known common_of(const std::vector<ExprPtr>& exprs) {
  Known out;
  for (const auto& expr : exprs) out = common_type(out, type_of(*expr));
  return out;
}

Known type_of_call(const Call& call) {
  switch (call.function) {
    case Function::Coalesce:
    case Function::Least:
    case Function::Greatest: return common_of(call.args);
    case Function::NullIf:
    case Function::Abs: return type_of(*call.args[0]);
    case Function::Round:
    case Function::Floor:
    case Function::Ceil: {
      const auto arg = type_of(*call.args[0]);
      return is_type(arg, Type::Decimal) ? decimal(call.args.size() > 1 ? arg->scale : 0) : arg;
    }
    case Function::StartsWith:
    case Function::EndsWith:
    case Function::Contains: return of(Type::Boolean);
    case Function::Length:
    case Function::Year:
    case Function::Month:
    case Function::Day:
    case Function::EpochMicros: return of(Type::Int64);
    default: return of(Type::Text);
  }
}

Known type_of_case(const Case& node) {
  Known out;
  for (const auto& [when, then] : node.branches) out = common_type(out, type_of(*then));
  return node.otherwise ? common_type(out, type_of(*node.otherwise)) : out;
}

}  // namespace

bool is_integer(const Known& type) {
  return is_type(type, Type::Int16) || is_type(type, Type::Int32) || is_type(type, Type::Int64);
}

bool is_type(const Known& type, Type wanted) { return type && type->type == wanted; }

ValueType type_of_decimal(std::string_view text) {
  const auto digits = static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return c >= '0'; }));
  const auto point = text.find('.');
  const int scale = point == std::string_view::npos ? 0 : static_cast<int>(text.size() - point - 1);
  return {Type::Decimal, digits, scale};
}

Known common_type(const Known& left, const Known& right) {
  if (!left || !right) return left ? left : right;
  const auto is_number = [](const Known& type) { return is_integer(type) || is_real(type); };
  if (is_number(left) && is_number(right)) {
    if (is_integer(left) != is_integer(right)) return of(Type::Double);
    return std::max(left->type, right->type) == left->type ? left : right;
  }
  const bool decimals = is_type(left, Type::Decimal) || is_type(right, Type::Decimal);
  if (decimals && (is_real(left) || is_real(right))) return of(Type::Double);
  const auto is_exact = [](const Known& type) { return is_integer(type) || is_type(type, Type::Decimal); };
  if (decimals && is_exact(left) && is_exact(right)) {
    const int scale = std::max(left->scale, right->scale);
    const int whole = std::max(digits_of(*left), digits_of(*right));
    return ValueType{Type::Decimal, std::min(kMostDigits, whole + scale), scale};
  }
  if (is_type(left, Type::Date) && (is_type(right, Type::Timestamp) || is_type(right, Type::TimestampTz))) return right;
  return left;
}

Known type_of(const Expr& expr) {
  return std::visit(
      Overloaded{
          [](const Literal& node) { return type_of_literal(node); },
          [](const Column& node) { return node.type; },
          [](const Member&) { return of(Type::Text); },
          [](const Unary& node) { return node.op == UnaryOp::Negate ? type_of(*node.arg) : of(Type::Boolean); },
          [](const Binary& node) { return type_of_binary(node); },
          [](const In&) { return of(Type::Boolean); },
          [](const Between&) { return of(Type::Boolean); },
          [](const Cast& node) {
            return node.type == Type::Decimal ? Known(ValueType{Type::Decimal, node.precision, node.scale})
                                              : of(node.type);
          },
          [](const Case& node) { return type_of_case(node); },
          [](const Call& node) { return type_of_call(node); },
          [](const Pack&) { return Known(json()); },
          [](const Items&) { return of(Type::Text); },
          [](const Digest&) { return of(Type::Text); },
      },
      expr.node);
}

}  // namespace metaxy::rel
