// SPDX-License-Identifier: Apache-2.0
// JSON values appended to arrays under construction.
#pragma once

#include <nanoarrow/nanoarrow.h>

#include <string_view>

#include "arrow/view.hpp"
#include "base/json.hpp"

namespace metaxy::arrow {

/// Appends text or bytes; false when the array is of another type.
bool append_text(ArrowArray& array, std::string_view text);

/// Appends a value of any type that `read_value` gives, except intervals. Throws: SchemaMismatch naming the value.
void append_value(ArrowArray& array, const TypeNode& type, const Json& value);

}  // namespace metaxy::arrow
