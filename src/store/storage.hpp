// SPDX-License-Identifier: Apache-2.0
// What a place that only keeps tables gives so that StorageSession can be a store on it: lakehouse formats, folders of
// files, services, whatever reads and writes Arrow. Everything else is computed by a local engine. Authors of such
// stores implement this.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/arrow.hpp>

#include "rel/expr.hpp"
#include "store/session.hpp"

namespace metaxy::store {

/// What is known of a table without reading its rows.
struct StoredTable {
  arrow::Schema schema;
  /// A text that changes whenever the rows do, for example a snapshot's number; absent: nobody knows, so that every
  /// question reads the rows again.
  std::optional<std::string> state = {};
};

enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, IsNull, IsNotNull };
/// A condition on a column that it can be compared in as it is: text with text, integers with integers.
struct Condition {
  std::string column;
  Comparison comparison;
  std::vector<rel::Literal> values;  ///< one; several of In; none of IsNull and IsNotNull
};

/// Rows to be written: every call reads them from the start, so that a write can be tried again.
using Rows = std::function<arrow::Stream()>;

/// One session's handle on the tables; used by one thread at a time.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  virtual std::vector<std::string> tables() = 0;
  virtual std::optional<StoredTable> describe(const std::string& table) = 0;
  /// Rows in the order in which they were appended, of a state not older than the last `describe`. `conditions` (all of
  /// them must hold) are a hint: rows for which they do not hold may come too.
  virtual arrow::Stream scan(const std::string& table, const std::vector<std::string>& columns,
                             const std::vector<Condition>& conditions) = 0;
  /// Adds rows, all or none. A table that is not there is created; columns and struct members that it lacks are added.
  /// Columns of the table that the rows lack become null. Tries again when it meets another writer. `rows` are there
  /// until it returns.
  virtual void append(const std::string& table, const Rows& rows) = 0;
  /// Deletes the rows that equal one of `keys` in all its columns; null equals nothing.
  virtual void erase(const std::string& table, const Rows& keys) = 0;
  virtual void drop(const std::string& table) = 0;
  /// As of Session::maintain: says what is done, or would be, in the storage's own words.
  virtual std::vector<std::string> maintain(const Maintenance&) { return {}; }
};

/// Connects; the storage disconnects when it is destroyed.
using OpenStorage = std::function<std::unique_ptr<Storage>(Mode mode)>;

}  // namespace metaxy::store
