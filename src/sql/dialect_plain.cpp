// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect_plain.hpp"

#include <algorithm>
#include <utility>

#include "rel/vocabulary.hpp"
#include "sql/latest_source.hpp"
#include "sql/parts.hpp"
#include "sql/plain.hpp"

namespace metaxy::sql {

namespace plain {

namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

/// Parsers have stacks.
constexpr std::size_t kLongChain = 500;
constexpr std::size_t kManyItems = 1000;

bool is_moment(const Known& type) {
  return rel::is_type(type, Type::Timestamp) || rel::is_type(type, Type::TimestampTz);
}

bool is_same(const Known& left, const Known& right) {
  return left && right && (*left == *right || (rel::is_integer(left) && rel::is_integer(right)));
}

bool reads_member(const rel::ExprPtr& expr) {
  bool found = std::holds_alternative<rel::Member>(expr->node);
  rel::replace_parts(expr, [&](const rel::ExprPtr& part) {
    found = found || reads_member(part);
    return part;
  });
  return found;
}

/// The operands of a chain of one operator.
std::vector<const rel::Expr*> chain_of(const rel::Binary& binary) {
  std::vector<const rel::Expr*> parts;
  std::vector<const rel::Expr*> todo = {binary.right.get(), binary.left.get()};
  while (!todo.empty()) {
    const auto* at = todo.back();
    todo.pop_back();
    const auto* inner = std::get_if<rel::Binary>(&at->node);
    if (inner && inner->op == binary.op) {
      todo.push_back(inner->right.get());
      todo.push_back(inner->left.get());
    } else {
      parts.push_back(at);
    }
  }
  return parts;
}

}  // namespace

bool Plain::is_comparable(const Known& type, bool ordered) const {
  if (is_plain_text(type)) return !ordered || words_.orders_texts;
  if (rel::is_integer(type)) return true;
  if (rel::is_type(type, Type::Boolean)) return !ordered;
  return words_.compares_timestamps && (rel::is_type(type, Type::Date) || is_moment(type));
}

void Plain::require_same(const rel::Expr& left, const rel::Expr& right) const {
  if (is_null(left) || is_null(right) || is_same(rel::type_of(left), rel::type_of(right))) return;
  refuse("choose between values of several types, or of types that nobody told");
}

void Plain::require_comparable(const rel::Expr& left, const rel::Expr& right, bool ordered) const {
  for (const auto* each : {&left, &right}) {
    if (!is_null(*each) && !is_comparable(rel::type_of(*each), ordered)) {
      refuse("compare values of this type, or of one that nobody told, as metaxy does");
    }
  }
  require_same(left, right);
}

void Plain::condition(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  if (!is_null(expr) && !rel::is_type(rel::type_of(expr), Type::Boolean)) refuse("take this value for a condition");
  const bool bare = words_.traits.conditions_are_values || is_condition(expr);
  if (!bare) out.sql("(");
  write(expr);
  if (!bare) out.sql(" = 1)");
}

void Plain::value(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  if (words_.traits.conditions_are_values || !is_condition(expr)) return write(expr);
  out.sql("CASE WHEN ");
  write(expr);
  out.sql(" THEN ").sql(words_.yes).sql(" WHEN NOT (");
  write(expr);
  out.sql(") THEN ").sql(words_.no).sql(" END");
}

void Plain::side(Writer& out, const rel::Expr& expr, bool is_text, const WriteExpr& write) const {
  fill(out, is_text && !is_null(expr) ? words_.exact : "{}", [&] { value(out, expr, write); });
}

/// TRUE or FALSE, never NULL.
void Plain::two_valued(Writer& out, const Write& test, bool negated) const {
  const bool are_values = words_.traits.conditions_are_values;
  out.sql("CASE WHEN ");
  test();
  out.sql(" THEN ").sql(negated ? words_.no : words_.yes);
  out.sql(" ELSE ").sql(negated ? words_.yes : words_.no).sql(are_values ? " END" : " END = 1");
}

void Plain::constant(Writer& out, std::string_view word, std::string_view text) const {
  if (word.empty()) refuse("be given such a constant");
  if (!words_.backslash_known && text.find('\\') != std::string_view::npos) refuse("surely read a backslash");
  fill(out, word, [&] { out << Text{text}; });
}

void Plain::write_typed(Writer& out, const rel::TypedText& typed) const {
  switch (typed.type) {
    case Type::Date: return constant(out, words_.date, typed.text);
    case Type::Timestamp: return constant(out, words_.timestamp, typed.text);
    case Type::TimestampTz: return constant(out, words_.moment, typed.text);
    default: return constant(out, {}, typed.text);
  }
}

bool Plain::literal(Writer& out, const rel::Literal& literal) const {
  if (const auto* flag = std::get_if<bool>(&literal.value)) {
    out.sql(*flag ? words_.yes : words_.no);
  } else if (const auto* text = std::get_if<std::string>(&literal.value)) {
    constant(out, words_.text, *text);
  } else if (std::holds_alternative<double>(literal.value)) {
    refuse("compute with real numbers as metaxy does");
  } else if (const auto* typed = std::get_if<rel::TypedText>(&literal.value)) {
    write_typed(out, *typed);
  } else {
    return false;
  }
  return true;
}

bool Plain::write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  return std::visit(Overloaded{
                        [&](const rel::Literal& node) { return literal(out, node); },
                        [&](const rel::Unary& node) { return unary(out, node, write), true; },
                        [&](const rel::Binary& node) { return binary(out, node, write); },
                        [&](const rel::In& node) { return in(out, node, write), true; },
                        [&](const rel::Between& node) {
                          require_comparable(*node.arg, *node.low, true);
                          require_comparable(*node.arg, *node.high, true);
                          value(out, *node.arg, write);
                          out.sql(node.negated ? " NOT BETWEEN " : " BETWEEN ");
                          value(out, *node.low, write);
                          out.sql(" AND ");
                          value(out, *node.high, write);
                          return true;
                        },
                        [&](const rel::Cast& node) { return cast(out, node, write), true; },
                        [&](const rel::Case& node) { return choice(out, node, write), true; },
                        [](const auto&) { return false; },
                    },
                    expr.node);
}

