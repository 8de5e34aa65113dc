// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/set_aside.hpp"

#include <chrono>
#include <cstring>
#include <deque>
#include <string_view>

#include "arrow/arrange.hpp"
#include "arrow/ipc.hpp"
#include "stores/duckdb/scratch_file.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr std::size_t kInMemory = 32U << 20U;
/// A producer that needs longer than this for `kInMemory` bytes is slow.
constexpr auto kFast = std::chrono::seconds(1);

template <class Offset>
std::size_t text_size(const ArrowArray& array) {
  const auto* offsets = static_cast<const Offset*>(array.buffers[1]);
  return offsets ? static_cast<std::size_t>(offsets[array.offset + array.length] - offsets[array.offset]) : 0;
}

/// About how many bytes the rows of a batch take.
std::size_t size_of(const ArrowSchema& schema, const ArrowArray& array) {
  constexpr std::size_t kValue = 8;
  std::size_t size = static_cast<std::size_t>(array.length) * kValue;
  const std::string_view format = schema.format;
  if (format == "u" || format == "z") size += text_size<std::int32_t>(array);
  if (format == "U" || format == "Z") size += text_size<std::int64_t>(array);
  for (std::int64_t i = 0; i < array.n_children; ++i) size += size_of(*schema.children[i], *array.children[i]);
  return size;
}

/// Whether batches come back from a file with the layout that the schema says.
bool fits_file(const ArrowSchema& schema) {
  const std::string_view format = schema.format;
  if (schema.dictionary || format == "vu" || format == "vz" || format == "+r" || format.starts_with("+v")) return false;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (!fits_file(*schema.children[i])) return false;
  }
  return true;
}

struct Taken {
  arrow::Schema schema;
  std::deque<arrow::Array> batches;
  bool ended = false;
};

/// Takes batches until the end or, unless they have to stay in memory, until they are many.
Taken take(arrow::Stream& rows, const Watch& watch) {
  Taken taken{rows.schema(), {}, false};
  const bool bounded = fits_file(*taken.schema.get());
  for (std::size_t size = 0; !bounded || size < kInMemory;) {
    watch.throw_if_stopped();
    auto batch = rows.next();
    taken.ended = !batch;
    if (!batch) break;
    size += size_of(*taken.schema.get(), *batch->get());
    taken.batches.push_back(*std::move(batch));
  }
  return taken;
}

std::shared_ptr<ScratchFile> write_file(arrow::Stream given, const Watch& watch) {
  auto rows = arrow::make_stream(given.schema(), [&]() -> std::optional<arrow::Array> {
    watch.throw_if_stopped();
    return given.next();
  });
  auto file = std::make_shared<ScratchFile>(ScratchFile::temporary());
  arrow::write_ipc(rows, file->file(), file->path(), arrow::IpcFormat::Stream);
  return file;
}

/// The file is closed and removed after the last stream that reads it.
arrow::Stream read_file(const std::shared_ptr<ScratchFile>& file) {
  std::rewind(file->file());
  auto rows = std::make_shared<arrow::Stream>(arrow::read_ipc(file->file(), file->path()));
  return arrow::make_stream(rows->schema(), [file, rows] { return rows->next(); });
}

/// The batches taken and then those of `rest`.
arrow::Stream chain(Taken taken, std::shared_ptr<arrow::Stream> rest) {
  auto batches = std::make_shared<std::deque<arrow::Array>>(std::move(taken.batches));
  return arrow::make_stream(std::move(taken.schema),
                            [rest = std::move(rest), batches]() -> std::optional<arrow::Array> {
                              if (batches->empty()) return rest ? rest->next() : std::nullopt;
                              auto batch = std::move(batches->front());
                              batches->pop_front();
                              return batch;
                            });
}

arrow::Stream to_file(Taken taken, arrow::Stream given, const Watch& watch) {
  const auto file = write_file(std::move(given), watch);
  return chain(std::move(taken), std::make_shared<arrow::Stream>(read_file(file)));
}

}  // namespace

arrow::Stream set_aside(arrow::Stream rows) {
  Taken taken = take(rows, {});
  if (taken.ended) return chain(std::move(taken), nullptr);
  return to_file(std::move(taken), std::move(rows), {});
}

std::function<arrow::Stream()> keep_rows(arrow::Stream rows, const Watch& watch) {
  Taken taken = take(rows, watch);
  if (taken.ended) {
    auto kept = std::make_shared<arrow::Kept>(chain(std::move(taken), nullptr), watch);
    return [kept] { return kept->again(); };
  }
  auto all = chain(std::move(taken), std::make_shared<arrow::Stream>(std::move(rows)));
  const auto file = write_file(std::move(all), watch);
  return [file] { return read_file(file); };
}

arrow::Stream settle(arrow::Stream rows, const Watch& watch) {
  const auto start = std::chrono::steady_clock::now();
  Taken taken = take(rows, watch);
  if (taken.ended) return chain(std::move(taken), nullptr);
  if (std::chrono::steady_clock::now() - start > kFast) return to_file(std::move(taken), std::move(rows), watch);
  return chain(std::move(taken), std::make_shared<arrow::Stream>(std::move(rows)));
}

std::optional<arrow::Array> DetachableRows::next() {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
  if (!rows_) return std::nullopt;
  auto batch = rows_.next();
  if (!batch) rows_ = {};  // lets the database go before the reader lets the stream go
  return batch;
}

void DetachableRows::detach() noexcept {
  const std::lock_guard lock(mutex_);
  if (detached_ || !rows_) return;
  detached_ = true;
  try {
    rows_ = set_aside(std::move(rows_));
  } catch (...) {
    failure_ = std::current_exception();
    rows_ = {};
  }
}

}  // namespace metaxy::stores::duckdb
