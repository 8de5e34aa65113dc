// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>

#include "store/session.hpp"
#include "stores/sqlite/database.hpp"

namespace metaxy::stores::sqlite {

/// The rows of a statement whose columns have these types, made while they are read. `database` is kept.
arrow::Stream read_rows(std::shared_ptr<Database> database, const std::string& sql, const store::TableSchema& columns,
                        const Watch& watch);

}  // namespace metaxy::stores::sqlite
