// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "arrow/view.hpp"

namespace metaxy::store {

/// Appends a value as JSON text: structs and maps with texts as keys are objects, other maps lists of `{key, value}`;
/// numbers that JSON lacks, dates, times and bytes are texts that casts of databases read.
void append_json(std::string& out, const arrow::TypeNode& type, const ArrowArrayView& view, std::int64_t row);
/// Appends a text as JSON. Throws: InvalidArgument for NUL bytes.
void append_json_text(std::string& out, std::string_view text);

}  // namespace metaxy::store
