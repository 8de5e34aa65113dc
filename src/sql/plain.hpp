// SPDX-License-Identifier: Apache-2.0
// The dialect of dialect_plain.hpp; its parts lie in dialect_plain.cpp (conditions, relations) and plain_texts.cpp.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/error.hpp>

#include "rel/type_of.hpp"
#include "sql/dialect_plain.hpp"
#include "sql/plain_words.hpp"

namespace metaxy::sql::plain {

using rel::Type;
using Known = std::optional<rel::ValueType>;
using Write = std::function<void()>;

bool is_null(const rel::Expr& expr);
/// Text that is no JSON.
bool is_plain_text(const Known& type);
/// Writes a word with what it holds.
void fill(Writer& out, std::string_view word, const Write& value, const Write& name = {});

class Plain final : public Dialect {
 public:
  explicit Plain(const PlainWords& words) : words_(words) {}

  const Traits& traits() const override { return words_.traits; }
  std::string_view type_name(Type type) const override { return named(words_.cast_types, type); }
  std::string_view column_type(Type type) const override { return named(words_.column_types, type); }

  void write_typed(Writer& out, const rel::TypedText& typed) const override;
  void write_not_finite(Writer&, double) const override { refuse("compute with real numbers as metaxy does"); }
  void write_bigint(Writer& out, std::int64_t value) const override {
    const bool least = value == std::numeric_limits<std::int64_t>::min();
    least ? void(out.sql("(-9223372036854775807 - 1)")) : void(out.number(value));
  }

  bool write_own(Writer& out, const rel::Expr& expr, const WriteExpr& write) const override;
  void write_value(Writer& out, const rel::Expr& expr, const WriteExpr& write) const override {
    value(out, expr, write);
  }
  bool write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const override;
  void write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const override;
  void write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const override;
  void write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const override;
  /// What `write_own` leaves is arithmetic and patterns.
  bool write_binary(Writer&, const rel::Binary&, const WriteExpr&) const override {
    refuse("compute with numbers, lengths of time or patterns as metaxy does");
  }
  void write_call(Writer& out, const rel::Call& call, const WriteExpr& write) const override;

  std::string_view aggregate_opening(rel::AggregateFunction) const override { return {}; }
  std::string_view aggregate_closing(rel::AggregateFunction) const override { return {}; }
  bool write_aggregated(Writer& out, const rel::Aggregated& column, const WriteExpr& write) const override;

  void write_input(Writer& out, const rel::Input& input) const override { out << Ident{plain_input_table(input.name)}; }
  void write_latest(Writer& out, const rel::Latest& latest, const WriteExpr& write) const override;
  void write_ordered_aggregate(Writer&, const rel::Aggregate&, const std::function<void()>&,
                               const WriteExpr&) const override {
    refuse("aggregate rows in an order");
  }

 private:
  [[noreturn]] void refuse(std::string_view what) const {
    throw Error(ErrorCode::Unsupported, std::string(words_.traits.name) + " cannot " + std::string(what));
  }
  std::string_view named(const TypeNames& names, Type type) const {
    const auto name = names.at(static_cast<std::size_t>(type));
    if (name.empty()) refuse("keep such values");
    return name;
  }

  void require_same(const rel::Expr& left, const rel::Expr& right) const;
  void require_comparable(const rel::Expr& left, const rel::Expr& right, bool ordered) const;
  bool is_comparable(const Known& type, bool ordered) const;

  /// In the place of a condition.
  void condition(Writer& out, const rel::Expr& expr, const WriteExpr& write) const;
  /// In the place of a value.
  void value(Writer& out, const rel::Expr& expr, const WriteExpr& write) const;
  /// One side of a comparison.
  void side(Writer& out, const rel::Expr& expr, bool is_text, const WriteExpr& write) const;
  void two_valued(Writer& out, const Write& test, bool negated) const;

  bool literal(Writer& out, const rel::Literal& literal) const;
  void constant(Writer& out, std::string_view word, std::string_view text) const;
  void unary(Writer& out, const rel::Unary& unary, const WriteExpr& write) const;
  bool binary(Writer& out, const rel::Binary& binary, const WriteExpr& write) const;
  void comparison(Writer& out, rel::BinaryOp op, const rel::Expr& left, const rel::Expr& right,
                  const WriteExpr& write) const;
  void chain(Writer& out, const rel::Binary& binary, const WriteExpr& write) const;
  void in(Writer& out, const rel::In& in, const WriteExpr& write) const;
  void cast(Writer& out, const rel::Cast& cast, const WriteExpr& write) const;
  void choice(Writer& out, const rel::Case& choice, const WriteExpr& write) const;

  /// A value as text, where its text is surely ours.
  void text(Writer& out, const rel::Expr& expr, const WriteExpr& write) const;
  void item(Writer& out, const rel::Expr& expr, const WriteExpr& write) const;
  /// Texts as one.
  void joined(Writer& out, std::span<const Write> parts) const;

  const PlainWords& words_;
};

}  // namespace metaxy::sql::plain
