// SPDX-License-Identifier: Apache-2.0
// Names of functions that stores/sqlite registers, as the dialect writes them, with the parenthesis behind.
#pragma once

#include <optional>
#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::sql {

/// What writes a value of a type as text; empty: it is text, or becomes it.
std::string_view text_function(const std::optional<rel::ValueType>& type);
/// What turns any value into one of a type. Throws: Unsupported.
std::string_view cast_function(rel::Type type);
/// How a comparison is made of the sign of one: ` < 0`; empty: not at all.
std::string_view sign_test(rel::BinaryOp op);

}  // namespace metaxy::sql