void Plain::unary(Writer& out, const rel::Unary& node, const WriteExpr& write) const {
  const auto test = [&](std::string_view before) {
    return [&, before] {
      out.sql(before);
      condition(out, *node.arg, write);
    };
  };
  switch (node.op) {
    case rel::UnaryOp::Negate: refuse("compute with numbers as metaxy does");
    case rel::UnaryOp::Not: return test("NOT ")();
    case rel::UnaryOp::IsNull: value(out, *node.arg, write); return void(out.sql(" IS NULL"));
    case rel::UnaryOp::IsNotNull: value(out, *node.arg, write); return void(out.sql(" IS NOT NULL"));
    case rel::UnaryOp::IsTrue: return two_valued(out, test(""), false);
    case rel::UnaryOp::IsNotTrue: return two_valued(out, test(""), true);
    case rel::UnaryOp::IsFalse: return two_valued(out, test("NOT "), false);
    case rel::UnaryOp::IsNotFalse: return two_valued(out, test("NOT "), true);
  }
}

bool Plain::binary(Writer& out, const rel::Binary& node, const WriteExpr& write) const {
  switch (node.op) {
    case rel::BinaryOp::And:
    case rel::BinaryOp::Or: return chain(out, node, write), true;
    case rel::BinaryOp::Eq:
    case rel::BinaryOp::Ne:
    case rel::BinaryOp::Lt:
    case rel::BinaryOp::Le:
    case rel::BinaryOp::Gt:
    case rel::BinaryOp::Ge:
    case rel::BinaryOp::IsDistinct:
    case rel::BinaryOp::IsNotDistinct: return comparison(out, node.op, *node.left, *node.right, write), true;
    case rel::BinaryOp::Concat: {
      std::vector<Write> parts;
      for (const auto* each : chain_of(node)) parts.emplace_back([&, each] { text(out, *each, write); });
      fill(out, words_.computed, [&] { joined(out, parts); });
      return true;
    }
    default: return false;
  }
}

void Plain::comparison(Writer& out, rel::BinaryOp op, const rel::Expr& left, const rel::Expr& right,
                       const WriteExpr& write) const {
  const bool distinct = op == rel::BinaryOp::IsDistinct || op == rel::BinaryOp::IsNotDistinct;
  const bool equal = op == rel::BinaryOp::Eq || op == rel::BinaryOp::Ne;
  require_comparable(left, right, !distinct && !equal);
  const bool texts = is_plain_text(rel::type_of(left)) || is_plain_text(rel::type_of(right));
  const auto sides = [&](std::string_view between) {
    side(out, left, texts, write);
    out.sql(between);
    side(out, right, texts, write);
  };
  switch (op) {
    case rel::BinaryOp::Eq: return sides(" = ");
    case rel::BinaryOp::Ne: return sides(" <> ");
    case rel::BinaryOp::Lt: return sides(" < ");
    case rel::BinaryOp::Le: return sides(" <= ");
    case rel::BinaryOp::Gt: return sides(" > ");
    case rel::BinaryOp::Ge: return sides(" >= ");
    default: break;
  }
  const bool negated = op == rel::BinaryOp::IsDistinct;
  if (!words_.same.empty()) {
    out.sql(negated ? "NOT (" : "");
    sides(words_.same);
    out.sql(negated ? ")" : "");
    return;
  }
  const auto test = [&] {
    sides(" = ");
    out.sql(" OR (");
    value(out, left, write);
    out.sql(" IS NULL AND ");
    value(out, right, write);
    out.sql(" IS NULL)");
  };
  two_valued(out, test, negated);
}

