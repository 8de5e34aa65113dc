// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "arrow/view.hpp"

namespace metaxy::stores::postgresql {

/// Appends a value as JSON text: structs and maps with texts as keys are objects, other maps lists of `{key, value}`;
/// numbers that JSON lacks, dates, times and bytes are texts that PostgreSQL reads.
void append_json(std::string& out, const arrow::TypeNode& type, const ArrowArrayView& view, std::int64_t row);

}  // namespace metaxy::stores::postgresql
