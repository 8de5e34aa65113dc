// SPDX-License-Identifier: Apache-2.0
// The filter language's functions of texts, where SQLite's own mean something else.
#include <locale.h>
#include <wctype.h>

#include "base/text.hpp"
#include "stores/sqlite/function_values.hpp"

namespace metaxy::stores::sqlite {

namespace {

/// The letters of all scripts, whatever the program's locale is; null where there is no such locale.
locale_t letters() {
  static const locale_t kLetters = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return kLetters;
}

template <auto Change>
std::string changed(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto c = next_code_point(text, at);
    append_code_point(out, letters() ? static_cast<char32_t>(Change(static_cast<wint_t>(c), letters())) : c);
  }
  return out;
}

std::string lower(std::string_view text) { return changed<::towlower_l>(text); }
std::string upper(std::string_view text) { return changed<::towupper_l>(text); }

std::size_t size_of_character(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) ++size;
  return size;
}

/// `%` stands for any characters, `_` for one; nothing escapes them.
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in = 0;
  std::size_t retry_at = 0;
  auto retry_in = std::string_view::npos;  // behind the last `%`
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '%') {
      retry_in = ++in;
      retry_at = at;
    } else if (in < pattern.size() && pattern[in] == '_') {
      at += size_of_character(text.substr(at));
      ++in;
    } else if (in < pattern.size() && pattern[in] == text[at]) {
      ++at;
      ++in;
    } else if (retry_in != std::string_view::npos) {
      retry_at += size_of_character(text.substr(retry_at));
      at = retry_at;
      in = retry_in;
    } else {
      return false;
    }
  }
  while (in < pattern.size() && pattern[in] == '%') ++in;
  return in == pattern.size();
}

void like(sqlite3_context* context, Arguments args) {
  sqlite3_result_int(context, is_like(text_of(args[0]), text_of(args[1])) ? 1 : 0);
}
void ilike(sqlite3_context* context, Arguments args) {
  sqlite3_result_int(context, is_like(lower(text_of(args[0])), lower(text_of(args[1]))) ? 1 : 0);
}
void starts_with(sqlite3_context* context, Arguments args) {
  sqlite3_result_int(context, text_of(args[0]).starts_with(text_of(args[1])) ? 1 : 0);
}
void ends_with(sqlite3_context* context, Arguments args) {
  sqlite3_result_int(context, text_of(args[0]).ends_with(text_of(args[1])) ? 1 : 0);
}
void lower_of(sqlite3_context* context, Arguments args) { give(context, lower(text_of(args[0]))); }
void upper_of(sqlite3_context* context, Arguments args) { give(context, upper(text_of(args[0]))); }

}  // namespace

void register_texts(sqlite3* database) {
  register_scalar(database, "metaxy_like", 2, call<like>);
  register_scalar(database, "metaxy_ilike", 2, call<ilike>);
  register_scalar(database, "metaxy_starts_with", 2, call<starts_with>);
  register_scalar(database, "metaxy_ends_with", 2, call<ends_with>);
  register_scalar(database, "metaxy_lower", 1, call<lower_of>);
  register_scalar(database, "metaxy_upper", 1, call<upper_of>);
}

void register_scalar(sqlite3* database, const std::string& name, int arguments, ScalarFunction function, void* data,
                     void (*destroy)(void*)) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  if (sqlite3_create_function_v2(database, name.c_str(), arguments, flags, data, function, nullptr, nullptr, destroy) !=
      SQLITE_OK) {
    throw Error(ErrorCode::Internal, "SQLite takes no function " + name);
  }
}

void register_functions(sqlite3* database) {
  register_kernels(database);
  register_gathering(database);
  register_numbers(database);
  register_texts(database);
  register_json(database);
  register_times(database);
}

}  // namespace metaxy::stores::sqlite
