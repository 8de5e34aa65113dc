// SPDX-License-Identifier: Apache-2.0
// Texts of CSV and JSON as values of a type, in SQL of the local engine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/session.hpp"

namespace metaxy::stores::duckdb {

/// What the error of `checked_value` begins with.
inline constexpr std::string_view kRefusedValue = "metaxy refuses the value: ";

/// What it ends with when a list or an object stands for a value.
inline constexpr std::string_view kNotSingle = "no single value";

/// The engine's name of a scalar type of any database; absent for types that texts are not converted to.
std::optional<std::string> engine_type(const store::ColumnType& type);

/// `text` as a value of `engine_type(type)`; NULL when it is none, or would lose something.
std::string value_of(const std::string& text, const store::ColumnType& type);

/// The same, but an error that names the column and the text when it is none.
std::string checked_value(const std::string& text, const store::TableColumn& column);

/// A JSON value as text, but an error that names the column when it is an object or a list.
std::string checked_scalar(const std::string& json, const std::string& column);

}  // namespace metaxy::stores::duckdb
