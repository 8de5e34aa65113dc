// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/errors.hpp"

#include <cstring>
#include <string>

#include "store/statement_note.hpp"

namespace metaxy::stores::adbc {

namespace {

struct Meaning {
  ErrorCode code;
  const char* hint;
};

Meaning meaning_of(AdbcStatusCode status) {
  switch (status) {
    case ADBC_STATUS_UNAUTHENTICATED:
      return {ErrorCode::Backend, "check user and password; password_env and password_file say where the password is"};
    case ADBC_STATUS_UNAUTHORIZED: return {ErrorCode::Backend, "have the owner GRANT this to the user"};
    case ADBC_STATUS_ALREADY_EXISTS: return {ErrorCode::AlreadyExists, ""};
    case ADBC_STATUS_NOT_FOUND: return {ErrorCode::NotFound, ""};
    case ADBC_STATUS_NOT_IMPLEMENTED: return {ErrorCode::Unsupported, "the driver cannot do this; a newer one may"};
    case ADBC_STATUS_IO: return {ErrorCode::Io, "check the address, and that the database runs and lets you in"};
    case ADBC_STATUS_TIMEOUT: return {ErrorCode::Conflict, "try again, or give it more time"};
    default: return {ErrorCode::Backend, ""};
  }
}

}  // namespace

std::string Report::text(AdbcStatusCode status) const {
  std::string out = error_.message ? error_.message : "status " + std::to_string(status);
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  const std::string state(error_.sqlstate, strnlen(error_.sqlstate, sizeof error_.sqlstate));
  return state.empty() || out.find(state) != std::string::npos ? out : out + " (SQLSTATE " + state + ")";
}

void check(AdbcStatusCode status, const Report& report, std::string_view doing, std::string_view sql, bool stopped) {
  if (status == ADBC_STATUS_OK) return;
  if (stopped) throw Error(ErrorCode::Cancelled, "interrupted");
  const auto [code, hint] = meaning_of(status);
  Error error(code, std::string(doing) + ": " + report.text(status), hint);
  store::note_statement(error, sql);
  throw error;
}

}  // namespace metaxy::stores::adbc
