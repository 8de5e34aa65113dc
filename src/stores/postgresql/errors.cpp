// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/errors.hpp"

#include <string>

#include "store/statement_note.hpp"

namespace metaxy::stores::postgresql {

namespace {

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string trimmed(std::string_view message) {
  while (!message.empty() && (message.back() == '\n' || message.back() == ' ')) message.remove_suffix(1);
  return std::string(message);
}

struct Meaning {
  ErrorCode code;
  std::string hint;
};

Meaning meaning_of(std::string_view state, std::string_view message) {
  if (state == "53100") return {ErrorCode::Io, "free space on the server's disk; nothing of this write was kept"};
  if (state == "42501") return {ErrorCode::Backend, "have the owner GRANT this to the user"};
  if (state == "54000" && contains(message, "index row")) {
    return {ErrorCode::InvalidArgument, "ids of more than 2,700 bytes do not fit an index: drop that of the table"};
  }
  if (state == "55P03") return {ErrorCode::Conflict, "another session holds the table; wait, or raise lock_timeout"};
  if (state == "40001" || state == "40P01") return {ErrorCode::Conflict, "try again"};
  if (state == "57014") return {ErrorCode::Backend, "statement_timeout of the server or user may be too short"};
  if (state == "42P07" || state == "42P06") return {ErrorCode::AlreadyExists, ""};
  if (state == "25006") return {ErrorCode::Backend, "the server only reads: connect to the primary"};
  if (state.starts_with("22")) return {ErrorCode::InvalidArgument, ""};
  if (state.starts_with("53")) return {ErrorCode::Backend, "the server is short of resources"};
  return {ErrorCode::Backend, ""};
}

}  // namespace

Error translate(const PGresult* result, std::string_view sql, bool stopped) {
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text ? text : "");
  };
  const auto state = field(PG_DIAG_SQLSTATE);
  if (state == "57014" && stopped) return Error(ErrorCode::Cancelled, "interrupted");
  auto message = field(PG_DIAG_MESSAGE_PRIMARY);
  if (message.empty()) message = trimmed(PQresultErrorMessage(result));
  const auto detail = field(PG_DIAG_MESSAGE_DETAIL);
  if (!detail.empty()) message += " (" + detail + ")";
  auto [code, hint] = meaning_of(state, message);
  Error error(code, "PostgreSQL: " + message, hint);
  store::note_statement(error, sql);
  return error;
}

Error connection_error(std::string_view message) {
  const auto text = trimmed(message);
  if (contains(text, "password authentication failed") || contains(text, "no password supplied") ||
      contains(text, "authentication failed")) {
    return Error(ErrorCode::Backend, "PostgreSQL: " + text,
                 "check user and password; password_env and password_file say where the password is");
  }
  if (contains(text, "database \"") && contains(text, "does not exist")) {
    return Error(ErrorCode::NotFound, "PostgreSQL: " + text, "create the database, or name another");
  }
  if (contains(text, "role \"")) return Error(ErrorCode::Backend, "PostgreSQL: " + text, "name a user that exists");
  return Error(ErrorCode::Io, "cannot connect to PostgreSQL: " + text,
               "check host and port, and that the server runs and lets you in");
}

Error lost_connection(std::string_view message, std::string_view sql) {
  const bool may_be_done = sql == "COMMIT";
  Error error(ErrorCode::Io, "the connection to PostgreSQL was lost: " + trimmed(message),
              may_be_done ? "all of this write was made or nothing: read the store to see which, before writing again"
                          : "nothing was written; try again when the server runs");
  store::note_statement(error, sql);
  return error;
}

}  // namespace metaxy::stores::postgresql
