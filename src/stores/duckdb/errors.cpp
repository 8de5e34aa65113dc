// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/errors.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cerrno>
#include <regex>

#include "base/system_remedy.hpp"
#include "store/statement_note.hpp"

namespace metaxy::stores::duckdb {

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

ErrorCode code_of(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_INTERRUPT: return ErrorCode::Cancelled;
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_HTTP:
    case DUCKDB_ERROR_PERMISSION: return ErrorCode::Io;
    case DUCKDB_ERROR_TRANSACTION: return ErrorCode::Conflict;
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_OUT_OF_RANGE:
    case DUCKDB_ERROR_MISMATCH_TYPE:
    case DUCKDB_ERROR_INVALID_INPUT: return ErrorCode::InvalidArgument;
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD: return ErrorCode::Unsupported;
    default: return ErrorCode::Backend;
  }
}

/// The kind of error that DuckDB's text begins with, for calls that give only the text.
duckdb_error_type type_of(std::string_view message) {
  constexpr std::pair<std::string_view, duckdb_error_type> kKinds[] = {
      {"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
      {"Conversion Error", DUCKDB_ERROR_CONVERSION},
      {"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
      {"IO Error", DUCKDB_ERROR_IO},
      {"HTTP Error", DUCKDB_ERROR_HTTP},
      {"TransactionContext Error", DUCKDB_ERROR_TRANSACTION},
      {"Permission Error", DUCKDB_ERROR_PERMISSION},
      {"Out of Memory Error", DUCKDB_ERROR_OUT_OF_MEMORY},
      {"INTERRUPT Error", DUCKDB_ERROR_INTERRUPT},
      {"FATAL Error", DUCKDB_ERROR_FATAL},
      {"Not implemented Error", DUCKDB_ERROR_NOT_IMPLEMENTED},
      {"Missing Extension Error", DUCKDB_ERROR_MISSING_EXTENSION},
  };
  for (const auto& [words, type] : kKinds) {
    if (message.starts_with(words)) return type;
  }
  return DUCKDB_ERROR_INVALID;
}

/// metaxy never holds a file for long, but other programs do.
constexpr auto kInUse = "wait until it is done, end it, or raise lock_timeout, the seconds to wait for others";

/// What to do about an object storage's answer; empty when the text is none.
std::string storage_remedy(std::string_view text) {
  if (!contains(text, "HTTP") && !contains(text, "URL")) return {};
  if (contains(text, "403")) return "the storage refuses: check key_id and secret, and what they may do";
  if (contains(text, "404")) return "check that the bucket is there, and that key_id, region and endpoint are right";
  if (contains(text, "establish connection") || contains(text, "resolve") || contains(text, "Timeout")) {
    return "the storage cannot be reached: check its endpoint, and the network";
  }
  return {};
}

Error lock_conflict(const std::string& message) {
  static const std::regex holder(R"(held in (.*) \(PID (\d+)\))");
  std::smatch match;
  std::string who = "another process";
  if (std::regex_search(message, match, holder)) who = "process " + match[2].str() + " (" + match[1].str() + ")";
  return Error(ErrorCode::Conflict, "the database file is in use by " + who, kInUse);
}

}  // namespace

std::string clean_message(std::string_view message) {
  std::string text(message);
  if (text.starts_with('{')) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_object() && json.contains("exception_message") && json["exception_message"].is_string()) {
      text = json["exception_message"].get<std::string>();
    }
  }
  // What went wrong is wrapped in how DuckDB came to notice.
  static const std::regex wrapping(
      "^(Invalid Input Error: )?Attempting to execute an unsuccessful or closed pending query result\nError: ");
  text = std::regex_replace(text, wrapping, "", std::regex_constants::format_first_only);
  static const std::regex kind(R"(^([A-Z][A-Za-z]*( [A-Za-z]+){0,2} )?Error: (Failed to commit: )?)");
  text = std::regex_replace(text, kind, "", std::regex_constants::format_first_only);
  // The statement is told apart from the message, and DuckDB's advice is for those who write its SQL.
  for (const std::string_view end :
       {"\n\nLINE ", "\nThe search space", "\n\nPossible solutions", "\n\nPossible Solution", "\nPossible fixes"}) {
    text = text.substr(0, text.find(end));
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

Error translate(duckdb_error_type type, std::string_view message, std::string_view sql) {
  const std::string text = clean_message(message);
  if (type == DUCKDB_ERROR_INVALID) type = type_of(message);
  if (type == DUCKDB_ERROR_INTERRUPT || contains(text, "Interrupted!")) {
    return Error(ErrorCode::Cancelled, "interrupted");
  }
  if (contains(text, "Could not set lock on file")) return lock_conflict(text);
  std::string hint;
  ErrorCode code = code_of(type);
  if (type == DUCKDB_ERROR_OUT_OF_MEMORY || contains(message, "Out of Memory")) {
    code = ErrorCode::Backend;
    hint = "raise memory_limit, lower threads, or give a temp_directory with room for spilling";
  } else if (contains(text, "No space left on device") || contains(text, "File too large") ||
             contains(text, "Could not write all bytes")) {
    code = ErrorCode::Io;
    hint = "free space on the disk; nothing of this write was kept";
  } else if (contains(text, "database is locked") || contains(text, "Transaction conflict")) {
    code = ErrorCode::Conflict;  // words of SQLite and DuckLake, of a lake that another program writes
  } else if (auto remedy = storage_remedy(text); code == ErrorCode::Io && !remedy.empty()) {
    hint = std::move(remedy);
  } else if (contains(text, "Corrupt database file")) {
    hint = "the file was damaged outside of metaxy: restore it from a backup, and look at the disk";
  } else if (contains(text, ": Permission denied")) {
    code = ErrorCode::Io;
    hint = system_remedy(EACCES);
  }
  Error error(code, "DuckDB: " + text, hint);
  // A disk or a folder does not care for the statement.
  if (code != ErrorCode::Io) store::note_statement(error, sql);
  return error;
}

Error in_use(std::string_view path, std::string_view whom) {
  return Error(ErrorCode::Conflict, fmt::format("cannot open the database file {}: it is in use by {}", path, whom),
               kInUse);
}

void check(duckdb_error_data data) {
  if (!data) return;
  const ErrorData owned(data);
  if (!duckdb_error_data_has_error(data)) return;
  throw translate(duckdb_error_data_error_type(data), duckdb_error_data_message(data), {});
}

}  // namespace metaxy::stores::duckdb
