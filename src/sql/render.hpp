// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sql/expression.hpp"

namespace metaxy::sql {

/// One SELECT statement for a relation. Throws: Unsupported when the dialect lacks something that is needed.
std::string render(const rel::Relation& relation, const Dialect& dialect, Purpose purpose = Purpose::Run);
/// Whether the dialect has all that a relation needs.
bool can_render(const rel::Relation& relation, const Dialect& dialect);
/// An expression alone, for WHERE clauses and defaults.
std::string render(const rel::Expr& expr, const Dialect& dialect);

}  // namespace metaxy::sql
