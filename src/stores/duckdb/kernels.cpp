// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/kernels.hpp"

#include <fmt/format.h>

#include <cstring>
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stores/duckdb/errors.hpp"
#include "stores/duckdb/gather.hpp"
#include "stores/duckdb/handles.hpp"
#include "stores/duckdb/text_column.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// Which digest a registered function makes.
struct Kernel {
  hash::Format format;
  hash::Algorithm algorithm;
};

/// A call with its constants read: value i stands between raws[i] and raws[i + 1].
struct BoundCall {
  hash::Settings settings;
  std::vector<std::string> raws;
};

Value fold(duckdb_bind_info info, idx_t index, const char* what) {
  const Expression expression(duckdb_scalar_function_bind_get_argument(info, index));
  if (!duckdb_expression_is_foldable(expression.get())) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("argument {} ({}) must be a constant", index + 1, what));
  }
  ClientContext context;
  duckdb_scalar_function_get_client_context(info, context.out());
  Value value;
  check(duckdb_expression_fold(context.get(), expression.get(), value.out()));
  if (duckdb_is_null_value(value.get())) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("argument {} ({}) must not be NULL", index + 1, what));
  }
  return value;
}

BoundCall read_call(duckdb_bind_info info) {
  const auto* kernel = static_cast<const Kernel*>(duckdb_scalar_function_bind_get_extra_info(info));
  const idx_t count = duckdb_scalar_function_bind_get_argument_count(info);
  if (count < 2) throw Error(ErrorCode::InvalidArgument, "a digest needs a length and at least one raw part");
  const std::int64_t length = duckdb_get_int64(fold(info, 0, "length").get());
  if (length < 1) {
    throw Error(ErrorCode::InvalidArgument, fmt::format("the length of a digest must be positive, not {}", length));
  }
  BoundCall call{{kernel->format, kernel->algorithm, static_cast<std::size_t>(length)}, {}};
  for (idx_t i = 1; i < count; i += 2) call.raws.push_back(take_text(duckdb_get_varchar(fold(info, i, "raw").get())));
  return call;
}

void bind_digest(duckdb_bind_info info) noexcept {
  try {
    auto call = std::make_unique<BoundCall>(read_call(info));
    duckdb_scalar_function_set_bind_data(info, call.release(),
                                         [](void* data) { delete static_cast<BoundCall*>(data); });
    duckdb_scalar_function_set_bind_data_copy(
        info, [](void* data) -> void* { return new BoundCall(*static_cast<const BoundCall*>(data)); });
  } catch (const Error& error) {
    duckdb_scalar_function_bind_set_error(info, error.message().c_str());
  } catch (const std::exception& error) {
    duckdb_scalar_function_bind_set_error(info, error.what());
  }
}

std::vector<TextInput> hashed_columns(duckdb_data_chunk input) {
  std::vector<TextInput> values;
  const idx_t columns = duckdb_data_chunk_get_column_count(input);
  for (idx_t column = 2; column < columns; column += 2) values.emplace_back(input, column);
  return values;
}

/// Bytes that are hashed, row by row in the same memory.
class Preimage {
 public:
  Preimage(const BoundCall& call, const std::vector<TextInput>& values)
      : call_(call), values_(values), items_(call.settings.format == hash::Format::V1), row_(values.size()) {
    for (const std::string& raw : call.raws) fixed_ += raw.size();
    fixed_ += values.size() * hash::kItemFrame;
  }

  /// Absent in format 0 when a value is NULL. Valid until the next call.
  std::optional<std::string_view> of(idx_t row) {
    std::size_t room = fixed_;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      row_[i] = values_[i].at(row);
      if (!row_[i] && !items_) return std::nullopt;
      room += row_[i] ? row_[i]->size() : 0;
    }
    if (buffer_.size() < room) buffer_.resize(2 * room);
    char* end = put(buffer_.data(), call_.raws.front());
    for (std::size_t i = 0; i < row_.size(); ++i) {
      end = items_ ? hash::write_item(end, row_[i]) : put(end, *row_[i]);
      if (i + 1 < call_.raws.size()) end = put(end, call_.raws[i + 1]);
    }
    return std::string_view(buffer_.data(), static_cast<std::size_t>(end - buffer_.data()));
  }

 private:
  static char* put(char* out, std::string_view text) {
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }

  const BoundCall& call_;
  const std::vector<TextInput>& values_;
  bool items_;
  std::size_t fixed_ = 0;
  std::vector<std::optional<std::string_view>> row_;
  std::vector<char> buffer_;
};

