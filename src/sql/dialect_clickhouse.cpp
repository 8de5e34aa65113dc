// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect_clickhouse.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <metaxy/error.hpp>

#include "rel/notation.hpp"
#include "sql/clickhouse_wyhash.hpp"
#include "sql/interval.hpp"
#include "sql/latest_source.hpp"
#include "sql/parts.hpp"

namespace metaxy::sql {

namespace {

constexpr Traits kTraits{
    .name = "clickhouse",
    .identifier_quote = '"',
    .backslash = Backslash::Escape,
    .identifier_limit = 0,
    .full_join = true,
    .full_join_as_union = false,
    .union_by_name = false,
    .semi_join = true,
    .semi_join_as_in = false,
    .semi_join_shows_right = true,
    .lateral_join = false,
    .json_type = "",
    .once = "AS MATERIALIZED",
    .most_references = 0,
    .nested_queries = true,
    .values = true,
    .named_values = true,
    .sorts_by_bytes = true,
    .nulls_last = true,
    .limit = true,
    .conditions_are_values = true,
    .apart_opening = {},
    .apart_closing = {},
    .joins_apart = false,
    .keeps_nan = true,
};

[[noreturn]] void refuse(std::string_view what) {
  throw Error(ErrorCode::Unsupported, "ClickHouse has no " + std::string(what));
}

void write_text(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  bool bare = is_text(expr);
  if (!bare) out.sql("CAST(");
  write(expr);
  if (!bare) out.sql(" AS Nullable(String))");
}

void write_item(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  out.sql("ifNull(concat(toString(length(");
  write_text(out, expr, write);
  out.sql(")), ':', ");
  write_text(out, expr, write);
  out.sql(", ','), '~,')");
}

/// ClickHouse takes a backslash in a pattern for an escape.
void write_pattern(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  const auto* text = literal ? std::get_if<std::string>(&literal->value) : nullptr;
  if (!text) {
    write(expr);
    out.sql(R"(, '\\', '\\\\'))");
    return;
  }
  std::string escaped;
  for (char c : *text) escaped.append(c == '\\' ? 2 : 1, c);
  out << Text{escaped};
}

bool is_truth(const rel::Expr& expr);

bool is_truth(const std::vector<rel::ExprPtr>& exprs) {
  return std::any_of(exprs.begin(), exprs.end(), [](const rel::ExprPtr& expr) { return is_truth(*expr); });
}

/// Whether ClickHouse gives a small number where SQL has a truth value.
bool is_truth(const rel::Expr& expr) {
  if (const auto* unary = std::get_if<rel::Unary>(&expr.node)) return unary->op != rel::UnaryOp::Negate;
  if (std::holds_alternative<rel::Binary>(expr.node)) return rel::rank(expr) < rel::Rank::Concat;
  if (std::holds_alternative<rel::In>(expr.node) || std::holds_alternative<rel::Between>(expr.node)) return true;
  if (const auto* choice = std::get_if<rel::Case>(&expr.node)) {
    return std::any_of(choice->branches.begin(), choice->branches.end(),
                       [](const auto& branch) { return is_truth(*branch.second); }) ||
           (choice->otherwise && is_truth(*choice->otherwise));
  }
  const auto* call = std::get_if<rel::Call>(&expr.node);
  if (!call) return false;
  switch (call->function) {
    case rel::Function::StartsWith:
    case rel::Function::EndsWith:
    case rel::Function::Contains: return true;
    case rel::Function::Coalesce:
    case rel::Function::NullIf:
    case rel::Function::Least:
    case rel::Function::Greatest: return is_truth(call->args);
    default: return false;
  }
}

std::string_view call_name(rel::Function function) {
  switch (function) {
    case rel::Function::Coalesce: return "coalesce";
    case rel::Function::Lower: return "lowerUTF8";
    case rel::Function::Upper: return "upperUTF8";
    case rel::Function::Length: return "lengthUTF8";
    case rel::Function::Trim: return "trimBoth";
    case rel::Function::Abs: return "abs";
    case rel::Function::Round: return "round";
    case rel::Function::Floor: return "floor";
    case rel::Function::Ceil: return "ceil";
    case rel::Function::Least: return "least";
    case rel::Function::Greatest: return "greatest";
    case rel::Function::NullIf: return "nullIf";
    case rel::Function::StartsWith: return "startsWith";
    case rel::Function::EndsWith: return "endsWith";
    case rel::Function::Contains: return "0 < position";
    case rel::Function::Substring: return "substringUTF8";
    case rel::Function::Replace: return "replaceAll";
    case rel::Function::Year: return "toYear";
    case rel::Function::Month: return "toMonth";
    case rel::Function::Day: return "toDayOfMonth";
    case rel::Function::EpochMicros: return "toUnixTimestamp64Micro";
  }
  return {};
}

bool is_nan(const rel::Expr& expr) {
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  const auto* real = literal ? std::get_if<double>(&literal->value) : nullptr;
  return real && std::isnan(*real);
}

const rel::TypedText* interval_of(const rel::Expr& expr) {
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  const auto* typed = literal ? std::get_if<rel::TypedText>(&literal->value) : nullptr;
  return typed && typed->type == rel::Type::Interval ? typed : nullptr;
}

class ClickHouse final : public Dialect {
 public:
  const Traits& traits() const override { return kTraits; }

