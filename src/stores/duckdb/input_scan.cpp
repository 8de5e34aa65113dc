// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/input_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <metaxy/error.hpp>
#include <numeric>

#include "stores/duckdb/arrow_rows.hpp"
#include "stores/duckdb/handles.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// A running scan: what its threads share.
struct Scan {
  std::vector<idx_t> targets;  ///< output column of each of the rows' columns
  std::mutex mutex;
  bool ended = false;
};

/// What one thread reads. Its chunk lies in the vectors handed to DuckDB, so it lives until the next call.
struct Reader {
  ArrowRows rows;
  std::optional<arrow::Array> batch;
  std::int64_t next_row = 0;
  ConvertedRows converted;
};

/// DuckDB cannot be told how many rows come; it should not think few.
constexpr idx_t kMany = 1'000'000;
constexpr idx_t kMostReaders = 8;

template <class Data>
void destroy(void* data) {
  delete static_cast<Data*>(data);
}

idx_t connection_id(duckdb_bind_info info) {
  ClientContext context;
  duckdb_table_function_get_client_context(info, context.out());
  return duckdb_client_context_get_connection_id(context.get());
}

std::shared_ptr<BoundInput> find_input(duckdb_bind_info info) {
  const auto& registry = *static_cast<std::shared_ptr<InputRegistry>*>(duckdb_bind_get_extra_info(info));
  const Value parameter(duckdb_bind_get_parameter(info, 0));
  const std::string name = take_text(duckdb_get_varchar(parameter.get()));
  if (auto input = registry->find(connection_id(info), name)) return input;
  throw Error(ErrorCode::InvalidArgument, fmt::format("no input is bound by the name {}", name));
}

/// Runs `body`; what it throws is kept whole in `input` and its text given to DuckDB.
template <class Body, class Report>
void guarded(BoundInput* input, const Report& report, const Body& body) noexcept {
  try {
    body();
  } catch (const std::exception& error) {
    if (input) input->fail(std::current_exception());
    report(error.what());
  } catch (...) {
    if (input) input->fail(std::current_exception());
    report("the producer of the stream failed");
  }
}

void bind_input(duckdb_bind_info info) noexcept {
  std::shared_ptr<BoundInput> input;
  const auto report = [&](const char* message) { duckdb_bind_set_error(info, message); };
  guarded(nullptr, report, [&] { input = find_input(info); });
  if (!input) return;
  guarded(input.get(), report, [&] {
    const ArrowSchema& schema = *input->schema.get();
    check_importable(schema);
    std::vector<std::size_t> all(static_cast<std::size_t>(schema.n_children));
    std::iota(all.begin(), all.end(), std::size_t{0});
    const auto types = ArrowRows(input->connection, schema, all).types();
    for (const std::size_t i : all) {
      const char* name = schema.children[i]->name;
      duckdb_bind_add_result_column(info, name ? name : "", types[i].get());
    }
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): guarded() catches
    duckdb_bind_set_bind_data(info, new std::shared_ptr<BoundInput>(input), destroy<std::shared_ptr<BoundInput>>);
  });
}

BoundInput& input_of(void* bind_data) { return **static_cast<std::shared_ptr<BoundInput>*>(bind_data); }

void bind_unordered(duckdb_bind_info info) noexcept {
  bind_input(info);
  duckdb_bind_set_cardinality(info, kMany, false);
}

void init_input(duckdb_init_info info) noexcept {
  BoundInput& input = input_of(duckdb_init_get_bind_data(info));
  guarded(
      &input, [&](const char* message) { duckdb_init_set_error(info, message); },
      [&] {
        if (input.taken || !input.stream) {
          throw Error(ErrorCode::InvalidArgument, "an input was read twice; a stream gives its rows once");
        }
        input.taken = true;
        auto scan = std::make_unique<Scan>();
        for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
          const idx_t column = duckdb_init_get_column_index(info, i);
          if (column >= static_cast<idx_t>(input.schema->n_children)) continue;  // only rows are counted
          scan->targets.push_back(i);
        }
        duckdb_init_set_init_data(info, scan.release(), destroy<Scan>);
      });
}

void init_ordered(duckdb_init_info info) noexcept {
  init_input(info);
  duckdb_init_set_max_threads(info, 1);  // rows keep their order
}

void init_unordered(duckdb_init_info info) noexcept {
  init_input(info);
  duckdb_init_set_max_threads(info, kMostReaders);
}

std::vector<std::size_t> wanted_columns(duckdb_init_info info, const BoundInput& input) {
  std::vector<std::size_t> out;
  for (idx_t i = 0; i < duckdb_init_get_column_count(info); ++i) {
    const idx_t column = duckdb_init_get_column_index(info, i);
    if (column < static_cast<idx_t>(input.schema->n_children)) out.push_back(column);
  }
  return out;
}

void init_reader(duckdb_init_info info) noexcept {
  BoundInput& input = input_of(duckdb_init_get_bind_data(info));
  guarded(
      &input, [&](const char* message) { duckdb_init_set_error(info, message); },
      [&] {
        auto reader = std::make_unique<Reader>(
            Reader{ArrowRows(input.connection, *input.schema.get(), wanted_columns(info, input)), {}, 0, {}});
        duckdb_init_set_init_data(info, reader.release(), destroy<Reader>);
      });
}

