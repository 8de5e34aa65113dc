// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/errors.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/system_remedy.hpp"
#include "store/statement_note.hpp"

namespace metaxy::stores::sqlite {

namespace {

Error of_system(sqlite3* database, const std::string& path, std::string_view doing) {
  const int number = sqlite3_system_errno(database);
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
    return Error(ErrorCode::Io, fmt::format("cannot write {}: {}", path, std::strerror(number)),
                 "free space on the disk; nothing of this write was kept");
  }
  // A commit that cannot write does not say why.
  if (number == 0 && sqlite3_extended_errcode(database) == SQLITE_IOERR_WRITE) {
    return Error(ErrorCode::Io, fmt::format("cannot write {}: {}", path, sqlite3_errmsg(database)),
                 "see that the disk is not full and takes files of that size; nothing of this write was kept");
  }
  const auto reason = number != 0 ? std::strerror(number) : sqlite3_errmsg(database);
  return Error(ErrorCode::Io, fmt::format("cannot {} {}: {}", doing, path, reason), system_remedy(number));
}

}  // namespace

Error in_use(const std::string& path) {
  return Error(ErrorCode::Conflict, fmt::format("the database file {} is being written by another process", path),
               "wait until it is done, or raise lock_timeout, the seconds to wait for others");
}

Error translate(sqlite3* database, const std::string& path, std::string_view sql, bool stopped) {
  const std::string message = sqlite3_errmsg(database);
  switch (sqlite3_errcode(database)) {
    case SQLITE_INTERRUPT:
      if (stopped) return Error(ErrorCode::Cancelled, "interrupted");
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return in_use(path);
    case SQLITE_FULL:
      return Error(ErrorCode::Io, fmt::format("cannot write {}: the disk is full", path),
                   "free space on the disk; nothing of this write was kept");
    case SQLITE_IOERR: return of_system(database, path, "use");
    case SQLITE_CANTOPEN: return of_system(database, path, "open the database file");
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return Error(ErrorCode::Io, fmt::format("cannot write {}: {}", path, message),
                   "give yourself the right to write the file and its folder");
    case SQLITE_NOTADB:
      return Error(ErrorCode::Backend, path + " is not a SQLite database",
                   "name another file; this one was left as it is");
    case SQLITE_CORRUPT:
      return Error(ErrorCode::Backend, fmt::format("the database file {} is damaged: {}", path, message),
                   "restore it from a copy; `sqlite3 FILE .recover` saves what can be read");
    case SQLITE_NOMEM: throw std::bad_alloc();
    default: break;
  }
  const bool value = sqlite3_errcode(database) == SQLITE_MISMATCH || sqlite3_errcode(database) == SQLITE_TOOBIG;
  const bool deep = message.find("parser stack overflow") != std::string::npos;
  Error error(value || deep ? ErrorCode::InvalidArgument : ErrorCode::Backend, "SQLite: " + message,
              deep ? "SQLite takes expressions of about 20 levels: use fewer parentheses and calls in each other" : "");
  store::note_statement(error, sql);
  return error;
}

}  // namespace metaxy::stores::sqlite
