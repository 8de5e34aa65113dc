// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/link.hpp"

#include <arrow-adbc/adbc_driver_manager.h>

#include <algorithm>
#include <array>
#include <functional>
#include <metaxy/error.hpp>
#include <utility>

#include "arrow/read.hpp"
#include "base/text.hpp"
#include "stores/adbc/errors.hpp"

namespace metaxy::stores::adbc {

namespace {

/// Error details reach us through streams, too.
arrow::Stream with_state(arrow::Stream rows, std::shared_ptr<void> alive, const std::stop_token& stop) {
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  auto schema = stream->schema();
  return arrow::make_stream(std::move(schema),
                            [stream, stop, alive = std::move(alive)]() -> std::optional<arrow::Array> {
                              try {
                                while (auto batch = stream->next()) {
                                  if (batch->get()->length > 0) return batch;
                                }
                                return std::nullopt;
                              } catch (const Error&) {
                                if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, "interrupted");
                                throw;
                              }
                            });
}

/// Never NotFound, which says of a store that nothing is in it.
Error no_driver(const std::string& name, const std::string& why) {
  Error error(ErrorCode::InvalidArgument, "there is no ADBC driver " + quote(name),
              "give the path of its library; the Python packages adbc-driver-* carry libadbc_driver_*.so");
  for (const auto& line : split(why, '\n')) error.note(line);
  return error;
}

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

}  // namespace

Driver::Driver(const Options& options) {
  Report report;
  const auto set = [&](const std::string& name, const std::string& value) {
    check(AdbcDatabaseSetOption(&database_, name.c_str(), value.c_str(), report.out()), report,
          "the ADBC driver takes no option " + name);
  };
  check(AdbcDatabaseNew(&database_, report.out()), report, "ADBC");
  try {
    set("driver", options.driver);
    if (!options.entrypoint.empty()) set("entrypoint", options.entrypoint);
    check(AdbcDriverManagerDatabaseSetLoadFlags(&database_, ADBC_LOAD_FLAG_DEFAULT, report.out()), report, "ADBC");
    for (const auto& [name, value] : options.database) set(name, value);
    const auto status = AdbcDatabaseInit(&database_, report.out());
    if (status == ADBC_STATUS_NOT_FOUND) throw no_driver(options.driver, report.text(status));
    check(status, report, "cannot connect through the ADBC driver " + options.driver);
  } catch (...) {
    AdbcDatabaseRelease(&database_, report.out());
    throw;
  }
}

Driver::~Driver() {
  Report report;
  AdbcDatabaseRelease(&database_, report.out());
}

/// A statement that a stop request ends.
class Link::Statement {
 public:
  Statement(std::shared_ptr<Link> link, const Watch& watch) : link_(std::move(link)), stop_(watch.stop) {
    check(AdbcStatementNew(&link_->connection_, &statement_, report_.out()), report_, "ADBC");
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() {
    cancel_.reset();
    AdbcStatementRelease(&statement_, report_.out());
  }

  void set_query(const std::string& sql) {
    sql_ = sql;
    check(AdbcStatementSetSqlQuery(&statement_, sql.c_str(), report_.out()), report_, "ADBC", sql);
  }
  void set_option(const char* name, const std::string& value) {
    check(AdbcStatementSetOption(&statement_, name, value.c_str(), report_.out()), report_, "ADBC");
  }
  void bind(arrow::Stream rows) {
    auto stream = rows.release();
    check(AdbcStatementBindStream(&statement_, &stream, report_.out()), report_, "ADBC");
  }
  std::int64_t run(ArrowArrayStream* out) {
    std::int64_t rows = -1;
    watch();
    const auto status = AdbcStatementExecuteQuery(&statement_, out, &rows, report_.out());
    check(status, report_, "the database refused", sql_, stop_.stop_requested());
    return rows;
  }
  const std::stop_token& stop() const { return stop_; }

 private:
  void watch() {
    if (!stop_.stop_possible()) return;
    cancel_.emplace(stop_, [this] {
      Report ignored;
      AdbcStatementCancel(&statement_, ignored.out());
    });
  }

  std::shared_ptr<Link> link_;
  AdbcStatement statement_{};
  Report report_;
  std::string sql_;
  std::stop_token stop_;
  std::optional<std::stop_callback<std::function<void()>>> cancel_;
};

Link::Link(std::shared_ptr<Driver> driver, const Options& options)
    : driver_(std::move(driver)), catalog_(options.catalog), schema_(options.schema) {
  Report report;
  check(AdbcConnectionNew(&connection_, report.out()), report, "ADBC");
  try {
    check(AdbcConnectionInit(&connection_, driver_->get(), report.out()), report,
          "cannot connect through the ADBC driver " + options.driver);
    if (!catalog_.empty()) set_option(ADBC_CONNECTION_OPTION_CURRENT_CATALOG, catalog_);
    if (!schema_.empty()) set_option(ADBC_CONNECTION_OPTION_CURRENT_DB_SCHEMA, schema_);
  } catch (...) {
    AdbcConnectionRelease(&connection_, report.out());
    throw;
  }
  if (!schema_.empty()) return;
  // Without it the tables of all schemas would be taken for this store's.
  std::array<char, 1024> name{};
  std::size_t length = name.size();
  const auto status = AdbcConnectionGetOption(&connection_, ADBC_CONNECTION_OPTION_CURRENT_DB_SCHEMA, name.data(),
                                              &length, report.out());
  if (status == ADBC_STATUS_OK && length > 0 && length <= name.size()) schema_ = name.data();
}

Link::~Link() {
  rollback();
  Report report;
  AdbcConnectionRelease(&connection_, report.out());
}

void Link::set_option(const char* name, const std::string& value) {
  Report report;
  check(AdbcConnectionSetOption(&connection_, name, value.c_str(), report.out()), report,
        "the ADBC driver cannot set " + std::string(name));
}

std::optional<std::uint64_t> Link::execute(const std::string& sql, const Watch& watch) {
  Statement statement(shared_from_this(), watch);
  statement.set_query(sql);
  const auto rows = statement.run(nullptr);
  return rows < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(rows));
}

