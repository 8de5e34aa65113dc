// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/lake_lock.hpp"

#include <fmt/format.h>

#include <chrono>
#include <metaxy/error.hpp>
#include <string>
#include <thread>

#include "base/text.hpp"
#include "stores/duckdb/column_types.hpp"
#include "stores/duckdb/errors.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr std::chrono::milliseconds kFilePoll{2};
constexpr std::chrono::milliseconds kServerPoll{20};
/// What the catalog's database is called in the instance.
constexpr std::string_view kServer = "metaxy_catalog";
constexpr std::string_view kTryLock =
    "SELECT pg_try_advisory_xact_lock(hashtext('metaxy'), hashtext(current_schema())) AS held";

void run(duckdb_connection connection, const std::string& sql, Result& result) {
  if (duckdb_query(connection, sql.c_str(), result.get()) == DuckDBSuccess) return;
  throw translate(duckdb_result_error_type(result.get()), redact_uri(clean_message(duckdb_result_error(result.get()))),
                  {});
}

void run(duckdb_connection connection, const std::string& sql) {
  Result result;
  run(connection, sql, result);
}

/// A query's one value, a boolean.
bool ask(duckdb_connection connection, const std::string& sql) {
  Result result;
  run(connection, sql, result);
  return duckdb_row_count(result.get()) == 1 && duckdb_value_boolean(result.get(), 0, 0);
}

}  // namespace

LakeLock::LakeLock(const Lake& lake) : lake_(lake) {
  if (lake.file) file_.emplace(*lake.file);
}

void LakeLock::take(Database& database, Patience& patience) {
  if (lake_.secret) return take_on_server(database, patience);
  if (!file_) return;
  while (!file_->attempt(FileLock::Kind::Exclusive)) {
    patience.check([this] {
      const auto holder = file_->holder(FileLock::Kind::Exclusive);
      return holder ? name_process(*holder) : "other processes";
    });
    std::this_thread::sleep_for(kFilePoll);
  }
}

void LakeLock::take_on_server(Database& database, Patience& patience) {
  server_ = database.take_connection();
  try {
    run(server_.get(),
        fmt::format("ATTACH IF NOT EXISTS '' AS {} (TYPE postgres, SECRET {})", kServer, quote_name(*lake_.secret)));
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("cannot open the DuckLake {}: {}", lake_.shown, error.message()),
                error.hint());
  }
  const std::string asking =
      fmt::format("SELECT held FROM postgres_query({}, {})", quote_text(kServer), quote_text(kTryLock));
  while (true) {
    run(server_.get(), "BEGIN TRANSACTION");
    if (ask(server_.get(), asking)) return;
    run(server_.get(), "ROLLBACK");
    patience.check([] { return "another program that writes it"; });
    std::this_thread::sleep_for(kServerPoll);
  }
}

void LakeLock::release() noexcept {
  if (file_) file_->release();
  if (!server_) return;
  Result result;
  duckdb_query(server_.get(), "ROLLBACK", result.get());
  server_.reset();  // one of a lake that is being opened does not speak of its tables
}

}  // namespace metaxy::stores::duckdb
