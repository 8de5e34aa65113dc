// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect_sqlite.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include <metaxy/error.hpp>

#include "rel/type_of.hpp"
#include "rel/vocabulary.hpp"
#include "sql/interval.hpp"
#include "sql/latest_source.hpp"
#include "sql/parts.hpp"
#include "sql/sqlite_functions.hpp"

namespace metaxy::sql {

namespace {

using rel::Type;
using Known = std::optional<rel::ValueType>;

constexpr Traits kTraits{
    .name = "sqlite",
    .identifier_quote = '"',
    .backslash = Backslash::Plain,
    .identifier_limit = 0,
    .full_join = true,
    // Its own full join makes no index, and reads all right rows for every left one.
    .full_join_as_union = true,
    .union_by_name = false,
    .semi_join = false,
    // Inside of EXISTS it makes no index of its own, and reads all rows for every row.
    .semi_join_as_in = true,
    .semi_join_shows_right = false,
    .lateral_join = false,
    .json_type = "JSON TEXT",
    .once = "AS MATERIALIZED",
    // Every reference to such a query is a copy of it, and a table has up to 65535 references.
    .most_references = 5000,
    // Its parser has a stack of a hundred places, of which every level takes five.
    .nested_queries = false,
    .values = true,
    .named_values = false,
    .sorts_by_bytes = true,
    .nulls_last = true,
    .limit = true,
    .conditions_are_values = true,
    .apart_opening = {},
    .apart_closing = {},
    .joins_apart = false,
    .keeps_nan = true,
};

/// A call takes 127 arguments.
constexpr std::size_t kMembersOfCall = 40;
constexpr std::size_t kPartsOfDigest = 50;
/// An expression has up to a thousand levels.
constexpr std::size_t kLongChain = 100;
/// Digits of a decimal that a double holds for certain.
constexpr int kDigitsOfDouble = 15;
constexpr std::int64_t kMicrosOfMonth = 30 * std::int64_t{86'400'000'000};

bool is_moment(const Known& type) {
  return rel::is_type(type, Type::Date) || rel::is_type(type, Type::Timestamp) || rel::is_type(type, Type::TimestampTz);
}

bool is_real(const Known& type) { return rel::is_type(type, Type::Double) || rel::is_type(type, Type::Float); }

const std::string* text_of(const rel::Expr& expr) {
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  return literal ? std::get_if<std::string>(&literal->value) : nullptr;
}

const rel::TypedText* typed_of(const rel::Expr& expr, Type type) {
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  const auto* typed = literal ? std::get_if<rel::TypedText>(&literal->value) : nullptr;
  return typed && typed->type == type ? typed : nullptr;
}

void write_text(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  const auto function = text_function(rel::type_of(expr));
  const bool operation = function.empty() && std::holds_alternative<rel::Binary>(expr.node);
  out.sql(operation ? "(" : function);
  write(expr);
  if (operation || !function.empty()) out.sql(")");
}

class Sqlite final : public Dialect {
 public:
  const Traits& traits() const override { return kTraits; }

  /// Their words also tell SQLite how to keep values: those with INT as integers, those with TEXT as text.
  std::string_view type_name(Type type) const override {
    switch (type) {
      case Type::Boolean: return "BOOLEAN";
      case Type::Int16: return "SMALLINT";
      case Type::Int32: return "INTEGER";
      case Type::Int64: return "BIGINT";
      case Type::Float: return "FLOAT";
      case Type::Double: return "DOUBLE";
      case Type::Decimal: return "DECIMAL TEXT";
      case Type::Text: return "TEXT";
      case Type::Binary: return "BLOB";
      case Type::Date: return "DATE";
      case Type::Time: return "TIME";
      case Type::Timestamp: return "TIMESTAMP";
      case Type::TimestampTz: return "TIMESTAMPTZ";
      case Type::Interval: return "DURATION";
    }
    return {};
  }

  std::string_view column_type(Type type) const override { return type_name(type); }

  void write_typed(Writer& out, const rel::TypedText& typed) const override {
    if (typed.type == Type::Interval) {
      const auto interval = read_interval(typed.text);
      out.number(interval.months * kMicrosOfMonth + interval.microseconds);
    } else {
      (out.sql(cast_function(typed.type)) << Text{typed.text}).sql(")");
    }
  }

  /// NaN is NULL to SQLite; a text comes behind all numbers.
  void write_not_finite(Writer& out, double value) const override {
    out.sql(std::isnan(value) ? "'NaN'" : value > 0 ? "9e999" : "-9e999");
  }

  void write_bigint(Writer& out, std::int64_t value) const override {
    const bool least = value == std::numeric_limits<std::int64_t>::min();
    least ? void(out.sql("(-9223372036854775807 - 1)")) : void(out.number(value));
  }

  bool write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const override;

  void write_value(Writer&, const rel::Expr& expr, const WriteExpr& write) const override { write(expr); }

  bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const override;
  void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const override;

  void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const override {
    out.sql("metaxy_member(");
    write(*member.of);
    (out.sql(", ") << Text{member.name}).sql(")");
  }

  void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const override;

  bool write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const override;
  void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const override;

  std::string_view aggregate_opening(rel::AggregateFunction function) const override {
    switch (function) {
      case rel::AggregateFunction::Count: return "count(";
      case rel::AggregateFunction::CountDistinct:
      case rel::AggregateFunction::ApproximateCountDistinct: return "count(DISTINCT ";
      case rel::AggregateFunction::Min:
      case rel::AggregateFunction::AnyValue: return "min(";
      case rel::AggregateFunction::Max: return "max(";
      case rel::AggregateFunction::List: return "metaxy_list(";
      case rel::AggregateFunction::Concat: break;  // comes with a separator and an order
    }
    return {};
  }

  std::string_view aggregate_closing(rel::AggregateFunction) const override { return ")"; }

  bool write_aggregated(Writer&, const rel::Aggregated&, const WriteExpr&) const override { return false; }

  void write_input(Writer& out, const rel::Input& input) const override {
    out.sql("temp.") << Ident{sqlite_input_table(input.name)};
  }

  void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const override;
  void write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                               const WriteExpr& write) const override;

 private:
  void write_cast(Writer& out, const rel::Cast& cast, const WriteExpr& write) const;
  bool write_shift(Writer& out, const rel::Binary& binary, const WriteExpr& write) const;
  bool write_comparison(Writer& out, rel::BinaryOp op, const rel::Expr& left, const rel::Expr& right,
                        const WriteExpr& write) const;
  /// A value beside one of another type: a text constant is read as that type.
  void write_beside(Writer& out, const rel::Expr& expr, const Known& other, const WriteExpr& write) const;
};

/// Whether two numbers are compared as exact ones, which SQLite cannot.
bool is_exact(const rel::Expr& left, const rel::Expr& right) {
  const auto own = rel::type_of(left);
  const auto other = rel::type_of(right);
  if (!rel::is_type(own, Type::Decimal) && !rel::is_type(other, Type::Decimal)) return false;
  const auto as_double = [](const rel::Expr& expr, const Known& beside) {
    const auto* decimal = typed_of(expr, Type::Decimal);
    const bool short_one = decimal && rel::type_of_decimal(decimal->text).precision <= kDigitsOfDouble;
    return decimal && (is_real(beside) || (short_one && rel::is_integer(beside)));
  };
  return !as_double(left, other) && !as_double(right, own);
}

void Sqlite::write_beside(Writer& out, const rel::Expr& expr, const Known& other, const WriteExpr& write) const {
  const bool read = text_of(expr) && other && !other->is_json && other->type != Type::Text &&
                    other->type != Type::Interval && other->type != Type::Decimal;
  const auto* decimal = typed_of(expr, Type::Decimal);
  if (read) {
    out.sql(cast_function(other->type));
    write(expr);
    out.sql(")");
  } else if (decimal && !rel::is_type(other, Type::Decimal)) {
    out << Decimal{decimal->text};
    out.sql(decimal->text.find('.') == std::string::npos ? ".0" : "");
  } else {
    write(expr);
  }
}

bool Sqlite::write_comparison(Writer& out, rel::BinaryOp op, const rel::Expr& left, const rel::Expr& right,
                              const WriteExpr& write) const {
  const auto sign = sign_test(op);
  const bool distinct = op == rel::BinaryOp::IsDistinct || op == rel::BinaryOp::IsNotDistinct;
  if (sign.empty() && !distinct) return false;
  if (is_exact(left, right)) {
    out.sql(op == rel::BinaryOp::IsNotDistinct ? "NOT " : "").sql(distinct ? "metaxy_distinct(" : "metaxy_compare(");
    write(left);
    out.sql(", ");
    write(right);
    out.sql(")").sql(sign);
    return true;
  }
  write_beside(out, left, rel::type_of(right), write);
  switch (op) {
    case rel::BinaryOp::Eq: out.sql(" = "); break;
    case rel::BinaryOp::Ne: out.sql(" <> "); break;
    case rel::BinaryOp::Lt: out.sql(" < "); break;
    case rel::BinaryOp::Le: out.sql(" <= "); break;
    case rel::BinaryOp::Gt: out.sql(" > "); break;
    case rel::BinaryOp::Ge: out.sql(" >= "); break;
    case rel::BinaryOp::IsDistinct: out.sql(" IS NOT "); break;
    default: out.sql(" IS "); break;
  }
  write_beside(out, right, rel::type_of(left), write);
  return true;
}

void collect(const rel::ExprPtr& expr, rel::BinaryOp op, std::vector<const rel::Expr*>& parts) {
  // Chains lean to either side and are long: a loop along the left.
  std::vector<const rel::Expr*> todo = {expr.get()};
  while (!todo.empty()) {
    const auto* at = todo.back();
    todo.pop_back();
    const auto* binary = std::get_if<rel::Binary>(&at->node);
    if (binary && binary->op == op) {
      todo.push_back(binary->right.get());
      todo.push_back(binary->left.get());
    } else {
      parts.push_back(at);
    }
  }
}

/// A long chain of OR as a tree that is not deep. SQLite takes chains of AND apart and makes deep ones of them.
void write_chain(Writer& out, std::span<const rel::Expr* const> parts, bool negated, const WriteExpr& write) {
  if (parts.size() == 1) {
    out.sql(negated ? "NOT " : "");
    return write(*parts.front());
  }
  out.sql("(");
  write_chain(out, parts.first(parts.size() / 2), negated, write);
  out.sql(" OR ");
  write_chain(out, parts.subspan(parts.size() / 2), negated, write);
  out.sql(")");
}

bool Sqlite::write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  if (const auto* decimal = typed_of(expr, Type::Decimal)) {
    out << Text{decimal->text};
    return true;
  }
  if (const auto* cast = std::get_if<rel::Cast>(&expr.node)) return write_cast(out, *cast, write), true;
  if (const auto* unary = std::get_if<rel::Unary>(&expr.node); unary && unary->op == rel::UnaryOp::Negate) {
    out.sql("metaxy_negate(");
    write(*unary->arg);
    out.sql(")");
    return true;
  }
  if (const auto* in = std::get_if<rel::In>(&expr.node); in && !in->items.empty()) {
    const auto own = rel::type_of(*in->arg);
    const bool plain = std::none_of(in->items.begin(), in->items.end(), [&](const auto& item) {
      return is_exact(*in->arg, *item) || typed_of(*item, Type::Decimal) ||
             (text_of(*item) && own && own->type != Type::Text);
    });
    if (plain) return false;
    out.sql(in->negated ? "(NOT (" : "(");
    bool first = true;
    for (const auto& item : in->items) {
      if (!std::exchange(first, false)) out.sql(" OR ");
      write_comparison(out, rel::BinaryOp::Eq, *in->arg, *item, write);
    }
    out.sql(in->negated ? "))" : ")");
    return true;
  }
  if (const auto* between = std::get_if<rel::Between>(&expr.node)) {
    out.sql(between->negated ? "(NOT (" : "(");
    write_comparison(out, rel::BinaryOp::Ge, *between->arg, *between->low, write);
    out.sql(" AND ");
    write_comparison(out, rel::BinaryOp::Le, *between->arg, *between->high, write);
    out.sql(between->negated ? "))" : ")");
    return true;
  }
  const auto* binary = std::get_if<rel::Binary>(&expr.node);
  if (!binary || (binary->op != rel::BinaryOp::And && binary->op != rel::BinaryOp::Or)) return false;
  std::vector<const rel::Expr*> parts;
  collect(binary->left, binary->op, parts);
  collect(binary->right, binary->op, parts);
  if (parts.size() <= kLongChain) return false;
  const bool all = binary->op == rel::BinaryOp::And;
  out.sql(all ? "(NOT " : "");
  write_chain(out, parts, all, write);
  out.sql(all ? ")" : "");
  return true;
}

void Sqlite::write_cast(Writer& out, const rel::Cast& cast, const WriteExpr& write) const {
  if (cast.type == Type::Text) return write_text(out, *cast.arg, write);
  const auto own = rel::type_of(*cast.arg);
  const bool zones = rel::is_type(own, Type::Timestamp) && cast.type == Type::TimestampTz;
  if (cast.type != Type::Decimal && (rel::is_type(own, cast.type) || zones)) return write(*cast.arg);
  if (rel::is_type(own, Type::Float) && cast.type == Type::Double) return write(*cast.arg);
  out.sql(cast_function(cast.type));
  write(*cast.arg);
  if (cast.type == Type::Decimal) {
    out.sql(", ").number(std::int64_t{cast.precision}).sql(", ").number(std::int64_t{cast.scale});
  }
  out.sql(")");
}

/// A moment and a length of time.
bool Sqlite::write_shift(Writer& out, const rel::Binary& binary, const WriteExpr& write) const {
  const auto left = rel::type_of(*binary.left);
  const auto right = rel::type_of(*binary.right);
  const bool turned = rel::is_type(left, Type::Interval) && is_moment(right) && binary.op == rel::BinaryOp::Add;
  if (!turned && !(is_moment(left) && rel::is_type(right, Type::Interval))) return false;
  const auto& moment = turned ? *binary.right : *binary.left;
  const auto& length = turned ? *binary.left : *binary.right;
  const std::int64_t sign = binary.op == rel::BinaryOp::Subtract ? -1 : 1;
  out.sql("metaxy_shift(");
  write(moment);
  if (const auto* constant = typed_of(length, Type::Interval)) {
    const auto interval = read_interval(constant->text);
    out.sql(", ").number(sign * interval.months).sql(", ").number(sign * interval.microseconds);
  } else {
    out.sql(sign < 0 ? ", 0, metaxy_negate(" : ", 0, (");
    write(length);
    out.sql(")");
  }
  out.sql(")");
  return true;
}

bool Sqlite::write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const {
  const auto function = [&](std::string_view opening) {
    out.sql(opening);
    write(*binary.left);
    out.sql(", ");
    write(*binary.right);
    out.sql(")");
    return true;
  };
  switch (binary.op) {
    case rel::BinaryOp::Add: return write_shift(out, binary, write) || function("metaxy_add(");
    case rel::BinaryOp::Subtract: return write_shift(out, binary, write) || function("metaxy_subtract(");
    case rel::BinaryOp::Multiply: return function("metaxy_multiply(");
    case rel::BinaryOp::Divide: return function("metaxy_divide(");
    case rel::BinaryOp::Modulo: return function("metaxy_modulo(");
    case rel::BinaryOp::Like: return function("metaxy_like(");
    case rel::BinaryOp::NotLike: return function("NOT metaxy_like(");
    case rel::BinaryOp::ILike: return function("metaxy_ilike(");
    case rel::BinaryOp::NotILike: return function("NOT metaxy_ilike(");
    case rel::BinaryOp::Concat:
      write_text(out, *binary.left, write);
      out.sql(" || ");
      write_text(out, *binary.right, write);
      return true;
    default: return write_comparison(out, binary.op, *binary.left, *binary.right, write);
  }
}

void Sqlite::write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const {
  const auto function = [&](std::string_view opening, std::string_view closing = ")") {
    out.sql(opening);
    write_list(out, call.args, write);
    out.sql(closing);
  };
  const bool decimals = std::any_of(call.args.begin(), call.args.end(),
                                    [](const auto& arg) { return rel::is_type(rel::type_of(*arg), Type::Decimal); });
  switch (call.function) {
    case rel::Function::Coalesce:
      // It takes two arguments at least.
      return call.args.size() == 1 ? write(*call.args.front()) : function("coalesce(");
    case rel::Function::Lower: return function("metaxy_lower(");
    case rel::Function::Upper: return function("metaxy_upper(");
    case rel::Function::Trim: return function("trim(", ", ' ')");
    case rel::Function::Abs: return function("metaxy_abs(");
    case rel::Function::Round: return function("metaxy_round(");
    case rel::Function::Floor: return function("metaxy_floor(");
    case rel::Function::Ceil: return function("metaxy_ceil(");
    case rel::Function::Least: return function(decimals ? "metaxy_least_decimal(" : "metaxy_least(");
    case rel::Function::Greatest: return function(decimals ? "metaxy_greatest_decimal(" : "metaxy_greatest(");
    case rel::Function::StartsWith: return function("metaxy_starts_with(");
    case rel::Function::EndsWith: return function("metaxy_ends_with(");
    case rel::Function::Contains: return function("(instr(", ") > 0)");
    case rel::Function::Substring: return function("substr(");
    case rel::Function::Year: return function("metaxy_year(");
    case rel::Function::Month: return function("metaxy_month(");
    case rel::Function::Day: return function("metaxy_day(");
    case rel::Function::EpochMicros: return function("(", ")");
    default: out.sql(rel::function_name(call.function)); return function("(");
  }
}

bool Sqlite::write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const {
  const bool written = std::any_of(digest.parts.begin(), digest.parts.end(),
                                   [](const auto& part) { return std::holds_alternative<rel::Written>(part); });
  const bool in_one = !written && digest.parts.size() <= kPartsOfDigest;
  const std::string function =
      (in_one ? "metaxy_digest_" : "metaxy_hash_") + std::to_string(digest.format) + "_" + digest.algorithm;
  (out << Ident{function}).sql("(").number(std::uint64_t{digest.length});
  const auto value = [&](const rel::Expr& expr) { write_text(out, expr, write); };
  if (in_one) {  // raw texts and values take turns
    std::string raw;
    for (const auto& part : digest.parts) {
      if (const auto* text = std::get_if<std::string>(&part)) {
        raw += *text;
        continue;
      }
      (out.sql(", ") << Text{std::exchange(raw, {})}).sql(", ");
      value(*std::get<rel::ExprPtr>(part));
    }
    if (!raw.empty() || digest.parts.empty()) out.sql(", ") << Text{raw};
    out.sql(")");
    return true;
  }
  out.sql(", (");
  std::size_t count = 0;
  for (const auto& part : digest.parts) {
    if (count > 0) out.sql(count % kPartsOfDigest == 0 ? ") || (" : " || ");
    ++count;
    if (const auto* raw = std::get_if<std::string>(&part)) {
      out << Text{*raw};
    } else if (const auto* text = std::get_if<rel::Written>(&part)) {
      value(*text->text);
    } else if (digest.format == 0) {
      value(*std::get<rel::ExprPtr>(part));
    } else {
      out.sql("metaxy_items(");
      value(*std::get<rel::ExprPtr>(part));
      out.sql(")");
    }
  }
  out.sql("))");
  return true;
}

void Sqlite::write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const {
  constexpr std::size_t kArgumentsOfCall = 100;
  const bool several = items.args.size() > kArgumentsOfCall;
  out.sql(several ? "(metaxy_items(" : "metaxy_items(");
  for (std::size_t i = 0; i < items.args.size(); ++i) {
    if (i > 0) out.sql(i % kArgumentsOfCall == 0 ? ") || metaxy_items(" : ", ");
    write_text(out, *items.args[i], write);
  }
  out.sql(several ? "))" : ")");
}

/// A member as SQLite's JSON functions would take it: what is JSON already is marked.
void write_json(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  const auto type = rel::type_of(expr);
  const bool is_json =
      (type && type->is_json) || rel::is_type(type, Type::Boolean) || rel::is_type(type, Type::Decimal);
  const auto text = is_json || (rel::is_type(type, Type::Double) || rel::is_integer(type)) ? "" : text_function(type);
  if (is_json) out.sql(rel::is_type(type, Type::Boolean) ? "metaxy_json(metaxy_boolean_text(" : "metaxy_json(");
  out.sql(text);
  write(expr);
  if (!text.empty()) out.sql(")");
  if (is_json) out.sql(rel::is_type(type, Type::Boolean) ? "))" : ")");
}

void Sqlite::write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const {
  if (pack.members.empty()) throw Error(ErrorCode::Internal, "a by-field column has no members");
  const bool several = pack.members.size() > kMembersOfCall;
  if (several) out.sql("metaxy_merge(");
  for (std::size_t i = 0; i < pack.members.size(); ++i) {
    if (i % kMembersOfCall == 0) out.sql(i == 0 ? "metaxy_pack(" : "), metaxy_pack(");
    (out.sql(i % kMembersOfCall == 0 ? "" : ", ") << Text{pack.members[i].first}).sql(", ");
    write_json(out, *pack.members[i].second, write);
  }
  out.sql(several ? "))" : ")");
}

void Sqlite::write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const {
  const LatestSource source = source_of(latest);
  out.sql("SELECT ");
  write_names(out, source.scan->columns);
  out.line().sql("FROM (").indent(1).line().sql("SELECT ");
  write_names(out, source.scan->columns);
  out.sql(", row_number() OVER (PARTITION BY ");
  write_names(out, latest.keys);
  out.sql(" ORDER BY ");
  write(*latest.order);
  // Rows are written to the end of a table.
  (out.sql(" DESC NULLS LAST, _rowid_ DESC) AS __mx_rank").line().sql("FROM ") << Ident{source.scan->table});
  if (source.where) {
    out.line().sql("WHERE ");
    write(*source.where);
  }
  out.indent(-1).line().sql(") AS ranked").line().sql("WHERE __mx_rank = 1");
}

void Sqlite::write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                                     const WriteExpr& write) const {
  const auto order = [&] {
    for (const auto& name : aggregate.order) out.sql(", ") << Ident{name};
    out.sql(")");
  };
  out.sql("SELECT ");
  write_names(out, aggregate.keys);
  bool first_column = aggregate.keys.empty();
  for (const auto& column : aggregate.columns) {
    if (!std::exchange(first_column, false)) out.sql(", ");
    if (column.function == rel::AggregateFunction::Concat) {
      (out.sql("metaxy_join(") << Text{aggregate.separator}).sql(", ");
      write_text(out, *column.arg, write);
      order();
    } else if (column.function == rel::AggregateFunction::List) {
      out.sql("metaxy_list(");
      write_json(out, *column.arg, write);
      order();
    } else {
      out.sql(aggregate_opening(column.function));
      column.arg ? write(*column.arg) : void(out.sql("*"));
      out.sql(aggregate_closing(column.function));
    }
    out.sql(" AS ") << Ident{column.name};
  }
  out.line().sql("FROM ");
  from();
  if (aggregate.keys.empty()) return;
  out.line().sql("GROUP BY ");
  write_names(out, aggregate.keys);
}

}  // namespace

const Dialect& sqlite() {
  static const Sqlite dialect;
  return dialect;
}

std::string sqlite_input_table(std::string_view input) { return "__mx_in_" + std::string(input); }

}  // namespace metaxy::sql
