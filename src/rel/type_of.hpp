// SPDX-License-Identifier: Apache-2.0
// Types of expressions whose columns know theirs, for databases whose values do not.
#pragma once

#include <optional>

#include "rel/expr.hpp"

namespace metaxy::rel {

/// Absent: not known, as of NULL.
std::optional<ValueType> type_of(const Expr& expr);

/// The type that holds values of both; of types that do not go together the first.
std::optional<ValueType> common_type(const std::optional<ValueType>& left, const std::optional<ValueType>& right);

/// What a decimal of this text is.
ValueType type_of_decimal(std::string_view text);

bool is_integer(const std::optional<ValueType>& type);
bool is_type(const std::optional<ValueType>& type, Type wanted);

}  // namespace metaxy::rel
