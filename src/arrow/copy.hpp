// SPDX-License-Identifier: Apache-2.0
// What the arrow room's files share: results of nanoarrow turned into errors, and copies.
#pragma once

#include <nanoarrow/nanoarrow.h>
#include <metaxy/arrow.hpp>
#include <metaxy/error.hpp>

#include <string>

namespace metaxy::arrow {

/// Throws an Error saying what was being done when nanoarrow's result is not OK; out of memory is std::bad_alloc.
void check(ArrowErrorCode result, const std::string& doing, const ArrowError* error = nullptr,
           ErrorCode code = ErrorCode::Internal);

/// An independent copy, metadata included.
Schema copy_schema(const ArrowSchema& schema);

/// The schema that `plain_array` gives arrays of `schema`: no dictionaries and views.
Schema plain_schema(const ArrowSchema& schema);

/// True when arrays of the batch have no offsets, dictionaries or views anywhere, so that IPC can write them.
bool is_plain(const ArrowSchema& schema, const ArrowArray& array);

/// A copy of a batch in the layout of `plain_schema`. Throws: Unsupported for unions and run-end encoding.
Array plain_array(const ArrowSchema& schema, const ArrowArray& array);

}  // namespace metaxy::arrow
