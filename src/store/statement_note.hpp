// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <metaxy/error.hpp>
#include <string_view>

namespace metaxy::store {

/// Adds the statement that a database refused, long ones cut; nothing when there is none.
void note_statement(Error& error, std::string_view sql, std::size_t most = 2000);

}  // namespace metaxy::store