arrow::Stream Link::query(const std::string& sql, const Watch& watch) {
  auto statement = std::make_shared<Statement>(shared_from_this(), watch);
  statement->set_query(sql);
  ArrowArrayStream stream{};
  statement->run(&stream);
  return with_state(arrow::Stream(&stream), statement, statement->stop());
}

void Link::append(const std::string& table, arrow::Stream rows, const Watch& watch) {
  Statement statement(shared_from_this(), watch);
  statement.set_option(ADBC_INGEST_OPTION_TARGET_TABLE, table);
  statement.set_option(ADBC_INGEST_OPTION_MODE, ADBC_INGEST_OPTION_MODE_APPEND);
  // Drivers report a failed producer in words of their own; what it said is told instead.
  auto failure = std::make_shared<std::exception_ptr>();
  auto source = std::make_shared<arrow::Stream>(std::move(rows));
  auto schema = source->schema();
  statement.bind(arrow::make_stream(std::move(schema), [source, failure] {
    try {
      return source->next();
    } catch (...) {
      *failure = std::current_exception();
      throw;
    }
  }));
  try {
    statement.run(nullptr);
  } catch (const Error&) {
    if (*failure) std::rethrow_exception(*failure);
    throw;
  }
}

std::vector<std::string> Link::tables() {
  Report report;
  ArrowArrayStream stream{};
  check(AdbcConnectionGetObjects(&connection_, ADBC_OBJECT_DEPTH_TABLES, text_or_null(catalog_), text_or_null(schema_),
                                 nullptr, nullptr, nullptr, &stream, report.out()),
        report, "the ADBC driver cannot list tables");
  std::vector<std::string> out;
  const auto is_other = [](const Json& found, const std::string& wanted) {
    return !wanted.empty() && found.is_string() && found.get<std::string>() != wanted;
  };
  for (const Json& catalog : arrow::read_rows(arrow::Stream(&stream))) {
    if (is_other(catalog["catalog_name"], catalog_)) continue;
    for (const Json& schema : catalog["catalog_db_schemas"]) {
      if (is_other(schema["db_schema_name"], schema_)) continue;
      for (const Json& table : schema["db_schema_tables"]) out.push_back(table["table_name"].get<std::string>());
    }
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<arrow::Schema> Link::columns(const std::string& table) {
  // A question that fails ends the transaction in some databases.
  if (in_transaction_ && !std::ranges::binary_search(tables(), table)) return std::nullopt;
  Report report;
  arrow::Schema schema;
  const auto status = AdbcConnectionGetTableSchema(&connection_, text_or_null(catalog_), text_or_null(schema_),
                                                   table.c_str(), schema.out(), report.out());
  if (status == ADBC_STATUS_OK) return schema;
  if (status == ADBC_STATUS_NOT_FOUND || !std::ranges::binary_search(tables(), table)) return std::nullopt;
  check(status, report, "the ADBC driver cannot describe table " + table);
  return std::nullopt;
}

std::string Link::vendor() {
  Report report;
  ArrowArrayStream stream{};
  const std::uint32_t code = ADBC_INFO_VENDOR_NAME;
  if (AdbcConnectionGetInfo(&connection_, &code, 1, &stream, report.out()) != ADBC_STATUS_OK) return {};
  // The value is in a union: its child of texts holds what it says.
  arrow::Stream rows(&stream);
  const auto schema = rows.schema();
  while (auto batch = rows.next()) {
    const ArrowArray* values = batch->get()->n_children > 1 ? batch->get()->children[1] : nullptr;
    if (!values || values->n_children < 1 || values->children[0]->length < 1) continue;
    const arrow::ArrayView texts(*schema->children[1]->children[0], *values->children[0]);
    const auto text = ArrowArrayViewGetStringUnsafe(texts.get(), 0);
    return {text.data, static_cast<std::size_t>(text.size_bytes)};
  }
  return {};
}

void Link::begin() {
  set_option(ADBC_CONNECTION_OPTION_AUTOCOMMIT, ADBC_OPTION_VALUE_DISABLED);
  in_transaction_ = true;
}

void Link::commit() {
  Report report;
  check(AdbcConnectionCommit(&connection_, report.out()), report, "the database did not commit");
  in_transaction_ = false;
  set_option(ADBC_CONNECTION_OPTION_AUTOCOMMIT, ADBC_OPTION_VALUE_ENABLED);
}

void Link::rollback() noexcept {
  if (!std::exchange(in_transaction_, false)) return;
  Report report;
  AdbcConnectionRollback(&connection_, report.out());
  AdbcConnectionSetOption(&connection_, ADBC_CONNECTION_OPTION_AUTOCOMMIT, ADBC_OPTION_VALUE_ENABLED, report.out());
}

}  // namespace metaxy::stores::adbc
