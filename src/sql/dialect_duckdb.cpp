// SPDX-License-Identifier: Apache-2.0
#include "sql/dialect_duckdb.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "rel/notation.hpp"
#include "rel/vocabulary.hpp"
#include "sql/latest_source.hpp"
#include "sql/parts.hpp"

namespace metaxy::sql {

namespace {

constexpr Traits kTraits{
    .name = "duckdb",
    .identifier_quote = '"',
    .backslash = Backslash::Plain,
    .identifier_limit = 0,
    .full_join = true,
    .full_join_as_union = false,
    .union_by_name = true,
    .semi_join = true,
    .semi_join_as_in = false,
    .semi_join_shows_right = false,
    .lateral_join = true,
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

void write_text(Writer& out, const rel::Expr& expr, const WriteExpr& write) {
  bool bare = is_text(expr);
  if (!bare) out.sql("CAST(");
  write(expr);
  if (!bare) out.sql(" AS VARCHAR)");
}

void write_where(Writer& out, const LatestSource& source, const WriteExpr& write) {
  if (!source.where) return;
  out.line().sql("WHERE ");
  // A conjunct may follow.
  bool bare = rel::rank(*source.where) > rel::Rank::Or;
  if (!bare) out.sql("(");
  write(*source.where);
  if (!bare) out.sql(")");
}

void write_rank(Writer& out, const rel::Latest& latest, const WriteExpr& write) {
  out.line().sql("QUALIFY row_number() OVER (PARTITION BY ");
  write_names(out, latest.keys);
  out.sql(" ORDER BY (");
  write(*latest.order);
  out.sql(") DESC NULLS LAST");
}

class DuckDb final : public Dialect {
 public:
  const Traits& traits() const override { return kTraits; }

  std::string_view type_name(rel::Type type) const override {
    switch (type) {
      case rel::Type::Boolean: return "BOOLEAN";
      case rel::Type::Int16: return "SMALLINT";
      case rel::Type::Int32: return "INTEGER";
      case rel::Type::Int64: return "BIGINT";
      case rel::Type::Float: return "FLOAT";
      case rel::Type::Double: return "DOUBLE";
      case rel::Type::Decimal: return "DECIMAL";
      case rel::Type::Text: return "VARCHAR";
      case rel::Type::Binary: return "BLOB";
      case rel::Type::Date: return "DATE";
      case rel::Type::Time: return "TIME";
      case rel::Type::Timestamp: return "TIMESTAMP";
      case rel::Type::TimestampTz: return "TIMESTAMPTZ";
      case rel::Type::Interval: return "INTERVAL";
    }
    return {};
  }

  std::string_view column_type(rel::Type type) const override { return type_name(type); }

  void write_typed(Writer& out, const rel::TypedText& typed) const override {
    out.sql(type_name(typed.type)).sql(" ") << Text{typed.text};
  }

  void write_not_finite(Writer& out, double value) const override {
    out.sql("CAST(") << Text{std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity"};
    out.sql(" AS DOUBLE)");
  }

  void write_bigint(Writer& out, std::int64_t value) const override {
    out.sql("CAST(").number(value).sql(" AS BIGINT)");
  }

  bool write_own(Writer&, const rel::Expr&, const WriteExpr&) const override { return false; }

  void write_value(Writer&, const rel::Expr& expr, const WriteExpr& write) const override { write(expr); }

  bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const override {
    const bool written = std::any_of(digest.parts.begin(), digest.parts.end(),
                                     [](const auto& part) { return std::holds_alternative<rel::Written>(part); });
    if (written) return write_digest_of_text(out, digest, write);
    std::string function = "metaxy_digest_" + std::to_string(digest.format) + "_" + digest.algorithm;
    (out << Ident{function}).sql("(").number(std::uint64_t{digest.length});
    bool raw_is_next = true;
    std::string raw;
    for (const auto& part : digest.parts) {
      if (const auto* text = std::get_if<std::string>(&part)) {
        raw += *text;
        raw_is_next = false;
        continue;
      }
      out.sql(", ") << Text{raw};
      raw.clear();
      raw_is_next = true;
      write_text(out.sql(", "), *std::get<rel::ExprPtr>(part), write);
    }
    if (!raw_is_next) out.sql(", ") << Text{raw};
    out.sql(")");
    return true;
  }

  void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const override {
    out.sql("metaxy_items(");
    bool first = true;
    for (const auto& arg : items.args) {
      if (!std::exchange(first, false)) out.sql(", ");
      write_text(out, *arg, write);
    }
    out.sql(")");
  }

  void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const override {
    write(*member.of);
    out.sql("[") << Text{member.name};
    out.sql("]");
  }

  void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const override {
    if (pack.members.empty()) throw Error(ErrorCode::Internal, "a by-field column has no members");
    out.sql("{");
    bool first = true;
    for (const auto& [name, expr] : pack.members) {
      if (!std::exchange(first, false)) out.sql(", ");
      (out << Text{name}).sql(": ");
      write(*expr);
    }
    out.sql("}");
  }

  bool write_binary(Writer&, const rel::Binary&, const WriteExpr&) const override { return false; }

  void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const override {
    out.sql(rel::function_name(call.function)).sql("(");
    bool first = true;
    for (const rel::ExprPtr& arg : call.args) {
      if (!std::exchange(first, false)) out.sql(", ");
      write(*arg);
    }
    out.sql(")");
  }

  std::string_view aggregate_opening(rel::AggregateFunction function) const override {
    switch (function) {
      case rel::AggregateFunction::Count: return "count(";
      case rel::AggregateFunction::CountDistinct: return "count(DISTINCT ";
      case rel::AggregateFunction::ApproximateCountDistinct: return "approx_count_distinct(";
      case rel::AggregateFunction::Min: return "min(";
      case rel::AggregateFunction::Max: return "max(";
      case rel::AggregateFunction::AnyValue: return "any_value(";
      case rel::AggregateFunction::List: return "list(";
      case rel::AggregateFunction::Concat: break;  // comes with a separator and an order
    }
    return {};
  }

  std::string_view aggregate_closing(rel::AggregateFunction) const override { return ")"; }

  bool write_aggregated(Writer&, const rel::Aggregated&, const WriteExpr&) const override { return false; }

  void write_input(Writer& out, const rel::Input& input) const override {
    out.sql(input.is_unordered ? "metaxy_unordered_input(" : "metaxy_input(") << Text{input.name};
    out.sql(")");
  }

  void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const override;
  void write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                               const WriteExpr& write) const override;

 private:
  /// A pre-image that is written as one text and then hashed.
  static bool write_digest_of_text(Writer& out, const rel::Digest& digest, const WriteExpr& write) {
    std::string function = "metaxy_hash_" + std::to_string(digest.format) + "_" + digest.algorithm;
    (out << Ident{function}).sql("(").number(std::uint64_t{digest.length}).sql(", ");
    bool first = true;
    for (const auto& part : digest.parts) {
      if (!std::exchange(first, false)) out.sql(" || ");
      if (const auto* raw = std::get_if<std::string>(&part)) {
        out << Text{*raw};
      } else if (const auto* text = std::get_if<rel::Written>(&part)) {
        write_text(out, *text->text, write);
      } else {
        throw Error(ErrorCode::Internal, "a pre-image mixes written text and values");
      }
    }
    out.sql(")");
    return true;
  }
};

void write_columns_from(Writer& out, const rel::Scan& scan) {
  out.sql("SELECT ");
  write_names(out, scan.columns);
  out.line().sql("FROM ") << Ident{scan.table};
}

/// Rows are ranked only where a hash of the keys occurs twice, and the superseded ones are taken away. (10 M rows, 1 %
/// of them superseded, 2 threads: 7 s of CPU and 0.6 GiB, against 11 s and 1.8 GiB for grouping all rows.)
/// Equal hashes of different keys only make more rows be ranked.
void write_without_superseded(Writer& out, const rel::Latest& latest, const LatestSource& source,
                              const WriteExpr& write) {
  write_columns_from(out, *source.scan);
  out.sql(" AS stored").line().sql("ANTI JOIN (").indent(1);
  out.line().sql("SELECT rowid AS superseded").line().sql("FROM ") << Ident{source.scan->table};
  write_where(out, source, write);
  out.line().sql(source.where ? "AND hash(" : "WHERE hash(");
  write_names(out, latest.keys);
  out.sql(") IN (").indent(1).line().sql("SELECT hash(");
  write_names(out, latest.keys);
  out.sql(")").line().sql("FROM ") << Ident{source.scan->table};
  write_where(out, source, write);
  out.line().sql("GROUP BY hash(");
  write_names(out, latest.keys);
  out.sql(") HAVING count(*) > 1").indent(-1).line().sql(")");
  write_rank(out, latest, write);
  out.sql(", rowid DESC) > 1").indent(-1).line().sql(") AS older ON stored.rowid = older.superseded");
  write_where(out, source, write);
}

/// How the columns of an aggregate in an order come out of calls of the kernel `metaxy_gather`, which sorts a group
/// once, joins texts and lists them. DuckDB itself makes lists of other values, in the order that the rows come in (the
/// same for all aggregates of a group); the kernel's permutation sorts them.
class Gathering {
 public:
  explicit Gathering(const rel::Aggregate& aggregate) : aggregate_(aggregate), keyed_(is_keyed()) {
    for (auto function : {rel::AggregateFunction::Concat, rel::AggregateFunction::List}) {
      for (const auto& column : aggregate.columns) {
        const bool listed = function == rel::AggregateFunction::List;
        if (column.function == function && (!listed || is_text(*column.arg))) texts_.push_back(&column);
      }
    }
  }

  /// A column as it comes out of the calls.
  void write_column(Writer& out, const rel::Aggregated& column) const {
    const auto found = std::find(texts_.begin(), texts_.end(), &column);
    if (found != texts_.end()) {
      const auto at = static_cast<std::size_t>(found - texts_.begin());
      const auto first = at / kTextsOfCall * kTextsOfCall;
      const bool listed = column.function == rel::AggregateFunction::List;
      (out << Ident{name_of(first)}).sql(listed ? "['list_" : "['text_");
      out.number(std::uint64_t{at - first - (listed ? joined(first) : 0) + 1}).sql("'] AS ");
    } else if (column.function == rel::AggregateFunction::List) {
      ((out.sql("list_select(") << Ident{column.name}).sql(", ") << Ident{name_of(0)}).sql("['permutation']) AS ");
    }
    out << Ident{column.name};
  }

  bool is_gathered(const rel::Aggregated& column) const {
    return std::find(texts_.begin(), texts_.end(), &column) != texts_.end();
  }

  void write_calls(Writer& out, const WriteExpr& write) const {
    for (std::size_t first = 0; first == 0 || first < texts_.size(); first += kTextsOfCall) {
      if (first > 0) out.sql(", ");
      out.sql("metaxy_gather(");
      write_key(out);
      out.sql(", ").number(std::uint64_t{joined(first)}).sql(keyed_ ? ", TRUE, " : ", FALSE, ");
      out << Text{aggregate_.separator};
      for (std::size_t i = first; i < std::min(first + kTextsOfCall, texts_.size()); ++i) {
        out.sql(", ");
        const auto& arg = *texts_[i]->arg;
        const bool item = keyed_ && texts_[i]->function == rel::AggregateFunction::Concat;
        write_text(out, item ? *item_behind_key(arg) : arg, write);
      }
      out.sql(") AS ") << Ident{name_of(first)};
    }
  }

 private:
  static constexpr std::size_t kTextsOfCall = 16;

  /// The call whose first text is the `first` of all.
  static std::string name_of(std::size_t first) { return "__mx_gathered" + std::to_string(first / kTextsOfCall + 1); }

  /// How many texts of the call that begins with `first` are joined.
  std::size_t joined(std::size_t first) const {
    std::size_t count = 0;
    for (std::size_t i = first; i < std::min(first + kTextsOfCall, texts_.size()); ++i) {
      if (texts_[i]->function == rel::AggregateFunction::Concat) ++count;
    }
    return count;
  }

  /// The value whose item stands behind the column that rows are ordered by; null when the expression is another.
  const rel::Expr* item_behind_key(const rel::Expr& expr) const {
    const auto* both = std::get_if<rel::Binary>(&expr.node);
    if (!both || both->op != rel::BinaryOp::Concat || aggregate_.order.size() != 1) return nullptr;
    const auto* key = std::get_if<rel::Column>(&both->left->node);
    const auto* items = std::get_if<rel::Items>(&both->right->node);
    const bool fits = key && key->name == aggregate_.order.front() && items && items->args.size() == 1;
    return fits ? items->args.front().get() : nullptr;
  }

  /// Every joined text begins with the column that rows are ordered by, which is text then.
  bool is_keyed() const {
    bool any = false;
    for (const auto& column : aggregate_.columns) {
      if (column.function != rel::AggregateFunction::Concat) continue;
      if (!item_behind_key(*column.arg)) return false;
      any = true;
    }
    return any;
  }

  /// The empty text makes the sort key a BLOB, whatever the types are: short keys would be integers.
  void write_key(Writer& out) const {
    if (keyed_) {
      (out.sql("encode(") << Ident{aggregate_.order.front()}).sql(")");
      return;
    }
    out.sql("create_sort_key(");
    for (const auto& name : aggregate_.order) (out << Ident{name}).sql(", 'ASC NULLS LAST', ");
    out.sql("'', 'ASC NULLS LAST')");
  }

  const rel::Aggregate& aggregate_;
  std::vector<const rel::Aggregated*> texts_;  ///< those that are joined, then those that are listed
  bool keyed_;
};

void DuckDb::write_ordered_aggregate(Writer& out, const rel::Aggregate& aggregate, const std::function<void()>& from,
                                     const WriteExpr& write) const {
  const Gathering gathering(aggregate);
  out.sql("SELECT ");
  write_names(out, aggregate.keys);
  bool first = aggregate.keys.empty();
  for (const auto& column : aggregate.columns) {
    if (!std::exchange(first, false)) out.sql(", ");
    gathering.write_column(out, column);
  }
  out.line().sql("FROM (").indent(1).line().sql("SELECT ");
  write_names(out, aggregate.keys);
  if (!aggregate.keys.empty()) out.sql(", ");
  for (const auto& column : aggregate.columns) {
    if (gathering.is_gathered(column)) continue;
    out.sql(aggregate_opening(column.function));
    column.arg ? write(*column.arg) : void(out.sql("*"));
    (out.sql(") AS ") << Ident{column.name}).sql(", ");
  }
  gathering.write_calls(out, write);
  out.line().sql("FROM ");
  from();
  if (!aggregate.keys.empty()) {
    out.line().sql("GROUP BY ");
    write_names(out, aggregate.keys);
  }
  out.indent(-1).line().sql(") AS gathered");
}

/// The greatest order and row number of each group, packed into one integer: the semi join reads no block that holds
/// only superseded rows. (2 M rows, half of them superseded: 0.9 s of CPU, against 1.7 s for ranking.)
void write_newest(Writer& out, const rel::Latest& latest, const LatestSource& source, const WriteExpr& write) {
  write_columns_from(out, *source.scan);
  out.sql(" AS stored").line().sql("SEMI JOIN (").indent(1);
  out.line().sql("SELECT CAST(max((coalesce(CAST(");
  write(*latest.order);
  out.sql(" AS HUGEINT) + 9223372036854775809, 0) << 60) + rowid) & 1152921504606846975 AS BIGINT) AS row_number");
  out.line().sql("FROM ") << Ident{source.scan->table};
  write_where(out, source, write);
  out.line().sql("GROUP BY ");
  write_names(out, latest.keys);
  out.indent(-1).line().sql(") AS newest ON stored.rowid = newest.row_number");
  write_where(out, source, write);
}

void DuckDb::write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const {
  const LatestSource source = source_of(latest);
  bool shadowed = std::any_of(source.scan->columns.begin(), source.scan->columns.end(),
                              [](const std::string& name) { return to_lower(name) == "rowid"; });
  if (shadowed) {
    write_columns_from(out, *source.scan);
    write_where(out, source, write);
    write_rank(out, latest, write);
    out.sql(") = 1");
  } else if (latest.superseded == rel::Superseded::Many) {
    write_newest(out, latest, source, write);
  } else {
    write_without_superseded(out, latest, source, write);
  }
}

}  // namespace

const Dialect& duckdb() {
  static const DuckDb dialect;
  return dialect;
}

}  // namespace metaxy::sql
