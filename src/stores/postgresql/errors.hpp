// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <libpq-fe.h>

#include <metaxy/error.hpp>
#include <string_view>

namespace metaxy::stores::postgresql {

/// metaxy's error for what the server says of a statement. A statement that was stopped on request is Cancelled.
Error translate(const PGresult* result, std::string_view sql, bool stopped);
/// A connection that was not made.
Error connection_error(std::string_view message);
/// A connection that ended while it was used.
Error lost_connection(std::string_view message, std::string_view sql);

}  // namespace metaxy::stores::postgresql