  std::string_view type_name(rel::Type type) const override {
    switch (type) {
      case rel::Type::Boolean: return "Nullable(Bool)";
      case rel::Type::Int16: return "Nullable(Int16)";
      case rel::Type::Int32: return "Nullable(Int32)";
      case rel::Type::Int64: return "Nullable(Int64)";
      case rel::Type::Float: return "Nullable(Float32)";
      case rel::Type::Double: return "Nullable(Float64)";
      case rel::Type::Decimal: return "Decimal";
      case rel::Type::Text:
      case rel::Type::Binary: return "Nullable(String)";
      case rel::Type::Date: return "Nullable(Date32)";
      case rel::Type::Time: return "Nullable(Time64(6))";
      case rel::Type::Timestamp: return "Nullable(DateTime64(6))";
      case rel::Type::TimestampTz: return "Nullable(DateTime64(6, 'UTC'))";
      case rel::Type::Interval: refuse("casts to intervals");
    }
    return {};
  }

  std::string_view column_type(rel::Type type) const override { return type_name(type); }

  void write_typed(Writer& out, const rel::TypedText& typed) const override {
    switch (typed.type) {
      case rel::Type::Date: (out.sql("toDate32(") << Text{typed.text}).sql(")"); break;
      case rel::Type::Time: (out.sql("toTime64(") << Text{typed.text}).sql(", 6)"); break;
      case rel::Type::Timestamp: (out.sql("toDateTime64(") << Text{typed.text}).sql(", 6)"); break;
      case rel::Type::TimestampTz:
        (out.sql("parseDateTime64BestEffort(") << Text{typed.text}).sql(", 6, 'UTC')");
        break;
      case rel::Type::Interval: {
        const auto length = read_interval(typed.text);
        if (length.months != 0 && length.microseconds != 0) refuse("intervals of months and days in one");
        out.sql(length.months != 0 ? "toIntervalMonth(" : "toIntervalMicrosecond(");
        out.number(length.months != 0 ? length.months : length.microseconds).sql(")");
        break;
      }
      default: (out.sql("CAST(") << Text{typed.text}).sql(" AS ").sql(type_name(typed.type)).sql(")");
    }
  }

  void write_not_finite(Writer& out, double value) const override {
    out.sql(std::isnan(value) ? "nan" : value > 0 ? "inf" : "(-inf)");
  }

  void write_bigint(Writer& out, std::int64_t value) const override { out.sql("toInt64(").number(value).sql(")"); }

  bool write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const override {
    if (const auto* literal = std::get_if<rel::Literal>(&expr.node)) return write_literal(out, *literal);
    if (const auto* in = std::get_if<rel::In>(&expr.node)) return write_in(out, *in, write);
    if (const auto* cast = std::get_if<rel::Cast>(&expr.node)) return write_cast(out, *cast, write);
    return false;
  }

  void write_value(Writer& out, const rel::Expr& expr, const WriteExpr& write) const override {
    if (!is_truth(expr)) return write(expr);
    out.sql("CAST(");
    write(expr);
    out.sql(" AS Nullable(Bool))");
  }

  bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const override {
    const auto hashed = [&](std::string_view before, std::string_view after) {
      out.sql("substring(").sql(before);
      write_preimage(out, digest, write);
      out.sql(after).sql(", 1, ").number(std::uint64_t{digest.length}).sql(")");
      return true;
    };
    const bool decimal = digest.format == 0;
    if (digest.algorithm == "sha256") return hashed("lower(hex(SHA256(", ")))");
    if (digest.algorithm == "md5") return hashed("lower(hex(MD5(", ")))");
    if (digest.algorithm == "xxhash64") {
      return decimal ? hashed("toString(xxHash64(", "))") : hashed("leftPad(lower(hex(xxHash64(", "))), 16, '0')");
    }
    if (digest.algorithm == "xxhash32") {
      return decimal ? hashed("toString(xxHash32(", "))") : hashed("leftPad(lower(hex(xxHash32(", "))), 8, '0')");
    }
    if (digest.algorithm == "wyhash") {
      return decimal ? hashed("toString(" + wyhash_begin(), std::string(kWyhashEnd) + ")")
                     : hashed("leftPad(lower(hex(" + wyhash_begin(), std::string(kWyhashEnd) + ")), 16, '0')");
    }
    if (digest.algorithm == "farmhash") {
      return decimal ? hashed("toString(reinterpretAsInt64(farmFingerprint64(", ")))")
                     : hashed("leftPad(lower(hex(farmFingerprint64(", "))), 16, '0')");
    }
    return false;
  }

  void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const override {
    if (items.args.size() != 1) out.sql("concat(");
    bool first = true;
    for (const auto& arg : items.args) {
      if (!std::exchange(first, false)) out.sql(", ");
      write_item(out, *arg, write);
    }
    if (items.args.size() != 1) out.sql(")");
  }

  void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const override {
    const bool map = member.holder == rel::Holder::Map;
    if (map) {  // a map gives a blank for a key that it lacks
      out.sql("if(mapContains(");
      write(*member.of);
      (out.sql(", ") << Text{member.name}).sql("), ");
      write(*member.of);
      (out.sql("[") << Text{member.name}).sql("], NULL)");
      return;
    }
    out.sql("tupleElement(");
    write(*member.of);
    (out.sql(", ") << Text{member.name}).sql(")");
  }

  void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const override {
    if (pack.members.empty()) throw Error(ErrorCode::Internal, "a by-field column has no members");
    out.sql("CAST(tuple(");
    bool first = true;
    for (const auto& [name, expr] : pack.members) {
      if (!std::exchange(first, false)) out.sql(", ");
      write(*expr);
    }
    out.sql("), concat('Tuple('");  // names can be given only together with types
    first = true;
    for (const auto& [name, expr] : pack.members) {
      Writer quoted = writer_of(*this);
      quoted << Ident{name};
      (out.sql(", ") << Text{(std::exchange(first, false) ? "" : ", ") + quoted.take() + " "}).sql(", toTypeName(");
      write(*expr);
      out.sql(")");
    }
    out.sql(", ')'))");
  }

  bool write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const override {
    switch (binary.op) {
      case rel::BinaryOp::Divide: {  // real numbers, whatever the operands are
        for (const auto* side : {&binary.left, &binary.right}) {
          out.sql(side == &binary.left ? "(toFloat64(" : " / toFloat64(");
          write(**side);
          out.sql(")");
        }
        out.sql(")");
        return true;
      }
      case rel::BinaryOp::Modulo:
        out.sql("(");
        write(*binary.left);
        out.sql(" % nullIf(");
        write(*binary.right);
        out.sql(", 0))");
        return true;
      case rel::BinaryOp::Like: return write_like(out, "like(", binary, write);
      case rel::BinaryOp::NotLike: return write_like(out, "notLike(", binary, write);
      case rel::BinaryOp::ILike: return write_like(out, "ilike(", binary, write);
      case rel::BinaryOp::NotILike: return write_like(out, "notILike(", binary, write);
      case rel::BinaryOp::Eq:  // NaN equals nothing in ClickHouse
        if (!is_nan(*binary.right)) return false;
        out.sql("isNaN(");
        write(*binary.left);
        out.sql(")");
        return true;
      case rel::BinaryOp::Add:
      case rel::BinaryOp::Subtract: return write_moved(out, binary, write);
      default: return false;
    }
  }

  void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const override {
    if (call.function == rel::Function::Round && call.args.size() == 1) return write_round(out, *call.args[0], write);
    const bool compared = call.function == rel::Function::Contains;
    if (compared) out.sql("(");
    out.sql(call_name(call.function)).sql("(");
    if (call.function == rel::Function::EpochMicros) out.sql("toDateTime64(");
    bool first = true;
    for (const rel::ExprPtr& arg : call.args) {
      if (!std::exchange(first, false)) out.sql(", ");
      write(*arg);
    }
    if (call.function == rel::Function::EpochMicros) out.sql(", 6, 'UTC')");
    out.sql(compared ? "))" : ")");
  }

