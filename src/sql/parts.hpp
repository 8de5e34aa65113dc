// SPDX-License-Identifier: Apache-2.0
// Parts of statements that several dialects write in the same way.
#pragma once

#include <string>
#include <vector>

#include "rel/expr.hpp"
#include "sql/writer.hpp"

namespace metaxy::sql {

/// Whether a value is known to be text, so that it needs no cast.
bool is_text(const rel::Expr& expr);
/// Whether an expression is a condition by its operator, not a boolean value that stands somewhere.
bool is_condition(const rel::Expr& expr);
/// Names with commas between them.
void write_names(Writer& out, const std::vector<std::string>& columns);
/// Expressions with commas between them.
void write_list(Writer& out, const std::vector<rel::ExprPtr>& exprs, const WriteExpr& write);

}  // namespace metaxy::sql