void Plain::chain(Writer& out, const rel::Binary& node, const WriteExpr& write) const {
  const auto parts = chain_of(node);
  if (parts.size() > kLongChain) refuse("read so many conditions in a row");
  bool first = true;
  for (const auto* part : parts) {
    if (!std::exchange(first, false)) out.sql(node.op == rel::BinaryOp::And ? " AND " : " OR ");
    condition(out, *part, write);
  }
}

void Plain::in(Writer& out, const rel::In& node, const WriteExpr& write) const {
  if (node.items.empty()) return void(out.sql(node.negated ? "(1 = 1)" : "(1 = 0)"));
  if (node.items.size() > kManyItems) refuse("read so many items");
  for (const auto& item : node.items) require_comparable(*node.arg, *item, false);
  const bool texts = is_plain_text(rel::type_of(*node.arg));
  side(out, *node.arg, texts, write);
  out.sql(node.negated ? " NOT IN (" : " IN (");
  bool first = true;
  for (const auto& item : node.items) {
    if (!std::exchange(first, false)) out.sql(", ");
    side(out, *item, texts, write);
  }
  out.sql(")");
}

void Plain::cast(Writer& out, const rel::Cast& node, const WriteExpr& write) const {
  if (is_null(*node.arg)) {
    out.sql("CAST(NULL AS ").sql(type_name(node.type));
    if (node.type == Type::Decimal) {
      out.sql("(").number(std::int64_t{node.precision}).sql(", ").number(std::int64_t{node.scale}).sql(")");
    }
    return void(out.sql(")"));
  }
  if (node.type == Type::Text) return fill(out, words_.computed, [&] { text(out, *node.arg, write); });
  const auto own = rel::type_of(*node.arg);
  const bool wider = rel::is_integer(own) && node.type == Type::Int64;
  const bool same = rel::is_type(own, node.type) && node.type != Type::Decimal;
  if (!wider && !same) refuse("turn values into another type as metaxy does");
  value(out, *node.arg, write);
}

void Plain::choice(Writer& out, const rel::Case& node, const WriteExpr& write) const {
  std::vector<const rel::Expr*> values;
  for (const auto& [when, then] : node.branches) values.push_back(then.get());
  if (node.otherwise) values.push_back(node.otherwise.get());
  for (const auto* left : values) {
    for (const auto* right : values) {
      if (left != right) require_same(*left, *right);
    }
  }
  out.sql("CASE");
  for (const auto& [when, then] : node.branches) {
    out.sql(" WHEN ");
    condition(out, *when, write);
    out.sql(" THEN ");
    value(out, *then, write);
  }
  if (node.otherwise) {
    out.sql(" ELSE ");
    value(out, *node.otherwise, write);
  }
  out.sql(" END");
}

void Plain::write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const {
  if (call.function == rel::Function::NullIf) {
    out.sql("CASE WHEN ");
    comparison(out, rel::BinaryOp::Eq, *call.args[0], *call.args[1], write);
    out.sql(" THEN NULL ELSE ");
    value(out, *call.args[0], write);
    return void(out.sql(" END"));
  }
  if (call.function != rel::Function::Coalesce) {
    refuse("compute " + std::string(rel::function_name(call.function)) + " as metaxy does");
  }
  for (const auto& arg : call.args) require_same(*call.args.front(), *arg);
  if (call.args.size() == 1) return value(out, *call.args.front(), write);
  out.sql("COALESCE(");
  bool first = true;
  for (const auto& arg : call.args) {
    if (!std::exchange(first, false)) out.sql(", ");
    value(out, *arg, write);
  }
  out.sql(")");
}