  std::string_view aggregate_opening(rel::AggregateFunction function) const override {
    switch (function) {
      case rel::AggregateFunction::Count: return "toInt64(count(";
      case rel::AggregateFunction::CountDistinct: return "toInt64(uniqExact(";
      case rel::AggregateFunction::ApproximateCountDistinct: return "toInt64(uniq(";
      case rel::AggregateFunction::Min: return "minOrNull(";
      case rel::AggregateFunction::Max: return "maxOrNull(";
      case rel::AggregateFunction::AnyValue: return "anyOrNull(";
      case rel::AggregateFunction::List: return "arrayMap(x -> x.1, groupArray(tuple(";  // which keeps NULLs
      case rel::AggregateFunction::Concat: break;  // comes with a separator and an order
    }
    return {};
  }

  std::string_view aggregate_closing(rel::AggregateFunction function) const override {
    switch (function) {
      case rel::AggregateFunction::Count:
      case rel::AggregateFunction::CountDistinct:
      case rel::AggregateFunction::ApproximateCountDistinct: return "))";
      case rel::AggregateFunction::List: return ")))";
      default: return ")";
    }
  }

  bool write_aggregated(Writer&, const rel::Aggregated&, const WriteExpr&) const override { return false; }

  void write_input(Writer& out, const rel::Input& input) const override {
    out << Ident{clickhouse_input_table(input.name)};
  }

  /// Tables are ordered by the keys of samples, so rows arrive nearly sorted. (2 M rows, half of them superseded: 1.2
  /// s; argMax of all columns in a tuple took 10 times as long.)
  void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const override {
    const LatestSource source = source_of(latest);
    out.sql("SELECT ");
    write_names(out, source.scan->columns);
    out.line().sql("FROM ") << Ident{source.scan->table};
    if (source.where) {
      out.line().sql("WHERE ");
      write(*source.where);
    }
    out.line().sql("ORDER BY ");
    write_names(out, latest.keys);
    out.sql(", ");
    write(*latest.order);
    out.sql(" DESC NULLS LAST").line().sql("LIMIT 1 BY ");
    write_names(out, latest.keys);
  }

  void write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                               const WriteExpr& write) const override;

 private:
  bool write_literal(Writer& out, const rel::Literal& literal) const {
    if (const auto* integer = std::get_if<std::int64_t>(&literal.value)) {
      write_bigint(out, *integer);
      return true;
    }
    const auto* typed = std::get_if<rel::TypedText>(&literal.value);
    if (!typed || typed->type != rel::Type::Decimal) return false;
    const auto point = typed->text.find('.');
    const std::size_t scale = point == std::string::npos ? 0 : typed->text.size() - point - 1;
    (out.sql("toDecimal128(") << Text{typed->text}).sql(", ").number(std::uint64_t{scale}).sql(")");
    return true;
  }

  static bool write_like(Writer& out, std::string_view function, const rel::Binary& like, const WriteExpr& write) {
    out.sql(function);
    write(*like.left);
    out.sql(", ");
    if (!std::holds_alternative<rel::Literal>(like.right->node)) out.sql("replaceAll(");
    write_pattern(out, *like.right, write);
    out.sql(")");
    return true;
  }

  /// A date or time and a length of time.
  static bool write_moved(Writer& out, const rel::Binary& binary, const WriteExpr& write) {
    const bool plus = binary.op == rel::BinaryOp::Add;
    const auto* length = interval_of(*binary.right);
    const bool swapped = !length && plus && interval_of(*binary.left);
    if (swapped) length = interval_of(*binary.left);
    if (!length) return false;
    const auto parts = read_interval(length->text);
    out.sql("(toDateTime64(");
    write(swapped ? *binary.right : *binary.left);
    out.sql(", 6, 'UTC')").sql(plus ? " + " : " - ");
    out.sql("toIntervalMonth(").number(parts.months).sql(")").sql(plus ? " + " : " - ");
    out.sql("toIntervalMicrosecond(").number(parts.microseconds).sql("))");
    return true;
  }

  /// ClickHouse leaves NULLs out of lists.
  static bool write_in(Writer& out, const rel::In& in, const WriteExpr& write) {
    const bool plain = std::all_of(in.items.begin(), in.items.end(), [](const rel::ExprPtr& item) {
      const auto* literal = std::get_if<rel::Literal>(&item->node);
      return literal && !std::holds_alternative<std::monostate>(literal->value);
    });
    if (plain) return false;
    out.sql(in.negated ? "(NOT (" : "((");
    bool first = true;
    for (const auto& item : in.items) {
      if (!std::exchange(first, false)) out.sql(" OR ");
      write(*in.arg);
      out.sql(" = ");
      write(*item);
    }
    out.sql("))");
    return true;
  }

