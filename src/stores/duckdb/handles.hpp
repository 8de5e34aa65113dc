// SPDX-License-Identifier: Apache-2.0
// Owning wrappers of libduckdb's C handles.
#pragma once

#include <duckdb.h>

#include <memory>
#include <string>
#include <utility>

namespace metaxy::stores::duckdb {

/// Owns a C handle; `destroy` is given its address, as libduckdb's functions want it.
template <class Raw, auto destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Raw raw) : raw_(raw) {}
  Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, nullptr);
    }
    return *this;
  }
  ~Handle() { reset(); }

  explicit operator bool() const { return raw_ != nullptr; }
  Raw get() const { return raw_; }
  /// For functions that fill the handle.
  Raw* out() {
    reset();
    return &raw_;
  }
  void reset() {
    if (raw_) destroy(&raw_);
    raw_ = nullptr;
  }
  /// Lets the handle leak.
  void abandon() { raw_ = nullptr; }

 private:
  Raw raw_ = nullptr;
};

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using Prepared = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using Pending = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using Statements = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using LogicalType = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using Chunk = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using ErrorData = Handle<duckdb_error_data, duckdb_destroy_error_data>;
using ArrowOptions = Handle<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using ConvertedSchema = Handle<duckdb_arrow_converted_schema, duckdb_destroy_arrow_converted_schema>;
using ScalarFunction = Handle<duckdb_scalar_function, duckdb_destroy_scalar_function>;
using AggregateFunction = Handle<duckdb_aggregate_function, duckdb_destroy_aggregate_function>;
using AggregateFunctionSet = Handle<duckdb_aggregate_function_set, duckdb_destroy_aggregate_function_set>;
using TableFunction = Handle<duckdb_table_function, duckdb_destroy_table_function>;
using ClientContext = Handle<duckdb_client_context, duckdb_destroy_client_context>;
using Value = Handle<duckdb_value, duckdb_destroy_value>;
using Expression = Handle<duckdb_expression, duckdb_destroy_expression>;

/// Owns a result, which is a struct and not a pointer.
class Result {
 public:
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { duckdb_destroy_result(&raw_); }
  duckdb_result* get() { return &raw_; }

 private:
  duckdb_result raw_{};
};

/// Text that libduckdb allocated.
inline std::string take_text(char* text) {
  const std::unique_ptr<char, void (*)(void*)> owned(text, duckdb_free);
  return owned ? std::string(owned.get()) : std::string();
}

}  // namespace metaxy::stores::duckdb
