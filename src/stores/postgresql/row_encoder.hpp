// SPDX-License-Identifier: Apache-2.0
// Rows as PostgreSQL's COPY (FORMAT binary) takes them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrow/view.hpp"
#include "stores/postgresql/types.hpp"

namespace metaxy::stores::postgresql {

/// Writes the values of one type, each behind its length. The type must outlive it.
class ValueEncoder {
 public:
  explicit ValueEncoder(const arrow::TypeNode& type);

  /// Throws: InvalidArgument when PostgreSQL has no such value.
  void append(std::string& out, const ArrowArrayView& view, std::int64_t row) const;

 private:
  Oid oid() const;
  void append_list(std::string& out, const ArrowArrayView& view, std::int64_t row) const;
  void append_decimal(std::string& out, const ArrowArrayView& view, std::int64_t row) const;
  void append_scalar(std::string& out, const ArrowArrayView& view, std::int64_t row) const;
  void append_timestamp(std::string& out, std::int64_t units) const;

  const arrow::TypeNode& type_;
  store::ColumnType kept_;
  bool is_json_;
  std::unique_ptr<ValueEncoder> element_;  ///< of arrays
  Oid element_oid_ = 0;
};

}  // namespace metaxy::stores::postgresql