/// The next batch for one of the threads.
std::optional<arrow::Array> next_batch(BoundInput& input, Scan& scan) {
  const std::lock_guard lock(scan.mutex);
  if (scan.ended) return std::nullopt;
  scan.ended = true;  // also when the producer throws
  auto batch = input.stream->next();
  scan.ended = !batch;
  return batch;
}

void read_input(duckdb_function_info info, duckdb_data_chunk output) noexcept {
  BoundInput& input = input_of(duckdb_function_get_bind_data(info));
  Scan& scan = *static_cast<Scan*>(duckdb_function_get_init_data(info));
  Reader& reader = *static_cast<Reader*>(duckdb_function_get_local_init_data(info));
  guarded(
      &input, [&](const char* message) { duckdb_function_set_error(info, message); },
      [&] {
        while (!reader.batch || reader.next_row >= reader.batch->get()->length) {
          reader.converted = {};
          reader.batch = next_batch(input, scan);
          reader.next_row = 0;
          if (!reader.batch) return duckdb_data_chunk_set_size(output, 0);
          reader.rows.check_text(*reader.batch->get());
        }
        const ArrowArray& batch = *reader.batch->get();
        const auto limit = static_cast<std::int64_t>(duckdb_vector_size());
        const std::int64_t count = std::min(limit, batch.length - reader.next_row);
        if (!scan.targets.empty()) {
          reader.converted = reader.rows.rows(batch, reader.next_row, count);
          for (idx_t i = 0; i < scan.targets.size(); ++i) {
            duckdb_vector_reference_vector(duckdb_data_chunk_get_vector(output, scan.targets[i]),
                                           duckdb_data_chunk_get_vector(reader.converted.chunk.get(), i));
          }
        }
        reader.next_row += count;
        duckdb_data_chunk_set_size(output, static_cast<idx_t>(count));
      });
}

void register_function(duckdb_connection connection, const char* name, duckdb_table_function_bind_t bind,
                       duckdb_table_function_init_t init, std::shared_ptr<InputRegistry> registry) {
  const TableFunction function(duckdb_create_table_function());
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  duckdb_table_function_set_name(function.get(), name);
  duckdb_table_function_add_parameter(function.get(), text.get());
  duckdb_table_function_set_extra_info(function.get(), new std::shared_ptr<InputRegistry>(std::move(registry)),
                                       destroy<std::shared_ptr<InputRegistry>>);
  duckdb_table_function_set_bind(function.get(), bind);
  duckdb_table_function_set_init(function.get(), init);
  duckdb_table_function_set_local_init(function.get(), init_reader);
  duckdb_table_function_set_function(function.get(), read_input);
  duckdb_table_function_supports_projection_pushdown(function.get(), true);
  if (duckdb_register_table_function(connection, function.get()) == DuckDBSuccess) return;
  throw Error(ErrorCode::Internal, fmt::format("the function {} could not be registered in DuckDB", name));
}

}  // namespace

void InputRegistry::bind(idx_t connection_id, const std::string& name, std::shared_ptr<BoundInput> input) {
  const std::lock_guard lock(mutex_);
  inputs_.insert_or_assign({connection_id, name}, std::move(input));
}

std::shared_ptr<BoundInput> InputRegistry::find(idx_t connection_id, const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto at = inputs_.find({connection_id, name});
  return at == inputs_.end() ? nullptr : at->second;
}

std::map<std::string, std::shared_ptr<BoundInput>> InputRegistry::all(idx_t connection_id) const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::shared_ptr<BoundInput>> found;
  for (auto at = inputs_.lower_bound({connection_id, {}}); at != inputs_.end() && at->first.first == connection_id;
       ++at) {
    found.emplace(at->first.second, at->second);
  }
  return found;
}

std::exception_ptr InputRegistry::failure(idx_t connection_id) const {
  for (const auto& [name, input] : all(connection_id)) {
    if (auto failure = input->failure()) return failure;
  }
  return nullptr;
}

void InputRegistry::clear(idx_t connection_id) {
  // Streams are released outside of the lock: their producers may do anything.
  std::vector<std::shared_ptr<BoundInput>> released;
  const std::lock_guard lock(mutex_);
  for (auto at = inputs_.lower_bound({connection_id, {}}); at != inputs_.end() && at->first.first == connection_id;) {
    released.push_back(std::move(at->second));
    at = inputs_.erase(at);
  }
}

void register_input_scan(duckdb_connection connection, std::shared_ptr<InputRegistry> registry) {
  register_function(connection, "metaxy_input", bind_input, init_ordered, registry);
  register_function(connection, "metaxy_unordered_input", bind_unordered, init_unordered, std::move(registry));
}

std::exception_ptr BoundInput::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void BoundInput::fail(std::exception_ptr failure) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(failure);
}

}  // namespace metaxy::stores::duckdb
