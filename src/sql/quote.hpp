// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// A name as the dialect writes it. Throws: InvalidArgument when it is empty.
std::string quote_name(const Dialect& dialect, std::string_view name);
/// A constant text as the dialect writes it.
std::string quote_text(const Dialect& dialect, std::string_view text);

}  // namespace metaxy::sql
