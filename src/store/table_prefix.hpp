// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "store/session.hpp"

namespace metaxy::store {

/// The same store, whose tables have names that begin with `prefix`: several sets of tables can share one database.
/// Tables without the prefix are not seen.
std::unique_ptr<Store> with_table_prefix(std::unique_ptr<Store> store, std::string prefix);

}  // namespace metaxy::store
