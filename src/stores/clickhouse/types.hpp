// SPDX-License-Identifier: Apache-2.0
// ClickHouse's types: read from its texts, written for tables, and found for Arrow columns.
#pragma once

#include <string>
#include <string_view>

#include <metaxy/arrow.hpp>

#include "store/session.hpp"

namespace metaxy::stores::clickhouse {

/// The type that ClickHouse calls so. The text of a scalar is without Nullable and LowCardinality around it.
store::ColumnType read_type(std::string_view text);

/// What columns of a type are made with: scalars can be NULL; structs, lists and maps cannot, but what is in them can.
std::string stored_type(const store::ColumnType& type);

/// What a column of an Arrow stream is made with. Throws: Unsupported.
std::string input_type(const ArrowSchema& schema);

/// Sets the kind of parts that are only NULL in what a query gives, from those of the input column of that name.
void restore_nulls(store::ColumnType& type, const ArrowSchema& schema);

/// The zone in which sessions show times without one. It is UTC by another name, by which they are known in what the
/// server sends.
constexpr std::string_view kNoZone = "Etc/Zulu";
/// Takes that zone away.
void restore_no_zone(ArrowSchema& schema);

/// SQL that turns `expr` of type `from` into what a column of type `to` takes.
/// Requires: store::check_fit found nothing.
std::string fit_expression(const std::string& expr, const store::ColumnType& from, const store::ColumnType& to);

/// The type of a column that takes what both take; structs have the members of both, those of `have` first.
store::ColumnType widened(const store::ColumnType& have, const store::ColumnType& want);

std::string quote_name(std::string_view name);
std::string quote_text(std::string_view text);

}  // namespace metaxy::stores::clickhouse