void run_digest(const BoundCall& call, duckdb_data_chunk input, duckdb_vector output) {
  const std::vector<TextInput> values = hashed_columns(input);
  Preimage preimage(call, values);
  TextColumn out(output);
  std::string text;
  const idx_t rows = duckdb_data_chunk_get_size(input);
  for (idx_t row = 0; row < rows; ++row) {
    const auto bytes = preimage.of(row);
    if (!bytes) {
      out.set_null(row);
      continue;
    }
    text.clear();
    hash::append_digest(call.settings, *bytes, text);
    out.set(row, text);
  }
}

void call_digest(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) noexcept {
  try {
    run_digest(*static_cast<const BoundCall*>(duckdb_scalar_function_get_bind_data(info)), input, output);
  } catch (const std::exception& error) {
    duckdb_scalar_function_set_error(info, error.what());
  }
}

/// metaxy_hash_<format>_<algorithm>(length, text): the digest of a pre-image that is written already.
void call_hash(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) noexcept {
  try {
    const auto* kernel = static_cast<const Kernel*>(duckdb_scalar_function_get_extra_info(info));
    const auto* lengths =
        static_cast<const std::int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(input, 0)));
    const TextInput texts(input, 1);
    TextColumn out(output);
    std::string text;
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
      const auto bytes = texts.at(row);
      if (!bytes) {
        out.set_null(row);
        continue;
      }
      text.clear();
      const auto length = static_cast<std::size_t>(lengths[row]);
      hash::append_digest({kernel->format, kernel->algorithm, length}, *bytes, text);
      out.set(row, text);
    }
  } catch (const std::exception& error) {
    duckdb_scalar_function_set_error(info, error.what());
  }
}

/// metaxy_items(text, …): the items of texts as one text.
void call_items(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) noexcept {
  try {
    std::vector<TextInput> values;
    for (idx_t i = 0; i < duckdb_data_chunk_get_column_count(input); ++i) values.emplace_back(input, i);
    TextColumn out(output);
    std::string items;
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
      items.clear();
      for (const auto& value : values) hash::append_item(items, value.at(row));
      out.set(row, items);
    }
  } catch (const std::exception& error) {
    duckdb_scalar_function_set_error(info, error.what());
  }
}

void register_function(duckdb_connection connection, const std::string& name, const ScalarFunction& function) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_scalar_function_set_name(function.get(), name.c_str());
  duckdb_scalar_function_set_return_type(function.get(), text.get());
  duckdb_scalar_function_set_special_handling(function.get());
  if (duckdb_register_scalar_function(connection, function.get()) != DuckDBSuccess) {
    throw Error(ErrorCode::Internal, "the function " + name + " could not be registered in DuckDB");
  }
}

void register_hash(duckdb_connection connection, Kernel kernel) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType integer(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  const ScalarFunction function(duckdb_create_scalar_function());
  duckdb_scalar_function_add_parameter(function.get(), integer.get());
  duckdb_scalar_function_add_parameter(function.get(), text.get());
  duckdb_scalar_function_set_extra_info(function.get(), new Kernel(kernel),
                                        [](void* data) { delete static_cast<Kernel*>(data); });
  duckdb_scalar_function_set_function(function.get(), call_hash);
  register_function(
      connection, fmt::format("metaxy_hash_{}_{}", static_cast<int>(kernel.format), hash::to_string(kernel.algorithm)),
      function);
}

void register_items(duckdb_connection connection) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const ScalarFunction function(duckdb_create_scalar_function());
  duckdb_scalar_function_set_varargs(function.get(), text.get());
  duckdb_scalar_function_set_function(function.get(), call_items);
  register_function(connection, "metaxy_items", function);
}

void register_digest(duckdb_connection connection, Kernel kernel) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType integer(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  const ScalarFunction function(duckdb_create_scalar_function());
  duckdb_scalar_function_add_parameter(function.get(), integer.get());
  duckdb_scalar_function_set_varargs(function.get(), text.get());
  duckdb_scalar_function_set_extra_info(function.get(), new Kernel(kernel),
                                        [](void* data) { delete static_cast<Kernel*>(data); });
  duckdb_scalar_function_set_bind(function.get(), bind_digest);
  duckdb_scalar_function_set_function(function.get(), call_digest);
  register_function(
      connection,
      fmt::format("metaxy_digest_{}_{}", static_cast<int>(kernel.format), hash::to_string(kernel.algorithm)), function);
}

}  // namespace

void register_kernels(duckdb_connection connection, std::uint64_t memory_limit) {
  for (const auto format : {hash::Format::V0, hash::Format::V1}) {
    for (const auto algorithm : hash::all_algorithms()) {
      register_digest(connection, {format, algorithm});
      register_hash(connection, {format, algorithm});
    }
  }
  register_items(connection);
  register_gather(connection, memory_limit / 2);
}

}  // namespace metaxy::stores::duckdb