  /// What does not fit is an error, and decimals are rounded, not cut.
  bool write_cast(Writer& out, const rel::Cast& cast, const WriteExpr& write) const {
    switch (cast.type) {
      case rel::Type::Int16:
      case rel::Type::Int32:
      case rel::Type::Int64:
        out.sql("accurateCast(");
        write(*cast.arg);
        (out.sql(", ") << Text{type_name(cast.type)}).sql(")");
        return true;
      case rel::Type::Decimal:
        out.sql("CAST(round(toDecimal256(");
        write(*cast.arg);
        out.sql(", 38), ").number(std::int64_t{cast.scale}).sql(") AS Nullable(Decimal(");
        out.number(std::int64_t{cast.precision}).sql(", ").number(std::int64_t{cast.scale}).sql(")))");
        return true;
      default: return false;
    }
  }

  /// ClickHouse rounds halves of floats to even numbers.
  static void write_round(Writer& out, const rel::Expr& number, const WriteExpr& write) {
    out.sql("(sign(");
    write(number);
    out.sql(") * floor(abs(");
    write(number);
    out.sql(") + toDecimal128('0.5', 1)))");
  }

  static void write_preimage(Writer& out, const rel::Digest& digest, const WriteExpr& write) {
    out.sql("concat(");
    bool first = true;
    for (const auto& part : digest.parts) {
      if (!std::exchange(first, false)) out.sql(", ");
      if (const auto* raw = std::get_if<std::string>(&part)) {
        out << Text{*raw};
      } else if (const auto* written = std::get_if<rel::Written>(&part)) {
        write_text(out, *written->text, write);
      } else if (digest.format == 0) {
        write_text(out, *std::get<rel::ExprPtr>(part), write);
      } else {
        write_item(out, *std::get<rel::ExprPtr>(part), write);
      }
    }
    out.sql(")");
  }
};

/// A group's rows are gathered as tuples (the key, then each column's value) and sorted once.
void ClickHouse::write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate,
                                         const std::function<void()>& from, const WriteExpr& write) const {
  const auto in_order = [](const rel::Aggregated& column) {
    return column.function == rel::AggregateFunction::List || column.function == rel::AggregateFunction::Concat;
  };
  out.sql("SELECT ");
  write_names(out, aggregate.keys);
  bool first = aggregate.keys.empty();
  std::uint64_t at = 1;
  for (const auto& column : aggregate.columns) {
    if (!std::exchange(first, false)) out.sql(", ");
    if (!in_order(column)) {
      out << Ident{column.name};
      continue;
    }
    ++at;
    if (column.function == rel::AggregateFunction::List) {
      out.sql("arrayMap(x -> x.").number(at).sql(", metaxy_rows) AS ");
    } else {
      out.sql("if(arrayExists(x -> isNotNull(x.").number(at).sql("), metaxy_rows), arrayStringConcat(arrayMap(x -> ");
      out.sql("assumeNotNull(x.").number(at).sql("), arrayFilter(x -> isNotNull(x.").number(at);
      (out.sql("), metaxy_rows)), ") << Text{aggregate.separator}).sql("), NULL) AS ");
    }
    out << Ident{column.name};
  }
  out.line().sql("FROM (").indent(1).line().sql("SELECT ");
  write_names(out, aggregate.keys);
  if (!aggregate.keys.empty()) out.sql(", ");
  for (const auto& column : aggregate.columns) {
    if (in_order(column)) continue;
    out.sql(aggregate_opening(column.function));
    column.arg ? write(*column.arg) : void(out.sql("*"));
    (out.sql(aggregate_closing(column.function)).sql(" AS ") << Ident{column.name}).sql(", ");
  }
  out.sql("arraySort(x -> x.1, groupArray(tuple(tuple(");
  write_names(out, aggregate.order);
  out.sql(")");
  for (const auto& column : aggregate.columns) {
    if (!in_order(column)) continue;
    out.sql(", ");
    column.function == rel::AggregateFunction::Concat ? write_text(out, *column.arg, write) : write(*column.arg);
  }
  out.sql("))) AS metaxy_rows").line().sql("FROM ");
  from();
  if (!aggregate.keys.empty()) {
    out.line().sql("GROUP BY ");
    write_names(out, aggregate.keys);
  }
  out.indent(-1).line().sql(")");
}

}  // namespace

const Dialect& clickhouse() {
  static const ClickHouse dialect;
  return dialect;
}

std::string clickhouse_input_table(std::string_view input) { return "metaxy_input_" + std::string(input); }

}  // namespace metaxy::sql
