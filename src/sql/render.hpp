// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// One SELECT statement for a relation. Throws: Unsupported when the dialect lacks a needed digest.
std::string render(const rel::Relation& relation, const Dialect& dialect);
/// An expression alone, for WHERE clauses and defaults.
std::string render(const rel::Expr& expr, const Dialect& dialect);

}  // namespace metaxy::sql
