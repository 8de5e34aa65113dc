// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <duckdb.h>

#include <cstring>
#include <optional>
#include <string_view>

#include "stores/duckdb/string_view.hpp"

namespace metaxy::stores::duckdb {

/// A column of texts that are read.
struct TextInput {
  const duckdb_string_t* data;
  std::uint64_t* validity;

  TextInput(duckdb_data_chunk input, idx_t column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(input, column);
    data = static_cast<const duckdb_string_t*>(duckdb_vector_get_data(vector));
    validity = duckdb_vector_get_validity(vector);
  }
  std::optional<std::string_view> at(idx_t row) const {
    if (validity && !duckdb_validity_row_is_valid(validity, row)) return std::nullopt;
    return view_of(data[row]);
  }
};

inline void set_null(duckdb_vector vector, idx_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

/// Writes texts into a VARCHAR vector; those that lie inside their string_t need no call.
class TextColumn {
 public:
  explicit TextColumn(duckdb_vector vector)
      : vector_(vector), data_(static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))) {}
  void set(idx_t row, std::string_view text) {
    if (text.size() > kInlineLength) {
      duckdb_vector_assign_string_element_len(vector_, row, text.data(), text.size());
      return;
    }
    duckdb_string_t value{};
    value.value.inlined.length = static_cast<std::uint32_t>(text.size());
    std::memcpy(value.value.inlined.inlined, text.data(), text.size());
    data_[row] = value;
  }
  void set_null(idx_t row) { duckdb::set_null(vector_, row); }

 private:
  duckdb_vector vector_;
  duckdb_string_t* data_;
};

}  // namespace metaxy::stores::duckdb
