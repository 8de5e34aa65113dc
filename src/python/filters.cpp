// SPDX-License-Identifier: Apache-2.0
// Filter strings as trees that Python makes other libraries' expressions of.
#include <nanobind/stl/string.h>

#include "python/values.hpp"
#include "rel/filter.hpp"
#include "rel/vocabulary.hpp"

namespace metaxy::python {
namespace {

nb::object tree(const rel::ExprPtr& expression);

nb::object node(const char* kind, std::initializer_list<nb::object> items) {
  nb::list out;
  out.append(kind);
  for (const auto& item : items) out.append(item);
  return nb::tuple(out);
}

nb::object trees(const std::vector<rel::ExprPtr>& expressions) {
  nb::list out;
  for (const auto& expression : expressions) out.append(tree(expression));
  return out;
}

nb::object text(std::string_view word) { return nb::str(word.data(), word.size()); }

nb::object literal(const rel::Literal& constant) {
  return std::visit(
      [](const auto& value) -> nb::object {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate>) {
          return node("literal", {nb::none()});
        } else if constexpr (std::is_same_v<Value, rel::TypedText>) {
          return node("typed", {text(rel::type_name(value.type)), nb::cast(value.text)});
        } else if constexpr (std::is_same_v<Value, bool>) {
          return node("literal", {nb::bool_(value)});
        } else {
          return node("literal", {nb::cast(value)});
        }
      },
      constant.value);
}

const char* name_of(rel::UnaryOp op) {
  switch (op) {
    case rel::UnaryOp::Not: return "not";
    case rel::UnaryOp::Negate: return "negate";
    case rel::UnaryOp::IsNull: return "is_null";
    case rel::UnaryOp::IsNotNull: return "is_not_null";
    case rel::UnaryOp::IsTrue: return "is_true";
    case rel::UnaryOp::IsNotTrue: return "is_not_true";
    case rel::UnaryOp::IsFalse: return "is_false";
    case rel::UnaryOp::IsNotFalse: return "is_not_false";
  }
  return "";
}

const char* name_of(rel::BinaryOp op) {
  constexpr const char* kNames[] = {
      "and", "or", "==", "!=", "<", "<=",     ">",    ">=",       "is_distinct", "is_not_distinct",
      "+",   "-",  "*",  "/",  "%", "concat", "like", "not_like", "ilike",       "not_ilike"};
  return kNames[static_cast<std::size_t>(op)];
}

nb::object tree(const rel::ExprPtr& expression) {
  return std::visit(
      [](const auto& part) -> nb::object {
        using Part = std::decay_t<decltype(part)>;
        if constexpr (std::is_same_v<Part, rel::Literal>) {
          return literal(part);
        } else if constexpr (std::is_same_v<Part, rel::Column>) {
          return node("column", {nb::cast(part.name)});
        } else if constexpr (std::is_same_v<Part, rel::Member>) {
          return node("member", {tree(part.of), nb::cast(part.name)});
        } else if constexpr (std::is_same_v<Part, rel::Unary>) {
          return node(name_of(part.op), {tree(part.arg)});
        } else if constexpr (std::is_same_v<Part, rel::Binary>) {
          return node(name_of(part.op), {tree(part.left), tree(part.right)});
        } else if constexpr (std::is_same_v<Part, rel::In>) {
          return node(part.negated ? "not_in" : "in", {tree(part.arg), trees(part.items)});
        } else if constexpr (std::is_same_v<Part, rel::Between>) {
          return node(part.negated ? "not_between" : "between", {tree(part.arg), tree(part.low), tree(part.high)});
        } else if constexpr (std::is_same_v<Part, rel::Cast>) {
          return node("cast", {tree(part.arg), text(rel::type_name(part.type))});
        } else if constexpr (std::is_same_v<Part, rel::Call>) {
          return node("call", {text(rel::function_name(part.function)), trees(part.args)});
        } else {
          return node("other", {});
        }
      },
      expression->node);
}

}  // namespace

void bind_filters(nb::module_& module) {
  module.def(
      "parse_filter", [](const std::string& text) { return tree(rel::parse_filter(text)); }, nb::arg("text"),
      "A filter string as a tree of tuples.");
}

}  // namespace metaxy::python
