// SPDX-License-Identifier: Apache-2.0
// Which values may go into which columns. A value fits when nothing of it is lost and nothing is guessed: integers
// fit wider numbers, text does not fit a number nor a number text.
#pragma once

#include <string>

#include <metaxy/error.hpp>

#include "store/session.hpp"

namespace metaxy::store {

/// Adds a fault for every part of `from` that does not fit into `to`. `subject` names the column.
void check_fit(const std::string& subject, const ColumnType& from, const ColumnType& to, Faults& faults);

/// Index of a struct member, absent when there is none.
std::optional<std::size_t> find_member(const ColumnType& type, const std::string& name);

}  // namespace metaxy::store
