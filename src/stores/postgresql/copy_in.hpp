// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>

#include "stores/postgresql/link.hpp"

namespace metaxy::stores::postgresql {

/// Sends a stream by `sql`, a COPY … FROM STDIN (FORMAT binary) into columns that are those of the stream in order, of
/// the types that `column_type` gives them. Returns the number of rows. Throws: what the producer or the server says;
/// then the table has none of the rows.
std::uint64_t copy_in(Link& link, const std::string& sql, arrow::Stream& rows, const Watch& watch);

}  // namespace metaxy::stores::postgresql
