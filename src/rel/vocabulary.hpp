// SPDX-License-Identifier: Apache-2.0
// The words of the filter language, shared by its parser and its renderer.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "rel/expr.hpp"

namespace metaxy::rel {

struct FunctionWord {
  std::string_view name;
  Function function;
  std::size_t least;  ///< number of arguments
  std::size_t most;
};
/// The first word of a function is its proper name, further ones are aliases.
std::span<const FunctionWord> function_words();
std::string_view function_name(Function function);

struct TypeWord {
  std::string_view name;  ///< lower case
  Type type;
};
/// The first word of a type is its proper name, further ones are aliases.
std::span<const TypeWord> type_words();
std::string_view type_name(Type type);

/// Words that name a column only in double quotes; `word` in lower case.
bool is_reserved(std::string_view word);

/// Sign, digits with at most one point, at most 38 of them: what an exact decimal literal may be.
bool is_decimal(std::string_view text);

}  // namespace metaxy::rel
