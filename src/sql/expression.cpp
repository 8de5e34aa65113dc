// SPDX-License-Identifier: Apache-2.0
#include "sql/expression.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include <metaxy/error.hpp>

namespace metaxy::sql {

void SqlNotation::put_literal(const rel::Literal& literal) {
  if (const auto* flag = std::get_if<bool>(&literal.value)) {
    out_.sql(*flag ? "TRUE" : "FALSE");
  } else if (const auto* integer = std::get_if<std::int64_t>(&literal.value)) {
    // Databases read the least integer as the negation of a number that does not fit.
    bool least = *integer == std::numeric_limits<std::int64_t>::min();
    least ? dialect_.write_bigint(out_, *integer) : void(out_.number(*integer));
  } else if (const auto* real = std::get_if<double>(&literal.value)) {
    std::isfinite(*real) ? void(out_.number(*real)) : dialect_.write_not_finite(out_, *real);
  } else if (const auto* text = std::get_if<std::string>(&literal.value)) {
    out_ << Text{*text};
  } else if (const auto* typed = std::get_if<rel::TypedText>(&literal.value)) {
    typed->type == rel::Type::Decimal ? void(out_ << Decimal{typed->text}) : dialect_.write_typed(out_, *typed);
  } else {
    out_.sql("NULL");
  }
}

void SqlNotation::put_type(const rel::Cast& cast) {
  out_.sql(dialect_.type_name(cast.type));
  if (cast.type != rel::Type::Decimal) return;
  out_.sql("(").number(std::int64_t{cast.precision}).sql(", ").number(std::int64_t{cast.scale}).sql(")");
}

void SqlNotation::put_digest(const rel::Digest& digest) {
  if (dialect_.write_digest(out_, digest, whole())) return;
  if (purpose_ == Purpose::Describe) return write(*rel::cast(rel::null(), rel::Type::Text));
  throw Error(
      ErrorCode::Unsupported,
      fmt::format("{} cannot compute {} digests of format {}", dialect_.traits().name, digest.algorithm, digest.format),
      "choose another hash algorithm for this store");
}

}  // namespace metaxy::sql
