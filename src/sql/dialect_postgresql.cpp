// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect_postgresql.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <metaxy/error.hpp>

#include "rel/vocabulary.hpp"
#include "sql/latest_source.hpp"
#include "sql/parts.hpp"

namespace metaxy::sql {

namespace {

constexpr Traits kTraits{
    .name = "postgresql",
    .identifier_quote = '"',
    .backslash = Backslash::Plain,  // connections set standard_conforming_strings
    .identifier_limit = 63,
    .full_join = true,
    .full_join_as_union = false,
    .union_by_name = false,
    .semi_join = false,
    .semi_join_as_in = false,
    .semi_join_shows_right = false,
    // It would look for every left row by itself; a hash join takes the right side once.
    .lateral_join = false,
    .json_type = "jsonb",
    .once = "AS MATERIALIZED",
    .fence = "OFFSET 0",
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

/// Text of a database compares by its own rules; metaxy's texts compare by their bytes.
constexpr std::string_view kBytewise = " COLLATE \"C\"";

/// What is text here without a cast.
bool is_own_text(const rel::Expr& expr) {
  if (const auto* binary = std::get_if<rel::Binary>(&expr.node)) return binary->op == rel::BinaryOp::Concat;
  return is_text(expr) || std::holds_alternative<rel::Items>(expr.node);
}

void write_text(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  const bool bare = is_own_text(expr);
  out.sql(bare ? "" : "CAST(");
  const bool operation = std::holds_alternative<rel::Binary>(expr.node);
  if (bare && operation) out.sql("(");
  write(expr);
  if (bare && operation) out.sql(")");
  if (!bare) out.sql(" AS text)");
}

/// The item of a value (docs/format.md).
void write_item(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  out.sql("coalesce(octet_length(");
  write_text(out, expr, write);
  out.sql(") || ':' || ");
  write_text(out, expr, write);
  out.sql(" || ',', '~,')");
}

/// What the column of a relation is computed from, as far as projections and filters show it.
const rel::Expr* origin(const rel::Relation& relation, const std::string& column) {
  if (const auto* filter = std::get_if<rel::Filter>(&relation.node)) return origin(*filter->input, column);
  const auto* project = std::get_if<rel::Project>(&relation.node);
  if (!project) return nullptr;
  const auto at =
      std::find_if(project->columns.begin(), project->columns.end(), [&](const auto& c) { return c.name == column; });
  if (at == project->columns.end()) return nullptr;
  const auto* same = std::get_if<rel::Column>(&at->expr->node);
  return same ? origin(*project->input, same->name) : at->expr.get();
}

class PostgreSql final : public Dialect {
 public:
  const Traits& traits() const override { return kTraits; }

  std::string_view type_name(rel::Type type) const override {
    switch (type) {
      case rel::Type::Boolean: return "boolean";
      case rel::Type::Int16: return "smallint";
      case rel::Type::Int32: return "integer";
      case rel::Type::Int64: return "bigint";
      case rel::Type::Float: return "real";
      case rel::Type::Double: return "double precision";
      case rel::Type::Decimal: return "numeric";
      case rel::Type::Text: return "text";
      case rel::Type::Binary: return "bytea";
      case rel::Type::Date: return "date";
      case rel::Type::Time: return "time";
      case rel::Type::Timestamp: return "timestamp";
      case rel::Type::TimestampTz: return "timestamptz";
      case rel::Type::Interval: return "interval";
    }
    return {};
  }

  std::string_view column_type(rel::Type type) const override {
    return type == rel::Type::Text ? "text COLLATE \"C\"" : type_name(type);
  }

  void write_typed(Writer& out, const rel::TypedText& typed) const override {
    out.sql(type_name(typed.type)).sql(" ") << Text{typed.text};
  }

  void write_not_finite(Writer& out, double value) const override {
    out.sql("CAST(") << Text{std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"};
    out.sql(" AS double precision)");
  }

  void write_bigint(Writer& out, std::int64_t value) const override {
    out.sql("CAST(").number(value).sql(" AS bigint)");
  }

  bool write_own(Writer&, const rel::Expr&, const WriteExpr&) const override { return false; }

  void write_value(Writer&, const rel::Expr& expr, const WriteExpr& write) const override { write(expr); }

  bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const override {
    const bool sha256 = digest.algorithm == "sha256";
    if (!sha256 && digest.algorithm != "md5") return false;
    // A digest is cut before it is written as text, where that can be: it is dear.
    constexpr std::size_t kDigitsOfByte = 2;
    const bool bytes = sha256 && digest.length % kDigitsOfByte == 0;
    out.sql(bytes ? "encode(substr(sha256(convert_to(" : sha256 ? "left(encode(sha256(convert_to(" : "left(md5(");
    bool first = true;
    for (const auto& part : digest.parts) {
      if (!std::exchange(first, false)) out.sql(" || ");
      if (const auto* raw = std::get_if<std::string>(&part)) {
        out << Text{*raw};
      } else if (const auto* text = std::get_if<rel::Written>(&part)) {
        write_text(out, *text->text, write);
      } else if (digest.format == 0) {
        write_text(out, *std::get<rel::ExprPtr>(part), write);
      } else {
        write_item(out, *std::get<rel::ExprPtr>(part), write);
      }
    }
    if (bytes) {
      out.sql(", 'UTF8')), 1, ").number(std::uint64_t{digest.length / kDigitsOfByte}).sql("), 'hex')");
    } else {
      out.sql(sha256 ? ", 'UTF8')), 'hex'), " : "), ").number(std::uint64_t{digest.length}).sql(")");
    }
    return true;
  }

  void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const override {
    out.sql("(");
    bool first = true;
    for (const auto& arg : items.args) {
      if (!std::exchange(first, false)) out.sql(" || ");
      write_item(out, *arg, write);
    }
    out.sql(")");
  }

  void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const override {
    out.sql("(");
    write_json(out, *member.of, write);
    (out.sql(" ->> ") << Text{member.name}).sql(")");
  }

  /// A call takes a hundred arguments.
  void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const override {
    constexpr std::size_t kMembersOfCall = 40;
    if (pack.members.empty()) throw Error(ErrorCode::Internal, "a by-field column has no members");
    for (std::size_t i = 0; i < pack.members.size(); ++i) {
      if (i % kMembersOfCall == 0) out.sql(i == 0 ? "(" : ") || ").sql("jsonb_build_object(");
      (out.sql(i % kMembersOfCall == 0 ? "" : ", ") << Text{pack.members[i].first}).sql(", ");
      write(*pack.members[i].second);
    }
    out.sql("))");
  }

  bool write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const override;
  void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const override;

  std::string_view aggregate_opening(rel::AggregateFunction function) const override {
    switch (function) {
      case rel::AggregateFunction::Count: return "count(";
      case rel::AggregateFunction::CountDistinct: return "count(DISTINCT ";
      case rel::AggregateFunction::ApproximateCountDistinct: break;  // written below
      case rel::AggregateFunction::Min: return "min(";
      case rel::AggregateFunction::Max: return "max(";
      case rel::AggregateFunction::AnyValue: return "(array_remove(array_agg(";
      case rel::AggregateFunction::List: return "array_agg(";
      case rel::AggregateFunction::Concat: break;  // comes with a separator and an order
    }
    return {};
  }

  std::string_view aggregate_closing(rel::AggregateFunction function) const override {
    return function == rel::AggregateFunction::AnyValue ? "), NULL))[1]" : ")";
  }

  bool write_aggregated(Writer& out, const rel::Aggregated& column, const WriteExpr& write) const override {
    if (column.function != rel::AggregateFunction::ApproximateCountDistinct) return false;
    // One value of sixteen is counted; counting all of them would sort them all.
    out.sql("16 * count(DISTINCT ");
    write(*column.arg);
    out.sql(") FILTER (WHERE hashtext(");
    write_text(out, *column.arg, write);
    out.sql(") & 15 = 0)");
    return true;
  }

  void write_input(Writer& out, const rel::Input& input) const override {
    out.sql("pg_temp.") << Ident{postgresql_input_table(input.name)};
  }

  void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const override;
  void write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                               const WriteExpr& write) const override;

 private:
  /// A value as JSON: members of members stay JSON.
  static void write_json(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
    const auto* member = std::get_if<rel::Member>(&expr.node);
    if (!member) return write(expr);
    out.sql("(");
    write_json(out, *member->of, write);
    (out.sql(" -> ") << Text{member->name}).sql(")");
  }
};

bool PostgreSql::write_binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const {
  const auto real = [&](const rel::Expr& expr) {
    out.sql("CAST(");
    write(expr);
    out.sql(" AS double precision)");
  };
  switch (binary.op) {
    case rel::BinaryOp::Divide:  // of real numbers; by zero it is infinite
      real(*binary.left);
      out.sql(" * CASE WHEN ");
      real(*binary.right);
      out.sql(" = 0 THEN CAST('Infinity' AS double precision) ELSE 1 / nullif(");
      real(*binary.right);
      out.sql(", 0) END");
      return true;
    case rel::BinaryOp::Modulo:
      write(*binary.left);
      out.sql(" % nullif(");
      write(*binary.right);
      out.sql(", 0)");
      return true;
    case rel::BinaryOp::Like:
    case rel::BinaryOp::NotLike:
      write(*binary.left);
      out.sql(binary.op == rel::BinaryOp::Like ? " LIKE " : " NOT LIKE ");
      write(*binary.right);
      out.sql(" ESCAPE ''");
      return true;
    case rel::BinaryOp::ILike:
    case rel::BinaryOp::NotILike:
      write(*binary.left);
      // Under "C" only the letters of English have two cases.
      out.sql(" COLLATE \"default\"").sql(binary.op == rel::BinaryOp::ILike ? " ILIKE " : " NOT ILIKE ");
      write(*binary.right);
      out.sql(" ESCAPE ''");
      return true;
    default: return false;
  }
}

void PostgreSql::write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const {
  const auto function = [&](std::string_view opening, std::string_view closing = ")") {
    out.sql(opening);
    write_list(out, call.args, write);
    out.sql(closing);
  };
  switch (call.function) {
    case rel::Function::Lower: return function("lower(", " COLLATE \"default\")");
    case rel::Function::Upper: return function("upper(", " COLLATE \"default\")");
    case rel::Function::Trim: return function("btrim(", ", ' ')");
    case rel::Function::Contains: return function("(strpos(", ") > 0)");
    case rel::Function::EndsWith:
      out.sql("(right(");
      write(*call.args[0]);
      out.sql(", length(");
      write(*call.args[1]);
      out.sql(")) = ");
      write(*call.args[1]);
      out.sql(")");
      return;
    case rel::Function::Round:  // only exact numbers are rounded away from zero
      out.sql("round(CAST(");
      write(*call.args[0]);
      out.sql(" AS numeric)");
      if (call.args.size() > 1) {
        out.sql(", CAST(");
        write(*call.args[1]);
        out.sql(" AS integer)");
      }
      out.sql(")");
      return;
    case rel::Function::Year: return function("CAST(extract(year FROM ", ") AS bigint)");
    case rel::Function::Month: return function("CAST(extract(month FROM ", ") AS bigint)");
    case rel::Function::Day: return function("CAST(extract(day FROM ", ") AS bigint)");
    case rel::Function::EpochMicros: return function("CAST(extract(epoch FROM ", ") * 1000000 AS bigint)");
    default: out.sql(rel::function_name(call.function)); return function("(");
  }
}

/// Ranking took 1.45 s of 2 M rows, half of them superseded; DISTINCT ON 1.8 s, a join with the greatest 3.3 s.
void PostgreSql::write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const {
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
  (out.sql(" DESC NULLS LAST, ctid DESC) AS __mx_rank").line().sql("FROM ") << Ident{source.scan->table});
  if (source.where) {
    out.line().sql("WHERE ");
    write(*source.where);
  }
  out.indent(-1).line().sql(") AS ranked").line().sql("WHERE __mx_rank = 1");
}

void PostgreSql::write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate,
                                         const std::function<void()>& from, const WriteExpr& write) const {
  const auto order = [&] {
    out.sql(" ORDER BY ");
    bool first = true;
    for (const auto& name : aggregate.order) {
      if (!std::exchange(first, false)) out.sql(", ");
      out << Ident{name};
      const auto* expr = origin(*aggregate.input, name);
      if (expr && is_own_text(*expr)) out.sql(kBytewise);
    }
    out.sql(")");
  };
  out.sql("SELECT ");
  write_names(out, aggregate.keys);
  bool first_column = aggregate.keys.empty();
  for (const auto& column : aggregate.columns) {
    if (!std::exchange(first_column, false)) out.sql(", ");
    if (column.function == rel::AggregateFunction::Concat) {
      out.sql("string_agg(");
      write_text(out, *column.arg, write);
      out.sql(", ") << Text{aggregate.separator};
      order();
    } else if (!write_aggregated(out, column, write)) {
      out.sql(aggregate_opening(column.function));
      column.arg ? write(*column.arg) : void(out.sql("*"));
      if (column.function == rel::AggregateFunction::List) {
        order();
      } else {
        out.sql(aggregate_closing(column.function));
      }
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

const Dialect& postgresql() {
  static const PostgreSql dialect;
  return dialect;
}

std::string postgresql_input_table(std::string_view input) { return "__mx_in_" + std::string(input); }

}  // namespace metaxy::sql