bool Plain::write_aggregated(Writer& out, const rel::Aggregated& column, const WriteExpr& write) const {
  const auto type = column.arg ? rel::type_of(*column.arg) : Known();
  if (column.arg && !words_.members_in_aggregates && reads_member(column.arg)) refuse("aggregate members");
  const bool counted = column.function == rel::AggregateFunction::CountDistinct ||
                       column.function == rel::AggregateFunction::ApproximateCountDistinct;
  switch (column.function) {
    case rel::AggregateFunction::Count:
      out.sql(words_.count).sql("(");
      column.arg ? value(out, *column.arg, write) : void(out.sql("*"));
      break;
    case rel::AggregateFunction::CountDistinct:
    case rel::AggregateFunction::ApproximateCountDistinct:
    case rel::AggregateFunction::Min:
    case rel::AggregateFunction::Max:
      // Of the texts that say the same timestamp one is the first, too.
      if (!is_comparable(type, !counted) && (counted || !is_moment(type))) refuse("aggregate values of this type");
      out.sql(counted ? words_.count : column.function == rel::AggregateFunction::Min ? "MIN" : "MAX");
      out.sql(counted ? "(DISTINCT " : "(");
      side(out, *column.arg, counted && is_plain_text(type), write);
      break;
    case rel::AggregateFunction::AnyValue:
      if (!rel::is_type(type, Type::Text) && !rel::is_integer(type) && !is_moment(type) &&
          !rel::is_type(type, Type::Date)) {
        refuse("aggregate values of this type");
      }
      out.sql("MIN(");
      value(out, *column.arg, write);
      break;
    case rel::AggregateFunction::List:
    case rel::AggregateFunction::Concat: refuse("aggregate rows to a list");
  }
  out.sql(")");
  return true;
}

/// Of rows with the same order any is the latest: the databases do not tell which was written last.
void Plain::write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const {
  // Records that were taken over to another version keep their times.
  if (words_.place.empty()) refuse("tell which of two rows was written later");
  const LatestSource source = source_of(latest);
  const auto* call = std::get_if<rel::Call>(&latest.order->node);
  // Timestamps are in the order of their microseconds.
  const bool micros = call && call->function == rel::Function::EpochMicros;
  const rel::Expr& order = micros ? *call->args.front() : *latest.order;
  const auto type = rel::type_of(order);
  const auto& traits = words_.traits;
  const bool sorted = is_moment(type) || (is_comparable(type, true) && (traits.sorts_by_bytes || !is_plain_text(type)));
  if (!sorted) refuse("order rows by values of this type as metaxy does");
  const Ident rank{"__mx_rank"};
  out.sql("SELECT ");
  write_names(out, source.scan->columns);
  out.line().sql("FROM (").indent(1).line().sql("SELECT ");
  write_names(out, source.scan->columns);
  out.sql(", ROW_NUMBER() OVER (PARTITION BY ");
  write_names(out, latest.keys);
  for (const auto& key : latest.keys) {
    if (traits.apart_opening.empty()) break;
    (out.sql(", ").sql(traits.apart_opening) << Ident{key}).sql(traits.apart_closing);
  }
  out.sql(" ORDER BY ");
  if (!traits.nulls_last) {
    out.sql("CASE WHEN ");
    write(order);
    out.sql(" IS NULL THEN 1 ELSE 0 END, ");
  }
  write(order);
  out.sql(traits.nulls_last ? " DESC NULLS LAST, " : " DESC, ").sql(words_.place).sql(" DESC) AS ") << rank;
  out.line().sql("FROM ") << Ident{source.scan->table};
  if (source.where) {
    out.line().sql("WHERE ");
    condition(out, *source.where, write);
  }
  out.indent(-1).line().sql(") AS ranked").line().sql("WHERE ") << rank;
  out.sql(" = 1");
}

}  // namespace plain

namespace {

const std::vector<plain::Plain>& dialects() {
  static const std::vector<plain::Plain> all = [] {
    std::vector<plain::Plain> out;
    for (const auto words : {plain_words_of_servers(), plain_words_of_warehouses()}) {
      for (const auto& each : words) out.emplace_back(each);
    }
    return out;
  }();
  return all;
}

}  // namespace

const Dialect* find_plain(std::string_view name) {
  const auto at =
      std::ranges::find_if(dialects(), [&](const plain::Plain& each) { return each.traits().name == name; });
  return at == dialects().end() ? nullptr : &*at;
}

std::vector<std::string_view> plain_names() {
  std::vector<std::string_view> out;
  for (const auto& each : dialects()) out.push_back(each.traits().name);
  return out;
}

std::string plain_input_table(std::string_view input) { return "__mx_in_" + std::string(input); }

}  // namespace metaxy::sql
