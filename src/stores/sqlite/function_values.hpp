// SPDX-License-Identifier: Apache-2.0
// Arguments and results of functions that SQLite calls.
#pragma once

#include <sqlite3.h>

#include <exception>
#include <metaxy/error.hpp>
#include <new>
#include <span>
#include <string>
#include <string_view>

namespace metaxy::stores::sqlite {

using Arguments = std::span<sqlite3_value* const>;

/// What SQLite's JSON functions mark JSON by.
inline constexpr unsigned kJsonSubtype = 'J';

inline bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }
inline bool is_text(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_TEXT; }
inline bool any_null(Arguments args) {
  for (auto* value : args) {
    if (is_null(value)) return true;
  }
  return false;
}

/// The text of a value, which may be a number. Valid until the value is read in another way.
inline std::string_view text_of(sqlite3_value* value) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return {text ? text : "", static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

inline void give(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Registers Body(context, arguments), a function of its arguments alone, whose errors become those of the statement.
/// A null argument makes it null when `strict`.
template <auto Body, bool strict = true>
void call(sqlite3_context* context, int count, sqlite3_value** values) noexcept {
  try {
    const Arguments args(values, static_cast<std::size_t>(count));
    if (strict && any_null(args)) return sqlite3_result_null(context);
    Body(context, args);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const Error& error) {
    sqlite3_result_error(context, error.message().c_str(), -1);
    sqlite3_result_error_code(context, SQLITE_MISMATCH);
  } catch (const std::exception& error) {
    sqlite3_result_error(context, error.what(), -1);
  }
}

using ScalarFunction = void (*)(sqlite3_context*, int, sqlite3_value**);

/// Throws: Internal.
void register_scalar(sqlite3* database, const std::string& name, int arguments, ScalarFunction function,
                     void* data = nullptr, void (*destroy)(void*) = nullptr);

/// The functions that dialect_sqlite writes.
void register_functions(sqlite3* database);
void register_kernels(sqlite3* database);
void register_gathering(sqlite3* database);
void register_numbers(sqlite3* database);
void register_texts(sqlite3* database);
void register_json(sqlite3* database);
void register_times(sqlite3* database);

}  // namespace metaxy::stores::sqlite
