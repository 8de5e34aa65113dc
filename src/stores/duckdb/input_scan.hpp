// SPDX-License-Identifier: Apache-2.0
// Arrow streams as tables: `metaxy_input('name')` reads the stream bound by that name on the same connection,
// `metaxy_unordered_input('name')` does so in several threads.
#pragma once

#include <duckdb.h>

#include <exception>
#include <map>
#include <memory>
#include <metaxy/arrow.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace metaxy::stores::duckdb {

/// A stream given to a connection. Its schema can be asked for any number of times, its rows once.
struct BoundInput {
  arrow::Schema schema;
  std::optional<arrow::Stream> stream;  ///< absent: only the schema is known
  duckdb_connection connection = nullptr;
  bool taken = false;

  /// What the producer threw; DuckDB itself can carry only its text.
  std::exception_ptr failure() const;
  void fail(std::exception_ptr failure);

 private:
  mutable std::mutex mutex_;
  std::exception_ptr failure_;
};

/// The streams bound on all connections of one database. Thread-safe; several sessions use the same names.
class InputRegistry {
 public:
  void bind(idx_t connection_id, const std::string& name, std::shared_ptr<BoundInput> input);
  /// Null when nothing is bound by that name.
  std::shared_ptr<BoundInput> find(idx_t connection_id, const std::string& name) const;
  /// All inputs of a connection.
  std::map<std::string, std::shared_ptr<BoundInput>> all(idx_t connection_id) const;
  /// The first failure of a producer on this connection; null without any.
  std::exception_ptr failure(idx_t connection_id) const;
  void clear(idx_t connection_id);

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<idx_t, std::string>, std::shared_ptr<BoundInput>> inputs_;
};

/// Registers the table functions; they read from `registry`.
void register_input_scan(duckdb_connection connection, std::shared_ptr<InputRegistry> registry);

}  // namespace metaxy::stores::duckdb
