// SPDX-License-Identifier: Apache-2.0
// Rows between metaxy and a driver. Drivers give and take some types in ways of their own; a local engine casts.
#pragma once

#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>

#include "store/session.hpp"
#include "stores/adbc/types.hpp"

namespace metaxy::stores::adbc {

/// What the driver gave for columns of these types, as these types; columns by place.
arrow::Stream given_rows(arrow::Stream rows, const store::TableSchema& columns, const Types& types,
                         store::Session& engine, const Watch& watch);
/// Rows as the driver takes them for columns of these types, by name and in their order.
arrow::Stream taken_rows(arrow::Stream rows, const store::TableSchema& columns, const Types& types,
                         store::Session& engine, const Watch& watch);

}  // namespace metaxy::stores::adbc
