// SPDX-License-Identifier: Apache-2.0
// An expression in a dialect's words.
#pragma once

#include "rel/notation.hpp"
#include "sql/dialect.hpp"

namespace metaxy::sql {

/// What the text is for. To be described, a digest that the database lacks is a NULL text: types are all that is asked.
enum class Purpose { Run, Describe };

class SqlNotation final : public rel::Notation {
 public:
  SqlNotation(Writer& out, const Dialect& dialect, Purpose purpose) : out_(out), dialect_(dialect), purpose_(purpose) {}

 protected:
  void put(std::string_view words) override { out_.sql(words); }
  void put_literal(const rel::Literal& literal) override;
  void put_term(std::int64_t value) override { dialect_.write_bigint(out_, value); }
  void put_column(const rel::Column& column) override { out_ << Ident{column.name}; }
  void put_member(const rel::Member& member) override { dialect_.write_member(out_, member, operand()); }
  void put_type(const rel::Cast& cast) override;
  bool put_binary(const rel::Binary& binary) override { return dialect_.write_binary(out_, binary, operand()); }
  void put_call(const rel::Call& call) override { dialect_.write_call(out_, call, whole()); }
  void put_pack(const rel::Pack& pack) override { dialect_.write_pack(out_, pack, whole()); }
  void put_items(const rel::Items& items) override { dialect_.write_items(out_, items, whole()); }
  void put_digest(const rel::Digest& digest) override;

 private:
  WriteExpr whole() {
    return [this](const rel::Expr& expr) { write(expr); };
  }
  WriteExpr operand() {
    return [this](const rel::Expr& expr) { write_operand(expr, rel::Rank::Primary); };
  }

  Writer& out_;
  const Dialect& dialect_;
  Purpose purpose_;
};

}  // namespace metaxy::sql
